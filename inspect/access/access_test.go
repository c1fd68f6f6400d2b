package access_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/model"
)

func TestWhatARuleAllows(t *testing.T) {
	rule := func(groups, resources, verbs, names []string) rbacv1.PolicyRule {
		return rbacv1.PolicyRule{APIGroups: groups, Resources: resources, Verbs: verbs, ResourceNames: names}
	}
	one := func(text string) []string { return []string{text} }
	for name, with := range map[string]struct {
		rule rbacv1.PolicyRule
		ask  access.Question
		want bool
	}{
		"the same":                             {rule(one(""), one("pods"), one("get"), nil), access.Question{Verb: "get", Resource: "pods"}, true},
		"another verb":                         {rule(one(""), one("pods"), one("get"), nil), access.Question{Verb: "list", Resource: "pods"}, false},
		"another group":                        {rule(one("apps"), one("pods"), one("get"), nil), access.Question{Verb: "get", Resource: "pods"}, false},
		"every group":                          {rule(one("*"), one("pods"), one("get"), nil), access.Question{Verb: "get", Resource: "pods"}, true},
		"a subresource is its own":             {rule(one(""), one("pods"), one("get"), nil), access.Question{Verb: "get", Resource: "pods", Subresource: "log"}, false},
		"the subresource":                      {rule(one(""), one("pods/log"), one("get"), nil), access.Question{Verb: "get", Resource: "pods", Subresource: "log"}, true},
		"not the resource of its subresource":  {rule(one(""), one("pods/log"), one("get"), nil), access.Question{Verb: "get", Resource: "pods"}, false},
		"every resource has every subresource": {rule(one(""), one("*"), one("get"), nil), access.Question{Verb: "get", Resource: "pods", Subresource: "log"}, true},
		"that subresource of every resource":   {rule(one("apps"), one("*/scale"), one("get"), nil), access.Question{Verb: "get", Group: "apps", Resource: "deployments", Subresource: "scale"}, true},
		"not of another subresource":           {rule(one("apps"), one("*/scale"), one("get"), nil), access.Question{Verb: "get", Group: "apps", Resource: "deployments", Subresource: "status"}, false},
		"a resource that is written whole":     {rule(one(""), one("pods/log"), one("get"), nil), access.Question{Verb: "get", Resource: "pods/log"}, true},
		"pods/* is no wildcard":                {rule(one(""), one("pods/*"), one("get"), nil), access.Question{Verb: "get", Resource: "pods", Subresource: "log"}, false},
		"by name":                              {rule(one(""), one("secrets"), one("get"), one("a")), access.Question{Verb: "get", Resource: "secrets", Name: "a"}, true},
		"by another name":                      {rule(one(""), one("secrets"), one("get"), one("a")), access.Question{Verb: "get", Resource: "secrets", Name: "b"}, false},
		"a name does not allow all":            {rule(one(""), one("secrets"), one("list"), one("a")), access.Question{Verb: "list", Resource: "secrets"}, false},
		"a path":                               {rbacv1.PolicyRule{NonResourceURLs: one("/metrics"), Verbs: one("get")}, access.Question{Verb: "get", Path: "/metrics"}, true},
		"a path below":                         {rbacv1.PolicyRule{NonResourceURLs: one("/healthz/*"), Verbs: one("get")}, access.Question{Verb: "get", Path: "/healthz/etcd"}, true},
		"not the path itself":                  {rbacv1.PolicyRule{NonResourceURLs: one("/healthz/*"), Verbs: one("get")}, access.Question{Verb: "get", Path: "/healthz"}, false},
		"every path":                           {rbacv1.PolicyRule{NonResourceURLs: one("*"), Verbs: one("*")}, access.Question{Verb: "get", Path: "/x"}, true},
		"resources are no paths":               {rule(one("*"), one("*"), one("*"), nil), access.Question{Verb: "get", Path: "/x"}, false},
		"paths are no resources":               {rbacv1.PolicyRule{NonResourceURLs: one("*"), Verbs: one("*")}, access.Question{Verb: "get", Resource: "pods"}, false},
	} {
		assert.Equal(t, with.want, access.Allows(&with.rule, &with.ask), name)
	}
}

