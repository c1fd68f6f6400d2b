package cli

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/model"
)

// bundleParts are the members of a bundle, by their path.
func bundleParts(t *testing.T, bundle string) map[string][]byte {
	t.Helper()
	file, err := os.Open(bundle)
	require.NoError(t, err)
	defer func() { assert.NoError(t, file.Close()) }()
	plain, err := gzip.NewReader(file)
	require.NoError(t, err)
	parts := map[string][]byte{}
	for archive := tar.NewReader(plain); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return parts
		}
		require.NoError(t, err)
		parts[header.Name], err = io.ReadAll(archive)
		require.NoError(t, err)
	}
}

// asAz is a document as the Azure CLI prints it: what is in the envelope beside it.
func asAz(document map[string]any) map[string]any {
	properties, wrapped := document["properties"].(map[string]any)
	if !wrapped {
		return document
	}
	flat := maps.Clone(document)
	delete(flat, "properties")
	for key, value := range properties {
		if key == "type" {
			key = "roleType"
		}
		flat[key] = value
	}
	flat["condition"], flat["resourceGroup"] = properties["condition"], "rg" // null where there is none
	return flat
}

// azFolder saves a cluster of the demo as a person with az and kubectl does, with the
// rights in its subscription.
func azFolder(t *testing.T, cluster string) string {
	t.Helper()
	bundle := filepath.Join(t.TempDir(), "x.aksight.tar.gz")
	code, _, stderr := runFixed(t, "", "capture", "--demo", "--kubernetes", "--cluster", cluster, "-o", bundle)
	require.Equal(t, exitUnread, code, stderr)
	dir := t.TempDir()
	save := func(name string, value any) {
		text, err := json.MarshalIndent(value, "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
	type record struct {
		Kind       model.Kind
		APIVersion string
		Document   map[string]any
	}
	guid := ""
	parts := bundleParts(t, bundle)
	for path, content := range parts {
		var part struct {
			Kind    string
			Cluster json.RawMessage
			Objects []record
		}
		switch {
		case strings.HasPrefix(path, "clusters/"):
			require.NoError(t, json.Unmarshal(content, &part))
			var held record
			require.NoError(t, json.Unmarshal(part.Cluster, &held))
			guid = model.ID(held.Document["id"].(string)).Subscription()
			save("clusters.json", []any{held.Document})
		case strings.HasPrefix(path, "inside/") && !strings.HasSuffix(path, "/inside.json"):
			require.NoError(t, json.Unmarshal(content, &part))
			items := []any{}
			for _, object := range part.Objects {
				if object.Document == nil {
					continue // of a Secret a bundle holds but columns
				}
				object.Document["apiVersion"], object.Document["kind"] = object.APIVersion, part.Kind
				items = append(items, object.Document)
			}
			save(cluster+"."+part.Kind+".json", map[string]any{"apiVersion": "v1", "kind": "List", "items": items})
		}
	}
	var estate struct {
		Subscriptions []struct {
			ID     model.ID
			Rights []record
		}
	}
	require.NoError(t, json.Unmarshal(parts["estate.json"], &estate))
	lists := map[string][]any{
		"identities.json": {}, "deny-assignments.json": {}, "eligible-roles.json": {},
	}
	for _, subscription := range estate.Subscriptions {
		if !strings.EqualFold(subscription.ID.Subscription(), guid) {
			continue
		}
		for _, right := range subscription.Rights {
			document := asAz(right.Document)
			name := map[model.Kind]string{
				model.KindRoleAssignment: "role-assignments.json", model.KindRoleDefinition: "roles.json",
				model.KindRoleEligibility: "eligible-roles.json", model.KindDenyAssignment: "deny-assignments.json",
				model.KindManagedIdentity: "identities.json", model.KindPrincipal: "principals.json",
			}[right.Kind]
			switch right.Kind {
			case model.KindGroupMembers:
				save("members-"+document["group"].(string)+".json", document["members"])
				continue
			case model.KindGroupEligibility:
				save("eligible-members-"+document["group"].(string)+".json", map[string]any{"value": document["eligible"]})
				continue
			case model.KindFederatedCredential:
				parts := strings.Split(document["id"].(string), "/")
				name = "federated-credentials-" + parts[len(parts)-3] + ".json"
			case model.KindRoleEligibility, model.KindDenyAssignment:
				document = right.Document // az rest prints what Azure sends
			}
			lists[name] = append(lists[name], document)
		}
	}
	for _, identity := range lists["identities.json"] {
		name := "federated-credentials-" + identity.(map[string]any)["name"].(string) + ".json"
		if lists[name] == nil {
			lists[name] = []any{}
		}
	}
	for name, list := range lists {
		save(name, list)
	}
	return dir
}

// TestAzFilesAnswerAsTheDemo asks the same of files that az printed as of the estate.
func TestAzFilesAnswerAsTheDemo(t *testing.T) {
	type answers struct {
		Answers  []map[string]any
		Coverage any
	}
	for _, cluster := range []string{"pay-weu-01", "pay-weu-02"} {
		dir := azFolder(t, cluster)
		for _, question := range [][]string{
			{"who-can", "get", "secrets", "-A"}, {"who-can", "create", "pods/exec", "-A"}, {"who-can", "--preset", "admin-kubeconfig"},
		} {
			ask := func(from ...string) answers {
				args := append(append([]string{}, question...), "--cluster", cluster, "-o", "json")
				_, stdout, stderr := runFixed(t, "", append(args, from...)...)
				require.Empty(t, stderr)
				var told answers
				require.NoError(t, json.Unmarshal([]byte(stdout), &told))
				return told
			}
			demo, files := ask("--demo"), ask("--from", dir)
			// The second cluster has no local accounts: nobody can fetch what it does not have.
			assert.Equal(t, cluster == "pay-weu-02" && question[1] == "--preset", len(demo.Answers) == 0, "%v of %s", question, cluster)
			assert.Equal(t, demo.Answers, files.Answers, "%v of %s", question, cluster)
		}
	}
}
