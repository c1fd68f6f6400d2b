package kube

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// protobufMagic begins every answer in protobuf, before the envelope.
var protobufMagic = []byte("k8s\x00")

// unwrap takes an answer out of its envelope.
func unwrap(answer []byte) ([]byte, error) {
	wrapped, is := bytes.CutPrefix(answer, protobufMagic)
	if !is {
		return nil, errors.New("it is no protobuf of Kubernetes")
	}
	var envelope runtime.Unknown
	if err := envelope.Unmarshal(wrapped); err != nil {
		return nil, err
	}
	if envelope.ContentEncoding != "" {
		return nil, fmt.Errorf("its encoding %q is not known", envelope.ContentEncoding)
	}
	return envelope.Raw, nil
}

// decodeTyped takes apart an answer in protobuf: a list of a kind that is kept typed.
func decodeTyped(kind model.ObjectKind, apiVersion string, answer []byte, now time.Time) (listMeta, []*model.Object, error) {
	raw, err := unwrap(answer)
	if err != nil {
		return listMeta{}, nil, &brokenError{err: err}
	}
	decode := typedLists[kind.Kind]
	if decode == nil {
		return listMeta{}, nil, &brokenError{err: fmt.Errorf("a %s in protobuf was not asked for", kind.Kind)}
	}
	meta, items, err := decode(raw)
	if err != nil {
		return listMeta{}, nil, &brokenError{err: err}
	}
	objects := make([]*model.Object, 0, len(items))
	for _, item := range items {
		kept, err := keepTyped(kind.Kind, apiVersion, item, now)
		if err != nil {
			return listMeta{}, nil, &brokenError{err: err}
		}
		objects = append(objects, kept)
	}
	return listMeta{Version: meta.ResourceVersion, Continue: meta.Continue, Remaining: meta.RemainingItemCount}, objects, nil
}

// keepTyped keeps an object typed. A replica set that stands for itself is kept as a
// document like every other workload: rules judge its template.
func keepTyped(kind model.Kind, apiVersion string, item metav1.Object, now time.Time) (*model.Object, error) {
	set, is := item.(*appsv1.ReplicaSet)
	if !is || metav1.GetControllerOf(set) != nil {
		return object.KeepTyped(kind, apiVersion, item, now)
	}
	text, err := json.Marshal(set)
	if err != nil {
		return nil, err
	}
	return object.Keep(kind, apiVersion, text, now)
}

// typedLists decode the lists of the kinds that are kept typed.
var typedLists = map[model.Kind]func([]byte) (metav1.ListMeta, []metav1.Object, error){
	model.KindReplicaSet: func(raw []byte) (metav1.ListMeta, []metav1.Object, error) {
		var list appsv1.ReplicaSetList
		err := list.Unmarshal(raw)
		return list.ListMeta, each(list.Items), err
	},
	model.KindEndpointSlice: func(raw []byte) (metav1.ListMeta, []metav1.Object, error) {
		var list discoveryv1.EndpointSliceList
		err := list.Unmarshal(raw)
		return list.ListMeta, each(list.Items), err
	},
	model.KindRole: func(raw []byte) (metav1.ListMeta, []metav1.Object, error) {
		var list rbacv1.RoleList
		err := list.Unmarshal(raw)
		return list.ListMeta, each(list.Items), err
	},
	model.KindClusterRole: func(raw []byte) (metav1.ListMeta, []metav1.Object, error) {
		var list rbacv1.ClusterRoleList
		err := list.Unmarshal(raw)
		return list.ListMeta, each(list.Items), err
	},
	model.KindRoleBinding: func(raw []byte) (metav1.ListMeta, []metav1.Object, error) {
		var list rbacv1.RoleBindingList
		err := list.Unmarshal(raw)
		return list.ListMeta, each(list.Items), err
	},
	model.KindClusterRoleBinding: func(raw []byte) (metav1.ListMeta, []metav1.Object, error) {
		var list rbacv1.ClusterRoleBindingList
		err := list.Unmarshal(raw)
		return list.ListMeta, each(list.Items), err
	},
}

// typedObjects makes empty objects of the kinds that are kept typed.
var typedObjects = map[model.Kind]func() metav1.Object{
	model.KindReplicaSet:         func() metav1.Object { return new(appsv1.ReplicaSet) },
	model.KindEndpointSlice:      func() metav1.Object { return new(discoveryv1.EndpointSlice) },
	model.KindRole:               func() metav1.Object { return new(rbacv1.Role) },
	model.KindClusterRole:        func() metav1.Object { return new(rbacv1.ClusterRole) },
	model.KindRoleBinding:        func() metav1.Object { return new(rbacv1.RoleBinding) },
	model.KindClusterRoleBinding: func() metav1.Object { return new(rbacv1.ClusterRoleBinding) },
}

// each returns the items of a list, each in memory of its own, so that one that stays
// does not hold those that are gone.
func each[T any, P interface {
	*T
	metav1.Object
}](items []T) []metav1.Object {
	all := make([]metav1.Object, len(items))
	for i := range items {
		own := items[i]
		all[i] = P(&own)
	}
	return all
}
