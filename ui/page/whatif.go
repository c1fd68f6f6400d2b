package page

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// A taking is what might be taken away together, in words as an address has them: a
// what-if page compares the cluster without it.
type taking []string

// The words begin so.
const (
	takeBinding    = "binding="    // KIND/NAMESPACE/NAME
	takeAssignment = "assignment=" // an ID
	takeMember     = "member="     // GROUP/WHO
	takeLocal      = "local-accounts"
)

// localAccountPowers are the shortcuts that end with local accounts.
var localAccountPowers = []string{"Z01", "Z02"}

// takeableBinding is the word for a binding; empty for what stands in no object.
func takeableBinding(b *access.Binding) string {
	switch {
	case b == nil:
		return ""
	case b.Assignment != nil:
		return takeAssignment + url.QueryEscape(string(b.Assignment.ID))
	default:
		return takeBinding + url.QueryEscape(string(b.Kind)) + "/" + url.QueryEscape(b.Namespace) + "/" + url.QueryEscape(b.Name)
	}
}

// takeableMember is the word for that somebody belongs to a group; empty where Entra ID
// does not keep its members.
func takeableMember(group, who access.Subject) string {
	if group.Kind != access.Group || group == who || who.Kind == access.ServiceAccount || strings.HasPrefix(group.Name, "system:") {
		return ""
	}
	return takeMember + url.QueryEscape(group.Name) + "/" + url.QueryEscape(who.Name)
}

// takingsOf are the ways to take a power away from who holds it: what gives it, what has
// its holder be one whom that names, and local accounts where it needs them.
func takingsOf(held *access.Held, who access.Subject) []taking {
	var bindings, members taking
	add := func(to *taking, word string) {
		if word != "" && !slices.Contains(*to, word) {
			*to = append(*to, word)
		}
	}
	for _, reason := range held.By {
		if !reason.Masters() {
			add(&bindings, takeableBinding(reason.Binding))
			add(&members, takeableMember(reason.As, who))
		}
	}
	takings := []taking{bindings, members}
	if slices.Contains(localAccountPowers, held.ID) {
		takings = append(takings, taking{takeLocal})
	}
	return takings
}

// takingsOfHop are the ways to make a step impossible.
func takingsOfHop(hop *access.Hop) []taking {
	switch {
	case hop.By != nil:
		return takingsOf(hop.By, hop.From.Subject)
	case hop.Assignment != nil:
		return []taking{{takeAssignment + url.QueryEscape(string(hop.Assignment.ID))}}
	case hop.From.Kind == access.AtSubject && hop.To.Kind == access.AtSubject && hop.To.Subject.Kind == access.Group && hop.Credential == nil:
		return []taking{{takeableMember(hop.To.Subject, hop.From.Subject)}}
	default:
		return nil
	}
}

// whatIfAt is the page of what some takings would change; is is false where there is
// nothing to take.
func whatIfAt(cluster model.ID, takings ...taking) (at Address, is bool) {
	var parts []string
	for _, t := range takings {
		words := slices.DeleteFunc(slices.Clone(t), func(word string) bool { return word == "" })
		if len(words) > 0 {
			parts = append(parts, strings.Join(words, "&"))
		}
	}
	return Address{Kind: WhatIf, ID: cluster, Part: strings.Join(parts, ";")}, len(parts) > 0
}

// openWhatIf opens that page, or says why there is none.
func openWhatIf(c *Context, cluster model.ID, takings ...taking) {
	if at, is := whatIfAt(cluster, takings...); is {
		c.Open(at)
		return
	}
	c.Say(widget.NotMark, "nothing that could be taken away makes this possible")
}

// whatIfOffer tells the key.
func whatIfOffer() action.Offer { return action.Offer{ID: action.Preview, Says: "what if it went"} }

// readTakings reads the part of an address.
func readTakings(part string) []taking {
	var all []taking
	for each := range strings.SplitSeq(part, ";") {
		if each != "" {
			all = append(all, strings.Split(each, "&"))
		}
	}
	return all
}

