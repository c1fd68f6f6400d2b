package object

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// lastApplied is the annotation in which kubectl keeps the whole manifest once more,
// values and all.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// Keep makes an object of its document: summarised first, then with secrets masked and
// large fields dropped. Every source makes its objects so, or with KeepTyped. Kind is
// what the object is read as, since items of a list do not name theirs.
func Keep(kind model.Kind, apiVersion string, text []byte, readAt time.Time) (*model.Object, error) {
	tree, err := document.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("a %s: %w", kind, err)
	}
	return KeepTree(kind, apiVersion, tree, readAt)
}

// KeepTree is Keep for a decoded document, which is then no longer the caller's.
func KeepTree(kind model.Kind, apiVersion string, tree map[string]any, readAt time.Time) (*model.Object, error) {
	o, err := identify(kind, apiVersion, tree, readAt)
	if err != nil {
		return nil, err
	}
	summarize(o, tree)
	tree["apiVersion"] = apiVersion
	if kind != model.KindConstraint {
		tree["kind"] = string(kind)
	}
	strip(tree)
	kept, err := json.Marshal(tree)
	if err != nil {
		return nil, fmt.Errorf("the document of %s: %w", o.Ref, err)
	}
	o.Raw = model.NewJSON(kept)
	return o, nil
}

// identify reads an object's metadata.
func identify(kind model.Kind, apiVersion string, tree map[string]any, readAt time.Time) (*model.Object, error) {
	o := &model.Object{
		Ref:        model.Ref{Kind: kind, Namespace: document.Text(tree, "metadata.namespace"), Name: document.Text(tree, "metadata.name")},
		APIVersion: apiVersion,
		UID:        document.Text(tree, "metadata.uid"),
		Labels:     texts(tree, "metadata.labels"),
		ReadAt:     readAt,
	}
	if o.Name == "" {
		return nil, fmt.Errorf("a %s without a name", kind)
	}
	if created := document.Text(tree, "metadata.creationTimestamp"); created != "" {
		o.Created, _ = time.Parse(time.RFC3339, created)
	}
	owners, _ := document.Lookup(tree, "metadata.ownerReferences")
	list, _ := owners.([]any)
	for _, each := range list {
		owner, _ := each.(map[string]any)
		if controls, _ := owner["controller"].(bool); controls {
			o.Owner = model.Ref{Kind: model.Kind(document.Text(owner, "kind")), Namespace: o.Namespace, Name: document.Text(owner, "name")}
		}
	}
	return o, nil
}

// strip drops what is large or secret and what nobody looks at.
func strip(tree map[string]any) {
	metadata, _ := tree["metadata"].(map[string]any)
	if annotations, is := metadata["annotations"].(map[string]any); is {
		delete(annotations, lastApplied)
	}
	fields, _ := metadata["managedFields"].([]any)
	for i, each := range fields {
		field, _ := each.(map[string]any)
		reduced := map[string]any{}
		// The API version tells who still speaks one that goes.
		for _, key := range []string{"manager", "operation", "time", "subresource", "apiVersion"} {
			if value, is := field[key]; is {
				reduced[key] = value
			}
		}
		fields[i] = reduced
	}
}

// texts returns the map of strings at a path, or nil.
func texts(tree map[string]any, path string) map[string]string {
	value, _ := document.Lookup(tree, path)
	object, _ := value.(map[string]any)
	if len(object) == 0 {
		return nil
	}
	found := make(map[string]string, len(object))
	for key, value := range object {
		if text, is := value.(string); is {
			found[key] = text
		}
	}
	return found
}
