package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/apiserver"
	"github.com/aksight/aksight/model"
)

// define has the server serve the kinds of the trials that are somebody's own: with
// whatever fields, since their controllers do not run here.
func define(t *testing.T, kubectl *apiserver.Kubectl, trials []trial) {
	t.Helper()
	defined := map[string]bool{}
	for _, one := range trials {
		for _, manifest := range one.manifests {
			apiVersion, _ := manifest["apiVersion"].(string)
			kind, _ := manifest["kind"].(string)
			definition := definitionOf(apiVersion, kind)
			if definition == nil {
				continue
			}
			name := definition["metadata"].(map[string]any)["name"].(string)
			if defined[name] {
				continue
			}
			defined[name] = true
			text, err := json.Marshal(definition)
			require.NoError(t, err)
			_, err = kubectl.Run(t.Context(), string(text), "apply", "-f", "-")
			require.NoError(t, err)
			_, err = kubectl.Run(t.Context(), "", "wait", "--for=condition=Established", "--timeout=60s", "crd/"+name)
			require.NoError(t, err)
		}
	}
}

// definitionOf is the CustomResourceDefinition of a kind, or nil for one that every API
// server has.
func definitionOf(apiVersion, kind string) map[string]any {
	group, version, has := strings.Cut(apiVersion, "/")
	read, is := model.KindOf(apiVersion, kind)
	known, _ := model.FindObjectKind(read)
	if !has || !is || !known.Optional || group == "admissionregistration.k8s.io" {
		return nil
	}
	plural, scope := known.Resource, "Cluster"
	if known.Kind == model.KindConstraint { // the resource is the kind, as Gatekeeper names it
		plural = strings.ToLower(kind)
	}
	if known.Namespaced {
		scope = "Namespaced"
	}
	open := map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true}
	definition := map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
		"metadata": map[string]any{"name": plural + "." + group},
		"spec": map[string]any{
			"group": group, "scope": scope,
			"names": map[string]any{"plural": plural, "singular": strings.ToLower(kind), "kind": kind, "listKind": kind + "List"},
			"versions": []any{map[string]any{
				"name": version, "served": true, "storage": true,
				"schema": map[string]any{"openAPIV3Schema": open},
			}},
		},
	}
	if slices.ContainsFunc([]string{".k8s.io", ".kubernetes.io"}, func(end string) bool { return strings.HasSuffix(group, end) }) {
		// The names of Kubernetes' own community want to be approved.
		definition["metadata"].(map[string]any)["annotations"] = map[string]any{"api-approved.kubernetes.io": "unapproved, for tests"}
	}
	return definition
}
