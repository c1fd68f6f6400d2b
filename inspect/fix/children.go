package fix

import (
	"maps"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/model"
)

// changedChildren returns the subject's children as they would be after the effects.
func changedChildren(effects []model.ChildEffect, s model.Subject, all values, vars *expr.Vars) (map[model.Kind][]*model.Document, error) {
	after := maps.Clone(s.Children)
	if after == nil {
		after = map[model.Kind][]*model.Document{}
	}
	for i := range effects {
		effect := &effects[i]
		if !holds(effect.When, vars) {
			continue
		}
		turns, err := repeated(effect.Each, all, vars)
		if err != nil {
			return nil, err
		}
		for _, turn := range turns {
			named, err := fillText(effect.Name, turn)
			if err != nil {
				return nil, err
			}
			patch, err := fillPatch(effect.Patch, turn)
			if err != nil {
				return nil, err
			}
			after[effect.Kind] = changed(after[effect.Kind], effect, expr.Text(named), patch, s.Cluster)
		}
	}
	return after, nil
}

// changed applies one effect to the documents of its kind.
func changed(documents []*model.Document, effect *model.ChildEffect, name string, patch map[string]any, cluster *model.Document) []*model.Document {
	affected := func(d *model.Document) bool { return name == "" || strings.EqualFold(d.ID.Name(), name) }
	if effect.Removed {
		return slices.DeleteFunc(slices.Clone(documents), affected)
	}
	after := make([]*model.Document, 0, len(documents)+1)
	for _, d := range documents {
		if affected(d) {
			d = &model.Document{Resource: d.Resource, Tree: document.Clone(d.Tree)}
			document.Merge(d.Tree, patch)
			document.Normalize(d.Tree)
		}
		after = append(after, d)
	}
	if name == "" || slices.ContainsFunc(documents, affected) {
		return after
	}
	id := cluster.ID + model.ID("/"+effect.Kind.Collection()+"/"+name)
	tree := map[string]any{"id": string(id), "name": name}
	document.Merge(tree, patch)
	document.Normalize(tree)
	return append(after, &model.Document{
		Resource: &model.Resource{ID: id, Parent: cluster.ID, Kind: effect.Kind, Via: cluster.Via},
		Tree:     tree,
	})
}
