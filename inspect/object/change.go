package object

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// Changed returns the view as it would be with other documents of some objects; nil
// takes an object away, one that was not there is made.
func Changed(view *View, documents map[model.Ref]map[string]any) (*View, error) {
	inside := *view.Inside
	inside.Objects = maps.Clone(view.Objects)
	for ref, tree := range documents {
		list := slices.Clone(inside.Objects[ref.Kind])
		at, there := slices.BinarySearchFunc(list, ref, func(o *model.Object, ref model.Ref) int { return o.Compare(ref) })
		switch {
		case tree == nil && there:
			list = slices.Delete(list, at, at+1)
		case tree == nil:
		default:
			var before *model.Object
			if there {
				before = list[at]
			}
			o, err := remade(&inside, ref, tree, before)
			if err != nil {
				return nil, err
			}
			if there {
				list[at] = o
			} else {
				list = slices.Insert(list, at, o)
			}
		}
		inside.Objects[ref.Kind] = list
	}
	return NewView(&inside, view.Cluster, view), nil
}

// remade makes an object of a changed document.
func remade(inside *model.Inside, ref model.Ref, tree map[string]any, before *model.Object) (*model.Object, error) {
	version := inside.Versions[ref.Kind]
	if before != nil {
		version = before.APIVersion
	}
	if version == "" {
		kind, _ := model.FindObjectKind(ref.Kind)
		version = kind.Versions[0]
		if kind.Group != "" {
			version = kind.Group + "/" + version
		}
	}
	tree = document.Clone(tree)
	document.Normalize(tree)
	o, err := KeepTree(ref.Kind, version, tree, inside.Reads[ref.Kind].At)
	if err != nil || before == nil || before.Typed == nil {
		return o, err
	}
	typed := reflect.New(reflect.TypeOf(before.Typed).Elem()).Interface()
	if err := json.Unmarshal(o.Raw.Bytes(), typed); err != nil {
		return nil, fmt.Errorf("the document of %s: %w", ref, err)
	}
	o.Typed, o.Raw = typed, model.JSON{}
	return o, nil
}
