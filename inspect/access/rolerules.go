package access

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/aksight/aksight/model"
)

// RoleRule is a rule of a role: what it allows, where it came from, and what it is part
// of that is dangerous.
type RoleRule struct {
	// Text says it on a line.
	Text string
	// From are the ClusterRoles that brought it into an aggregated one.
	From []string
	// Powers are what it gives, alone or with other rules of the role, the worst first.
	Powers []*Power
	// Severity is that of the worst, nil for none.
	Severity *model.Severity
}

// Role finds a role by its reference: a Role, a ClusterRole, or a role of Azure by its
// name. It is nil where none is known.
func (w *World) Role(ref model.Ref) *Role {
	if role := w.index.byRole[ref]; role != nil {
		return role
	}
	for _, binding := range w.index.Bindings {
		if binding.RoleRef == ref && binding.Role != nil {
			return binding.Role
		}
	}
	return nil
}

// Held returns the bindings and role assignments of a role.
func (w *World) Held(ref model.Ref) []*Binding {
	var held []*Binding
	for _, binding := range w.index.Bindings {
		if binding.RoleRef == ref {
			held = append(held, binding)
		}
	}
	return held
}

// RulesOf tells of each rule of a role. What a role of a namespace allows outside of one
// is no danger: nobody can hold it.
func (w *World) RulesOf(role *Role) []RoleRule {
	if role.Azure != nil {
		return w.azureRules(role)
	}
	local := role.Namespace != ""
	rules := make([]RoleRule, len(role.Rules))
	for i := range role.Rules {
		rules[i] = RoleRule{Text: RuleText(&role.Rules[i]), From: w.fragments(role, &role.Rules[i])}
	}
	p := w.powers()
	for i := range Powers() {
		power := &Powers()[i]
		severity := power.at(role.Namespace)
		if severity == nil || !p.counts(power) {
			continue
		}
		var touched []int
		for _, need := range p.of[i] {
			rule := p.meets(role, need, local)
			if rule < 0 {
				touched = nil
				break
			}
			touched = append(touched, rule)
		}
		slices.Sort(touched)
		for _, rule := range slices.Compact(touched) {
			rules[rule].give(power, *severity)
		}
	}
	return rules
}

// give adds a power. To do everything is all there is to say.
func (r *RoleRule) give(power *Power, severity model.Severity) {
	if len(r.Powers) > 0 && r.Powers[0].ID == "R01" {
		return
	}
	if r.Severity == nil || severity > *r.Severity {
		r.Severity = &severity
		r.Powers = slices.Insert(r.Powers, 0, power)
		return
	}
	r.Powers = append(r.Powers, power)
}

// fragments are the ClusterRoles whose rule it is, where a controller puts the role
// together from those that its selectors pick.
func (w *World) fragments(role *Role, rule *rbacv1.PolicyRule) []string {
	if role.Aggregated == nil {
		return nil
	}
	says := RuleText(rule)
	var from []string
	for _, selector := range role.Aggregated.ClusterRoleSelectors {
		picks, err := metav1.LabelSelectorAsSelector(&selector)
		if err != nil {
			continue // the controller cannot read it either
		}
		for _, other := range w.index.Roles {
			if other != role && other.Kind == model.KindClusterRole && picks.Matches(labels.Set(other.Labels)) &&
				slices.ContainsFunc(other.Rules, func(r rbacv1.PolicyRule) bool { return RuleText(&r) == says }) && !slices.Contains(from, other.Name) {
				from = append(from, other.Name)
			}
		}
	}
	return from
}

// azureRules tells what a role of Azure allows: each entry's actions and data actions,
// without what they leave out. The powers are those of the role as a whole, since its
// entries count together.
func (w *World) azureRules(role *Role) []RoleRule {
	var rules []RoleRule
	say := func(what string, actions, except []string) {
		if len(actions) == 0 {
			return
		}
		text := what + " " + strings.Join(actions, ", ")
		if len(except) > 0 {
			text += ", except " + strings.Join(except, ", ")
		}
		rules = append(rules, RoleRule{Text: text})
	}
	for i := range role.Azure.Permissions {
		p := &role.Azure.Permissions[i]
		say("actions", p.Actions, p.NotActions)
		say("data actions", p.DataActions, p.NotDataActions)
	}
	p := w.powers()
	for i := range Powers() {
		power := &Powers()[i]
		if power.Severity == nil || !p.counts(power) || len(rules) == 0 {
			continue
		}
		if !slices.ContainsFunc(p.of[i], func(need int) bool { return p.meets(role, need, false) < 0 }) {
			rules[ruleOf(power, rules)].give(power, *power.Severity)
		}
	}
	return rules
}

// ruleOf is the entry that a power is told at: the first of the sort that it takes.
func ruleOf(power *Power, rules []RoleRule) int {
	sort := "data actions "
	if len(power.Needs) > 0 && len(power.Needs[0].Actions) > 0 {
		sort = "actions "
	}
	at := slices.IndexFunc(rules, func(r RoleRule) bool { return strings.HasPrefix(r.Text, sort) })
	return max(at, 0)
}
