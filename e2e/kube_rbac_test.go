package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aksight/aksight/e2e/apiserver"
	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/object/objecttest"
)

// How much is made up, and how much is asked about it. The seed is fixed: a difference
// that was found once is found again.
const (
	madeRoles     = 80
	madeBindings  = 120
	questions     = 4000
	holdersOf     = 120
	reviewsAtOnce = 24
	seed          = 20261126
)

// made is a world of RBAC that was made up by chance, out of few names so that much of it
// meets.
type made struct {
	*rand.Rand
	namespaces, users, groups, accounts []string
}

func newMade(namespaces []string) *made {
	return &made{
		Rand: rand.New(rand.NewPCG(seed, 1)), namespaces: namespaces,
		users:    []string{"ana", "bo", "cy", "system:anonymous", "Ana"},
		groups:   []string{"dev", "ops", "system:authenticated", "system:unauthenticated", "system:serviceaccounts", "system:serviceaccounts:" + namespaces[0], "system:masters"},
		accounts: []string{"web", "job", "default"},
	}
}

func (m *made) one(list ...string) string { return list[m.IntN(len(list))] }

func (m *made) some(list ...string) []string {
	var some []string
	for range 1 + m.IntN(3) {
		some = append(some, m.one(list...))
	}
	return some
}

var (
	askedVerbs     = []string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "impersonate", "bind", "use"}
	askedGroups    = []string{"", "apps", "batch", "rbac.authorization.k8s.io", "example.com"}
	askedResources = []string{"pods", "secrets", "deployments", "jobs", "roles", "nodes", "widgets", "serviceaccounts"}
	askedParts     = []string{"", "", "", "exec", "scale", "status", "log", "token"}
	askedNames     = []string{"", "a", "b"}
	askedURLs      = []string{"/healthz", "/healthz/etcd", "/metrics", "/api", "/apis/apps", "/"}
)

func (m *made) rule(clusterRole bool) rbacv1.PolicyRule {
	verbs := m.some(append([]string{"*"}, askedVerbs...)...)
	if clusterRole && m.IntN(5) == 0 {
		return rbacv1.PolicyRule{Verbs: verbs, NonResourceURLs: m.some("*", "/healthz", "/healthz/*", "/metrics", "/api*", "/apis/*")}
	}
	rule := rbacv1.PolicyRule{Verbs: verbs, APIGroups: m.some(append([]string{"*"}, askedGroups...)...)}
	for range 1 + m.IntN(3) {
		switch m.IntN(8) {
		case 0:
			rule.Resources = append(rule.Resources, "*")
		case 1:
			rule.Resources = append(rule.Resources, "*/"+m.one("scale", "exec", "status"))
		case 2, 3:
			rule.Resources = append(rule.Resources, m.one(askedResources...)+"/"+m.one("exec", "scale", "status", "log", "token", "*"))
		default:
			rule.Resources = append(rule.Resources, m.one(askedResources...))
		}
	}
	if m.IntN(4) == 0 {
		rule.ResourceNames = m.some("a", "b", "c")
	}
	return rule
}

func (m *made) rules(clusterRole bool) []rbacv1.PolicyRule {
	rules := make([]rbacv1.PolicyRule, m.IntN(4))
	for i := range rules {
		rules[i] = m.rule(clusterRole)
	}
	return rules
}

func (m *made) subjects(namespace string) []rbacv1.Subject {
	var subjects []rbacv1.Subject
	for range m.IntN(4) {
		switch m.IntN(3) {
		case 0:
			subjects = append(subjects, rbacv1.Subject{Kind: "User", APIGroup: rbacv1.GroupName, Name: m.one(append([]string{"system:serviceaccount:" + m.one(m.namespaces...) + ":web"}, m.users...)...)})
		case 1:
			subjects = append(subjects, rbacv1.Subject{Kind: "Group", APIGroup: rbacv1.GroupName, Name: m.one(m.groups[:6]...)})
		default:
			of := m.one(m.namespaces...)
			if namespace != "" && m.IntN(2) == 0 {
				of = namespace
			}
			subjects = append(subjects, rbacv1.Subject{Kind: "ServiceAccount", Namespace: of, Name: m.one(m.accounts...)})
		}
	}
	return subjects
}

const rbacPath = "/apis/rbac.authorization.k8s.io/v1/"

// create makes roles and bindings on the API server. Some bindings name roles that are
// not there.
func (m *made) create(t *testing.T, client *apiserver.Client) {
	t.Helper()
	in := func(namespace, resource string) string {
		if namespace == "" {
			return rbacPath + resource
		}
		return rbacPath + "namespaces/" + namespace + "/" + resource
	}
	for i := range madeRoles {
		meta := metav1.ObjectMeta{Name: fmt.Sprintf("made-%d", i)}
		if i%2 == 0 {
			require.NoError(t, client.Create(t.Context(), in("", "clusterroles"), rbacv1.ClusterRole{ObjectMeta: meta, Rules: m.rules(true)}))
			continue
		}
		namespace := m.one(m.namespaces...)
		require.NoError(t, client.Create(t.Context(), in(namespace, "roles"), rbacv1.Role{ObjectMeta: meta, Rules: m.rules(false)}))
	}
	for i := range madeBindings {
		meta := metav1.ObjectMeta{Name: fmt.Sprintf("made-%d", i)}
		ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: fmt.Sprintf("made-%d", 2*m.IntN(madeRoles/2+2))}
		if i%3 == 0 {
			require.NoError(t, client.Create(t.Context(), in("", "clusterrolebindings"), rbacv1.ClusterRoleBinding{ObjectMeta: meta, RoleRef: ref, Subjects: m.subjects("")}))
			continue
		}
		if m.IntN(2) == 0 {
			ref.Kind, ref.Name = "Role", fmt.Sprintf("made-%d", 2*m.IntN(madeRoles/2)+1)
		}
		namespace := m.one(m.namespaces...)
		require.NoError(t, client.Create(t.Context(), in(namespace, "rolebindings"), rbacv1.RoleBinding{ObjectMeta: meta, RoleRef: ref, Subjects: m.subjects(namespace)}))
	}
}

