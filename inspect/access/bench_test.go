package access_test

import (
	"fmt"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// large is a cluster with 2,000 roles, 10,000 bindings and 5,000 subjects.
func large() *model.Inside {
	in := &model.Inside{Server: "v1.34.2", Objects: map[model.Kind][]*model.Object{}}
	add := func(kind model.Kind, namespace, name string, typed any) {
		ref := model.Ref{Kind: kind, Namespace: namespace, Name: name}
		in.Objects[kind] = append(in.Objects[kind], &model.Object{Ref: ref, Typed: typed})
	}
	verbs := []string{"get", "list", "watch", "create", "update", "patch", "delete"}
	resources := []string{"pods", "configmaps", "services", "pods/log", "secrets", "deployments", "pods/exec", "serviceaccounts/token"}
	for i := range 2000 {
		namespace := fmt.Sprintf("ns-%03d", i%500)
		name := fmt.Sprintf("role-%04d", i)
		add(model.KindRole, namespace, name, &rbacv1.Role{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
			Rules:      []rbacv1.PolicyRule{{APIGroups: []string{"", "apps"}, Resources: resources[:1+i%len(resources)], Verbs: verbs[:1+i%len(verbs)]}},
		})
	}
	for i := range 10000 {
		namespace, role := fmt.Sprintf("ns-%03d", i%500), i%2000
		name := fmt.Sprintf("binding-%05d", i)
		add(model.KindRoleBinding, namespace, name, &rbacv1.RoleBinding{
			RoleRef:  rbacv1.RoleRef{Kind: "Role", Name: fmt.Sprintf("role-%04d", role)},
			Subjects: []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: namespace, Name: fmt.Sprintf("sa-%d", i%5000/500)}},
		})
	}
	return in
}

func BenchmarkIndex(b *testing.B) {
	in := large()
	b.ReportAllocs()
	for b.Loop() {
		access.Of(object.NewView(in, nil, nil))
	}
}

func BenchmarkWhoCan(b *testing.B) {
	x := access.Of(object.NewView(large(), nil, nil))
	b.ReportAllocs()
	for b.Loop() {
		x.WhoCan(access.Question{Verb: "get", Resource: "secrets"}, true)
	}
}

func BenchmarkWaysToEverything(b *testing.B) {
	in := large()
	for b.Loop() {
		access.GraphOf(object.NewView(in, nil, nil)).WhoReaches(access.Everything)
	}
}
