package access_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/model"
)

// rulesFor are rules that bring exactly those needs, each by its last choice.
func rulesFor(needs []access.Need) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for _, need := range needs {
		if need.Begins != "" {
			rules = append(rules, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{need.Begins + "get"}})
			continue
		}
		group, resource, _ := strings.Cut(need.Resources[len(need.Resources)-1], "/")
		if group == "core" {
			group = ""
		}
		rule := rbacv1.PolicyRule{APIGroups: []string{group}, Resources: []string{resource}, Verbs: need.Verbs[len(need.Verbs)-1:]}
		if need.Name != "" {
			rule.ResourceNames = []string{need.Name}
		}
		rules = append(rules, rule)
	}
	return rules
}

// given has a service account shop/web hold the rules, by a RoleBinding in a namespace,
// or in the whole cluster where that is empty.
func given(t *testing.T, rules []rbacv1.PolicyRule, namespace, server string) *object.View {
	t.Helper()
	text, err := json.Marshal(rules)
	require.NoError(t, err)
	kind, in := "ClusterRoleBinding", ""
	if namespace != "" {
		kind, in = "RoleBinding", ", namespace: "+namespace
	}
	inside := objecttest.Inside(t, fmt.Sprintf(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: given}
rules: %s
---
apiVersion: rbac.authorization.k8s.io/v1
kind: %s
metadata: {name: given%s}
roleRef: {kind: ClusterRole, name: given}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
`, text, kind, in))
	inside.Server = server
	return object.NewView(inside, nil, nil)
}

func heldIDs(view *object.View) map[string]model.Severity {
	ids := map[string]model.Severity{}
	for _, held := range access.HeldBy(view, account("shop", "web").Identity()) {
		ids[held.ID] = held.Severity
	}
	return ids
}

func heldTitles(view *object.View) []string {
	var titles []string
	for _, held := range access.HeldBy(view, account("shop", "web").Identity()) {
		titles = append(titles, held.ID+" "+held.Title)
	}
	return titles
}

// Each power is found where all that it needs is there, and not where a piece is missing.
func TestEachPowerNeedsAllOfItsRights(t *testing.T) {
	for _, power := range access.Powers() {
		if power.ID[0] == 'Z' || len(power.When) > 0 {
			continue // made by roles of Azure, or not in every cluster
		}
		t.Run(power.ID, func(t *testing.T) {
			server := "v1.34.0"
			if power.Since != "" {
				server = "v" + power.Since + ".0"
			}
			rules := rulesFor(power.Needs)
			if power.Severity != nil {
				assert.Contains(t, heldIDs(given(t, rules, "", server)), power.ID)
			}
			for i := range rules {
				less := append(append([]rbacv1.PolicyRule{}, rules[:i]...), rules[i+1:]...)
				assert.NotContains(t, heldTitles(given(t, less, "", server)), power.ID+" "+power.Title, "without need %d", i)
			}
			if power.Local == nil {
				assert.NotContains(t, heldIDs(given(t, rules, "shop", server)), power.ID)
			}
			assert.NotEmpty(t, power.Title)
			assert.NotEmpty(t, power.Why)
		})
	}
}

func TestPowersOfTheirTime(t *testing.T) {
	get := []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"pods/exec"}, Verbs: []string{"get"}}}
	assert.Contains(t, heldIDs(given(t, get, "", "v1.34.2")), "R13")
	assert.NotContains(t, heldIDs(given(t, get, "", "v1.35.0")), "R13")
	assert.Contains(t, heldIDs(given(t, get, "", "")), "R13", "an unknown version may be an old one")
}

// A right on single objects is not the right on all of them.
func TestRightsOnSingleObjects(t *testing.T) {
	rules := []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"get"}, ResourceNames: []string{"one"}}}
	assert.Empty(t, heldIDs(given(t, rules, "", "v1.34.2")))
}

func TestWhatBringsAPower(t *testing.T) {
	view := given(t, []rbacv1.PolicyRule{{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"*"}}}, "", "v1.34.2")
	held := access.HeldBy(view, account("shop", "web").Identity())
	require.NotEmpty(t, held)
	assert.Equal(t, "R01", held[0].ID)
	assert.True(t, held[0].Takeover())
	require.Len(t, held[0].By, 1)
	assert.Equal(t, model.Ref{Kind: model.KindClusterRoleBinding, Name: "given"}, held[0].By[0].Ref)
	assert.Equal(t, "the whole cluster", held[0].Where())
	masters := access.HeldBy(view, access.Identity{User: "x", Groups: []string{access.Masters}})
	require.Len(t, masters, 1)
	assert.True(t, masters[0].By[0].Masters())
	assert.Empty(t, access.HeldBy(view, account("shop", "other").Identity()))
}

func TestWhatGoesWithoutSaying(t *testing.T) {
	all := access.HeldBy(given(t, []rbacv1.PolicyRule{{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"*"}}}, "", "v1.34.2"), account("shop", "web").Identity())
	require.Greater(t, len(all), 20)
	telling := access.Telling(all)
	require.Len(t, telling, 1)
	assert.Equal(t, "R01", telling[0].ID)
	secrets := access.HeldBy(given(t, []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"list"}}}, "shop", "v1.34.2"), account("shop", "web").Identity())
	assert.Equal(t, secrets, access.Telling(secrets))
}
