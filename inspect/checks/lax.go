package checks

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/podsecurity"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// laxPolicy fails for a policy that refuses nothing, or nothing in some namespaces that
// are the user's own.
func laxPolicy(ask rules.Ask) rules.Answer {
	o, tree := ask.Object, ask.Tree
	if constraint := madeOf(tree); constraint != "" {
		return rules.NotApplicable("Gatekeeper makes it of the constraint " + constraint + ", which is judged itself")
	}
	kyverno := o.Kind == model.KindKyvernoClusterPolicy || o.Kind == model.KindKyvernoPolicy
	if path, reports := reportsOnly(o.Kind, tree); reports {
		return rules.Failed(map[string]any{"reports": true, "left": []any{}, "patch": map[string]any{}, "labelled": []any{}, "kyverno": kyverno},
			model.Evidence{Path: path, Object: o.Ref, Value: "refuses nothing"})
	}
	out := leftOut(ask.View, o, tree)
	if len(out.names) == 0 {
		return rules.Passed()
	}
	evidence := make([]model.Evidence, len(out.names))
	names := make([]any, len(out.names))
	for i, left := range out.names {
		names[i] = left.name
		evidence[i] = model.Evidence{Path: left.path, Object: left.at, Value: "leaves out " + left.name}
	}
	labelled := make([]any, len(out.labelled))
	for i, name := range out.labelled {
		labelled[i] = map[string]any{"name": name}
	}
	return rules.Failed(map[string]any{"reports": false, "left": names, "patch": out.patch, "labelled": labelled, "kyverno": kyverno}, evidence...)
}

// madeOf names the constraint that Gatekeeper made a binding of, or returns "".
func madeOf(tree map[string]any) string {
	for _, owner := range listAt(tree, "metadata.ownerReferences") {
		if strings.HasPrefix(document.Text(owner, "apiVersion"), "constraints.gatekeeper.sh/") {
			return document.Text(owner, "kind") + " " + document.Text(owner, "name")
		}
	}
	return ""
}

// reportsOnly reports whether a policy, or one of its rules, refuses nothing anywhere,
// and where that stands.
func reportsOnly(kind model.Kind, tree map[string]any) (path string, is bool) {
	switch kind {
	case model.KindConstraint:
		if strings.EqualFold(document.Text(tree, "spec.enforcementAction"), "scoped") {
			return "spec.scopedEnforcementActions", !constraintRefuses(tree)
		}
		return "spec.enforcementAction", !constraintRefuses(tree)
	case model.KindAdmissionPolicyBinding:
		return "spec.validationActions", !slices.Contains(texts(tree, "spec.validationActions"), "Deny")
	}
	whole := strings.EqualFold(document.Text(tree, "spec.validationFailureAction"), "enforce")
	for _, rule := range listAt(tree, "spec.rules") {
		if _, validates := rule["validate"]; validates {
			action := document.Text(rule, "validate.failureAction")
			if action == "" && !whole || action != "" && !strings.EqualFold(action, "enforce") {
				return "spec.rules[" + document.Text(rule, "name") + "].validate.failureAction", true
			}
		}
		for _, verify := range listAt(rule, "verifyImages") {
			action := document.Text(verify, "failureAction")
			if action == "" && !whole || action != "" && !strings.EqualFold(action, "enforce") {
				return "spec.rules[" + document.Text(rule, "name") + "].verifyImages.failureAction", true
			}
		}
	}
	return "", false
}

// left is a namespace that a policy leaves out.
type left struct {
	name, path string
	at         model.Ref // what says so
}

// leaving is what a policy leaves out, and what would have it count there.
type leaving struct {
	names    []left
	patch    map[string]any
	labelled []string
}

// leftOut finds the namespaces of the user's own for which a policy does not count that
// is meant for all, and that nothing else of the same sort holds.
func leftOut(view *object.View, o *model.Object, tree map[string]any) leaving {
	exclusions := exclusionsOf(o.Kind, tree)
	found := leaving{patch: exclusions.patch()}
	security := isSecurity(o.Name) || documentHas(tree, "podSecurity")
	standing := podsecurity.Of(view)
	for _, namespace := range view.Objects[model.KindNamespace] {
		if expr.IsSystemNamespace(namespace.Name) || slices.Contains(policyEngines, namespace.Name) {
			continue
		}
		one := left{name: namespace.Name, path: exclusions.excludes(namespace), at: o.Ref}
		if ns := standing.Namespace(namespace.Name); one.path == "" && o.Kind == model.KindConstraint && unheardByGatekeeper(view, namespace) {
			one.path, one.at = "metadata.labels", namespace.Ref
			if _, ignored := namespace.Labels[ignoredByGatekeeper]; ignored {
				found.labelled = append(found.labelled, namespace.Name)
			}
		} else if security && ns != nil && ns.Enforce.Set && ns.Enforce.Level != podsecurity.Privileged {
			continue // the API server itself refuses what is worst there
		}
		if one.path != "" && !heldByAnother(view, o, tree, namespace) {
			found.names = append(found.names, one)
		}
	}
	return found
}

// policyEngines are the namespaces that engines of policies keep out of them themselves.
var policyEngines = []string{"kyverno", "gatekeeper-system"}

func unheardByGatekeeper(view *object.View, namespace *model.Object) bool {
	set := labelsOf(namespace.Name, namespace.Labels)
	for _, selector := range gatekeeperSelectors(view) {
		if !selector.Matches(set) {
			return true
		}
	}
	return false
}

