package e2e

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	rbac           = "rbac.authorization.k8s.io"
	clusterRoles   = rbac + "/clusterroles"
	roles          = rbac + "/roles"
	clusterBinding = rbac + "/clusterrolebindings"
	roleBinding    = rbac + "/rolebindings"
	authn          = "authentication.k8s.io"
)

// everyRule is the rules of cluster-admin in the object of a role.
const everyRule = `"rules":[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]`

func roleOf(kind, name, rules string) string {
	return `{"apiVersion":"` + rbac + `/v1","kind":"` + kind + `","metadata":{"name":"` + name + `"},` + rules + `}`
}

// aggregate is the label by which a cluster role widens view.
const aggregate = rbac + "/aggregate-to-view"

// wider is a cluster role that has view get a resource.
func wider(name, resource string) string {
	return `{"apiVersion":"` + rbac + `/v1","kind":"ClusterRole","metadata":{"name":"` + name + `","labels":{"` + aggregate + `":"true"}},
		"rules":[{"apiGroups":[""],"resources":[` + resource + `],"verbs":["get"]}]}`
}

// asCluster is the user to whom AKS binds cluster-admin.
const asCluster = "clusterAdmin"

// bindsClusterAdmin binds a user of its own, as AKS does.
func bindsClusterAdmin(s *stage) {
	s.makes(rbacPath+"clusterrolebindings", map[string]any{
		"metadata": map[string]any{"name": s.namespace},
		"roleRef":  map[string]any{"apiGroup": rbac, "kind": "ClusterRole", "name": "cluster-admin"},
		"subjects": []any{map[string]any{"apiGroup": rbac, "kind": "User", "name": asCluster + "-" + s.namespace}},
	})
}

