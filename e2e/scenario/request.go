package scenario

import (
	"encoding/json"
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Collections by the names that their paths have.
const (
	core       = "/api/v1/"
	apps       = "/apis/apps/v1/"
	batch      = "/apis/batch/v1/"
	rbac       = "/apis/rbac.authorization.k8s.io/v1/"
	networking = "/apis/networking.k8s.io/v1/"
	policy     = "/apis/policy/v1/"
)

// create creates an object and returns what the server made of it. The manager is the
// component that would have created it in a cluster.
func (l *loader) create(collection, manager string, object any) metadata {
	return l.send(http.MethodPost, collection+"?fieldManager="+manager, object)
}

// status writes an object's status, as the component that reports it would.
func (l *loader) status(path, manager string, object any) {
	l.send(http.MethodPut, path+"/status?fieldManager="+manager, object)
}

func (l *loader) send(method, path string, object any) metadata {
	var made metadata
	if l.err != nil {
		return made
	}
	answer, err := l.client.Do(l.ctx, method, path, object)
	if err == nil {
		err = json.Unmarshal(answer, &made)
	}
	l.err = err
	return made
}

// in is a collection's path in a namespace.
func in(group, namespace, resource string) string {
	return group + "namespaces/" + namespace + "/" + resource
}

// ownedBy is the reference from what a controller made to what it made it for.
func ownedBy(apiVersion, kind string, owner metadata) []metav1.OwnerReference {
	yes := true
	return []metav1.OwnerReference{{
		APIVersion: apiVersion, Kind: kind, Name: owner.Metadata.Name, UID: types.UID(owner.Metadata.UID),
		Controller: &yes, BlockOwnerDeletion: &yes,
	}}
}
