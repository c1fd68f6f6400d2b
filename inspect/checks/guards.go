package checks

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/podsecurity"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// guard is a policy that refuses pods, or would.
type guard struct {
	*model.Object
	// security is set where it is about what pods may do, not about labels and the like.
	security bool
	// sort is what it asks for, where several policies can ask for the same.
	sort string
	// in and out are the namespaces that it is for and not for; all where in is empty.
	in, out []string
	// by are the selectors that a namespace has to meet by its labels.
	by []labels.Selector
}

// covers reports whether the policy counts in a namespace that has these labels.
func (g *guard) covers(namespace string, has map[string]string) bool {
	if len(g.in) > 0 && !matchesAny(g.in, namespace) || matchesAny(g.out, namespace) {
		return false
	}
	set := labelsOf(namespace, has)
	return !slices.ContainsFunc(g.by, func(s labels.Selector) bool { return !s.Matches(set) })
}

type guardsKey struct{}

// guards lists the policies that refuse pods today.
func guards(view *object.View) []guard { return object.Derived(view, guardsKey{}, findGuards) }

func findGuards(view *object.View) []guard {
	var found []guard
	for _, kind := range []model.Kind{model.KindConstraint, model.KindKyvernoClusterPolicy, model.KindKyvernoPolicy, model.KindAdmissionPolicyBinding} {
		for _, o := range view.Objects[kind] {
			tree, err := object.Tree(o)
			if err != nil {
				continue
			}
			if g, refuses := guardOf(view, o, tree); refuses {
				found = append(found, g)
			}
		}
	}
	return found
}

// guardOf tells whom a policy holds, and whether it refuses anything.
func guardOf(view *object.View, o *model.Object, tree map[string]any) (guard, bool) {
	g := guard{Object: o}
	switch o.Kind {
	case model.KindConstraint:
		g.security = isSecurity(document.Text(tree, "kind"))
		g.sort = document.Text(tree, "kind")
		g.in, g.out = texts(tree, "spec.match.namespaces"), texts(tree, "spec.match.excludedNamespaces")
		g.by = append(selectorsAt(tree, "spec.match.namespaceSelector"), gatekeeperSelectors(view)...)
		return g, constraintRefuses(tree)
	case model.KindAdmissionPolicyBinding:
		policy := view.Find(model.Ref{Kind: model.KindAdmissionPolicy, Name: document.Text(tree, "spec.policyName")})
		g.security = policy != nil && aboutPods(policy)
		g.sort = document.Text(tree, "spec.policyName")
		g.by = selectorsAt(tree, "spec.matchResources.namespaceSelector")
		if policy != nil {
			if of, err := object.Tree(policy); err == nil {
				g.by = append(g.by, selectorsAt(of, "spec.matchConstraints.namespaceSelector")...)
			}
		}
		return g, policy != nil && slices.Contains(texts(tree, "spec.validationActions"), "Deny")
	default:
		g.security = isSecurity(o.Name) || documentHas(tree, "podSecurity")
		if o.Kind == model.KindKyvernoPolicy {
			g.in = []string{o.Namespace}
		}
		return g, enforces(tree)
	}
}

// constraintRefuses reports whether a Gatekeeper constraint refuses what breaks it: at
// admission, where it names the points at which it does what.
func constraintRefuses(tree map[string]any) bool {
	action := strings.ToLower(document.Text(tree, "spec.enforcementAction"))
	if action != "scoped" {
		return action == "" || action == "deny"
	}
	return slices.ContainsFunc(listAt(tree, "spec.scopedEnforcementActions"), func(scoped map[string]any) bool {
		return strings.EqualFold(document.Text(scoped, "action"), "deny") &&
			slices.ContainsFunc(listAt(scoped, "enforcementPoints"), func(point map[string]any) bool {
				return slices.Contains(admissionPoints, document.Text(point, "name"))
			})
	})
}

// admissionPoints are where a scoped constraint can refuse; elsewhere it only looks.
var admissionPoints = []string{"*", "validation.gatekeeper.sh", "vap.k8s.io"}

// enforces reports whether a Kyverno policy refuses what breaks it.
func enforces(tree map[string]any) bool {
	if strings.EqualFold(document.Text(tree, "spec.validationFailureAction"), "enforce") {
		return true
	}
	list, _ := document.Lookup(tree, "spec.rules")
	all, _ := list.([]any)
	return slices.ContainsFunc(all, func(each any) bool {
		rule, _ := each.(map[string]any)
		return strings.EqualFold(document.Text(rule, "validate.failureAction"), "enforce")
	})
}

// securityWords are in the names of policies about what pods may do: those of the
// Gatekeeper library, of Azure Policy and of Kyverno.
var securityWords = []string{
	"psp", "privilege", "hostnamespace", "hostnetwork", "hostpath", "hostfilesystem", "hostport", "capabilit", "runasnonroot",
	"allowedusers", "seccomp", "apparmor", "podsecurity", "hostprocess", "volumetypes", "procmount", "selinux",
}

func isSecurity(name string) bool {
	name = strings.ReplaceAll(strings.ToLower(name), "-", "")
	return slices.ContainsFunc(securityWords, func(word string) bool { return strings.Contains(name, word) })
}

// aboutPods reports whether an admission policy looks at pods, or at what makes them.
func aboutPods(o *model.Object) bool {
	tree, err := object.Tree(o)
	if err != nil {
		return false
	}
	list, _ := document.Lookup(tree, "spec.matchConstraints.resourceRules")
	all, _ := list.([]any)
	return slices.ContainsFunc(all, func(each any) bool {
		rule, _ := each.(map[string]any)
		return slices.ContainsFunc(texts(rule, "resources"), func(resource string) bool {
			return resource == "pods" || resource == "*" || resource == "deployments"
		})
	})
}

// documentHas reports whether a key stands anywhere in a document.
func documentHas(value any, key string) bool {
	switch value := value.(type) {
	case map[string]any:
		if _, is := value[key]; is {
			return true
		}
		for _, each := range value {
			if documentHas(each, key) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(value, func(each any) bool { return documentHas(each, key) })
	}
	return false
}

func texts(tree map[string]any, path string) []string {
	value, _ := document.Lookup(tree, path)
	list, _ := value.([]any)
	var found []string
	for _, each := range list {
		if text, is := each.(string); is {
			found = append(found, text)
		}
	}
	return found
}

// guardrails fails where nothing in the cluster refuses a dangerous pod.
func guardrails(ask rules.Ask) rules.Answer {
	if slices.ContainsFunc(guards(ask.View), func(g guard) bool { return g.security }) {
		return rules.Passed()
	}
	standing := podsecurity.Of(ask.View)
	ready := []any{}
	for _, o := range ask.View.Objects[model.KindNamespace] {
		ns := standing.Namespace(o.Name)
		if expr.IsSystemNamespace(o.Name) || ns == nil {
			continue
		}
		if ns.Enforce.Set && ns.Enforce.Level != podsecurity.Privileged {
			return rules.Passed()
		}
		if ns.Meets != podsecurity.Privileged {
			ready = append(ready, map[string]any{"name": o.Name, "level": string(podsecurity.Baseline)})
		}
	}
	return rules.Failed(map[string]any{"ready": ready})
}
