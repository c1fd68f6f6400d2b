package azure

import (
	"encoding/json"
	"net/http"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// readSubscription lists a subscription's clusters with an explicit api-version,
// which confirms each document whole.
func (r *reader) readSubscription() error {
	guid := r.scope.ID.Subscription()
	if guid == "" {
		return &source.Problem{What: "There is no subscription in the ID " + string(r.scope.ID)}
	}
	list := string(model.SubscriptionID(guid)) + "/providers/" + clusterType
	err := r.withVersion(guid, func(version string) error {
		return r.pages(r.armURL(list, version), "", func(raw json.RawMessage) (*model.Resource, error) {
			return r.clusterRow(raw, version)
		})
	})
	if unregistered(err) {
		// Without the provider there can be no clusters.
		return nil
	}
	return err
}

// readCluster reads one cluster's document.
func (r *reader) readCluster() error {
	cluster, err := r.getCluster(r.scope.ID)
	switch {
	case gone(err):
		r.forget(r.scope.ID)
		return r.emit(source.Delete{ID: r.scope.ID})
	case err != nil:
		return err
	}
	return r.emit(source.Upsert{Resource: cluster})
}

// getCluster asks for one cluster's document.
func (r *reader) getCluster(id model.ID) (*model.Resource, error) {
	var cluster *model.Resource
	err := r.withVersion(id.Subscription(), func(version string) error {
		raw, err := r.document(string(id), version, "")
		if err != nil {
			return err
		}
		cluster, err = r.clusterRow(raw, version)
		return err
	})
	return cluster, err
}

func (s *Source) clusterRow(raw json.RawMessage, version string) (*model.Resource, error) {
	h, err := readHeader(raw)
	if err != nil {
		return nil, err
	}
	return s.cluster(model.Resource{
		ID: model.ID(h.ID), Kind: model.KindCluster, ReadAt: s.now(), APIVersion: version, Via: viaARM,
	}, raw)
}

// document asks for one resource and returns its JSON, copied out of the answer.
func (r *reader) document(id, version, limited string) (json.RawMessage, error) {
	answer, err := r.get(r.armURL(id, version), limited)
	if err != nil {
		r.release(answer)
		return nil, err
	}
	defer r.release(answer)
	var raw json.RawMessage
	if err := json.Unmarshal(answer.body.Bytes(), &raw); err != nil {
		broken := &jsonError{err: err}
		var syntax *json.SyntaxError
		if as(err, &syntax) {
			broken.offset = syntax.Offset
		}
		return nil, broken
	}
	return raw, nil
}

// withVersion asks AKS with the newest api-version that the subscription takes.
func (r *reader) withVersion(subscription string, ask func(version string) error) error {
	return r.versions.ask(subscription, ask)
}

// withPreview asks AKS with the newest preview api-version that the subscription takes.
func (r *reader) withPreview(subscription string, ask func(version string) error) error {
	return r.previews.ask(subscription, ask)
}

// gone reports whether Azure says that what was asked for does not exist.
func gone(err error) bool {
	var response *responseError
	return as(err, &response) && response.Status == http.StatusNotFound
}

// unregistered reports whether a subscription does not use AKS at all.
func unregistered(err error) bool {
	var response *responseError
	return as(err, &response) && response.Code == "MissingSubscriptionRegistration"
}
