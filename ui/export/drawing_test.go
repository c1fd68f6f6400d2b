package export_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/ui/export"
)

var drawn = &access.Drawing{
	Nodes: []access.DrawnNode{
		{Label: "user \"ana\"]\x1b[31m\n--> n1", Start: true},
		{Label: "cluster-admin", Layer: 1, End: true},
	},
	Edges: []access.DrawnEdge{{
		From: 0, To: 1, Label: "Fetches the admin kubeconfig", Ground: "role assignment Contributor", Scope: "resource group rg-pay",
		Since: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), Eligible: true, Says: "ana fetches it",
	}},
}

func TestDrawings(t *testing.T) {
	for form, want := range map[string]string{
		"mermaid": `flowchart LR
    n0(["user #34;ana#34;#93;` + "\uFFFD" + `#91;31m --#62; n1"])
    n1{{"cluster-admin"}}
    n0 -.->|"Fetches the admin kubeconfig #40;eligible#41;<br/>role assignment Contributor, resource group rg-pay"| n1
`,
		"dot": `digraph paths {
    rankdir=LR;
    node [shape=box];
    n0 [label="user \"ana\"]` + "\uFFFD" + `[31m\n--> n1", style=rounded];
    n1 [label="cluster-admin", shape=doubleoctagon];
    n0 -> n1 [label="Fetches the admin kubeconfig (eligible)\nrole assignment Contributor, resource group rg-pay", style=dashed];
}
`,
	} {
		var out strings.Builder
		require.NoError(t, export.Drawings[form](&out, drawn))
		assert.Equal(t, want, out.String(), form)
	}
}

func TestADrawingAsJSON(t *testing.T) {
	var out strings.Builder
	require.NoError(t, export.DrawingJSON(&out, drawn))
	var graph map[string]any
	require.NoError(t, json.Unmarshal([]byte(out.String()), &graph))
	assert.Equal(t, export.PathsSchema, graph["schema"])
	assert.Equal(t, []any{map[string]any{
		"from": "n0", "to": "n1", "label": "Fetches the admin kubeconfig", "by": "role assignment Contributor", "scope": "resource group rg-pay",
		"since": "2026-03-01T10:00:00Z", "eligible": true, "says": "ana fetches it",
	}}, graph["edges"])
}
