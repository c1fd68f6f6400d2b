package leastprivilege_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/audit"
	"github.com/aksight/aksight/inspect/leastprivilege"
	"github.com/aksight/aksight/inspect/object/objecttest"
)

// everybody is what each cluster gives to everybody who is signed in.
const everybody = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: system:discovery}
rules: [{nonResourceURLs: ["/api", "/api/*", "/apis", "/apis/*", "/version"], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: system:discovery}
roleRef: {kind: ClusterRole, name: system:discovery}
subjects: [{kind: Group, name: system:authenticated}]
`

// wide is what the subject holds today.
const wide = everybody + `---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: wide}
rules:
- {apiGroups: [""], resources: [pods, secrets], verbs: [get, list, delete]}
- {apiGroups: [""], resources: [nodes], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: wide}
roleRef: {kind: ClusterRole, name: wide}
subjects: [{kind: ServiceAccount, namespace: shop, name: web}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: breaker}
rules: [{apiGroups: [apps], resources: [deployments], verbs: [delete]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: breaker, namespace: shop}
roleRef: {kind: ClusterRole, name: breaker}
subjects: [{kind: ServiceAccount, name: web}, {kind: User, name: bo}]
`

var web = access.Subject{Kind: access.ServiceAccount, Namespace: "shop", Name: "web"}

// line is an event of a log; more changes it.
func line(t testing.TB, user, verb, ref string, more ...string) string {
	t.Helper()
	event := map[string]any{
		"kind": "Event", "stage": "ResponseComplete", "verb": verb, "requestReceivedTimestamp": "2026-11-20T08:00:00Z",
		"user": map[string]any{"username": user}, "responseStatus": map[string]any{"code": 200},
		"annotations": map[string]any{"authorization.k8s.io/decision": "allow"},
	}
	if strings.HasPrefix(ref, "/") {
		event["requestURI"] = ref
	} else {
		event["requestURI"] = "/x"
		require.NoError(t, json.Unmarshal([]byte(`{"objectRef":`+ref+`}`), &event))
	}
	for _, change := range more {
		require.NoError(t, json.Unmarshal([]byte(change), &event))
	}
	text, err := json.Marshal(event)
	require.NoError(t, err)
	return string(text)
}

const webUser = "system:serviceaccount:shop:web"

func take(t testing.TB, u *leastprivilege.Use, lines ...string) (log *audit.Log, events []*audit.Event) {
	t.Helper()
	log = &audit.Log{}
	require.NoError(t, log.Read("audit.log", strings.NewReader(strings.Join(lines, "\n")), func(e *audit.Event) error {
		u.Take(e)
		events = append(events, e)
		return nil
	}))
	return log, events
}

func worldOf(t testing.TB, manifests string) *access.World {
	t.Helper()
	return access.NewWorld(nil, objecttest.View(t, manifests, nil), nil, nil)
}

func manifestsOf(t testing.TB, roles []any) string {
	t.Helper()
	var all []string
	for _, role := range roles {
		text, err := yaml.Marshal(role)
		require.NoError(t, err)
		all = append(all, string(text))
	}
	return strings.Join(all, "\n---\n")
}

// logs are what somebody did: the roles have to cover each of them, and nothing else.
func logs(t testing.TB) map[string][]string {
	t.Helper()
	var names []string
	for i := range 9 {
		names = append(names, line(t, webUser, "get", fmt.Sprintf(`{"resource":"configmaps","namespace":"shop","name":"run-%d"}`, i)))
	}
	return map[string][]string{
		"one object":           {line(t, webUser, "get", `{"resource":"secrets","namespace":"shop","name":"db"}`)},
		"verbs on one object":  {line(t, webUser, "get", `{"resource":"secrets","namespace":"shop","name":"db"}`), line(t, webUser, "delete", `{"resource":"secrets","namespace":"shop","name":"db"}`)},
		"names that come":      names,
		"a name among a list":  {line(t, webUser, "watch", `{"resource":"secrets","namespace":"shop","name":"db"}`), line(t, webUser, "list", `{"resource":"secrets","namespace":"shop"}`)},
		"everywhere and there": {line(t, webUser, "list", `{"resource":"pods"}`), line(t, webUser, "list", `{"resource":"pods","namespace":"shop"}`), line(t, webUser, "get", `{"resource":"pods","namespace":"shop","name":"a"}`)},
		"created":              {line(t, webUser, "create", `{"resource":"pods","namespace":"shop","name":"named-by-the-log"}`)},
		"a subresource":        {line(t, webUser, "create", `{"resource":"pods","subresource":"exec","namespace":"shop","name":"a"}`), line(t, webUser, "get", `{"resource":"deployments","subresource":"scale","apiGroup":"apps","namespace":"shop","name":"web"}`)},
		"nodes and namespaces": {line(t, webUser, "get", `{"resource":"nodes","name":"n1"}`), line(t, webUser, "get", `{"resource":"namespaces","namespace":"shop","name":"shop"}`)},
		"paths":                {line(t, webUser, "get", "/metrics"), line(t, webUser, "get", "/api/v1"), line(t, webUser, "post", "/metrics"), line(t, webUser, "get", "/logs/kubelet.log?x=1")},
		"several groups and namespaces": {
			line(t, webUser, "list", `{"resource":"deployments","apiGroup":"apps","namespace":"shop"}`), line(t, webUser, "list", `{"resource":"statefulsets","apiGroup":"apps","namespace":"shop"}`),
			line(t, webUser, "list", `{"resource":"pods","namespace":"shop"}`), line(t, webUser, "patch", `{"resource":"deployments","apiGroup":"apps","namespace":"pay","name":"web"}`),
		},
		"all pods of a namespace deleted": {line(t, webUser, "deletecollection", `{"resource":"pods","namespace":"shop"}`)},
	}
}

// TestCovers asks each request of the log again of an index that holds the roles alone,
// and takes each verb, resource, name and path out of them to see that something breaks.
func TestCovers(t *testing.T) {
	for name, lines := range logs(t) {
		t.Run(name, func(t *testing.T) {
			u := leastprivilege.Of(worldOf(t, wide), web)
			log, events := take(t, u, lines...)
			require.Equal(t, len(lines), log.Events)
			require.Equal(t, len(lines), u.Requests)
			roles := u.Roles(worldOf(t, everybody), "least")
			assert.Empty(t, broken(t, roles, events), manifestsOf(t, roles))
			for i, said := range without(roles) {
				assert.NotEmpty(t, broken(t, said, events), "change %d could be left out of\n%s", i, manifestsOf(t, roles))
			}
		})
	}
}

// broken lists the requests that roles do not allow.
func broken(t testing.TB, roles []any, events []*audit.Event) []string {
	t.Helper()
	w := worldOf(t, everybody+"---\n"+manifestsOf(t, roles))
	var all []string
	for _, e := range events {
		q := access.Question{Verb: e.Verb, Group: e.Group, Resource: e.Resource, Subresource: e.Subresource, Namespace: e.Namespace, Name: e.Name, Path: e.Path}
		if e.Verb == "create" && e.Subresource == "" {
			q.Name = "" // an authorizer is not told it
		}
		if len(w.Can(web, q)) == 0 {
			all = append(all, q.String())
		}
	}
	return all
}

// without returns the roles with each part of a rule left out, and each rule.
func without(roles []any) [][]any {
	var all [][]any
	for i, role := range roles {
		var rules *[]rbacv1.PolicyRule
		var copied any
		switch role := role.(type) {
		case *rbacv1.Role:
			next := role.DeepCopy()
			copied, rules = next, &next.Rules
		case *rbacv1.ClusterRole:
			next := role.DeepCopy()
			copied, rules = next, &next.Rules
		default:
			continue
		}
		whole := *rules
		change := func(to []rbacv1.PolicyRule) {
			*rules = to
			changed := slices.Clone(roles)
			switch role := copied.(type) {
			case *rbacv1.Role:
				changed[i] = role.DeepCopy()
			case *rbacv1.ClusterRole:
				changed[i] = role.DeepCopy()
			}
			all = append(all, changed)
		}
		for r := range whole {
			change(slices.Delete(slices.Clone(whole), r, r+1))
			for _, part := range []func(*rbacv1.PolicyRule) *[]string{
				func(r *rbacv1.PolicyRule) *[]string { return &r.Verbs }, func(r *rbacv1.PolicyRule) *[]string { return &r.Resources },
				func(r *rbacv1.PolicyRule) *[]string { return &r.ResourceNames }, func(r *rbacv1.PolicyRule) *[]string { return &r.NonResourceURLs },
			} {
				for at := range *part(&whole[r]) {
					if len(*part(&whole[r])) == 1 {
						continue // it is the rule, or with a name left out more than it
					}
					less := slices.Clone(whole)
					less[r] = *whole[r].DeepCopy()
					*part(&less[r]) = slices.Delete(*part(&less[r]), at, at+1)
					change(less)
				}
			}
		}
	}
	return all
}

func TestHoldings(t *testing.T) {
	w := worldOf(t, wide)
	find := func(holdings []leastprivilege.Holding, name string) leastprivilege.Holding {
		for _, h := range holdings {
			if h.Name == name {
				return h
			}
		}
		t.Fatalf("no %s among %v", name, holdings)
		return leastprivilege.Holding{}
	}
	u := leastprivilege.Of(w, web)
	log, _ := take(t, u, line(t, webUser, "delete", `{"resource":"pods","namespace":"shop","name":"a"}`), line(t, "bo", "list", `{"resource":"pods"}`))
	holdings := u.Holdings(w, log)
	require.Len(t, holdings, 2, "what everybody holds is none of its own")
	h := find(holdings, "wide")
	assert.Equal(t, leastprivilege.InPart, h.Finding)
	assert.Equal(t, []string{"delete on pods, secrets (core)"}, h.Used)
	assert.Equal(t, []string{"get, list on pods, secrets (core)", "get on nodes (core)"}, h.Unused)
	h = find(holdings, "breaker")
	assert.Equal(t, leastprivilege.Unused, h.Finding)
	assert.True(t, h.Shared)

	// A log of changes alone tells nothing of what was read.
	u = leastprivilege.Of(w, web)
	log, _ = take(t, u, line(t, webUser, "create", `{"resource":"pods","namespace":"shop"}`))
	h = find(u.Holdings(w, log), "wide")
	assert.Equal(t, leastprivilege.Untold, h.Finding)
	assert.Equal(t, []string{"delete on pods, secrets (core)"}, h.Unused)
	assert.Equal(t, []string{"get, list on pods, secrets (core)", "get on nodes (core)"}, h.Untold)
	assert.Equal(t, "what it reads", u.Gaps(w, log)[0].What)
}

func TestImpersonation(t *testing.T) {
	as := func(name string, groups ...string) string {
		text, err := json.Marshal(map[string]any{"impersonatedUser": map[string]any{"username": name, "groups": groups}})
		require.NoError(t, err)
		return string(text)
	}
	u := leastprivilege.Of(worldOf(t, everybody), web)
	_, _ = take(t, u,
		line(t, webUser, "list", `{"resource":"pods"}`, as("ana", "ops", "system:authenticated")),
		line(t, webUser, "list", `{"resource":"pods"}`, as("system:serviceaccount:pay:job", "system:serviceaccounts", "system:serviceaccounts:pay", "system:authenticated")),
		line(t, webUser, "list", `{"resource":"pods"}`, as("eve", "system:authenticated"), `{"authenticationMetadata":{"impersonationConstraint":"impersonate:user-info"}}`),
	)
	assert.Equal(t, 3, u.Impersonations)
	assert.Zero(t, u.Requests, "what somebody else asked for is not its own")
	assert.Equal(t, strings.TrimSpace(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: least
rules:
- apiGroups:
  - ""
  resourceNames:
  - ana
  resources:
  - users
  verbs:
  - impersonate
- apiGroups:
  - ""
  resourceNames:
  - ops
  resources:
  - groups
  verbs:
  - impersonate
- apiGroups:
  - ""
  resources:
  - pods
  verbs:
  - impersonate-on:user-info:list
- apiGroups:
  - authentication.k8s.io
  resourceNames:
  - eve
  resources:
  - users
  verbs:
  - impersonate:user-info
`), strings.TrimSpace(strings.Split(manifestsOf(t, u.Roles(worldOf(t, everybody), "least")), "\n---\n")[0]))

	// Whom it is about may be the one who was impersonated.
	u = leastprivilege.Of(worldOf(t, everybody), access.Subject{Kind: access.User, Name: "ana"})
	_, _ = take(t, u, line(t, webUser, "list", `{"resource":"pods"}`, as("ana", "ops", "system:authenticated")))
	assert.Equal(t, 1, u.Requests)
}

