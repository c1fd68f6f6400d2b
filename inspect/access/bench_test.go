package access_test

import (
	"fmt"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/azurerbac"
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

// largeRights are Azure's rights around the large cluster: 2,000 role assignments, on it,
// in its namespaces and above it, 5,000 people and 500 groups, each of ten of them and a
// tenth of them within another.
func largeRights(b *testing.B) *azurerbac.Index {
	b.Helper()
	rights := roles(b)
	for i := range 5000 {
		rights.User(fmt.Sprintf("person-%04d@fabrikam.example", i))
	}
	for i := range 500 {
		var members []string
		for m := range 10 {
			members = append(members, fmt.Sprintf("person-%04d@fabrikam.example", (10*i+m)%5000))
		}
		if i%10 == 0 {
			members = append(members, fmt.Sprintf("team-%03d", (i+1)%500))
		}
		rights.Group(fmt.Sprintf("team-%03d", i), members...)
	}
	names := []string{"RBAC Writer", "Reader", "Reads everything", "Contributor", "Cluster Admin", "RBAC Admin", "VM Contributor"}
	for i := range 2000 {
		scope := model.ID(fmt.Sprintf("%s/namespaces/ns-%03d", clusterID, i%500))
		switch {
		case i%50 == 0:
			scope = subscription
		case i%10 == 0:
			scope = clusterID
		}
		role := names[i%3] // what takes the cluster over is held by few
		if i%40 == 0 {
			role = names[i/40%len(names)]
		}
		if i%4 == 0 {
			rights.Assign("User", fmt.Sprintf("person-%04d@fabrikam.example", i), role, scope)
		} else {
			rights.Assign("Group", fmt.Sprintf("team-%03d", i%500), role, scope)
		}
	}
	return rights.Index()
}

// BenchmarkWorld is the same with Azure's rights beside those of Kubernetes.
func BenchmarkWorld(b *testing.B) {
	in, rights, cluster := large(), largeRights(b), payCluster(nil)
	b.Run("index", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			access.NewWorld(cluster, object.NewView(in, cluster, nil), rights, nil)
		}
	})
	b.Run("who can", func(b *testing.B) {
		w := access.NewWorld(cluster, object.NewView(in, cluster, nil), rights, nil)
		b.ReportAllocs()
		for b.Loop() {
			w.WhoCan(access.Question{Verb: "get", Resource: "secrets"}, true)
		}
	})
	b.Run("ways to cluster-admin", func(b *testing.B) {
		for b.Loop() {
			access.NewWorld(cluster, object.NewView(in, cluster, nil), rights, nil).Graph().WhoReaches(access.Everything)
		}
	})
}

func BenchmarkWaysToEverything(b *testing.B) {
	in := large()
	for b.Loop() {
		access.GraphOf(object.NewView(in, nil, nil)).WhoReaches(access.Everything)
	}
}
