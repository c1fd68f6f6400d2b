package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// PlansInside returns the ways to mend the rule's failure on what runs in a cluster,
// the recommended one first. Facts are what the judgement found.
func PlansInside(rule *model.Rule, s *object.Subject, facts expr.Facts, opts Options) []model.Plan {
	vars := expr.NewInsideVars(s, opts.Now, opts.Config, answers(rule, opts.Answers, missing))
	vars.Judged(facts.Failing, facts.Found)
	var plans []model.Plan
	for _, option := range offered(rule, vars) {
		plans = append(plans, planInside(option, s, vars, opts))
	}
	return plans
}

func planInside(option *model.FixOption, s *object.Subject, vars *expr.Vars, opts Options) model.Plan {
	keeper := keeperOf(s.Tree)
	p := model.Plan{
		Title: option.Title, Confirm: option.Confirm, Impact: option.Impact, Lockout: option.Lockout, Cost: option.Cost,
		Verify: named(option.Verify, s.Ref()), Reveals: option.Reveals, Keeper: keeper.name,
	}
	for _, need := range option.Needs {
		p.Needs = append(p.Needs, model.CheckedNeed{Need: need, State: checkInside(need.That, vars)})
	}
	for _, ask := range option.Ask {
		if holds(ask.When, vars) {
			value := opts.Answers[ask.Name]
			p.Asks = append(p.Asks, model.AskedValue{Ask: ask, Value: value, Problem: Invalid(ask, value)})
		}
	}
	for _, step := range option.Steps {
		if nature := natureInside(step, s); holds(step.When, vars) && nature != "" && !slices.Contains(p.Natures, nature) {
			p.Natures = append(p.Natures, nature)
		}
	}
	slices.SortFunc(p.Natures, func(a, b model.Nature) int { return severityOf(a) - severityOf(b) })
	if len(p.Blocked()) > 0 {
		return p
	}
	steps, err := fillInside(option, s, vars, p.Asks, keeper, opts.Shell)
	if err != nil {
		p.Needs = append(p.Needs, model.CheckedNeed{
			Need:  model.Need{Says: "every value of the commands is known and can be written", Else: err.Error()},
			State: model.CheckFails,
		})
		return p
	}
	p.Steps = steps
	if hasCommand(steps, "kubectl") && !s.View.Inside.Cluster.Kubeconfig() {
		p.Confirm = append(slices.Clone(p.Confirm), fmt.Sprintf(
			"kubectl speaks to %s: kubectl config current-context names it", s.View.Inside.Cluster.Name()))
	}
	return p
}

func checkInside(condition string, vars *expr.Vars) model.Check {
	program, err := expr.CompileCondition(condition)
	if err != nil {
		return model.CheckUnknown
	}
	switch is, err := program.HoldsNow(vars); {
	case err != nil:
		return model.CheckUnknown
	case is:
		return model.CheckHolds
	default:
		return model.CheckFails
	}
}

// natureInside is what a step does to what runs: a patch of a pod or a Job makes them
// anew, since what they run cannot be changed.
func natureInside(step model.Step, s *object.Subject) model.Nature {
	if step.Patch != "" && step.Target == nil && s.Object != nil && isFixed(s.Object.Kind) {
		return model.Downtime
	}
	return step.Nature
}

// fillInside turns the option's steps into commands.
func fillInside(option *model.FixOption, s *object.Subject, vars *expr.Vars, asks []model.AskedValue, keeper keeper, shell Shell) ([]model.PlannedStep, error) {
	all, err := valuesInside(option, s, vars)
	if err != nil {
		return nil, err
	}
	effect, err := fillPatch(option.Effect, all)
	if err != nil {
		return nil, err
	}
	k := &kubectl{shell: shell, context: s.View.Inside.Cluster.Context(), known: all.placeholders(), numbers: numbersOf(option)}
	var steps []model.PlannedStep
	for _, step := range option.Steps {
		if !holds(step.When, vars) {
			continue
		}
		turns, err := repeated(step.Each, all, vars)
		if err != nil {
			return nil, err
		}
		for _, turn := range turns {
			made, err := stepInside(k, step, s, turn, vars, effect)
			if err != nil {
				return nil, err
			}
			for i := range made {
				made[i].Missing = lacking(made[i].Command, asks)
			}
			steps = append(steps, made...)
		}
	}
	return keeper.first(steps), nil
}

