package rules

import (
	"strconv"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// The beginnings of evidence paths that lead elsewhere than into the judged document.
const (
	elementPrefix   = "c."   // into each element that fails, or into all where none does
	podPrefix       = "pod." // into the template of the object's pods
	namespacePrefix = "ns."  // into its namespace's document
)

// evidence looks the rule's evidence paths up in what runs in a cluster.
func (p *program) evidence(s *object.Subject, failing []any) []model.Evidence {
	found := make([]model.Evidence, 0, len(p.rule.Evidence))
	for _, path := range p.rule.Evidence {
		switch {
		case path == "c" || strings.HasPrefix(path, elementPrefix):
			found = append(found, p.ofElements(strings.TrimPrefix(strings.TrimPrefix(path, "c"), "."), s, failing)...)
		case strings.HasPrefix(path, podPrefix):
			shown := inTemplate(s, strings.TrimPrefix(path, podPrefix))
			found = append(found, lookup(s.Tree, shown, shown))
		case strings.HasPrefix(path, namespacePrefix) && s.Object != nil:
			evidence := lookup(s.Namespace(), strings.TrimPrefix(path, namespacePrefix), strings.TrimPrefix(path, namespacePrefix))
			evidence.Object = model.Ref{Kind: model.KindNamespace, Name: s.Object.Namespace}
			found = append(found, evidence)
		case strings.HasPrefix(path, clusterPrefix):
			evidence := lookup(s.ClusterTree(), strings.TrimPrefix(path, clusterPrefix), strings.TrimPrefix(path, clusterPrefix))
			evidence.Of = s.View.Inside.Cluster
			found = append(found, evidence)
		default:
			found = append(found, lookup(s.Tree, path, path))
		}
	}
	return found
}

// ofElements shows a property of each failing element.
func (p *program) ofElements(path string, s *object.Subject, failing []any) []model.Evidence {
	if len(failing) == 0 {
		if p.rule.Each != "containers" {
			return nil
		}
		failing = s.Containers()
	}
	found := make([]model.Evidence, 0, len(failing))
	for i, element := range failing {
		tree, is := element.(map[string]any)
		if !is {
			found = append(found, model.Evidence{Path: p.rule.Each, Value: element})
			continue
		}
		at, placed := tree[object.ContainerPath].(string)
		if !placed {
			at = p.listPath(s) + "[" + nameOr(tree, strconv.Itoa(i)) + "]"
		}
		if path == "" {
			found = append(found, model.Evidence{Path: at, Value: element})
			continue
		}
		found = append(found, lookup(tree, path, at+"."+path))
	}
	return found
}

func nameOr(tree map[string]any, otherwise string) string {
	if name := document.Text(tree, "name"); name != "" {
		return name
	}
	return otherwise
}

// listPath is where the elements stand in the document, as far as it can be told.
func (p *program) listPath(s *object.Subject) string {
	if p.each != nil {
		switch root, path := p.each.Place(); root {
		case "r":
			return path
		case "pod":
			return inTemplate(s, path)
		}
	}
	return p.rule.Each
}

func lookup(tree map[string]any, path, shown string) model.Evidence {
	value, present := document.Find(tree, path)
	return model.Evidence{Path: shown, Value: value, Absent: !present}
}

// inTemplate is where a path into the pods' template leads in the object's document.
func inTemplate(s *object.Subject, path string) string {
	if s.Object == nil {
		return path
	}
	if base, _ := object.TemplatePath(s.Object.Kind); base != "" {
		return base + "." + path
	}
	return path
}
