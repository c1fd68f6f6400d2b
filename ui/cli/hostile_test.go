package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestHostileEvidenceStaysData reports in every form on a file whose names and values
// would do something if they were taken for more than data.
func TestHostileEvidenceStaysData(t *testing.T) {
	const evil = "\x1b]0;owned\x07\x1b[2J$(id)`id`'\"<script>alert(1)</script>\r\n\u202eevil```\n# heading|cell"
	name := strings.ReplaceAll(evil, "/", "")
	id := "/subscriptions/0b5d7c1e-4f27-4c0b-9a53-7e1d2c9f8a10/resourceGroups/" + name + "/providers/Microsoft.ContainerService/managedClusters/" + name
	document, err := json.Marshal(map[string]any{
		"id": id, "name": name, "type": "Microsoft.ContainerService/managedClusters", "location": evil, "tags": map[string]any{evil: evil},
		"properties": map[string]any{
			"provisioningState": "Succeeded", "kubernetesVersion": evil, "nodeResourceGroup": evil,
			"agentPoolProfiles":      []any{map[string]any{"name": evil, "mode": "System", "osSKU": evil, "count": 1, "nodeTaints": []any{evil}}},
			"apiServerAccessProfile": map[string]any{"authorizedIPRanges": []any{evil, "0.0.0.0/0"}},
			"networkProfile":         map[string]any{"networkPolicy": evil, "outboundType": evil},
		},
	})
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "clusters.json"), document, 0o600))
	for _, output := range outputValues {
		code, stdout, stderr := runFixed(t, "", "report", "--from", dir, "--output", output)
		require.Equal(t, exitFindings, code, "%s: %s", output, stderr)
		for _, r := range stdout {
			assert.False(t, r != '\n' && r != '\r' && r != '\t' && unicode.IsControl(r), "%s writes %U", output, r)
		}
		if output == "json" || output == "sarif" {
			assert.True(t, json.Valid([]byte(stdout)), output)
			continue // they escape what they hold
		}
		assert.NotContains(t, stdout, "\u202e", output)
		assert.NotContains(t, stdout, "\x1b", output)
		if output == "html" {
			assert.NotContains(t, stdout, "<script>alert", output)
		}
		if output == "md" {
			assert.NotContains(t, stdout, "\n# heading", output)
		}
	}
	_, stdout, _ := runFixed(t, "", "report", "--from", dir, "--output", "json")
	var parsed struct {
		Results []struct {
			Rule string
			Fix  []any
		}
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &parsed))
	for _, result := range parsed.Results {
		assert.Empty(t, result.Fix, "%s: no command is made of names that Azure cannot give", result.Rule)
	}
}
