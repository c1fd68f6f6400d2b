package object

import (
	"fmt"
	"time"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// Keep makes an object of its document: summarised first, then with secrets masked and
// large fields dropped. Every source makes its objects so, or with KeepTyped. Kind is
// what the object is read as, since items of a list do not name theirs.
func Keep(kind model.Kind, apiVersion string, text []byte, readAt time.Time) (*model.Object, error) {
	tree, err := document.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("a %s: %w", kind, err)
	}
	o, err := KeepTree(kind, apiVersion, tree, readAt)
	// Nothing of it is held but texts.
	document.Recycle(&model.Document{Tree: tree})
	return o, err
}

// KeepTree is Keep for a decoded document, which is then no longer the caller's.
func KeepTree(kind model.Kind, apiVersion string, tree map[string]any, readAt time.Time) (*model.Object, error) {
	o, err := identify(kind, apiVersion, tree, readAt)
	if err != nil {
		return nil, err
	}
	if kind == model.KindSecret { // nothing of its document is kept, wherever it comes from
		return keepSecret(o, tree), nil
	}
	summarize(o, tree)
	tree["apiVersion"] = apiVersion
	known, _ := model.FindObjectKind(kind)
	if kind != model.KindConstraint {
		tree["kind"] = string(kind)
		if known.Kind == kind {
			tree["kind"] = known.Name()
		}
	}
	strip(kind, tree)
	form := model.AsDocument
	if known.Kind == kind {
		form = known.Form
	}
	if form == model.AsNames || form == model.AsKeys {
		short := map[string]any{"apiVersion": tree["apiVersion"], "kind": tree["kind"], "metadata": tree["metadata"]}
		if form == model.AsKeys {
			keepKeys(short, tree)
		}
		tree = short
	}
	mask(tree)
	if o.Raw, err = encode(tree); err != nil {
		return nil, fmt.Errorf("the document of %s: %w", o.Ref, err)
	}
	return o, nil
}

// keepSecret notes of a Secret what a table of the API server tells: labels and owners
// are not in it.
func keepSecret(o *model.Object, tree map[string]any) *model.Object {
	keys := map[string]bool{}
	for _, field := range []string{"data", "stringData"} {
		for key := range object(tree[field]) {
			keys[key] = true
		}
	}
	o.Labels, o.Owner = nil, model.Ref{}
	o.Secret = &model.SecretSummary{Type: orElse(document.Text(tree, "type"), "Opaque"), Keys: len(keys)}
	return o
}

// Secret makes the object of a row of a table of Secrets.
func Secret(namespace, name string, summary model.SecretSummary, created, readAt time.Time) *model.Object {
	return &model.Object{
		Ref: model.Ref{Kind: model.KindSecret, Namespace: namespace, Name: name}, APIVersion: "v1",
		Created: created, ReadAt: readAt, Secret: &summary,
	}
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
	if kind == model.KindConstraint { // of many kinds, each with names of its own
		o.Name = document.Text(tree, "kind") + "/" + o.Name
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

// strip drops what is large and what nobody looks at.
func strip(kind model.Kind, tree map[string]any) {
	metadata, _ := tree["metadata"].(map[string]any)
	delete(metadata, "resourceVersion") // it changes with every heartbeat
	if status, is := tree["status"].(map[string]any); is && kind == model.KindNode {
		delete(status, "images") // all that lie on the node's disk
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
