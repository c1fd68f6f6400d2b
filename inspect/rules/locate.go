package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/model"
)

const (
	// clusterPrefix marks the evidence of a pool's rule that stands in the cluster's
	// document.
	clusterPrefix = "cluster."
	// childPrefix marks evidence in the documents of one kind that hang under the
	// cluster: children.diagnosticSetting.properties.logs.
	childPrefix = "children."
)

// childPath splits an evidence path that leads into children.
func childPath(path string) (kind model.Kind, inside string, is bool) {
	rest, is := strings.CutPrefix(path, childPrefix)
	if !is {
		return "", "", false
	}
	name, inside, _ := strings.Cut(rest, ".")
	return model.Kind(name), inside, true
}

// prove looks the rule's evidence paths up, and notes how the document of the
// deciding one was read.
func prove(finding *model.Finding, s model.Subject) {
	finding.ReadAt, finding.APIVersion, finding.Via = s.Cluster.ReadAt, s.Cluster.APIVersion, s.Cluster.Via
	finding.Evidence = make([]model.Evidence, 0, len(finding.Rule.Evidence))
	for i, path := range finding.Rule.Evidence {
		kind, inside, is := childPath(path)
		if _, derived := derivedKind(path); derived {
			finding.Evidence = append(finding.Evidence, derivedEvidence(path, s))
			continue
		}
		if !is {
			root, at, shown := locate(path, s)
			value, present := document.Lookup(root, at)
			finding.Evidence = append(finding.Evidence, model.Evidence{Path: shown, Value: value, Absent: !present})
			continue
		}
		documents := s.Children[kind]
		if i == 0 && len(documents) > 0 {
			first := documents[0]
			finding.ReadAt, finding.APIVersion, finding.Via = first.ReadAt, first.APIVersion, first.Via
		} else if i == 0 && !s.Reads[kind].At.IsZero() {
			finding.ReadAt, finding.APIVersion = s.Reads[kind].At, ""
		}
		finding.Evidence = append(finding.Evidence, childEvidence(kind, inside, documents, s.Reads[kind])...)
	}
}

// proving leaves in what the rule's evidence is limited to, where any of it is left.
func (p *program) proving(s model.Subject, vars *expr.Vars) model.Subject {
	if p.where == nil {
		return s
	}
	children := maps.Clone(s.Children)
	for _, kind := range p.rule.Reads {
		kept := slices.DeleteFunc(slices.Clone(children[kind]), func(d *model.Document) bool {
			on := vars.On(s)
			on.OnElement(d.Tree)
			holds, err := p.where.Holds(on)
			return err != nil || !holds
		})
		if len(kept) > 0 {
			children[kind] = kept
		}
	}
	s.Children = children
	return s
}

// childEvidence shows a property of every document of a kind, or that there is none.
func childEvidence(kind model.Kind, path string, documents []*model.Document, read model.Read) []model.Evidence {
	if len(documents) == 0 && read.State == model.ReadDone {
		return []model.Evidence{{Path: kind.Collection(), Absent: true}}
	}
	found := make([]model.Evidence, 0, len(documents))
	for _, child := range documents {
		value, present := document.Lookup(child.Tree, path)
		shown := fmt.Sprintf("%s[%s].%s", kind.Collection(), child.ID.Name(), path)
		found = append(found, model.Evidence{Path: strings.TrimSuffix(shown, "."), Of: child.ID, Value: value, Absent: !present})
	}
	return found
}

// locate finds where an evidence path of a rule leads, and how to show it as a path
// in the cluster's document.
func locate(path string, s model.Subject) (root map[string]any, at, shown string) {
	pool := s.PoolTree()
	if inCluster, is := strings.CutPrefix(path, clusterPrefix); is || pool == nil {
		return s.Cluster.Tree, inCluster, inCluster
	}
	return pool, path, fmt.Sprintf("properties.agentPoolProfiles[%s].%s", document.Text(pool, "name"), path)
}
