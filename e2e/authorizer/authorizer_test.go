// Package authorizer compares the engine on access with the API server's own authorizer.
package authorizer

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/kubernetes/pkg/registry/rbac/validation"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/object/objecttest"
)

// words are what a fuzzed text picks from, so that rules and questions meet.
var words = map[string][]string{
	"verb":     {"get", "list", "create", "delete", "bind", "*"},
	"group":    {"", "apps", "example.com", "*"},
	"resource": {"pods", "secrets", "pods/exec", "*/scale", "pods/*", "deployments", "deployments/scale", "*", "pods/exec/x", ""},
	"name":     {"", "a", "b"},
	"url":      {"/healthz", "/healthz/*", "/*", "*", "/api*", "/", "", "/healthz*/"},
	"subject":  {"ana", "dev", "system:authenticated", "system:serviceaccount:shop:web", "system:serviceaccounts", "system:serviceaccounts:shop", "system:masters", ""},
	"space":    {"", "shop", "other"},
}

// picker picks from the lists by the bytes of a fuzzed input.
type picker struct{ from []byte }

func (p *picker) number(below int) int {
	if len(p.from) == 0 {
		return 0
	}
	n := int(p.from[0]) % below
	p.from = p.from[1:]
	return n
}

func (p *picker) one(kind string) string { return words[kind][p.number(len(words[kind]))] }

func (p *picker) some(kind string) []string {
	some := make([]string, p.number(3))
	for i := range some {
		some[i] = p.one(kind)
	}
	return some
}

func (p *picker) rule() rbacv1.PolicyRule {
	rule := rbacv1.PolicyRule{Verbs: p.some("verb")}
	if p.number(4) == 0 {
		rule.NonResourceURLs = p.some("url")
		return rule
	}
	rule.APIGroups, rule.Resources = p.some("group"), p.some("resource")
	for _, name := range p.some("name") {
		if name != "" {
			rule.ResourceNames = append(rule.ResourceNames, name)
		}
	}
	return rule
}

func (p *picker) subject() rbacv1.Subject {
	switch p.number(3) {
	case 0:
		return rbacv1.Subject{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: p.one("subject")}
	case 1:
		return rbacv1.Subject{Kind: rbacv1.GroupKind, APIGroup: rbacv1.GroupName, Name: p.one("subject")}
	default:
		return rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: p.one("space"), Name: "web"}
	}
}

func (p *picker) question() access.Question {
	if p.number(4) == 0 {
		return access.Question{Verb: p.one("verb"), Path: "/" + strings.Trim(p.one("url"), "/*")}
	}
	resource, subresource, _ := strings.Cut(p.one("resource"), "/")
	return access.Question{
		Verb: p.one("verb"), Group: p.one("group"), Resource: resource, Subresource: subresource, Name: p.one("name"), Namespace: p.one("space"),
	}
}

// attributes is a question as the API server has it.
func attributes(who access.Identity, q access.Question) authorizer.AttributesRecord {
	return authorizer.AttributesRecord{
		User: &user.DefaultInfo{Name: who.User, Groups: who.Groups},
		Verb: q.Verb, Namespace: q.Namespace, APIGroup: q.Group, Resource: q.Resource, Subresource: q.Subresource, Name: q.Name,
		ResourceRequest: q.Path == "", Path: q.Path,
	}
}

// FuzzRule compares how one rule is matched.
func FuzzRule(f *testing.F) {
	f.Add([]byte("a rule and a question"))
	f.Add([]byte{1, 5, 1, 1, 1, 3, 1, 7, 0, 1, 7, 0, 0})
	f.Fuzz(func(t *testing.T, from []byte) {
		p := &picker{from}
		rule, q := p.rule(), p.question()
		record := attributes(access.Identity{User: "ana"}, q)
		if want, got := rbac.RuleAllows(record, &rule), access.Allows(&rule, &q); want != got {
			t.Errorf("%+v: %+v: upstream says %v, the engine %v", rule, q, want, got)
		}
	})
}

// FuzzAuthorizer compares what a few roles and bindings let somebody do.
func FuzzAuthorizer(f *testing.F) {
	f.Add([]byte("roles, bindings, somebody, a question"))
	f.Add([]byte{2, 1, 1, 0, 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
	f.Fuzz(func(t *testing.T, from []byte) {
		p := &picker{from}
		w := p.world()
		index := access.Of(object.NewView(objecttest.Inside(t, w.manifests(t)), nil, nil))
		_, roles := validation.NewTestRuleResolver(w.roles, w.bindings, w.clusterRoles, w.clusterBindings)
		upstream := rbac.New(roles, roles, roles, roles)
		for range 4 {
			who := access.Subject{Kind: access.User, Name: p.one("subject")}.Identity()
			if p.number(2) == 0 {
				who = access.Identity{User: "nobody", Groups: p.some("subject")}
			}
			q := p.question()
			decision, _, _ := upstream.Authorize(context.Background(), attributes(who, q))
			// Members of system:masters pass an authorizer of their own before this one.
			got := false
			for _, reason := range index.Can(who, q) {
				got = got || !reason.Masters()
			}
			if want := decision == authorizer.DecisionAllow; want != got {
				t.Errorf("%+v: %+v: upstream says %v, the engine %v\n%s", who, q, want, got, w.manifests(t))
			}
		}
	})
}

// world is some RBAC.
type world struct {
	roles           []*rbacv1.Role
	clusterRoles    []*rbacv1.ClusterRole
	bindings        []*rbacv1.RoleBinding
	clusterBindings []*rbacv1.ClusterRoleBinding
}

var names = []string{"one", "two", "gone"}

func (p *picker) world() *world {
	w := &world{}
	for _, name := range names[:2] {
		w.clusterRoles = append(w.clusterRoles, &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: []rbacv1.PolicyRule{p.rule()}})
		w.roles = append(w.roles, &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "shop"}, Rules: []rbacv1.PolicyRule{p.rule()}})
	}
	for i, name := range names {
		ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: names[p.number(len(names))]}
		if i > 0 {
			w.clusterBindings = append(w.clusterBindings, &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: name}, RoleRef: ref, Subjects: []rbacv1.Subject{p.subject()}})
			continue
		}
		if p.number(2) == 0 {
			ref.Kind = "Role"
		}
		w.bindings = append(w.bindings, &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "shop"}, RoleRef: ref, Subjects: []rbacv1.Subject{p.subject(), p.subject()},
		})
	}
	return w
}

// manifests is the same RBAC as it is read.
func (w *world) manifests(t *testing.T) string {
	t.Helper()
	var all []string
	add := func(kind string, o any) {
		text, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, `{"kind":"`+kind+`","apiVersion":"rbac.authorization.k8s.io/v1",`+string(text[1:]))
	}
	for _, o := range w.roles {
		add("Role", o)
	}
	for _, o := range w.clusterRoles {
		add("ClusterRole", o)
	}
	for _, o := range w.bindings {
		add("RoleBinding", o)
	}
	for _, o := range w.clusterBindings {
		add("ClusterRoleBinding", o)
	}
	return strings.Join(all, "\n---\n")
}
