package page

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/evidence"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
)

// hostile is what a file may hold in the place of any name or value.
const hostile = "\x1b]0;owned\x07\x1b[2J$(id)`id`\"';|&\r\n\u202eevil\u2066\u200b\u0085%PATH%" + "ｗ"

// openHostile opens a file in which every text of a cluster is hostile, and its names
// too.
func openHostile(t *testing.T) (*inspect.Inspection, model.ID) {
	t.Helper()
	name := strings.ReplaceAll(hostile, "/", "") + strings.Repeat("long", 500)
	id := "/subscriptions/0b5d7c1e-4f27-4c0b-9a53-7e1d2c9f8a10/resourceGroups/" + name + "/providers/Microsoft.ContainerService/managedClusters/" + name
	pool := map[string]any{"name": hostile, "mode": hostile, "osType": hostile, "vmSize": hostile, "count": 3, "nodeLabels": map[string]any{hostile: hostile}, "nodeTaints": []any{hostile}}
	document, err := json.Marshal([]any{map[string]any{
		"id": id, "name": name, "type": "Microsoft.ContainerService/managedClusters", "location": hostile, "tags": map[string]any{hostile: hostile},
		"properties": map[string]any{
			"provisioningState": hostile, "kubernetesVersion": hostile, "fqdn": hostile, "nodeResourceGroup": hostile,
			"agentPoolProfiles":      []any{pool},
			"apiServerAccessProfile": map[string]any{"authorizedIPRanges": []any{hostile}},
			"networkProfile":         map[string]any{"networkPlugin": hostile, "networkPolicy": hostile, "outboundType": hostile},
			"aadProfile":             map[string]any{"managed": true, "tenantID": hostile, "adminGroupObjectIDs": []any{hostile}},
			"addonProfiles":          map[string]any{hostile: map[string]any{"enabled": true, "config": map[string]any{hostile: hostile}}},
		},
	}})
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "clusters.json"), document, 0o600))
	require.NoError(t, os.WriteFile(dir+string(filepath.Separator)+"broken\x1b[2J\u202e.json", []byte("{"), 0o600))
	saved, err := evidence.Open(evidence.Options{Paths: []string{dir}})
	require.NoError(t, err)
	in := inspect.New(inspect.Options{
		Source: saved, AllChildren: true, Now: func() time.Time { return testNow },
		Rules: func() *rules.Catalogue {
			catalogue, err := rules.Embedded()
			require.NoError(t, err)
			return catalogue
		},
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	in.Start(ctx)
	require.NoError(t, in.Wait(ctx))
	require.Len(t, in.Store.Snapshot().Clusters, 1)
	return in, model.ID(id)
}

// TestHostileEvidenceDrawsNothing opens every page on a cluster of hostile names and
// values: nothing of them reaches the terminal that it would act on.
func TestHostileEvidenceDrawsNothing(t *testing.T) {
	in, id := openHostile(t)
	part := in.Store.Snapshot().Clusters[0].Summary.Pools[0].Name
	addresses := []Address{
		{Kind: Estate}, {Kind: Clusters}, {Kind: Cluster, ID: id}, {Kind: Cluster, ID: id, Tab: "pools"}, {Kind: Cluster, ID: id, Tab: "findings"},
		{Kind: Cluster, ID: id, Tab: "json"}, {Kind: Pool, ID: id, Part: part}, {Kind: Findings}, {Kind: Problems}, {Kind: Requests},
		{Kind: Access, ID: id}, {Kind: Holder, ID: id, Part: "group:" + hostile}, {Kind: WhoCan, ID: id, Part: hostile},
		{Kind: WhoCan, ID: id, Part: "become cluster-admin"}, {Kind: Ways, ID: id, Part: "cluster-admin"}, {Kind: WhatIf, ID: id, Part: takeLocal}, {Kind: WhatIf, ID: id, Part: hostile},
		{Kind: Ways, ID: id, Part: "cluster-admin", Tab: "drawing"}, {Kind: Timeline, ID: id}, {Kind: Blast, ID: id},
		{Kind: Holder, ID: id, Part: "group:" + hostile, Tab: "rights"}, {Kind: Role, ID: id, Object: model.Ref{Kind: model.KindClusterRole, Name: hostile}},
	}
	in.Store.Snapshot().Clusters[0].Each(func(pool, rule int, judged model.Judged) {
		if judged.Verdict == model.Fail {
			at := Address{Kind: Finding, ID: id, Rule: in.Rules().Rules()[rule].ID}
			if pool >= 0 {
				at.Part = part
			}
			addresses = append(addresses, at, Address{Kind: Fix, ID: at.ID, Part: at.Part, Rule: at.Rule})
		}
	})
	for _, at := range addresses {
		s := newStage(t, in, 80, 24).open(at)
		for range 3 {
			frame := s.draw().String()
			for _, r := range frame {
				assert.False(t, r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)), "%s draws %U", at.Kind, r)
			}
			s.do(action.PageDown)
		}
		s.do(action.Copy, action.CopyAll)
		for _, copied := range s.copied {
			if at.Kind == Fix {
				assert.Empty(t, copied.Text, "no command is made of hostile names")
			}
			for _, r := range copied.Text {
				assert.False(t, r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)), "%s copies %U as %s", at.Kind, r, copied.What)
			}
		}
	}
}

func TestDamagedFilesAreOnTheErrorsPage(t *testing.T) {
	in, _ := openHostile(t)
	frame := newStage(t, in, 100, 30).open(Address{Kind: Problems}).draw().String()
	assert.Contains(t, frame, "saved file")
	assert.Contains(t, frame, "It is damaged at byte 1 (line 1): it breaks off.")
	frame = newStage(t, in, 100, 30).open(Address{Kind: Estate}).draw().String()
	assert.Contains(t, frame, "1 file not used whole")
}