func stepInside(k *kubectl, step model.Step, s *object.Subject, turn values, vars *expr.Vars, effect map[string]any) ([]model.PlannedStep, error) {
	planned := model.PlannedStep{
		Says: step.Says, Extension: step.Extension, Nature: natureInside(step, s), OneWay: step.OneWay,
		UndoSays: step.UndoSays, Wait: step.Wait,
	}
	if step.Patch != "" {
		return patchSteps(k, step, planned, s, turn, vars)
	}
	run, err := k.words(step.Run, turn)
	if err != nil {
		return nil, err
	}
	if planned.Command, err = k.line(run); err != nil {
		return nil, err
	}
	if step.Undo != "" {
		undo, err := k.words(step.Undo, turn)
		if err != nil {
			return nil, err
		}
		if planned.Undo, err = k.line(undo); err != nil {
			return nil, err
		}
	}
	if len(effect) > 0 {
		if planned.Patch, err = asYAML(effect); err != nil {
			return nil, err
		}
	}
	trial, is := k.trial(run)
	if !is {
		return []model.PlannedStep{planned}, nil
	}
	command, err := k.line(trial)
	if err != nil {
		return nil, err
	}
	return []model.PlannedStep{{Says: tryFirst, Command: command}, planned}, nil
}

const tryFirst = "Try it first: the API server checks the change and stores nothing"

// valuesInside are what templates may name for an object inside a cluster.
func valuesInside(option *model.FixOption, s *object.Subject, vars *expr.Vars) (values, error) {
	id := s.View.Inside.Cluster
	all := values{}
	if !id.Kubeconfig() {
		all = clusterValues(model.Subject{Cluster: &model.Document{Resource: &model.Resource{ID: id}, Tree: s.ClusterTree()}})
		if err := legal(all); err != nil {
			return nil, err
		}
	}
	if s.Object != nil {
		all["kind"], all["name"], all["namespace"] = resourceName(s.Object.Kind, s.Tree), nameOf(s.Object.Ref), s.Object.Namespace
		if s.Object.Kind == model.KindNamespace {
			all["namespace"] = s.Object.Name
		}
		if err := legalNames(s.Object.Ref); err != nil {
			return nil, err
		}
	}
	answered, _ := vars.ResolveName("ask")
	for name, value := range answered.(map[string]string) {
		all[name] = value
	}
	for name, source := range option.With {
		program, err := expr.Compile(source)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		value, err := program.Value(vars)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be told from what was read: %w", name, err)
		}
		all[name] = value
	}
	return all, nil
}

// PreviewInside returns the inside as it would be after the plan at that place in
// PlansInside. Values not given are taken from the examples of what is asked.
func PreviewInside(rule *model.Rule, plan int, s *object.Subject, facts expr.Facts, opts Options) (*object.View, error) {
	vars := expr.NewInsideVars(s, opts.Now, opts.Config, answers(rule, opts.Answers, example))
	vars.Judged(facts.Failing, facts.Found)
	options := offered(rule, vars)
	if plan < 0 || plan >= len(options) {
		return nil, fmt.Errorf("%s offers no fix %d here", rule.ID, plan+1)
	}
	option := options[plan]
	all, err := valuesInside(option, s, vars)
	if err != nil {
		return nil, err
	}
	changes := &changes{subject: s, documents: map[model.Ref]map[string]any{}}
	effect, err := fillPatch(option.Effect, all)
	if err != nil {
		return nil, err
	}
	if len(effect) > 0 && s.Object != nil {
		if err := changes.patch(s.Object.Ref, effect, mergePatch); err != nil {
			return nil, err
		}
	}
	for _, step := range option.Steps {
		if step.Patch == "" || !holds(step.When, vars) {
			continue
		}
		turns, err := repeated(step.Each, all, vars)
		if err != nil {
			return nil, err
		}
		for _, turn := range turns {
			if err := changes.step(step, turn, vars); err != nil {
				return nil, err
			}
		}
	}
	for i := range option.ChildEffect {
		if err := changes.effect(&option.ChildEffect[i], all, vars); err != nil {
			return nil, err
		}
	}
	if len(changes.documents) == 0 {
		return nil, fmt.Errorf("the effect of %q does not show in what was read", option.Title)
	}
	return object.Changed(s.View, changes.documents)
}