func TestWhoseRequests(t *testing.T) {
	const oid = "0b1c0000-0000-4000-8000-000000000001"
	group := `{"user":{"username":"ana@contoso.example","groups":["ops","system:authenticated"],"extra":{"oid":["` + oid + `"]}}}`
	for name, c := range map[string]struct {
		subject access.Subject
		want    string
	}{
		"a user, whatever the case": {access.Subject{Kind: access.User, Name: "Ana@contoso.example"}, "User ana@contoso.example"},
		"a group":                   {access.Subject{Kind: access.Group, Name: "ops"}, "Group ops"},
		"nobody":                    {access.Subject{Kind: access.User, Name: "bo"}, ""},
	} {
		w := worldOf(t, everybody)
		u := leastprivilege.Of(w, c.subject)
		_, _ = take(t, u, line(t, "", "list", `{"resource":"pods"}`, group))
		said := ""
		for _, role := range u.Roles(w, "least") {
			if binding, is := role.(*rbacv1.ClusterRoleBinding); is {
				said = binding.Subjects[0].Kind + " " + binding.Subjects[0].Name
			}
		}
		assert.Equal(t, c.want, said, name)
	}
}

func TestCounts(t *testing.T) {
	w := worldOf(t, everybody)
	u := leastprivilege.Of(w, web)
	same := `{"auditID":"a1"}`
	_, _ = take(t, u,
		line(t, webUser, "list", `{"resource":"pods"}`, same, `{"stage":"RequestReceived"}`),
		line(t, webUser, "watch", `{"resource":"pods"}`, same, `{"stage":"ResponseStarted"}`),
		line(t, webUser, "watch", `{"resource":"pods"}`, same),
		line(t, webUser, "get", `{"resource":"secrets","namespace":"shop","name":"db"}`, `{"annotations":{"authorization.k8s.io/decision":"forbid"}}`),
		line(t, webUser, "get", "/healthz*"),
		line(t, webUser, "patch", `{"resource":"pods","namespace":"shop","name":"a"}`, `{"responseStatus":{"code":201}}`),
	)
	assert.Equal(t, []int{3, 1, 1}, []int{u.Requests, u.Refused, u.Odd})
	refused, all := u.RefusedRequests()
	assert.Equal(t, []string{"get secrets db in shop"}, refused)
	assert.True(t, all)
	text := manifestsOf(t, u.Roles(w, "least"))
	assert.Contains(t, text, "- create\n  - patch", "an applied object that was not there is created")
	assert.NotContains(t, text, "healthz")
	assert.NotContains(t, text, "secrets", "what was refused needs no right")
}

