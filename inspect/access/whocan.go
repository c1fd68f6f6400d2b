package access

import (
	"cmp"
	"slices"
	"time"

	"github.com/aksight/aksight/model"
)

// Answer is one way in which somebody may do what was asked: by a right of its own, or
// step by step.
type Answer struct {
	Subject
	// Reason is the right; nil where Path is the way to it.
	Reason *Reason
	Path   Path
	// Power is what the right is worth, where a preset asked for it by that.
	Power *Held
}

// Direct reports whether it takes no step to somebody else's rights.
func (a *Answer) Direct() bool { return a.Path == nil }

// Eligible reports whether it takes a role that is not active now.
func (a *Answer) Eligible() bool {
	if a.Reason != nil {
		return !a.Reason.Masters() && a.Reason.Eligible()
	}
	return slices.ContainsFunc(a.Path, func(h Hop) bool { return h.Eligible })
}

// Narrowed reports whether a condition could stand in the way.
func (a *Answer) Narrowed() bool {
	if a.Reason != nil {
		return !a.Reason.Masters() && a.Reason.Condition() != ""
	}
	return slices.ContainsFunc(a.Path, func(h Hop) bool { return h.Narrowed })
}

// Since is when the binding, role assignment or first step was made; zero where nothing
// tells.
func (a *Answer) Since() time.Time {
	switch {
	case a.Reason != nil && !a.Reason.Masters():
		return a.Reason.Created
	case len(a.Path) > 0:
		return a.Path[0].Since()
	default:
		return time.Time{}
	}
}

// Namespace is where a right of one's own holds; empty for the whole cluster.
func (a *Answer) Namespace() string {
	if a.Reason == nil || a.Reason.Masters() {
		return ""
	}
	return a.Reason.Namespace
}

// WhoCan returns who may do what is asked by a right of its own. With anywhere set a
// right in any namespace counts.
func (w *World) WhoCan(q Question, anywhere bool) []Answer {
	var answers []Answer
	for _, holder := range w.index.WhoCan(q, anywhere) {
		if len(holder.Reasons) == 1 && holder.Reasons[0].Masters() && !w.mastersExist() {
			continue
		}
		for i := range holder.Reasons {
			answers = append(answers, Answer{Subject: holder.Subject, Reason: &holder.Reasons[i]})
		}
	}
	return answers
}

// WhoGets adds to the answers who gets to the right step by step: whoever gets to
// cluster-admin may do everything.
func (w *World) WhoGets(answers []Answer) []Answer {
	known := map[Subject]bool{}
	for i := range answers {
		known[answers[i].Subject] = true
	}
	return append(answers, w.whoReaches(Everything, known)...)
}

// mastersExist reports whether anybody may be of system:masters: a cluster of AKS hands
// out such certificates only while it has local accounts.
func (w *World) mastersExist() bool { return w.Cluster.ID == "" || w.Cluster.LocalAccounts }

// whoReaches returns who gets to a place step by step, without those that are known.
func (w *World) whoReaches(to Place, known map[Subject]bool) []Answer {
	var answers []Answer
	for _, reach := range w.Graph().WhoReaches(to) {
		if !known[reach.Subject] && reach.Subject != (Subject{Kind: Group, Name: Masters}) {
			answers = append(answers, Answer{Subject: reach.Subject, Path: reach.Path})
		}
	}
	return answers
}

// Preset is a question that people ask often, by a name.
type Preset struct {
	// Name is for the command line, Title for people: read Secrets.
	Name  string
	Title string
	// Verbs and Resources are rights of which any is enough; Powers the IDs of powers.
	verbs, resources []string
	powers           []string
	// to is a place that step by step leads to as well; zero where only rights count.
	to Place
}

// Presets lists the questions, in order.
var Presets = []Preset{
	{Name: "read-secrets", Title: "read Secrets", verbs: []string{"get", "list", "watch"}, resources: []string{"secrets"}, to: AllSecrets},
	{Name: "run-code", Title: "run code in pods", verbs: []string{"create"}, resources: []string{"pods", "pods/exec", "pods/ephemeralcontainers", "deployments", "daemonsets", "jobs"}},
	{Name: "cluster-admin", Title: "become cluster-admin", powers: []string{"R01"}, to: Everything},
	{Name: "change-rbac", Title: "change RBAC", verbs: []string{"create", "update", "patch"}, resources: []string{"clusterrolebindings", "rolebindings", "clusterroles", "roles"}},
	{Name: "reach-nodes", Title: "reach nodes", powers: []string{"R17", "R18", "Z06"}, to: NodeRoot},
	{Name: "admin-kubeconfig", Title: "pull the admin kubeconfig", powers: []string{"Z01", "Z02"}},
}

// FindPreset returns the preset with that name or title, or nil.
func FindPreset(name string) *Preset {
	for i := range Presets {
		if Presets[i].Name == name || Presets[i].Title == name {
			return &Presets[i]
		}
	}
	return nil
}

// Answers returns who may do what a preset asks, anywhere in the cluster: by rights of
// their own and, with steps set, step by step.
func (w *World) Answers(p *Preset, steps bool) []Answer {
	var answers []Answer
	known := map[Subject]bool{}
	add := func(a Answer) {
		known[a.Subject] = true
		answers = append(answers, a)
	}
	for _, verb := range p.verbs {
		for _, resource := range p.resources {
			q, err := Ask(verb, resource)
			if err != nil {
				continue // a test asks them all
			}
			for _, holder := range w.index.WhoCan(q, true) {
				if !known[holder.Subject] && (len(holder.Reasons) > 1 || !holder.Reasons[0].Masters() || w.mastersExist()) {
					add(Answer{Subject: holder.Subject, Reason: &holder.Reasons[0]})
				}
			}
		}
	}
	for _, s := range w.holdersOf(p.powers) {
		if !known[s.Subject] {
			add(s)
		}
	}
	if steps && p.to != (Place{}) {
		answers = append(answers, w.whoReaches(p.to, known)...)
	}
	return answers
}

// holdersOf returns who holds one of the powers in the whole cluster, by itself.
func (w *World) holdersOf(powers []string) []Answer {
	var answers []Answer
	if len(powers) == 0 {
		return nil
	}
	weighed := w.powers()
	for _, s := range w.index.Subjects() {
		held := weighed.heldAlone(s)
		at := slices.IndexFunc(held, func(h Held) bool { return h.Namespace == "" && slices.Contains(powers, h.ID) })
		if at >= 0 && len(held[at].By) > 0 {
			answers = append(answers, Answer{Subject: s, Reason: &held[at].By[0], Power: &held[at]})
		}
	}
	slices.SortStableFunc(answers, func(a, b Answer) int {
		return cmp.Compare(severityOf(b.Power), severityOf(a.Power))
	})
	return answers
}

func severityOf(h *Held) model.Severity {
	if h == nil {
		return model.Info
	}
	return h.Severity
}