// heldByAnother reports whether a policy that asks for the same refuses in the namespace
// what this one does not.
func heldByAnother(view *object.View, o *model.Object, tree map[string]any, namespace *model.Object) bool {
	own := document.Text(tree, "kind")
	if o.Kind == model.KindAdmissionPolicyBinding {
		own = document.Text(tree, "spec.policyName")
	}
	return slices.ContainsFunc(guards(view), func(g guard) bool {
		return g.Ref != o.Ref && g.Kind == o.Kind && g.sort != "" && g.sort == own && g.covers(namespace.Name, namespace.Labels)
	})
}

// exclusions are the ways in which a policy that is meant for all leaves namespaces out.
type exclusions struct {
	listed   []string // where the path below names them
	listPath string
	// selectors are paths of selectors, with their expressions that keep something out.
	selectors []exclusion
	// fixed are the namespaces that a part names which no short patch changes.
	fixed map[string]string
	// loose are those in which what breaks the policy is only reported.
	loose     []string
	loosePath string
}

type exclusion struct {
	path        string
	expressions []map[string]any
}

// exclusionsOf reads what a policy leaves out.
func exclusionsOf(kind model.Kind, tree map[string]any) *exclusions {
	e := &exclusions{fixed: map[string]string{}}
	switch kind {
	case model.KindConstraint:
		e.listPath, e.listed = "spec.match.excludedNamespaces", texts(tree, "spec.match.excludedNamespaces")
		e.selector(tree, "spec.match.namespaceSelector")
	case model.KindAdmissionPolicyBinding:
		e.selector(tree, "spec.matchResources.namespaceSelector")
	default:
		e.loosePath = "spec.validationFailureActionOverrides"
		for _, override := range listAt(tree, e.loosePath) {
			if strings.EqualFold(document.Text(override, "action"), "audit") {
				e.loose = append(e.loose, texts(override, "namespaces")...)
			}
		}
		for _, rule := range listAt(tree, "spec.rules") {
			at := "spec.rules[" + document.Text(rule, "name") + "].exclude"
			blocks := append(listAt(rule, "exclude.any"), listAt(rule, "exclude.all")...)
			if whole, is := rule["exclude"].(map[string]any); is {
				blocks = append(blocks, whole)
			}
			for _, block := range blocks {
				resources, _ := block["resources"].(map[string]any)
				if len(resources) > 1 || len(block) > 1 { // it leaves out some objects of these, not all
					continue
				}
				for _, name := range texts(block, "resources.namespaces") {
					e.fixed[name] = at
				}
			}
		}
	}
	return e
}

// selector notes the selector at a path, where it does nothing but keep something out:
// one that picks namespaces is how the policy is meant.
func (e *exclusions) selector(tree map[string]any, path string) {
	if len(selectorsAt(tree, path)) == 0 {
		return
	}
	if picked, has := document.Lookup(tree, path+".matchLabels"); has && picked != nil {
		return
	}
	expressions := listAt(tree, path+".matchExpressions")
	for _, each := range expressions {
		if operator := document.Text(each, "operator"); operator != "NotIn" && operator != "DoesNotExist" {
			return
		}
	}
	if len(expressions) > 0 {
		e.selectors = append(e.selectors, exclusion{path + ".matchExpressions", expressions})
	}
}

// excludes says where it stands that a namespace is left out, or returns "".
func (e *exclusions) excludes(namespace *model.Object) string {
	if matchesAny(e.listed, namespace.Name) {
		return e.listPath
	}
	if matchesAny(e.loose, namespace.Name) {
		return e.loosePath
	}
	for pattern, path := range e.fixed {
		if matchesAny([]string{pattern}, namespace.Name) {
			return path
		}
	}
	set := labelsOf(namespace.Name, namespace.Labels)
	for _, selector := range e.selectors {
		for _, expression := range selector.expressions {
			if keepsOut(expression, set) {
				return selector.path
			}
		}
	}
	return ""
}

func keepsOut(expression map[string]any, set map[string]string) bool {
	value, has := set[document.Text(expression, "key")]
	if document.Text(expression, "operator") == "DoesNotExist" {
		return has
	}
	return has && slices.Contains(texts(expression, "values"), value)
}

// patch is what leaves out AKS's own namespaces alone; empty where it takes more than a
// patch of a few fields.
func (e *exclusions) patch() map[string]any {
	if len(e.fixed) > 0 {
		return map[string]any{}
	}
	patch := map[string]any{}
	own := func(name string) bool { return !expr.IsSystemNamespace(name) && !slices.Contains(policyEngines, name) }
	if slices.ContainsFunc(e.listed, own) {
		set(patch, e.listPath, anyOf(slices.DeleteFunc(slices.Clone(e.listed), own)))
	}
	if len(e.loose) > 0 {
		set(patch, e.loosePath, nil)
	}
	for _, selector := range e.selectors {
		kept := []any{}
		for _, expression := range selector.expressions {
			if document.Text(expression, "key") != corev1.LabelMetadataName || document.Text(expression, "operator") != "NotIn" {
				if document.Text(expression, "key") == ignoredByGatekeeper {
					kept = append(kept, expression)
				}
				continue
			}
			if names := slices.DeleteFunc(texts(expression, "values"), own); len(names) > 0 {
				kept = append(kept, map[string]any{"key": corev1.LabelMetadataName, "operator": "NotIn", "values": anyOf(names)})
			}
		}
		set(patch, selector.path, kept)
	}
	return patch
}

// set puts a value at a path of a tree.
func set(tree map[string]any, path string, value any) {
	fields := strings.Split(path, ".")
	for _, field := range fields[:len(fields)-1] {
		below, is := tree[field].(map[string]any)
		if !is {
			below = map[string]any{}
			tree[field] = below
		}
		tree = below
	}
	tree[fields[len(fields)-1]] = value
}

func anyOf(names []string) []any {
	all := make([]any, len(names))
	for i, name := range names {
		all[i] = name
	}
	return all
}
