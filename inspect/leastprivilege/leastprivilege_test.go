package leastprivilege_test

import (
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

var web = access.Subject{Kind: access.ServiceAccount, Namespace: "shop", Name: "web"}

// request is a line of an audit log; what is asked is written as "VERB RESOURCE[.GROUP]
// [NAMESPACE/][NAME]", or "VERB /path".
type request struct {
	user, asks string
	code       int
}

func (r request) line(t *testing.T, id int) string {
	t.Helper()
	words := strings.Fields(r.asks)
	require.GreaterOrEqual(t, len(words), 2)
	target, ref := words[1], ""
	if !strings.HasPrefix(target, "/") {
		resource, group, _ := strings.Cut(target, ".")
		resource, subresource, _ := strings.Cut(resource, "/")
		namespace, name := "", ""
		if len(words) > 2 {
			namespace, name, _ = strings.Cut(words[2], "/")
		}
		ref = fmt.Sprintf(`,"objectRef":{"resource":%q,"subresource":%q,"apiGroup":%q,"namespace":%q,"name":%q}`, resource, subresource, group, namespace, name)
		target = "/api"
	}
	code := r.code
	if code == 0 {
		code = 200
	}
	return fmt.Sprintf(`{"kind":"Event","auditID":"a%d","stage":"ResponseComplete","requestURI":%q,"verb":%q,"user":{"username":%q}%s,"responseStatus":{"code":%d},"requestReceivedTimestamp":"2026-11-20T08:00:%02dZ"}`,
		id, target, words[0], r.user, ref, code, id%60)
}

// shown is what a log of those requests shows of the service account shop/web.
func shown(t *testing.T, requests ...request) (*leastprivilege.Use, []*audit.Event) {
	t.Helper()
	use := leastprivilege.Of(web)
	var lines []string
	for i, r := range requests {
		if r.user == "" {
			r.user = web.Identity().User
		}
		lines = append(lines, r.line(t, i))
	}
	var allowed []*audit.Event
	var log audit.Log
	require.NoError(t, log.Read("audit.log", strings.NewReader(strings.Join(lines, "\n")), func(e *audit.Event) error {
		use.Take(e)
		if e.Allowed() && e.User.Name == web.Identity().User {
			allowed = append(allowed, e)
		}
		return nil
	}))
	require.Zero(t, log.Malformed)
	return use, allowed
}

func written(t *testing.T, roles []any) string {
	t.Helper()
	documents := make([]string, len(roles))
	for i, role := range roles {
		text, err := yaml.Marshal(role)
		require.NoError(t, err)
		documents[i] = string(text)
	}
	return strings.Join(documents, "---\n")
}

// refused is the first request that an API server with those roles alone would refuse.
func refused(t *testing.T, roles []any, requests []*audit.Event) *access.Question {
	t.Helper()
	index := access.Of(objecttest.View(t, written(t, roles), nil))
	for _, e := range requests {
		q := access.Question{Verb: e.Verb, Group: e.Group, Resource: e.Resource, Subresource: e.Subresource, Name: e.Name, Namespace: e.Namespace}
		if e.Verb == "create" && e.Subresource == "" {
			q.Name = ""
		}
		if e.Resource == "" {
			q = access.Question{Verb: e.Verb, Path: e.Path}
		}
		if len(index.Can(web.Identity(), q)) == 0 {
			return &q
		}
	}
	return nil
}

var busy = []request{
	{asks: "get secrets shop/db"}, {asks: "get configmaps shop/web"}, {asks: "list pods shop/"}, {asks: "watch pods shop/"},
	{asks: "get pods/log shop/web-0"}, {asks: "create pods/exec shop/web-0"}, {asks: "create configmaps shop/made-later"},
	{asks: "list pods"}, {asks: "list nodes"}, {asks: "get nodes /aks-1"}, {asks: "patch deployments.apps shop/web"}, {asks: "update deployments/scale.apps shop/web"},
	{asks: "get leases.coordination.k8s.io kube-system/web"}, {asks: "update leases.coordination.k8s.io kube-system/web"},
	{asks: "get /metrics"}, {asks: "get /healthz"},
	{asks: "get endpoints a/1"}, {asks: "get endpoints a/2"}, {asks: "get endpoints a/3"}, {asks: "get endpoints a/4"}, {asks: "get endpoints a/5"}, {asks: "get endpoints a/6"},
	{asks: "delete secrets shop/db", code: 403}, {user: "ana@contoso.example", asks: "delete nodes /aks-1"},
}

func TestTheRolesAllowWhatWasUsed(t *testing.T) {
	use, allowed := shown(t, busy...)
	assert.Equal(t, 22, use.Requests)
	assert.Len(t, allowed, 22)
	assert.Equal(t, []string{"delete secrets in shop"}, use.RefusedRequests())
	assert.Nil(t, refused(t, use.Roles("web-least"), allowed))
}

// Whatever is taken away from them, something that was used is refused.
func TestTheRolesAreTheSmallest(t *testing.T) {
	use, allowed := shown(t, busy...)
	less := 0
	for n, role := range use.Roles("web-least") {
		rules := rulesOf(role)
		for i := range rules {
			for _, list := range []func(*rbacv1.PolicyRule) *[]string{
				func(r *rbacv1.PolicyRule) *[]string { return &r.Verbs },
				func(r *rbacv1.PolicyRule) *[]string { return &r.Resources },
				func(r *rbacv1.PolicyRule) *[]string { return &r.NonResourceURLs },
				func(r *rbacv1.PolicyRule) *[]string { return &r.ResourceNames },
			} {
				for k := range *list(&rules[i]) {
					fewer := use.Roles("web-least")
					rule := rulesOf(fewer[n])[i]
					entries := list(&rule)
					without := slices.Delete(slices.Clone(*entries), k, k+1)
					if len(without) == 0 && entries == &rule.ResourceNames {
						continue // without a name left it would allow all of them
					}
					*entries = without
					rulesOf(fewer[n])[i] = rule
					less++
					assert.NotNil(t, refused(t, fewer, allowed), "%+v", rules[i])
				}
			}
		}
	}
	assert.Greater(t, less, 20)
}

func rulesOf(role any) []rbacv1.PolicyRule {
	switch role := role.(type) {
	case *rbacv1.Role:
		return role.Rules
	case *rbacv1.ClusterRole:
		return role.Rules
	default:
		return nil
	}
}

func TestRolesAreWrittenForKubectl(t *testing.T) {
	use, _ := shown(t, request{asks: "get secrets shop/db"}, request{asks: "list pods shop/"}, request{asks: "watch pods shop/"}, request{asks: "list pods"})
	assert.Equal(t, `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: web-least
rules:
- apiGroups:
  - ""
  resources:
  - pods
  verbs:
  - list
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: web-least
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: web-least
subjects:
- kind: ServiceAccount
  name: web
  namespace: shop
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: web-least
  namespace: shop
rules:
- apiGroups:
  - ""
  resourceNames:
  - db
  resources:
  - secrets
  verbs:
  - get
- apiGroups:
  - ""
  resources:
  - pods
  verbs:
  - watch
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: web-least
  namespace: shop
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: web-least
subjects:
- kind: ServiceAccount
  name: web
  namespace: shop
`, written(t, use.Roles("web-least")))
}

func TestWhatIsHeldAndNotUsed(t *testing.T) {
	const held = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web, namespace: shop}
rules:
- {apiGroups: [""], resources: [pods], verbs: [get, list]}
- {apiGroups: [""], resources: [secrets], verbs: ["*"]}
- {apiGroups: [""], resources: [configmaps], verbs: [delete]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
`
	w := access.NewWorld(nil, objecttest.View(t, held, nil), nil, nil)
	use, _ := shown(t, request{asks: "list pods shop/"})
	all := use.Held(w, false)
	assert.Len(t, all.Unused, 2, "all of Secrets, and deleting ConfigMaps")
	assert.Equal(t, []string{"get, list on pods (core), by RoleBinding shop/web"}, all.Wider)
	changes := use.Held(w, true)
	require.Len(t, changes.Unused, 1, "a log of changes does not tell whether Secrets were read")
	assert.Contains(t, changes.Unused[0], "configmaps")
	assert.Empty(t, changes.Wider)
	use, _ = shown(t, request{asks: "list pods shop/"}, request{asks: "get pods shop/a"}, request{asks: "get secrets shop/a"}, request{asks: "delete configmaps shop/a"})
	assert.Equal(t, leastprivilege.Held{Wider: []string{"* on secrets (core), by RoleBinding shop/web"}}, use.Held(w, false))
}

func TestARequestIsCountedOnceAndUnderWhoItWasMadeAs(t *testing.T) {
	use := leastprivilege.Of(access.Subject{Kind: access.User, Name: "0b1c"}, "0b1c", "alice@example.com")
	alice := audit.User{Name: "alice@example.com", ObjectID: "0b1c"}
	for _, e := range []audit.Event{
		{ID: "1", Stage: "RequestReceived", Verb: "watch", Resource: "pods", User: alice},
		{ID: "1", Stage: "ResponseStarted", Verb: "watch", Resource: "pods", User: alice, Code: 200},
		{ID: "1", Stage: "ResponseComplete", Verb: "watch", Resource: "pods", User: alice, Code: 200},
		{ID: "2", Stage: "ResponseComplete", Verb: "get", Resource: "secrets", User: alice, As: &audit.User{Name: "bob"}, Code: 200},
		{ID: "3", Stage: "ResponseComplete", Verb: "get", Resource: "nodes", User: audit.User{Name: "bob"}, As: &alice, Code: 200},
	} {
		use.Take(&e)
	}
	assert.Equal(t, 2, use.Requests)
	roles := written(t, use.Roles("alice"))
	assert.Contains(t, roles, "name: alice@example.com", "the name by which the API server knows it")
	assert.NotContains(t, roles, "secrets")
	assert.Contains(t, roles, "nodes")
}
