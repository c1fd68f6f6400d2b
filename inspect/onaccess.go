package inspect

import (
	"slices"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// AccessFinding is a failure of a rule on who has access, and whose access it is about.
type AccessFinding struct {
	Rule *model.Rule
	// Part is the node pool, and Object what of the inside was judged; empty and zero for
	// a finding on the cluster's own documents.
	Part   string
	Object model.Ref
	Judged model.Judged
	// Assignments are the role assignments of Azure that prove it, folded.
	Assignments []model.ID
	// Account is the service account that it is about: the one that was judged, or the one
	// that the workload runs as. It is zero where there is none.
	Account model.Ref
}

// tellsOfAccess reports whether a rule judges who has access: its topic says so, or it
// goes by who holds which role.
func tellsOfAccess(rule *model.Rule) bool {
	about := func(kind model.Kind) bool {
		return kind == model.KindRoleAssignment || kind == model.KindRoleBinding || kind == model.KindClusterRoleBinding
	}
	return rule.Topic == model.TopicIdentity || slices.ContainsFunc(rule.Reads, about)
}

// AccessFindings are a cluster's failures of rules on who has access.
type AccessFindings struct {
	All []AccessFinding

	// byAssignment and byAccount are places in All.
	byAssignment map[model.ID][]int
	byAccount    map[model.Ref][]int
}

// OnAccess returns a cluster's failures of rules on who has access, those on what runs in
// it as far as somebody looked.
func (i *Inspection) OnAccess(cluster *store.Cluster) *AccessFindings {
	found := &AccessFindings{All: i.onAccess(cluster), byAssignment: map[model.ID][]int{}, byAccount: map[model.Ref][]int{}}
	for at := range found.All {
		f := &found.All[at]
		for _, id := range f.Assignments {
			found.byAssignment[id] = append(found.byAssignment[id], at)
		}
		if f.Account != (model.Ref{}) {
			found.byAccount[f.Account] = append(found.byAccount[f.Account], at)
		}
	}
	return found
}

// About returns the findings on what a binding gives to a subject, or on what runs as it.
// The binding may be nil: then those on the subject alone.
func (a *AccessFindings) About(s access.Subject, binding *access.Binding) []*AccessFinding {
	var places []int
	if binding != nil && binding.Assignment != nil {
		places = a.byAssignment[binding.Assignment.ID.Fold()]
	}
	if s.Kind == access.ServiceAccount {
		places = slices.Concat(places, a.byAccount[model.Ref{Kind: model.KindServiceAccount, Namespace: s.Namespace, Name: s.Name}])
	}
	found := make([]*AccessFinding, len(places))
	for i, at := range places {
		found[i] = &a.All[at]
	}
	return found
}

// OnAll returns the findings on a subject and on what any of some bindings gives to it.
func (a *AccessFindings) OnAll(s access.Subject, bindings []*access.Binding) []*AccessFinding {
	all := a.About(s, nil)
	for _, binding := range bindings {
		for _, f := range a.About(s, binding) {
			if !slices.Contains(all, f) {
				all = append(all, f)
			}
		}
	}
	return all
}

func (i *Inspection) onAccess(cluster *store.Cluster) []AccessFinding {
	rules := i.Rules().Rules()
	var found []AccessFinding
	fails := func(rule int, judged model.Judged) bool {
		return judged.Verdict == model.Fail && rule < len(rules) && tellsOfAccess(rules[rule])
	}
	subject, err := i.Subject(cluster, -1)
	cluster.Each(func(pool, rule int, judged model.Judged) {
		if !fails(rule, judged) {
			return
		}
		f := AccessFinding{Rule: rules[rule], Judged: judged}
		if pool >= 0 && pool < len(cluster.Summary.Pools) {
			f.Part = cluster.Summary.Pools[pool].Name
		}
		if err == nil && slices.Contains(rules[rule].Reads, model.KindRoleAssignment) {
			subject.Pool = pool
			f.Assignments = assignmentsIn(i.Explain(subject, rule).Evidence)
		}
		found = append(found, f)
	})
	accounts := accountsOf(cluster.Inside)
	cluster.EachInside(func(on *store.Judgement, rule int, judged model.Judged) {
		if fails(rule, judged) {
			found = append(found, AccessFinding{Rule: rules[rule], Object: on.Ref, Judged: judged, Account: accounts[on.Ref]})
		}
	})
	return found
}

func assignmentsIn(evidence []model.Evidence) []model.ID {
	var named []model.ID
	for i := range evidence {
		if of := evidence[i].Of.Fold(); of != "" && !slices.Contains(named, of) {
			named = append(named, of)
		}
	}
	return named
}

// accountsOf tells the service account of every object that is one or has pods.
func accountsOf(inside *store.Inside) map[model.Ref]model.Ref {
	if inside == nil || inside.View == nil {
		return nil
	}
	accounts := map[model.Ref]model.Ref{}
	for _, objects := range inside.View.Objects {
		for _, o := range objects {
			switch {
			case o.Kind == model.KindServiceAccount:
				accounts[o.Ref] = o.Ref
			case o.Pod != nil:
				accounts[o.Ref] = model.Ref{Kind: model.KindServiceAccount, Namespace: o.Namespace, Name: o.Pod.ServiceAccount}
			}
		}
	}
	return accounts
}