// changes are the documents of a preview, by whose they are.
type changes struct {
	subject   *object.Subject
	documents map[model.Ref]map[string]any
}

// document returns an object's document as it is after the changes so far.
func (c *changes) document(ref model.Ref) (map[string]any, error) {
	if tree, changed := c.documents[ref]; changed {
		return tree, nil
	}
	o := c.subject.View.Find(ref)
	if o == nil {
		return nil, fmt.Errorf("there is no %s", ref)
	}
	return object.Tree(o)
}

func (c *changes) patch(ref model.Ref, patch map[string]any, kind patchKind) error {
	tree, err := c.document(ref)
	if err != nil {
		return err
	}
	if c.documents[ref], err = apply(ref.Kind, tree, patch, kind); err != nil {
		return fmt.Errorf("%s: %w", ref, err)
	}
	return nil
}

func (c *changes) step(step model.Step, turn values, vars *expr.Vars) error {
	ref, err := targetOf(step, c.subject, turn)
	if err != nil {
		return err
	}
	patch, err := patchIn(step, c.subject, ref, turn, vars)
	if err != nil {
		return err
	}
	return c.patch(ref, patch, patchKindOf(ref.Kind))
}

// effect applies what a fix does to other objects.
func (c *changes) effect(effect *model.ChildEffect, all values, vars *expr.Vars) error {
	if !holds(effect.When, vars) {
		return nil
	}
	turns, err := repeated(effect.Each, all, vars)
	if err != nil {
		return err
	}
	for _, turn := range turns {
		patch, err := fillPatch(effect.Patch, turn)
		if err != nil {
			return err
		}
		refs, err := c.affected(effect, turn)
		if err != nil {
			return err
		}
		for _, ref := range refs {
			if effect.Removed {
				c.documents[ref] = nil
				continue
			}
			if c.subject.View.Find(ref) == nil && c.documents[ref] == nil {
				metadata := map[string]any{"name": ref.Name}
				if ref.Namespace != "" {
					metadata["namespace"] = ref.Namespace
				}
				c.documents[ref] = map[string]any{"metadata": metadata}
			}
			if err := c.patch(ref, patch, mergePatch); err != nil {
				return err
			}
		}
	}
	return nil
}

// affected lists whom an effect is on: the object it names, or all of the kind in the
// namespace.
func (c *changes) affected(effect *model.ChildEffect, turn values) ([]model.Ref, error) {
	kind, _ := model.FindObjectKind(effect.Kind)
	name, err := fillText(effect.Name, turn)
	if err != nil {
		return nil, err
	}
	ref := model.Ref{Kind: effect.Kind, Name: expr.Text(name)}
	if kind.Namespaced {
		template := effect.Namespace
		if template == "" && c.subject.Object != nil {
			template = "{{namespace}}"
		}
		namespace, err := fillText(template, turn)
		if err != nil {
			return nil, err
		}
		ref.Namespace = expr.Text(namespace)
	}
	if ref.Name != "" {
		return []model.Ref{ref}, nil
	}
	var refs []model.Ref
	for _, o := range c.subject.View.Objects[effect.Kind] {
		if o.Namespace == ref.Namespace {
			refs = append(refs, o.Ref)
		}
	}
	return refs, nil
}

// documentText is a string in a document.
func documentText(tree map[string]any, path string) string {
	value, _ := document.Find(tree, path)
	text, _ := value.(string)
	return text
}

// named puts an object's names into a sentence about it.
func named(text string, ref model.Ref) string {
	return strings.NewReplacer("{{name}}", ref.Name, "{{namespace}}", ref.Namespace, "{{kind}}", strings.ToLower(string(ref.Kind))).Replace(text)
}
