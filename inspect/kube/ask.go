package kube

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// The media types that are asked for.
const (
	asJSON      = "application/json"
	asProtobuf  = "application/vnd.kubernetes.protobuf"
	asTable     = "application/json;as=Table;g=meta.k8s.io;v=v1"
	asNames     = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
	asNamesOne  = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
	asDiscovery = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList," +
		"application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"
)

// largestAnswer bounds one answer, so that no server can fill the memory.
const largestAnswer = 256 << 20

var errTooLarge = errors.New("the answer is larger than 256 MiB")

// statusError is an answer of the API server that is no success.
type statusError struct {
	Code       int
	Reason     string
	Message    string
	RetryAfter time.Duration
}

func (e *statusError) Error() string {
	if e.Message == "" {
		return fmt.Sprintf("%d %s", e.Code, http.StatusText(e.Code))
	}
	return e.Message
}

// request is one question to the API server.
type request struct {
	method string
	path   string
	query  url.Values
	accept string
	body   any
}

func (r request) new(ctx context.Context, server *url.URL) (*http.Request, error) {
	to := server.JoinPath(r.path)
	to.RawQuery = r.query.Encode()
	var body io.Reader
	if r.body != nil {
		text, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	method := r.method
	if method == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, method, to.String(), body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", r.accept)
	if r.body != nil {
		req.Header.Set("Content-Type", asJSON)
	}
	return req, nil
}

// ask sends a request and reads the answer, which is the caller's; use returns it.
func (r *reader) ask(ctx context.Context, asked request) (answer *bytes.Buffer, contentType string, err error) {
	ctx, cancel := within(ctx, readTimeout)
	defer cancel()
	req, err := asked.new(ctx, r.server)
	if err != nil {
		return nil, "", err
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, "", timely(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusCreated {
		return nil, "", readStatus(resp)
	}
	answer = buffers.Get().(*bytes.Buffer)
	answer.Reset()
	n, err := answer.ReadFrom(io.LimitReader(resp.Body, largestAnswer+1))
	switch {
	case err != nil:
		buffers.Put(answer)
		return nil, "", timely(ctx, err)
	case n > largestAnswer:
		return nil, "", errTooLarge
	}
	return answer, resp.Header.Get("Content-Type"), nil
}

// timely tells a request that took too long from one that was called off.
func timely(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errTimeout) {
		return fmt.Errorf("%w: %w", errTimeout, err)
	}
	return err
}

func readStatus(resp *http.Response) error {
	failure := &statusError{Code: resp.StatusCode}
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	var status struct {
		Kind    string `json:"kind"`
		Reason  string `json:"reason"`
		Message string `json:"message"`
		Details struct {
			RetryAfterSeconds int `json:"retryAfterSeconds"`
		} `json:"details"`
	}
	if json.Unmarshal(text, &status) == nil && status.Kind == "Status" {
		failure.Reason, failure.Message = status.Reason, status.Message
		failure.RetryAfter = time.Duration(status.Details.RetryAfterSeconds) * time.Second
	}
	if seconds, err := strconv.ParseUint(resp.Header.Get("Retry-After"), 10, 16); err == nil {
		failure.RetryAfter = time.Duration(seconds) * time.Second
	}
	return failure
}

// How often a request is sent again, and how long a server may ask to wait.
const (
	throttledRetries = 6
	transientRetries = 2
	longestWait      = time.Minute
)

// askAgain is ask that waits and tries again where the server is throttled or busy; it
// says so meanwhile.
func (r *reader) askAgain(ctx context.Context, kind model.Kind, asked request) (*bytes.Buffer, string, error) {
	for try := 1; ; try++ {
		answer, contentType, err := r.ask(ctx, asked)
		wait, why, again := retry(err, try)
		if !again || ctx.Err() != nil {
			return answer, contentType, err
		}
		r.emit(ctx, source.Wait{Scope: r.scope(kind), Until: r.opts.Now().Add(wait), Why: why})
		if r.sleep(ctx, wait) != nil {
			return nil, "", err
		}
	}
}

// retry says whether to send a request again, after how long, and why.
func retry(err error, try int) (wait time.Duration, why string, again bool) {
	failure, is := errors.AsType[*statusError](err)
	if !is {
		return 0, "", false
	}
	wait, tries := backoff(try), transientRetries
	if failure.RetryAfter > 0 {
		wait, tries = failure.RetryAfter, throttledRetries
	}
	switch {
	case try > tries || wait > longestWait:
		return 0, "", false
	case failure.Code == http.StatusTooManyRequests:
		return wait, "throttled by the API server", true
	case failure.Code >= http.StatusInternalServerError && failure.Code != http.StatusNotImplemented:
		return wait, fmt.Sprintf("the API server answered %d, trying again", failure.Code), true
	}
	return 0, "", false
}

// backoff doubles from 0.5 s, with a little chance in it so that reads that failed
// together do not come again together.
func backoff(try int) time.Duration {
	wait := 500 * time.Millisecond << min(try-1, 6)
	return time.Duration(float64(wait) * (0.8 + 0.4*rand.Float64()))
}
