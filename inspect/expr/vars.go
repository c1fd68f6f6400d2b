package expr

import (
	"sync"
	"time"

	"cel.dev/cel-go/cel"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// Vars is what an expression sees of one subject. It is not safe for concurrent use.
type Vars struct {
	subject model.Subject
	r       map[string]any
	now     any // a time.Time, in the box that expressions take it in
	config  map[string]any
	ask     map[string]string

	// answers are the conditions already evaluated, by the programs' numbers.
	answers *[]answer

	egress      []string
	egressKnown bool
	egressRead  bool
	children    map[string]any
	support     map[string]any

	// inside is the object that is judged; nil for a cluster's own documents.
	inside  *object.Subject
	element any
	failing []any
	found   map[string]any
}

// answer is what evaluating a condition gave.
type answer struct {
	given bool
	holds bool
	err   error
}

// answer returns the place for a program's answer.
func (v *Vars) answer(p *Program) *answer {
	if v.answers == nil {
		v.answers = answerLists.Get().(*[]answer)
	}
	if short := p.number + 1 - len(*v.answers); short > 0 {
		*v.answers = append(*v.answers, make([]answer, short+63)...)
	}
	return &(*v.answers)[p.number]
}

// answerLists are the lists that nobody uses now, cleared.
var answerLists = sync.Pool{New: func() any { return new([]answer) }}

// spareVars are those that nobody uses now.
var spareVars = sync.Pool{New: func() any { return new(Vars) }}

// Release gives the Vars back for reuse, with what they hold; they are not to be used
// after it.
func (v *Vars) Release() {
	if v.answers != nil {
		clear(*v.answers)
		answerLists.Put(v.answers)
	}
	*v = Vars{}
	spareVars.Put(v)
}

// NewVars returns what expressions see of the subject on that date. Ask holds the
// reader's answers and may be nil, as may config.
func NewVars(s model.Subject, now time.Time, config map[string]any, ask map[string]string) *Vars {
	if config == nil {
		config = map[string]any{}
	}
	v := spareVars.Get().(*Vars)
	*v = Vars{subject: s, r: document.Tree(s), now: now, config: config, ask: ask}
	return v
}

// Of turns to another subject; all else stays.
func (v *Vars) Of(s model.Subject) {
	if v.answers != nil {
		clear(*v.answers)
	}
	*v = Vars{subject: s, r: document.Tree(s), now: v.now, config: v.config, ask: v.ask, answers: v.answers}
}

// On returns the same view on another subject.
func (v *Vars) On(s model.Subject) *Vars { return NewVars(s, v.now.(time.Time), v.config, v.ask) }

// ResolveName returns a variable's value.
func (v *Vars) ResolveName(name string) (any, bool) {
	switch name {
	case "r":
		return v.r, true
	case "cluster":
		return v.subject.Cluster.Tree, true
	case "now":
		return v.now, true
	case "config":
		return v.config, true
	case "children":
		return v.childTrees(), true
	case "egress", "egressKnown":
		if !v.egressRead {
			v.egress, v.egressKnown = document.Egress(v.subject)
			v.egressRead = true
		}
		if name == "egress" {
			return v.egress, true
		}
		return v.egressKnown, true
	case "ask":
		return v.ask, true
	case "c":
		return v.element, v.element != nil
	case "support":
		if v.support == nil {
			v.support = Support(v.subject)
		}
		return v.support, true
	case "upgrades":
		if upgrades, read := lifecycle.Upgrades(v.subject); read {
			return upgrades, true
		}
	case "newestImage":
		return lifecycle.NewestImage(v.subject), true
	default:
		if v.inside != nil {
			return v.resolveInside(name)
		}
	}
	return nil, false
}

// Parent is nil: there is no scope round this one.
func (v *Vars) Parent() cel.Activation { return nil }

func (v *Vars) childTrees() map[string]any {
	if v.children == nil {
		v.children = map[string]any{}
		for kind, documents := range v.subject.Children {
			trees := make([]any, len(documents))
			for i, d := range documents {
				trees[i] = d.Tree
			}
			v.children[string(kind)] = trees
		}
	}
	return v.children
}
