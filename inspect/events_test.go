package inspect

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

const ownedObjects = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {spec: {containers: []}}}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web-6d9f7c8b5, namespace: shop, ownerReferences: [{kind: Deployment, name: web, controller: true}]}
spec: {template: {spec: {containers: []}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web-6d9f7c8b5-bcdfg, namespace: shop, ownerReferences: [{kind: ReplicaSet, name: web-6d9f7c8b5, controller: true}]}
spec: {containers: []}
---
apiVersion: v1
kind: Pod
metadata: {name: web-2, namespace: shop}
spec: {containers: []}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web-cdf, namespace: shop}
spec: {template: {spec: {containers: []}}}
`

func TestEventsBelongToWhatAnObjectMakes(t *testing.T) {
	view := objecttest.View(t, ownedObjects, nil)
	in := func(kind model.Kind, name string) model.Ref {
		return model.Ref{Kind: kind, Namespace: "shop", Name: name}
	}
	web := newEventsOf(view, in(model.KindDeployment, "web"))
	cron := newEventsOf(view, in(model.KindCronJob, "nightly"))
	set := newEventsOf(view, in(model.KindDaemonSet, "agent"))
	namespace := newEventsOf(view, model.Ref{Kind: model.KindNamespace, Name: "shop"})
	for _, test := range []struct {
		of     *eventsOf
		ref    model.Ref
		covers bool
	}{
		{web, in(model.KindDeployment, "web"), true},
		{web, in(model.KindReplicaSet, "web-6d9f7c8b5"), true},
		{web, in(model.KindPod, "web-6d9f7c8b5-bcdfg"), true},
		{web, in(model.KindPod, "web-6d9f7c8b5-zzzzz"), true},   // gone
		{web, in(model.KindReplicaSet, "web-5c8f9d7b44"), true}, // gone
		{web, in(model.KindPod, "web-5c8f9d7b44-xk2lp"), true},  // gone with its set
		{web, in(model.KindPod, "web-2"), false},
		{web, in(model.KindPod, "web-cdf-5c8f9d7b44-xk2lp"), false},
		{web, in(model.KindPod, "web-other"), false},
		{web, in(model.KindDeployment, "web-cdf"), false},
		{web, model.Ref{Kind: model.KindPod, Namespace: "bank", Name: "web-6d9f7c8b5-bcdfg"}, false},
		{cron, in(model.KindJob, "nightly-29401230"), true},
		{cron, in(model.KindPod, "nightly-29401230-xk2lp"), true},
		{cron, in(model.KindJob, "nightly-backup"), false},
		{set, in(model.KindPod, "agent-xk2lp"), true},
		{set, in(model.KindPod, "agent-proxy"), false},
		{namespace, in(model.KindPod, "anything"), true},
		{namespace, model.Ref{Kind: model.KindNamespace, Name: "shop"}, true},
		{namespace, model.Ref{Kind: model.KindNamespace, Name: "bank"}, false},
	} {
		assert.Equal(t, test.covers, test.of.covers(test.ref), "%s of %s", test.ref, test.of.on)
	}
}

func TestEventsAreAskedWhereTheyLie(t *testing.T) {
	node, pod := model.Ref{Kind: model.KindNode, Name: "aks-1"}, model.Ref{Kind: model.KindPod, Namespace: "shop", Name: "web"}
	shop := model.Ref{Kind: model.KindNamespace, Name: "shop"}
	for on, want := range map[model.Ref][]source.EventsAsked{
		node: {{Namespace: "default", Object: node}},
		pod:  {{Namespace: "shop", Object: pod}},
		shop: {{Namespace: "shop"}, {Namespace: "default", Object: shop}},
		{Kind: model.KindDeployment, Namespace: "shop", Name: "web"}: {{Namespace: "shop"}},
	} {
		assert.Equal(t, want, newEventsOf(nil, on).asked())
	}
}