func TestManyPaths(t *testing.T) {
	w := worldOf(t, everybody)
	u := leastprivilege.Of(w, web)
	var lines []string
	for i := range 300 {
		lines = append(lines, line(t, webUser, "get", fmt.Sprintf("/logs/%d", i)))
	}
	_, events := take(t, u, lines...)
	roles := u.Roles(w, "least")
	assert.Empty(t, broken(t, roles, events))
	assert.Equal(t, []string{"/logs/*"}, roles[0].(*rbacv1.ClusterRole).Rules[0].NonResourceURLs)
}

// FuzzTake takes whatever stands in a log: the roles cover it, and hold no * that nobody
// asked for.
func FuzzTake(f *testing.F) {
	for _, lines := range logs(f) {
		f.Add(strings.Join(lines, "\n"))
	}
	f.Add(line(f, webUser, "*", `{"resource":"*","apiGroup":"*"}`))
	f.Fuzz(func(t *testing.T, text string) {
		w := worldOf(t, everybody)
		u := leastprivilege.Of(w, web)
		log := &audit.Log{}
		if log.Read("audit.log", strings.NewReader(text), func(e *audit.Event) error { u.Take(e); return nil }) != nil {
			return
		}
		u.Gaps(w, log)
		u.Holdings(w, log)
		for _, role := range u.Roles(w, "least") {
			if role, is := role.(*rbacv1.Role); is {
				for _, rule := range role.Rules {
					if slices.Contains(rule.Verbs, "*") || slices.Contains(rule.Resources, "*") || slices.Contains(rule.APIGroups, "*") {
						t.Fatalf("a rule for everything: %v", rule)
					}
				}
			}
		}
	})
}