// title is what a taking is called on a tab.
func (t taking) title() string {
	switch {
	case t[0] == takeLocal:
		return "Without local accounts"
	case strings.HasPrefix(t[0], takeMember):
		return "Out of the group"
	case strings.HasPrefix(t[0], takeAssignment) && len(t) == 1:
		return "Without the role assignment"
	case len(t) == 1:
		return "Without the binding"
	default:
		return "Without all that gives it"
	}
}

// errNothingTaken is told where what an address names is gone.
var errNothingTaken = errors.New("what would be taken away is not there any more")

// change finds what a taking takes, and says it.
func (t taking) change(w *access.World) (change access.Change, says []string, err error) {
	for _, word := range t {
		switch {
		case word == takeLocal:
			change.LocalAccounts = true
			says = append(says, "local accounts")
			if !w.Cluster.LocalAccounts {
				return change, says, errors.New("local accounts are disabled already")
			}
		case strings.HasPrefix(word, takeMember):
			group, who, _ := strings.Cut(word[len(takeMember):], "/")
			membership, is := directMembership(w, unescape(group), unescape(who))
			if !is {
				return change, nil, errNothingTaken
			}
			change.Members = append(change.Members, membership)
			says = append(says, membershipWords(w, membership))
		default:
			at := slices.IndexFunc(w.Index().Bindings, func(b *access.Binding) bool { return strings.EqualFold(takeableBinding(b), word) })
			if at < 0 && !strings.HasPrefix(word, takeAssignment) {
				return change, nil, errNothingTaken
			}
			if at < 0 { // it gives something outside the cluster
				id := model.ID(unescape(word[len(takeAssignment):]))
				assignment := assignmentOf(w, id)
				if assignment == nil {
					return change, nil, errNothingTaken
				}
				change.Assignments = append(change.Assignments, id)
				says = append(says, "role assignment "+assignment.RoleName()+" on "+azurerbac.ScopeWords(assignment.Scope, w.Cluster.ID))
				continue
			}
			b := w.Index().Bindings[at]
			if b.Assignment != nil {
				change.Assignments = append(change.Assignments, b.Assignment.ID)
			} else {
				change.Bindings = append(change.Bindings, b.Ref)
			}
			says = append(says, joinWords(" of ", b.Label()+" ("+w.Scope(b)+")", whom(w, b)))
		}
	}
	return change, says, nil
}

// whom names those whom a binding names.
func whom(w *access.World, b *access.Binding) string {
	names := make([]string, len(b.Subjects))
	for i, s := range b.Subjects {
		names[i] = w.Name(s)
	}
	const most = 3
	if len(names) > most {
		names = append(names[:most], plural(len(names)-most, "other", "others"))
	}
	return strings.Join(names, ", ")
}

func unescape(text string) string {
	plain, err := url.QueryUnescape(text)
	if err != nil {
		return text
	}
	return plain
}

func assignmentOf(w *access.World, id model.ID) *azurerbac.Assignment {
	if w.Azure == nil {
		return nil
	}
	for _, a := range w.Azure.Assignments {
		if a.ID.Equal(id) {
			return a
		}
	}
	return nil
}

// directMembership is by which of the groups that somebody is in directly it comes to be
// in a group.
func directMembership(w *access.World, group, who string) (azurerbac.Membership, bool) {
	if w.Azure == nil {
		return azurerbac.Membership{}, false
	}
	who = w.Index().Canonical(access.Subject{Kind: access.User, Name: who}).Name
	chain := slices.Concat(w.Azure.GroupChain(who), w.Azure.EligibleChain(who))
	for at := range chain {
		if !strings.EqualFold(chain[at].Group, group) {
			continue
		}
		found := chain[at]
		for !strings.EqualFold(found.By, who) {
			next := slices.IndexFunc(chain, func(m azurerbac.Membership) bool { return strings.EqualFold(m.Group, found.By) })
			if next < 0 {
				break
			}
			found = chain[next]
		}
		return found, true
	}
	return azurerbac.Membership{}, false
}

func membershipWords(w *access.World, m azurerbac.Membership) string {
	name := func(id string) string {
		if p := w.Azure.Principal(id); p != nil {
			return cmp.Or(p.Label(), id)
		}
		return id
	}
	return name(m.By) + " in the group " + name(m.Group)
}
