package rules

import (
	"fmt"
	"slices"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// What examples say that leave it out.
const (
	exampleServer    = "v1.34.2"
	exampleNamespace = "shop"
	exampleName      = "example"
)

// ExampleInside returns the inside of a cluster of a rule's example, which of its
// objects is judged, and what the rule may know beside it; its checks are the caller's.
func ExampleInside(rule *model.Rule, example model.Example) (*object.View, model.Ref, Env, error) {
	none := model.Ref{}
	_, env, err := ExampleSubject(&model.Rule{Subject: model.KindCluster}, model.Example{Now: example.Now})
	if err != nil {
		return nil, none, env, err
	}
	env.Config = example.Config
	inside := &model.Inside{
		Cluster: exampleID, Server: exampleServer,
		Objects: map[model.Kind][]*model.Object{}, Reads: map[model.Kind]model.Read{}, Versions: map[model.Kind]string{},
	}
	if example.Server != "" {
		inside.Server = example.Server
	}
	for _, kind := range model.ObjectKinds {
		inside.Reads[kind.Kind] = model.Read{State: model.ReadDone, At: env.Now}
	}
	for _, kind := range example.Unread {
		inside.Reads[kind] = model.Read{State: model.ReadFailed, Why: "you may not list it", At: env.Now}
	}
	ref := model.Ref{Kind: model.KindInside}
	if rule.Subject != model.KindInside || example.Given["kind"] != nil {
		o, err := exampleObject(rule.Subject, example.Given, env)
		if err != nil {
			return nil, none, env, err
		}
		ref = o.Ref
		inside.Objects[o.Kind] = append(inside.Objects[o.Kind], o)
	}
	for i, given := range example.Objects {
		o, err := exampleObject("", given, env)
		if err != nil {
			return nil, none, env, fmt.Errorf("objects: %d: %w", i+1, err)
		}
		inside.Objects[o.Kind] = append(inside.Objects[o.Kind], o)
	}
	if err := exampleNamespaces(inside, env); err != nil {
		return nil, none, env, err
	}
	for kind, objects := range inside.Objects {
		slices.SortFunc(objects, func(a, b *model.Object) int { return a.Compare(b.Ref) })
		inside.Versions[kind] = objects[0].APIVersion
	}
	var cluster *model.Document
	if example.Cluster != nil {
		tree := document.Clone(example.Cluster)
		document.Normalize(tree)
		cluster = &model.Document{Resource: exampleResource(model.KindCluster, "", ""), Tree: tree}
	}
	return object.NewView(inside, cluster, nil), ref, env, nil
}

// exampleNamespaces makes the namespaces that the objects of an example lie in.
func exampleNamespaces(inside *model.Inside, env Env) error {
	known := map[string]bool{"": true}
	for _, o := range inside.Objects[model.KindNamespace] {
		known[o.Name] = true
	}
	for _, kind := range model.ObjectKinds {
		for _, o := range inside.Objects[kind.Kind] {
			if known[o.Namespace] {
				continue
			}
			known[o.Namespace] = true
			namespace, err := exampleObject(model.KindNamespace, map[string]any{"metadata": map[string]any{"name": o.Namespace}}, env)
			if err != nil {
				return err
			}
			inside.Objects[model.KindNamespace] = append(inside.Objects[model.KindNamespace], namespace)
		}
	}
	return nil
}

// exampleObject makes an object of an example's document. What it leaves out is filled
// in: its kind, where the rule is about one, its name and its namespace.
func exampleObject(subject model.Kind, given map[string]any, env Env) (*model.Object, error) {
	tree := document.Clone(given)
	if tree == nil {
		tree = map[string]any{}
	}
	document.Normalize(tree)
	name := model.Kind(document.Text(tree, "kind"))
	if name == "" {
		if name = subject; name == model.KindWorkload {
			name = model.KindDeployment
		}
	}
	if as, is := model.KindOf(document.Text(tree, "apiVersion"), string(name)); is {
		name = as
	}
	kind, known := model.FindObjectKind(name)
	if !known {
		return nil, fmt.Errorf("kind: %q is not a kind of Kubernetes object that is read", name)
	}
	metadata, is := tree["metadata"].(map[string]any)
	if !is {
		metadata = map[string]any{}
		tree["metadata"] = metadata
	}
	if metadata["name"] == nil {
		metadata["name"] = exampleName
	}
	if metadata["namespace"] == nil && kind.Namespaced {
		metadata["namespace"] = exampleNamespace
	}
	version := document.Text(tree, "apiVersion")
	if version == "" {
		if version = kind.Versions[0]; kind.Group != "" {
			version = kind.Group + "/" + version
		}
	}
	if kind.Kind != model.KindSecret {
		return object.KeepTree(kind.Kind, version, tree, env.Now)
	}
	// Secrets are read as a table: type and number of keys.
	data, _ := tree["data"].(map[string]any)
	secret := &model.SecretSummary{Type: document.Text(tree, "type"), Keys: len(data)}
	delete(tree, "data")
	o, err := object.KeepTree(kind.Kind, version, tree, env.Now)
	if err == nil {
		o.Secret = secret
	}
	return o, err
}
