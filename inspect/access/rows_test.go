package access_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/object/objecttest"
)

// eve is who holds the rights of the rows' cases.
var eve = access.Subject{Kind: access.User, Name: "eve"}

// rightsCase is a row of the catalogue in its least form, found, and what is one piece
// short of it.
type rightsCase struct {
	// row is the ID of the power; title names it where several are of the row.
	row, title string
	// want is the severity and where: "high in namespace shop".
	want string
	// found and not are rights as grants writes them, of eve.
	found, not string
	// server is the version of the API server, and notServer where it is not found; both
	// may be empty, for 1.34 and for the same.
	server, notServer string
	// more are manifests on both sides.
	more string
}

// grants writes bindings that give eve rights, parted by semicolons: each VERBS RESOURCES
// [NAME] [in NAMESPACE], with GROUP/RESOURCE[/SUBRESOURCE] as in powers.yaml.
func grants(t *testing.T, rights string) string {
	t.Helper()
	var text strings.Builder
	for i, right := range strings.Split(rights, "; ") {
		if right == "" {
			continue
		}
		right, namespace, _ := strings.Cut(right, " in ")
		fields := strings.Fields(right)
		require.GreaterOrEqual(t, len(fields), 2, right)
		verbs := `"` + strings.ReplaceAll(fields[0], ",", `", "`) + `"`
		var rules []string
		for resource := range strings.SplitSeq(fields[1], ",") {
			group, resource, _ := strings.Cut(resource, "/")
			if group == "core" {
				group = ""
			}
			rule := fmt.Sprintf(`{apiGroups: [%q], resources: [%q], verbs: [%s]`, group, resource, verbs)
			if len(fields) > 2 {
				rule += fmt.Sprintf(", resourceNames: [%q]", fields[2])
			}
			rules = append(rules, rule+"}")
		}
		kind := "ClusterRoleBinding"
		if namespace != "" {
			kind, namespace = "RoleBinding", ", namespace: "+namespace
		}
		fmt.Fprintf(&text, "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: right-%d}\nrules: [%s]\n---\n", i, strings.Join(rules, ", "))
		text.WriteString(bound(kind, fmt.Sprintf("right-%d", i), namespace, "User, name: eve"))
	}
	return text.String()
}

// bound writes a binding of a ClusterRole to a subject; in is empty or ", namespace: shop".
func bound(kind, role, in, subject string) string {
	return fmt.Sprintf("apiVersion: rbac.authorization.k8s.io/v1\nkind: %s\nmetadata: {name: %s%s}\nroleRef: {kind: ClusterRole, name: %s}\nsubjects: [{kind: %s}]\n---\n",
		kind, role, in, role, subject)
}

// clusterOf is a cluster of AKS in which manifests run, of a version where one is named.
func clusterOf(t *testing.T, manifests, server string, azure *azurerbac.Index, changes map[string]any) *access.World {
	t.Helper()
	inside := objecttest.Inside(t, manifests)
	if server != "" {
		inside.Server = "v" + server + ".0"
	}
	cluster := payCluster(changes)
	return access.NewWorld(cluster, object.NewView(inside, cluster, nil), azure, nil)
}

// told are the powers of a subject, each with its severity and where it is held.
func told(w *access.World, s access.Subject) map[string]string {
	all := map[string]string{}
	for _, held := range w.HeldBy(s) {
		name := held.ID + " " + held.Title
		where := held.Severity.String() + " in " + held.Where()
		if held.Eligible {
			where += ", once taken"
		}
		if held.Refused != "" {
			where = "refused"
		}
		if all[name] != "" {
			where = all[name] + "; " + where
		}
		all[name] = where
	}
	return all
}

// nameOf names a power by its row, and by its title where the row has several.
func nameOf(t *testing.T, row, title string) string {
	t.Helper()
	var names []string
	for _, power := range access.Powers() {
		if power.ID == row && (title == "" || power.Title == title) {
			names = append(names, power.ID+" "+power.Title)
		}
	}
	require.Len(t, names, 1, "%s %s", row, title)
	return names[0]
}

// rows are how many the catalogue has of each letter.
var rows = map[string]int{"R": 68, "Z": 18}

// Every power that is known, and every row of the catalogue, has a case.
func TestEveryRowHasACase(t *testing.T) {
	powers, cases := map[string]bool{}, map[string]bool{}
	for _, c := range rightsCases {
		powers[nameOf(t, c.row, c.title)], cases[c.row] = true, true
	}
	for _, c := range actionCases {
		powers[nameOf(t, c.row, c.title)], cases[c.row] = true, true
	}
	for _, power := range access.Powers() {
		assert.Contains(t, powers, power.ID+" "+power.Title)
	}
	for _, c := range pathCases(t) {
		cases[c.row] = true
	}
	for _, c := range roleCases {
		cases[c.row] = true
	}
	for letter, count := range rows {
		for i := range count {
			assert.Contains(t, cases, fmt.Sprintf("%s%02d", letter, i+1))
		}
	}
}

func TestRowsOfRights(t *testing.T) {
	for _, c := range rightsCases {
		t.Run(c.row+" "+c.title+" "+c.want, func(t *testing.T) {
			name := nameOf(t, c.row, c.title)
			with := clusterOf(t, c.more+grants(t, c.found), c.server, nil, nil)
			assert.Equal(t, c.want, told(with, eve)[name])
			server := c.server
			if c.notServer != "" {
				server = c.notServer
			}
			require.False(t, c.found == c.not && c.notServer == "", "nothing is missing")
			without := clusterOf(t, c.more+grants(t, c.not), server, nil, nil)
			assert.NotContains(t, told(without, eve)[name], c.want)
		})
	}
}

// AKS Automatic refuses some powers whatever roles allow, though not to the accounts of
// its own namespace.
func TestRowsThatAutomaticRefuses(t *testing.T) {
	rights := grants(t, "get,create core/nodes/proxy; create core/services")
	for sku, want := range map[string]map[string]string{
		"Base":      {"R17": "critical" + everywhere, "R18": "critical" + everywhere, "R44": "medium" + everywhere},
		"Automatic": {"R17": "refused", "R18": "refused", "R44": "refused"},
	} {
		powers := told(clusterOf(t, rights, "", nil, map[string]any{"sku": map[string]any{"name": sku}}), eve)
		for row, want := range want {
			title := ""
			if row == "R44" {
				title = "Takes over addresses"
			}
			assert.Equal(t, want, powers[nameOf(t, row, title)], "%s on %s", row, sku)
		}
	}
}

// A bootstrap token makes a node where bindings have its certificate approved; where none
// were read, it may.
func TestBootstrapTokensNeedTheirBindings(t *testing.T) {
	for name, with := range map[string]struct {
		more string
		want bool
	}{
		"as AKS binds them":        {bootstrapBindings, true},
		"of the group itself":      {strings.ReplaceAll(bootstrapBindings, "bootstrappers:nodes", "bootstrappers"), true},
		"nobody approves":          {strings.ReplaceAll(bootstrapBindings, ", certificatesigningrequests/nodeclient", ""), false},
		"of others":                {strings.ReplaceAll(bootstrapBindings, "system:bootstrappers:nodes", "nodes"), false},
		"no ClusterRoleBinding is": {"", true},
	} {
		held := told(clusterOf(t, with.more+grants(t, "create core/secrets in kube-system"), "", nil, nil), eve)
		_, is := held[nameOf(t, "R08", "")]
		assert.Equal(t, with.want, is, name)
	}
}
