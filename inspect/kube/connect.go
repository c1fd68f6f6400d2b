package kube

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"

	"k8s.io/client-go/rest"

	"github.com/aksight/aksight/inspect/source"
)

// connect asks the API server who it is and who we are, and what it serves: the first
// answer tells whether there is a way at all.
func (r *reader) connect(ctx context.Context, config *rest.Config) *source.Problem {
	if problem := r.setOut(config); problem != nil {
		return problem
	}
	var asked sync.WaitGroup
	var version string
	var versionErr, userErr, servedErr error
	asked.Go(func() { version, versionErr = r.version(ctx) })
	asked.Go(func() { r.user, userErr = r.whoAmI(ctx) })
	asked.Go(func() { r.served, servedErr = r.discover(ctx) })
	asked.Wait()
	for _, err := range []error{versionErr, userErr, servedErr} {
		if err != nil && !tolerable(err) {
			return r.problem(err, "")
		}
	}
	// Anonymous users may ask for the version: whether a token is good the others tell.
	r.connected = source.Connected{Cluster: r.cluster.ID, Server: version, User: r.user, Address: r.server.String()}
	r.emit(ctx, r.connected)
	r.note(r.cluster.ID, r.route)
	return nil
}

// tolerable reports whether an API server works all the same: it may keep to itself who
// asks, its version, or what it serves.
func tolerable(err error) bool {
	failure, is := errors.AsType[*statusError](err)
	return is && (failure.Code == http.StatusForbidden || failure.Code == http.StatusNotFound || failure.Code == http.StatusMethodNotAllowed)
}

func (r *reader) version(ctx context.Context) (string, error) {
	var version struct {
		GitVersion string `json:"gitVersion"`
	}
	err := r.askJSON(ctx, request{path: "/version", accept: asJSON}, &version)
	return version.GitVersion, err
}

// whoAmI asks whom the API server takes us for.
func (r *reader) whoAmI(ctx context.Context) (string, error) {
	const api = "authentication.k8s.io/v1"
	var review struct {
		Status struct {
			UserInfo struct {
				Username string `json:"username"`
			} `json:"userInfo"`
		} `json:"status"`
	}
	err := r.askJSON(ctx, request{
		method: http.MethodPost, path: "/apis/" + api + "/selfsubjectreviews", accept: asJSON,
		body: map[string]string{"apiVersion": api, "kind": "SelfSubjectReview"},
	}, &review)
	return review.Status.UserInfo.Username, err
}

// askJSON asks and decodes the answer.
func (r *reader) askJSON(ctx context.Context, asked request, into any) error {
	answer, _, err := r.askAgain(ctx, "", asked)
	if err != nil {
		return err
	}
	defer buffers.Put(answer)
	if err := json.Unmarshal(answer.Bytes(), into); err != nil {
		return &brokenError{err: err}
	}
	return nil
}
