package document_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/inspect/document"
)

func TestFind(t *testing.T) {
	tree := map[string]any{
		"metadata": map[string]any{"labels": map[string]any{"app.kubernetes.io/name": "web"}},
		"spec": map[string]any{
			"containers": []any{map[string]any{"name": "first"}, map[string]any{"name": "web", "image": "nginx"}},
			"args":       []any{"a", "b"},
		},
	}
	for path, want := range map[string]any{
		"metadata.labels[app.kubernetes.io/name]": "web",
		"spec.containers[web].image":              "nginx",
		"spec.containers[1].image":                "nginx",
		"spec.args[1]":                            "b",
		"spec.containers[gone].image":             nil,
		"spec.args[2]":                            nil,
		"spec.args[-1]":                           nil,
		"spec.containers[web":                     nil,
		"metadata.labels.app":                     nil,
	} {
		found, is := document.Find(tree, path)
		assert.Equal(t, want, found, path)
		assert.Equal(t, want != nil, is, path)
	}
}