const company = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get, list]}, {nonResourceURLs: [/metrics], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: local, namespace: shop}
rules: [{apiGroups: [""], resources: [pods/exec], verbs: [create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: everyone-reads}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects:
  - {kind: Group, name: auditors, apiGroup: rbac.authorization.k8s.io}
  - {kind: ServiceAccount, name: nowhere}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reads-here, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects:
  - {kind: ServiceAccount, name: web}
  - {kind: User, name: "system:serviceaccount:ops:agent", apiGroup: rbac.authorization.k8s.io}
  - {kind: Group, name: "system:serviceaccounts:dev", apiGroup: rbac.authorization.k8s.io}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: execs, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: local}
subjects: [{kind: User, name: ana@marigold.example, apiGroup: rbac.authorization.k8s.io}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: elsewhere, namespace: other}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: local}
subjects: [{kind: User, name: ana@marigold.example, apiGroup: rbac.authorization.k8s.io}]
`

func account(namespace, name string) access.Subject {
	return access.Subject{Kind: access.ServiceAccount, Namespace: namespace, Name: name}
}

func TestWhoMayDoWhat(t *testing.T) {
	x := access.Of(objecttest.View(t, company, nil))
	list := func(namespace string) access.Question {
		return access.Question{Verb: "list", Resource: "secrets", Namespace: namespace}
	}
	for name, with := range map[string]struct {
		who  access.Identity
		ask  access.Question
		want int
	}{
		"a group, everywhere":                 {access.Identity{User: "x", Groups: []string{"auditors"}}, list("any"), 1},
		"a group, over all namespaces":        {access.Identity{User: "x", Groups: []string{"auditors"}}, list(""), 1},
		"a group, a path":                     {access.Identity{User: "x", Groups: []string{"auditors"}}, access.Question{Verb: "get", Path: "/metrics"}, 1},
		"an account, in its namespace":        {account("shop", "web").Identity(), list("shop"), 1},
		"not over all namespaces":             {account("shop", "web").Identity(), list(""), 0},
		"not in another namespace":            {account("shop", "web").Identity(), list("other"), 0},
		"no path by a RoleBinding":            {account("shop", "web").Identity(), access.Question{Verb: "get", Path: "/metrics"}, 0},
		"an account by its user name":         {account("ops", "agent").Identity(), list("shop"), 1},
		"an account by its namespace's group": {account("dev", "any").Identity(), list("shop"), 1},
		"an account without namespace":        {account("", "nowhere").Identity(), list("shop"), 0},
		"masters need no binding":             {access.Identity{User: "x", Groups: []string{access.Masters}}, list("any"), 1},
		"a role of the namespace":             {access.Identity{User: "ana@marigold.example"}, access.Question{Verb: "create", Resource: "pods", Subresource: "exec", Namespace: "shop"}, 1},
		"a role that is not there":            {access.Identity{User: "ana@marigold.example"}, access.Question{Verb: "create", Resource: "pods", Subresource: "exec", Namespace: "other"}, 0},
	} {
		assert.Len(t, x.Can(with.who, with.ask), with.want, name)
	}
}

func TestWhoCan(t *testing.T) {
	x := access.Of(objecttest.View(t, company, nil))
	names := func(holders []access.Holder) []string {
		var all []string
		for _, holder := range holders {
			all = append(all, holder.String())
		}
		return all
	}
	q := access.Question{Verb: "get", Resource: "secrets"}
	assert.Equal(t, []string{"group system:masters", "group auditors"}, names(x.WhoCan(q, false)))
	all := []string{"group system:masters", "group auditors", "service account shop/web", "service account ops/agent", "group system:serviceaccounts:dev"}
	assert.Equal(t, all, names(x.WhoCan(q, true)))
	q.Namespace = "shop"
	holders := x.WhoCan(q, false)
	assert.Equal(t, all, names(holders))
	require.Len(t, holders[2].Reasons, 1)
	assert.Equal(t, model.Ref{Kind: model.KindRoleBinding, Namespace: "shop", Name: "reads-here"}, holders[2].Reasons[0].Ref)
	assert.True(t, holders[0].Reasons[0].Masters())
	assert.Equal(t, []string{"group system:masters", "group auditors"}, names(x.WhoCan(access.Question{Verb: "get", Path: "/metrics"}, true)))
}

func TestRolesThatAreGone(t *testing.T) {
	x := access.Of(objecttest.View(t, company, nil))
	var gone []string
	for _, b := range x.Bindings {
		if b.Role == nil {
			gone = append(gone, b.String()+" to "+b.RoleRef.String())
		}
	}
	assert.Equal(t, []string{"RoleBinding other/elsewhere to Role other/local"}, gone)
}
