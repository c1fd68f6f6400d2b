package expr

import (
	"time"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// InsideVariables are known only to rules on what runs in a cluster.
var InsideVariables = []string{"pod", "containers", "ns", "server", "failing", "found"}

// ClusterVariables are known only to rules on a cluster's own documents.
var ClusterVariables = []string{"children", "egress", "egressKnown", "support", "upgrades", "newestImage"}

// NewInsideVars returns what expressions see of what runs in a cluster on that date.
func NewInsideVars(s *object.Subject, now time.Time, config map[string]any, ask map[string]string) *Vars {
	if config == nil {
		config = map[string]any{}
	}
	v := &Vars{now: now, config: config, ask: ask}
	v.OfInside(s)
	return v
}

// OfInside turns to another subject; all else stays.
func (v *Vars) OfInside(s *object.Subject) {
	if v.answers != nil {
		clear(*v.answers)
	}
	cluster := &model.Document{Resource: &model.Resource{ID: s.View.Inside.Cluster}, Tree: s.ClusterTree()}
	*v = Vars{
		subject: model.Subject{Cluster: cluster, Pool: -1}, r: s.Tree,
		now: v.now, config: v.config, ask: v.ask, answers: v.answers, inside: s,
	}
}

// OnElement turns to one element of a list: expressions see it as c.
func (v *Vars) OnElement(element any) { v.element = element }

// Judged notes what a judgement found, for what is said of it and what mends it: the
// elements that fail, and what a check in Go tells.
func (v *Vars) Judged(failing []any, found map[string]any) { v.failing, v.found = failing, found }

func (v *Vars) resolveInside(name string) (any, bool) {
	switch name {
	case "pod":
		if v.inside.Template == nil {
			return map[string]any{}, true
		}
		return v.inside.Template, true
	case "containers":
		if list := v.inside.Containers(); list != nil {
			return list, true
		}
		return []any{}, true
	case "ns":
		return v.inside.Namespace(), true
	case "server":
		return v.inside.View.Server, true
	case "failing":
		if v.failing == nil {
			return []any{}, true
		}
		return v.failing, true
	case "found":
		if v.found == nil {
			return map[string]any{}, true
		}
		return v.found, true
	}
	return nil, false
}

// Facts are what a judgement found; see Vars.Judged.
type Facts struct {
	Failing []any
	Found   map[string]any
}
