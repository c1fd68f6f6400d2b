package upgrading

import (
	"cmp"
	_ "embed"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// RemovedAPI is an API version that a Kubernetes release no longer serves.
type RemovedAPI struct {
	Version string   `yaml:"version"` // such as policy/v1beta1
	Kinds   []string `yaml:"kinds"`
	// Removed is the first minor release without it, such as 1.25; Use what takes its
	// place, or empty.
	Removed string `yaml:"removed"`
	Use     string `yaml:"use"`
}

//go:embed apis.yaml
var apisFile []byte

// RemovedAPIs returns the API versions that go or went, the earliest first.
var RemovedAPIs = sync.OnceValue(func() []RemovedAPI {
	var apis []RemovedAPI
	if err := yaml.Unmarshal(apisFile, &apis); err != nil {
		panic("the embedded list of removed APIs: " + err.Error()) // a test loads it
	}
	return apis
})

// Use is something in a cluster that speaks an API version which goes.
type Use struct {
	RemovedAPI
	// Object was written so, and Manager is who did, such as helm.
	Object  *model.Object
	Manager string
}

// Uses returns what was written with an API version that the given minor release, such
// as 1.35, does not serve: each object's managed fields tell who writes it, and how.
// What only reads leaves no trace in them.
func Uses(view *object.View, minor string) []Use {
	var uses []Use
	for _, api := range RemovedAPIs() {
		if lifecycle.Compare(minor, api.Removed) < 0 {
			continue
		}
		for _, kind := range api.Kinds {
			for _, o := range view.Objects[model.Kind(kind)] {
				uses = append(uses, usesOf(o, api)...)
			}
		}
	}
	slices.SortStableFunc(uses, func(a, b Use) int {
		return cmp.Or(lifecycle.Compare(a.Removed, b.Removed), a.Object.Compare(b.Object.Ref))
	})
	return uses
}

// usesOf returns who writes an object in that version.
func usesOf(o *model.Object, api RemovedAPI) []Use {
	tree, err := object.Tree(o)
	if err != nil {
		return nil
	}
	fields, _ := document.Lookup(tree, "metadata.managedFields")
	list, _ := fields.([]any)
	var uses []Use
	for _, each := range list {
		if field, _ := each.(map[string]any); document.Text(field, "apiVersion") == api.Version {
			uses = append(uses, Use{RemovedAPI: api, Object: o, Manager: document.Text(field, "manager")})
		}
	}
	return uses
}