// indexOf reads the RBAC of a cluster into the engine.
func indexOf(t *testing.T, client *apiserver.Client) *access.Index {
	t.Helper()
	return access.Of(viewOf(t, client))
}

// viewOf is the RBAC of a cluster as the engine is given it.
func viewOf(t *testing.T, client *apiserver.Client) *object.View {
	t.Helper()
	var manifests []string
	for resource, kind := range map[string]string{"roles": "Role", "clusterroles": "ClusterRole", "rolebindings": "RoleBinding", "clusterrolebindings": "ClusterRoleBinding"} {
		var list struct{ Items []map[string]any }
		require.NoError(t, client.Get(t.Context(), rbacPath+resource, &list))
		for _, item := range list.Items {
			item["kind"], item["apiVersion"] = kind, "rbac.authorization.k8s.io/v1"
			text, err := json.Marshal(item)
			require.NoError(t, err)
			manifests = append(manifests, string(text))
		}
	}
	inside := objecttest.Inside(t, strings.Join(manifests, "\n---\n"))
	var version struct{ GitVersion string }
	require.NoError(t, client.Get(t.Context(), "/version", &version))
	inside.Server = version.GitVersion
	return object.NewView(inside, nil, nil)
}

func (m *made) question() access.Question {
	if m.IntN(8) == 0 {
		return access.Question{Verb: m.one("get", "post", "*", "put"), Path: m.one(askedURLs...)}
	}
	q := access.Question{
		Verb: m.one(askedVerbs...), Group: m.one(askedGroups...), Resource: m.one(askedResources...), Subresource: m.one(askedParts...),
		Name: m.one(askedNames...),
	}
	if m.IntN(3) > 0 {
		q.Namespace = m.one(m.namespaces...)
	}
	return q
}

func (m *made) identity() access.Identity {
	switch m.IntN(4) {
	case 0:
		return access.Subject{Kind: access.ServiceAccount, Namespace: m.one(m.namespaces...), Name: m.one(m.accounts...)}.Identity()
	case 1:
		return access.Identity{User: m.one(m.users...), Groups: m.some(m.groups...)}
	case 2:
		return access.Subject{Kind: access.User, Name: m.one(m.users...)}.Identity()
	default:
		return access.Identity{User: "somebody", Groups: m.some(m.groups[:6]...)}
	}
}

// review is what the API server decides.
func review(t *testing.T, client *apiserver.Client, who access.Identity, q access.Question) bool {
	t.Helper()
	spec := map[string]any{"user": who.User, "groups": who.Groups}
	if q.Path != "" {
		spec["nonResourceAttributes"] = map[string]string{"path": q.Path, "verb": q.Verb}
	} else {
		spec["resourceAttributes"] = map[string]string{
			"verb": q.Verb, "group": q.Group, "resource": q.Resource, "subresource": q.Subresource, "name": q.Name, "namespace": q.Namespace,
		}
	}
	answer, err := client.Do(t.Context(), http.MethodPost, "/apis/authorization.k8s.io/v1/subjectaccessreviews", map[string]any{"spec": spec})
	if !assert.NoError(t, err) {
		return false
	}
	var said struct{ Status struct{ Allowed bool } }
	assert.NoError(t, json.Unmarshal(answer, &said))
	return said.Status.Allowed
}

// TestKubeRBACIsWhatTheAPIServerDecides makes RBAC objects up beside the API server's own
// policy and those of a busy cluster, and asks thousands of questions of both the engine
// and the API server. They never differ.
func TestKubeRBACIsWhatTheAPIServerDecides(t *testing.T) {
	t.Parallel()
	server := cluster(t)
	client := server.Client(apiserver.Admin)
	m := newMade([]string{"team-000-dev", "team-001-test", "team-000-prod"})
	m.create(t, client)
	index := indexOf(t, client)
	type asked struct {
		who access.Identity
		q   access.Question
	}
	all := make([]asked, questions)
	for i := range all {
		all[i] = asked{m.identity(), m.question()}
	}
	allowed := 0
	for _, a := range all {
		if len(index.Can(a.who, a.q)) > 0 {
			allowed++
		}
	}
	require.Greater(t, allowed, questions/10, "enough of them are allowed")
	require.Less(t, allowed, questions*9/10, "and enough are not")
	each(all, func(a asked) {
		assert.Equal(t, review(t, client, a.who, a.q), len(index.Can(a.who, a.q)) > 0, "%+v: %+v", a.who, a.q)
	})

	// Who can, from the other side: whoever is named may, and nobody else.
	questions := make([]access.Question, holdersOf)
	for i := range questions {
		questions[i] = m.question()
	}
	each(questions, func(q access.Question) {
		may := map[access.Subject]bool{}
		for _, holder := range index.WhoCan(q, false) {
			may[holder.Subject] = true
		}
		for _, s := range index.Subjects() {
			who := access.Identity{Groups: []string{s.Name}, User: "nobody"}
			if s.Kind != access.Group {
				who = access.Identity{User: s.Identity().User}
			}
			assert.Equal(t, review(t, client, who, q), may[s], "%s: %+v", s, q)
		}
	})
}

// each calls f for every one, several at a time.
func each[T any](list []T, f func(T)) {
	var group sync.WaitGroup
	slots := make(chan struct{}, reviewsAtOnce)
	for _, one := range list {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			f(one)
		})
	}
	group.Wait()
}
