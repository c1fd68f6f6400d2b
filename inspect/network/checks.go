package network

import (
	"slices"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// Checks are what rules on policies and exposure ask, by the names that they call them.
var Checks = map[string]rules.Check{
	"openToPods":         openToPods,
	"unheldEgress":       unheldEgress,
	"defaultDeny":        defaultDeny,
	"metadataReach":      metadataReach,
	"unenforcedPolicies": unenforcedPolicies,
	"idlePolicy":         idlePolicy,
	"openPolicy":         openPolicy,
	"worldPolicy":        worldPolicy,
	"hostNetworkCovered": hostNetworkCovered,
	"publicService":      publicService,
	"everyAddress":       everyAddress,
	"publishedServices":  publishedServices,
	"plainIngress":       plainIngress,
	"plainHTTPBeside":    plainHTTPBeside,
	"noFirewall":         noFirewall,
	"catchAllHost":       catchAllHost,
	"retiredController":  retiredController,
	"exposedInterface":   exposedInterface,
}

// judged finds the workload that a check is about; where its pods are none that
// policies concern, the answer says why.
func (a *Analysis) judged(ask rules.Ask) (*Workload, *rules.Answer) {
	w := a.Workload(ask.Ref())
	if w == nil {
		answer := rules.NotApplicable("it runs no pods now")
		return nil, &answer
	}
	if !w.Any(func(s *Standing) bool { return !s.HostNetwork }) {
		answer := rules.NotApplicable("its pods use their node's network, which policies for pods do not hold")
		return nil, &answer
	}
	return w, nil
}

// held is what the checks on a workload tell beside their verdict.
func (a *Analysis) held(w *Workload, view *object.View) map[string]any {
	selector := selectorLabels(w.Object)
	return map[string]any{
		"engine": a.Engine.String(), "enforced": a.Engine != NoEngine, "exposed": Exposed(view).FromInternet(w.Ref),
		"labels": selector, "labelled": len(selector) > 0, "selector": flow(selector),
	}
}

// selectorLabels are the labels by which a policy can select a workload's pods for good.
func selectorLabels(workload *model.Object) map[string]any {
	lasting := map[string]any{}
	if workload.Pod == nil {
		return lasting
	}
	for key, value := range workload.Pod.Labels {
		switch {
		case strings.HasPrefix(key, "batch.kubernetes.io/"), strings.HasPrefix(key, "statefulset.kubernetes.io/"),
			key == "pod-template-hash", key == "pod-template-generation", key == "controller-uid", key == "job-name", key == "controller-revision-hash":
		default:
			lasting[key] = value
		}
	}
	return lasting
}

// openTo reports whether nothing narrows a direction for some of a workload's pods: no
// policy selects them, and no other one cuts anything off.
func openTo(w *Workload, direction Direction) bool {
	return w.Any(func(s *Standing) bool { return !s.HostNetwork && !s.Sides[direction].Narrowed })
}

// unsure says why it cannot be told what is let through to or from a workload, or "".
func (w *Workload) unsure(direction Direction) string {
	for _, s := range w.Standings {
		if !s.HostNetwork && s.Sides[direction].Unsure != "" {
			return s.Sides[direction].Unsure
		}
	}
	return ""
}

// policyEvidence shows the policies that speak of a workload's pods, or that none does.
func policyEvidence(w *Workload, direction Direction) []model.Evidence {
	var found []model.Evidence
	for _, standing := range w.Standings {
		for _, p := range standing.Sides[direction].By {
			if !slices.ContainsFunc(found, func(e model.Evidence) bool { return e.Object == p.Ref }) {
				found = append(found, model.Evidence{Path: "spec." + direction.String(), Object: p.Ref, Value: "selects its pods"})
			}
		}
	}
	if found == nil {
		found = []model.Evidence{{Path: "policies that select its pods for " + direction.String(), Absent: true}}
	}
	return found
}

func openToPods(ask rules.Ask) rules.Answer {
	a := Of(ask.View)
	w, stop := a.judged(ask)
	switch {
	case stop != nil:
		return *stop
	case !openTo(w, Ingress) && a.Engine != NoEngine:
		return rules.Passed()
	case w.unsure(Ingress) != "":
		return rules.CouldNotRead(w.unsure(Ingress))
	}
	found := a.held(w, ask.View)
	found["paper"] = !openTo(w, Ingress) // the policies say otherwise, and nothing enforces them
	return rules.Failed(found, policyEvidence(w, Ingress)...)
}

func unheldEgress(ask rules.Ask) rules.Answer {
	a := Of(ask.View)
	w, stop := a.judged(ask)
	switch {
	case stop != nil:
		return *stop
	case !openTo(w, Egress) && a.Engine != NoEngine:
		return rules.Passed()
	case w.unsure(Egress) != "":
		return rules.CouldNotRead(w.unsure(Egress))
	}
	found := a.held(w, ask.View)
	found["paper"] = !openTo(w, Egress) // the policies say otherwise, and nothing enforces them
	return rules.Failed(found, policyEvidence(w, Egress)...)
}

func metadataReach(ask rules.Ask) rules.Answer {
	a := Of(ask.View)
	w, stop := a.judged(ask)
	switch {
	case stop != nil:
		return *stop
	case a.Restricted:
		return rules.Passed()
	case w.unsure(Egress) != "":
		return rules.CouldNotRead(w.unsure(Egress))
	}
	open := w.Any(func(s *Standing) bool { return !s.HostNetwork && s.Metadata })
	if !open && a.Engine != NoEngine {
		return rules.Passed()
	}
	found := a.held(w, ask.View)
	found["paper"] = !open // the policies say otherwise, and nothing enforces them
	found["isolated"] = w.Any(func(s *Standing) bool { return s.Sides[Egress].Isolated })
	return rules.Failed(found, policyEvidence(w, Egress)...)
}

func defaultDeny(ask rules.Ask) rules.Answer {
	a := Of(ask.View)
	n := a.Namespace(ask.Object.Name)
	switch {
	case n == nil || n.Pods == 0:
		return rules.NotApplicable("nothing runs in it that policies could hold")
	case n.Default[Ingress] && n.Default[Egress]:
		if a.Engine != NoEngine {
			return rules.Passed()
		}
		return rules.Failed(map[string]any{"missing": "", "ingress": false, "egress": false, "enforced": false, "paper": true},
			model.Evidence{Path: "an engine that enforces the policies", Absent: true})
	}
	if n.Unsure != "" {
		return rules.CouldNotRead(n.Unsure)
	}
	var missing []string
	var evidence []model.Evidence
	for _, direction := range bothWays {
		if !n.Default[direction] {
			missing = append(missing, direction.String())
			evidence = append(evidence, model.Evidence{Path: "a policy for all pods that denies " + direction.String(), Absent: true})
		}
	}
	return rules.Failed(map[string]any{
		"missing": strings.Join(missing, " and "), "ingress": !n.Default[Ingress], "egress": !n.Default[Egress], "enforced": a.Engine != NoEngine, "paper": false,
	}, evidence...)
}

func unenforcedPolicies(ask rules.Ask) rules.Answer {
	a := Of(ask.View)
	if len(a.Policies) == 0 {
		return rules.NotApplicable("there are no network policies")
	}
	var paper []any
	var evidence []model.Evidence
	for _, p := range a.Policies {
		if !p.Enforced {
			paper = append(paper, p.String())
			evidence = append(evidence, model.Evidence{Path: "spec", Object: p.Ref, Value: "not enforced by " + a.Engine.String()})
		}
	}
	switch {
	case a.Engine == UnknownEngine:
		return rules.CouldNotRead("neither the cluster's document nor a DaemonSet tells which policy engine there is")
	case paper == nil:
		return rules.Passed()
	}
	answer := rules.Failed(map[string]any{"engine": a.Engine.String(), "count": int64(len(paper)), "none": a.Engine == NoEngine}, evidence...)
	answer.Failing = paper
	return answer
}

func idlePolicy(ask rules.Ask) rules.Answer {
	p := Of(ask.View).Policy(ask.Ref())
	switch {
	case p == nil:
		return rules.CouldNotRead("the policy cannot be understood")
	case p.Idle() && len(p.Unclear) > 0, len(p.Unclear) > 0 && p.Pods+p.Templates == 0:
		return rules.CouldNotRead("it has parts that are not understood: " + strings.Join(p.Unclear, ", "))
	case p.Idle():
		return rules.Failed(map[string]any{"idle": true, "dangling": int64(0)}, model.Evidence{Path: "pods that it selects", Value: int64(0)})
	case len(p.Dangling) > 0:
		evidence := make([]model.Evidence, len(p.Dangling))
		for i, path := range p.Dangling {
			evidence[i] = model.Evidence{Path: path, Value: "selects no pod"}
		}
		return rules.Failed(map[string]any{"idle": false, "dangling": int64(len(p.Dangling))}, evidence...)
	}
	return rules.Passed()
}

// wide reports whether an opening leaves nothing of a policy's purpose: everything, on
// every port, without an exception.
func (o Opening) wide() bool {
	return o.AnyPort && (o.To == ToEverything || o.To == ToAddresses && (o.Direction == Ingress || !o.Cut))
}

func openPolicy(ask rules.Ask) rules.Answer {
	p := Of(ask.View).Policy(ask.Ref())
	if p == nil {
		return rules.CouldNotRead("the policy cannot be understood")
	}
	var evidence []model.Evidence
	var directions []string
	for _, opening := range p.Open {
		if opening.wide() {
			evidence = append(evidence, model.Evidence{Path: opening.Path, Value: "lets " + opening.To.String() + " through"})
			if !slices.Contains(directions, opening.Direction.String()) {
				directions = append(directions, opening.Direction.String())
			}
		}
	}
	if evidence == nil {
		return rules.Passed()
	}
	return rules.Failed(map[string]any{"directions": strings.Join(directions, " and "), "narrowed": narrowed(ask, p)}, evidence...)
}

// narrowed is the specification of a NetworkPolicy with its own namespace, and the
// cluster's DNS for egress, in the place of everybody; empty for other kinds.
func narrowed(ask rules.Ask, p *Policy) map[string]any {
	if p.Kind != model.KindNetworkPolicy {
		return map[string]any{}
	}
	spec, _ := ask.Tree["spec"].(map[string]any)
	changed := map[string]any{}
	for _, direction := range bothWays {
		list, _ := spec[direction.String()].([]any)
		var kept []any
		widest := false
		for i, each := range list {
			if slices.ContainsFunc(p.Open, func(o Opening) bool {
				return o.wide() && o.Direction == direction && within(o.Path, direction, i)
			}) {
				widest = true
				continue
			}
			kept = append(kept, each)
		}
		if widest {
			changed[direction.String()] = append(kept, ownNamespace(direction)...)
		}
	}
	return changed
}

// within reports whether a path leads into the rule at a place.
func within(path string, direction Direction, i int) bool {
	rest, is := strings.CutPrefix(path, "spec."+direction.String()+"["+itoa(i)+"]")
	return is && (rest == "" || rest[0] == '.')
}

func ownNamespace(direction Direction) []any {
	everyPod := []any{map[string]any{"podSelector": map[string]any{}}}
	if direction == Ingress {
		return []any{map[string]any{"from": everyPod}}
	}
	dns := map[string]any{
		"namespaceSelector": map[string]any{"matchLabels": map[string]any{namespaceByName: "kube-system"}},
		"podSelector":       map[string]any{"matchLabels": map[string]any{"k8s-app": "kube-dns"}},
	}
	return []any{
		map[string]any{"to": everyPod},
		map[string]any{"to": []any{dns}, "ports": []any{map[string]any{"port": int64(53), "protocol": "UDP"}, map[string]any{"port": int64(53), "protocol": "TCP"}}},
	}
}

func worldPolicy(ask rules.Ask) rules.Answer {
	p := Of(ask.View).Policy(ask.Ref())
	if p == nil {
		return rules.CouldNotRead("the policy cannot be understood")
	}
	var evidence []model.Evidence
	into := false
	for _, opening := range p.Open {
		if opening.To == ToWorld || opening.To == ToEverything || opening.To == ToAddresses && !opening.Cut {
			into = into || opening.Direction == Ingress
			evidence = append(evidence, model.Evidence{Path: opening.Path, Value: "lets " + opening.To.String() + " through"})
		}
	}
	if evidence == nil {
		return rules.Passed()
	}
	return rules.Failed(map[string]any{"into": into}, evidence...)
}

func hostNetworkCovered(ask rules.Ask) rules.Answer {
	if ask.Object.Pod == nil || !ask.Object.Pod.HostNetwork {
		return rules.Passed()
	}
	var names []string
	var evidence []model.Evidence
	typed := object.List[networkingv1.NetworkPolicy](ask.View, model.KindNetworkPolicy)
	for i, o := range ask.View.Objects[model.KindNetworkPolicy] {
		if typed[i] == nil || o.Namespace != ask.Object.Namespace {
			continue
		}
		selector, err := selectorOf(&typed[i].Spec.PodSelector)
		if err == nil && !selector.Empty() && selector.Matches(labelSet(ask.Object.Pod.Labels)) {
			names = append(names, o.Name)
			evidence = append(evidence, model.Evidence{Path: "spec.podSelector", Object: o.Ref, Value: "names its pods"})
		}
	}
	if names == nil {
		return rules.Passed()
	}
	return rules.Failed(map[string]any{"policies": strings.Join(names, ", ")}, evidence...)
}
