package rules

import (
	"fmt"
	"slices"

	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// JudgeInside weighs every rule on what runs in a cluster: on the inside as a whole,
// then on each object that a rule judges, in the order of their references. Where the
// view of before and its judgements are given, what nothing changed for is taken over.
func (c *Catalogue) JudgeInside(view, before *object.View, judged []model.Judgement, env Env) []model.Judgement {
	w := &weighing{catalogue: c, view: view, env: env, kinds: c.byKind(), lists: map[kindOfObject][]int{}}
	w.takeOver(before, judged)
	objects := w.subjects()
	all := make([]model.Judged, (1+len(objects))*len(c.rules))
	judgements := make([]model.Judgement, 1+len(objects))
	for i := range judgements {
		if env.Pause != nil && i%objectsATurn == objectsATurn-1 {
			env.Pause()
		}
		var o *model.Object
		if i > 0 {
			o = objects[i-1]
		}
		by := all[i*len(c.rules) : (i+1)*len(c.rules) : (i+1)*len(c.rules)]
		judgements[i] = model.Judgement{Ref: model.Ref{Kind: model.KindInside}, Judged: by}
		if o != nil {
			judgements[i].Ref = o.Ref
		}
		w.weigh(o, by)
		for _, each := range by {
			judgements[i].Counts.Add(each)
		}
	}
	if w.vars != nil {
		w.vars.Release()
	}
	return judgements
}

// objectsATurn is how many objects are weighed between two pauses.
const objectsATurn = 16

// weighing is one pass over the inside of a cluster.
type weighing struct {
	catalogue *Catalogue
	view      *object.View
	env       Env
	kinds     map[model.Kind][]int
	lists     map[kindOfObject][]int
	vars      *expr.Vars

	before *object.View
	old    []model.Judgement
	at     int    // in old
	keeps  []bool // by rule: what it judged of an unchanged object still holds
}

// kindOfObject is what decides which rules judge an object.
type kindOfObject struct {
	kind model.Kind
	runs bool
}

// rulesOn lists the places of the rules that judge an object, in their order; nil is the
// inside as a whole.
func (w *weighing) rulesOn(o *model.Object) []int {
	of := kindOfObject{kind: model.KindInside}
	if o != nil {
		of = kindOfObject{o.Kind, o.Workload()}
	}
	list, known := w.lists[of]
	if !known {
		for i, rule := range w.catalogue.rules {
			if rule.Inside() && (o == nil || rule.JudgesObject(o)) {
				list = append(list, i)
			}
		}
		w.lists[of] = list
	}
	return list
}

// byKind lists the places of the rules on each kind.
func (c *Catalogue) byKind() map[model.Kind][]int {
	kinds := map[model.Kind][]int{}
	for i, rule := range c.rules {
		if !rule.Inside() {
			continue
		}
		for _, kind := range append([]model.Kind{rule.Subject}, rule.Also...) {
			kinds[kind] = append(kinds[kind], i)
		}
	}
	return kinds
}

// subjects lists the objects that a rule judges, in order.
func (w *weighing) subjects() []*model.Object {
	var found []*model.Object
	for _, kind := range model.ObjectKinds {
		own := len(w.kinds[kind.Kind]) > 0
		runs := kind.Kind == model.KindPod || slices.Contains(model.ControllerKinds, kind.Kind)
		for _, o := range w.view.Objects[kind.Kind] {
			if own || runs && len(w.kinds[model.KindWorkload]) > 0 && o.Workload() {
				found = append(found, o)
			}
		}
	}
	slices.SortFunc(found, func(a, b *model.Object) int { return a.Compare(b.Ref) })
	return found
}

// takeOver notes what was judged before and which rules' judgements may still hold.
func (w *weighing) takeOver(before *object.View, judged []model.Judgement) {
	if before == nil || len(judged) == 0 || before.Cluster != w.view.Cluster || before.Server != w.view.Server ||
		len(judged[0].Judged) != len(w.catalogue.rules) {
		return
	}
	w.before, w.old = before, judged
	w.keeps = make([]bool, len(w.catalogue.rules))
	same := map[model.Kind]bool{}
	for _, kind := range model.ObjectKinds {
		same[kind.Kind] = sameKind(w.view, before, kind.Kind)
	}
	for i, rule := range w.catalogue.rules {
		if !rule.Inside() || w.catalogue.program(i).looksAt("now") {
			continue
		}
		w.keeps[i] = true
		for _, kind := range slices.Concat(rule.Reads, rule.MayRead) {
			w.keeps[i] = w.keeps[i] && same[kind]
		}
	}
}

func sameKind(a, b *object.View, kind model.Kind) bool {
	return a.Reads[kind].State == b.Reads[kind].State && slices.Equal(a.Objects[kind], b.Objects[kind])
}

// weigh fills what each rule says of one object in; nil is the inside as a whole.
func (w *weighing) weigh(o *model.Object, by []model.Judged) {
	old := w.unchanged(o)
	var s *object.Subject
	var broken error
	for _, i := range w.rulesOn(o) {
		if rule := w.catalogue.rules[i]; o == nil && !rule.JudgesObject(nil) {
			by[i] = unlisted(rule, w.view).Judged
			continue
		}
		if old != nil && w.keeps[i] {
			by[i] = old[i]
			by[i].Waived = false
			continue
		}
		if s == nil && broken == nil {
			if s, broken = object.NewSubject(w.view, o); broken == nil {
				w.turn(s)
			}
		}
		if broken != nil {
			by[i] = model.Judged{Verdict: model.CouldNotRead}
			continue
		}
		by[i] = w.catalogue.inside(i, s, w.vars, w.env, false).Judged
	}
	if s != nil {
		s.Recycle()
	}
}

func (w *weighing) turn(s *object.Subject) {
	if w.vars == nil {
		w.vars = expr.NewInsideVars(s, w.env.Now, w.env.Config, nil)
		return
	}
	w.vars.OfInside(s)
}

// unchanged returns the judgements of an object that is the same as before, or nil.
// Objects are asked for in order.
func (w *weighing) unchanged(o *model.Object) []model.Judged {
	if w.before == nil {
		return nil
	}
	if o == nil {
		return w.old[0].Judged
	}
	if w.at == 0 {
		w.at = 1 // the first is on the inside as a whole
	}
	for w.at < len(w.old) && w.old[w.at].Ref.Compare(o.Ref) < 0 {
		w.at++
	}
	if w.at == len(w.old) || w.old[w.at].Ref != o.Ref || w.before.Find(o.Ref) != o {
		return nil
	}
	return w.old[w.at].Judged
}

// unlisted is what a rule says on the inside as a whole where a kind that it judges
// was not listed: nobody knows of which objects it would have spoken.
func unlisted(rule *model.Rule, view *object.View) outcome {
	for _, kind := range rule.ObjectKinds() {
		if stop := listed(kind, view); stop != nil {
			return *stop
		}
	}
	return outcome{}
}

// listed checks that a kind of objects was read to its end.
func listed(kind model.Kind, view *object.View) *outcome {
	switch read := view.Reads[kind]; read.State {
	case model.ReadFailed:
		failed := couldNotRead("%s could not be read: %s", kind, read.Why)
		return &failed
	case model.Unread, model.Reading:
		wait := pending("not read yet: " + string(kind))
		return &wait
	case model.ReadDone:
	}
	return nil
}

// ExplainInside judges one rule on one object, or on the inside as a whole, and says why.
func (c *Catalogue) ExplainInside(rule int, view *object.View, ref model.Ref, env Env) (model.Finding, error) {
	finding, _, err := c.explainInside(rule, view, ref, env)
	return finding, err
}

// FactsInside returns the subject that a rule judges, and what the judgement found: for
// what mends it.
func (c *Catalogue) FactsInside(rule int, view *object.View, ref model.Ref, env Env) (*object.Subject, expr.Facts, error) {
	s, err := subjectOf(view, ref)
	if err != nil {
		return nil, expr.Facts{}, err
	}
	if !c.rules[rule].JudgesObject(s.Object) {
		return nil, expr.Facts{}, fmt.Errorf("%s does not judge %s", c.rules[rule].ID, ref)
	}
	vars := expr.NewInsideVars(s, env.Now, env.Config, nil)
	judged := c.inside(rule, s, vars, env, false)
	return s, expr.Facts{Failing: judged.failing, Found: judged.found}, nil
}

func subjectOf(view *object.View, ref model.Ref) (*object.Subject, error) {
	var o *model.Object
	if ref.Kind != model.KindInside {
		if o = view.Find(ref); o == nil {
			return nil, fmt.Errorf("%s is not there any more", ref)
		}
	}
	return object.NewSubject(view, o)
}

func (c *Catalogue) explainInside(rule int, view *object.View, ref model.Ref, env Env) (model.Finding, *object.Subject, error) {
	r := c.rules[rule]
	s, err := subjectOf(view, ref)
	if err != nil {
		return model.Finding{}, nil, err
	}
	vars := expr.NewInsideVars(s, env.Now, env.Config, nil)
	judged := insideOutcome{outcome: unlisted(r, view)}
	if r.JudgesObject(s.Object) {
		judged = c.inside(rule, s, vars, env, true)
	}
	finding := model.Finding{
		Rule: r, Cluster: view.Inside.Cluster, Object: s.Ref(), Verdict: judged.Verdict, Severity: judged.Severity,
		Says: r.Says, Reason: judged.reason, Condition: r.Condition(), Via: "Kubernetes API",
	}
	if s.Object != nil {
		finding.ReadAt, finding.APIVersion = s.Object.ReadAt, s.Object.APIVersion
	} else if len(r.Reads) > 0 {
		finding.ReadAt = view.Reads[r.Reads[0]].At
	}
	if p := c.program(rule); p != nil {
		finding.Says = p.says.fill(vars)
		finding.Evidence = append(p.evidence(s, judged.failing), judged.evidence...)
	}
	return finding, s, nil
}