// identityRows are about roles, bindings and names.
var identityRows = []escalation{
	{
		id: "R02", to: "cluster-admin", keeper: true, rights: []right{here("*", "*/*")}, near: []right{here("*", "core/configmaps")},
		act: func(_ *stage, a *actor) error { return a.does("create", "token", "keeper") }, after: mintsKeeper,
	},
	{
		id: "R01", to: "cluster-admin", rights: []right{wide("*", "*/*")}, near: []right{wide("*", "core/configmaps")},
		act: func(_ *stage, a *actor) error {
			return a.does("create", "clusterrolebinding", a.role()+"-again", "--clusterrole=cluster-admin", "--serviceaccount="+a.home+":"+a.name)
		},
	},
	{
		id: "R21", does: "ClusterRole", to: "cluster-admin",
		rights: []right{wide("escalate", clusterRoles), wide("patch", clusterRoles)},
		act: func(_ *stage, a *actor) error {
			_, err := a.patches(roleOf("ClusterRole", a.role(), everyRule))
			return err
		},
		after: func(s *stage, a *actor) { s.may(a.Kubectl, "*", "*") },
	},
	{
		id: "R21", does: "Role", to: "cluster-admin", keeper: true,
		rights: []right{here("escalate", roles), here("patch", roles)},
		act: func(_ *stage, a *actor) error {
			_, err := a.patches(roleOf("Role", a.name, everyRule))
			return err
		},
		after: mintsKeeper,
	},
	{
		id: "R21", does: "new ClusterRole", rights: []right{wide("escalate", clusterRoles), wide("create", clusterRoles)},
		act: func(_ *stage, a *actor) error { return a.creates(roleOf("ClusterRole", a.role()+"-more", everyRule)) },
		after: func(s *stage, a *actor) {
			out, err := a.run("auth", "can-i", "*", "*")
			assert.Error(s, err)
			assert.Contains(s, out, "no", "it holds no more than before")
			err = a.does("create", "clusterrolebinding", a.role()+"-more", "--clusterrole="+a.role()+"-more", "--serviceaccount="+a.home+":"+a.name)
			assert.ErrorContains(s, err, "orbidden", "it does not bind what it made")
		},
	},
	{
		id: "R22", does: "ClusterRoleBinding", to: "cluster-admin",
		rights: []right{wide("bind", clusterRoles, "cluster-admin"), wide("create", clusterBinding)},
		act: func(_ *stage, a *actor) error {
			return a.does("create", "clusterrolebinding", a.role()+"-more", "--clusterrole=cluster-admin", "--serviceaccount="+a.home+":"+a.name)
		},
		after: func(s *stage, a *actor) { s.may(a.Kubectl, "*", "*") },
	},
	{
		id: "R22", does: "RoleBinding", to: "cluster-admin", keeper: true,
		rights: []right{here("bind", clusterRoles), here("create", roleBinding)},
		act: func(_ *stage, a *actor) error {
			return a.does("create", "rolebinding", a.name+"-more", "--clusterrole=cluster-admin", "--serviceaccount="+a.home+":"+a.name)
		},
		after: mintsKeeper,
	},
	{
		id:     "R23",
		rights: []right{wide("create", clusterBinding), wide("get", "core/configmaps").aids()}, near: []right{wide("create", roleBinding)},
		before: befriends,
		act: func(_ *stage, a *actor) error {
			return a.does("create", "clusterrolebinding", a.role()+"-friend", "--clusterrole="+a.role(), "--serviceaccount="+a.at+":friend")
		},
		after: func(s *stage, a *actor) {
			s.may(s.other.Kubectl, "get", "configmaps")
			err := a.does("create", "clusterrolebinding", a.role()+"-more", "--clusterrole=cluster-admin", "--serviceaccount="+a.at+":friend")
			assert.ErrorContains(s, err, "not currently held", "it hands on only what it holds")
		},
	},
	{
		id:     "R24",
		rights: []right{here("create", roleBinding), here("get", "core/configmaps").aids()}, near: []right{here("get", roleBinding)},
		before: befriends,
		act: func(_ *stage, a *actor) error {
			return a.does("create", "rolebinding", a.name+"-friend", "--role="+a.name, "--serviceaccount="+a.at+":friend")
		},
		after: func(s *stage, a *actor) {
			s.may(s.other.Kubectl, "get", "configmaps", "--namespace", a.at)
			err := a.does("create", "rolebinding", a.name+"-more", "--clusterrole=cluster-admin", "--serviceaccount="+a.at+":friend")
			assert.ErrorContains(s, err, "not currently held", "it hands on only what it holds")
		},
	},
	{
		id:     "R25",
		rights: []right{here("patch", roles), here("get", "core/configmaps").aids()}, near: []right{here("get", roles)},
		before: func(s *stage) {
			befriends(s)
			s.makes(rbacPath+"namespaces/"+s.namespace+"/roles", named("friends", nil))
			s.makes(rbacPath+"namespaces/"+s.namespace+"/rolebindings", map[string]any{
				"metadata": map[string]any{"name": "friends"},
				"roleRef":  map[string]any{"apiGroup": rbac, "kind": "Role", "name": "friends"},
				"subjects": []any{map[string]any{"kind": "ServiceAccount", "name": "friend"}},
			})
		},
		act: func(_ *stage, a *actor) error {
			_, err := a.patches(roleOf("Role", "friends", `"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["get"]}]`))
			return err
		},
		after: func(s *stage, a *actor) {
			s.may(s.other.Kubectl, "get", "configmaps", "--namespace", a.at)
			_, err := a.patches(roleOf("Role", "friends", everyRule))
			assert.ErrorContains(s, err, "not currently held", "it writes only what it holds")
		},
	},
	{
		id:     "R26",
		rights: []right{wide("create", clusterRoles), wide("get", "core/configmaps").aids()}, near: []right{wide("get", clusterRoles)},
		act: func(_ *stage, a *actor) error {
			return a.creates(wider(a.role()+"-wider", `"configmaps"`))
		},
		after: func(s *stage, a *actor) {
			// The controller that adds the rules up is not here; it holds escalate.
			stored("clusterrole", a.role()+"-wider", ".metadata.labels", aggregate)(s, a)
			assert.ErrorContains(s, a.creates(wider(a.role()+"-widest", `"secrets"`)), "not currently held", "it adds only what it holds")
		},
	},
	{
		id: "R27", to: "cluster-admin", rights: []right{wide("impersonate", "core/users")}, near: []right{wide("impersonate", "core/groups", "readers")},
		before: bindsClusterAdmin,
		act: func(s *stage, a *actor) error {
			return a.does("get", "secrets", "--as", asCluster+"-"+s.namespace)
		},
		after: func(s *stage, a *actor) {
			out, err := a.run("auth", "can-i", "*", "*", "--as", asCluster+"-"+s.namespace)
			require.NoError(s, err)
			assert.Equal(s, "yes\n", out)
		},
	},
	{
		id: "R28", to: "cluster-admin",
		rights: []right{wide("impersonate", "core/groups", "system:masters"), here("impersonate", "core/serviceaccounts", "friend")}, before: befriends,
		act: func(_ *stage, a *actor) error {
			return a.does("get", "nodes", "--as", "system:serviceaccount:"+a.at+":friend", "--as-group", "system:masters")
		},
		after: func(s *stage, a *actor) {
			out, err := a.run("auth", "can-i", "*", "*", "--as", "system:serviceaccount:"+a.at+":friend", "--as-group", "system:masters")
			require.NoError(s, err)
			assert.Equal(s, "yes\n", out)
		},
	},
	{
		id: "R29", to: "cluster-admin", keeper: true,
		rights: []right{here("impersonate", "core/serviceaccounts")}, near: []right{here("impersonate", "core/users")},
		act: func(_ *stage, a *actor) error {
			return a.does("get", "nodes", "--as", "system:serviceaccount:"+a.at+":keeper")
		},
		after: func(s *stage, a *actor) {
			out, err := a.run("auth", "can-i", "*", "*", "--as", "system:serviceaccount:"+a.at+":keeper")
			require.NoError(s, err)
			assert.Equal(s, "yes\n", out)
		},
	},
	{
		id:     "R30",
		rights: []right{wide("impersonate", authn+"/userextras/oid "+authn+"/uids"), wide("impersonate", "core/users")},
		act: func(_ *stage, a *actor) error {
			return a.does("get", "--raw", "/api", "--as", "somebody", "--as-uid", "7", "--as-user-extra", "oid=5d1c7b2e")
		},
		after: func(s *stage, a *actor) {
			out, err := a.run("auth", "whoami", "--as", "somebody", "--as-user-extra", "oid=5d1c7b2e", "--output", "json")
			require.NoError(s, err)
			assert.Contains(s, out, "5d1c7b2e")
		},
	},
	{
		id: "R31", does: "user-info", power: "Acts as others within limits", before: bindsClusterAdmin,
		rights: []right{wide("impersonate:user-info", authn+"/users"), here("impersonate-on:user-info:list", "core/secrets")},
		act: func(s *stage, a *actor) error {
			return a.does("get", "secrets", "--as", asCluster+"-"+s.namespace)
		},
		after: func(s *stage, a *actor) {
			assert.ErrorContains(s, a.does("get", "configmaps", "--as", asCluster+"-"+s.namespace), "orbidden", "no other verb on nothing else")
			assert.ErrorContains(s, a.does("get", "secrets", "--as", "x", "--as-group", "system:masters"), "orbidden", "and not with this group")
		},
	},
	{
		id: "R31", does: "serviceaccount", power: "Acts as service accounts within limits", keeper: true,
		rights: []right{here("impersonate:serviceaccount", authn+"/serviceaccounts"), here("impersonate-on:serviceaccount:list", "core/secrets")},
		act: func(_ *stage, a *actor) error {
			return a.does("get", "secrets", "--as", "system:serviceaccount:"+a.at+":keeper")
		},
	},
	{
		id: "R31", does: "arbitrary-node", power: "Acts as any node within limits",
		rights: []right{wide("impersonate:arbitrary-node", authn+"/nodes"), wide("impersonate-on:arbitrary-node:get", "core/nodes")},
		act:    func(_ *stage, a *actor) error { return a.does("get", "node", node, "--as", "system:node:"+node) },
	},
	{
		id: "R31", does: "associated-node", power: "Acts as its own node within limits",
		rights: []right{wide("impersonate:associated-node", authn+"/nodes"), wide("impersonate-on:associated-node:get", "core/nodes")},
		before: func(s *stage) {
			for _, a := range append([]*actor{s.subject}, s.controls...) {
				_, err := s.admin.Run(s.Context(), podAs(a.name, a.name), "create", "--namespace", a.home, "--filename", "-")
				require.NoError(s, err)
			}
		},
		act: func(s *stage, a *actor) error {
			inside, err := s.server.KubectlWith(s.kubelet(a.home, a.name))
			require.NoError(s, err)
			_, err = inside.Run(s.Context(), "", "get", "node", node, "--as", "system:node:"+node)
			return err
		},
		after: func(s *stage, a *actor) {
			assert.ErrorContains(s, a.does("get", "node", node, "--as", "system:node:"+node), "orbidden", "its token from elsewhere is of no node")
		},
	},
	{
		id: "R32", to: "cluster-admin", keeper: true,
		rights: []right{here("create", "core/serviceaccounts/token")}, near: []right{here("create patch", "core/serviceaccounts")},
		act:   func(_ *stage, a *actor) error { return a.does("create", "token", "keeper") },
		after: mintsKeeper,
	},
}

// mintsKeeper has the subject make a token of the keeper's, who may do everything.
func mintsKeeper(s *stage, a *actor) {
	s.Helper()
	var token string
	require.EventuallyWithT(s, func(c *assert.CollectT) {
		var err error
		token, err = a.run("create", "token", "keeper")
		assert.NoError(c, err)
	}, patience, 100*time.Millisecond)
	s.everything(token)
}

// befriends has another account in the namespace, which holds nothing.
func befriends(s *stage) {
	s.other = s.join(&actor{name: "friend", home: s.namespace, at: s.namespace}, nil)
}
