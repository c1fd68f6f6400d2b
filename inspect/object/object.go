// Package object turns what the Kubernetes API says into what rules judge and tables
// show: masked documents, summaries, decoded trees and typed objects.
package object

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// Tree returns an object's decoded document, normalised as document.Parse does. It is
// the caller's own.
func Tree(o *model.Object) (map[string]any, error) {
	if o.Secret != nil {
		return secretTree(o), nil
	}
	if o.Typed != nil {
		text, err := json.Marshal(o.Typed)
		if err != nil {
			return nil, fmt.Errorf("the document of %s: %w", o.Ref, err)
		}
		return document.Parse(text)
	}
	tree, err := document.Parse(o.Raw.Bytes())
	if err != nil {
		return nil, fmt.Errorf("the document of %s: %w", o.Ref, err)
	}
	return tree, nil
}

// secretTree is what is known of a Secret, in the form of its document.
func secretTree(o *model.Object) map[string]any {
	metadata := map[string]any{"name": o.Name, "namespace": o.Namespace}
	if !o.Created.IsZero() {
		metadata["creationTimestamp"] = o.Created.UTC().Format(time.RFC3339)
	}
	return map[string]any{
		"apiVersion": o.APIVersion, "kind": string(o.Kind), "metadata": metadata,
		"type": o.Secret.Type, "keys": int64(o.Secret.Keys),
	}
}

// As returns an object as a type of k8s.io/api, such as corev1.Service. It is shared,
// and not to be changed, where the object was read so.
func As[T any](o *model.Object) (*T, error) {
	if typed, is := o.Typed.(*T); is {
		return typed, nil
	}
	decoded := new(T)
	if err := json.Unmarshal(o.Raw.Bytes(), decoded); err != nil {
		return nil, fmt.Errorf("the document of %s: %w", o.Ref, err)
	}
	return decoded, nil
}
