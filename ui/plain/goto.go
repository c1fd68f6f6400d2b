package plain

import (
	"context"
	"fmt"
	"strings"

	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/glossary"
	"github.com/aksight/aksight/ui/page"
)

// goTo goes to a page, a subscription, a cluster, what runs in one that is open, or a term by its name, or by what is
// most like it.
func (s *session) goTo(ctx context.Context, name string) {
	if name == "" {
		var names []string
		for _, place := range page.Places() {
			names = append(names, place.Name)
		}
		s.out.line("go NAME goes to " + strings.Join(names, ", ") + ", or to a subscription, cluster, term, bookmark or saved filter by its name.")
		return
	}
	if s.own(ctx, name) {
		return
	}
	to, known := s.named(name)
	if !known {
		s.out.line(fmt.Sprintf("Nothing is called %q.", name))
		return
	}
	if first := s.visits[0].at; to == first {
		for s.leave(ctx) {
			continue
		}
	} else {
		s.enter(ctx, to)
	}
	s.show(ctx)
}

// named finds what goes by a name: the same name first, then the likeliest one.
func (s *session) named(name string) (at page.Address, known bool) {
	snapshot := s.with().Snapshot
	best := 0
	pattern := []rune(strings.ToLower(strings.ReplaceAll(name, " ", "")))
	try := func(called string, to page.Address) bool {
		if strings.EqualFold(called, name) {
			at, known = to, true
			return true
		}
		if score, ok := filter.Fuzzy(strings.ToLower(called), pattern); ok && (!known || score > best) {
			at, known, best = to, true, score
		}
		return false
	}
	for _, place := range page.Places() {
		if try(place.Name, place.At) {
			return at, known
		}
	}
	for _, subscription := range snapshot.Subscriptions {
		if try(subscription.Name, page.Address{Kind: page.Clusters, ID: subscription.ID}) {
			return at, known
		}
	}
	for _, cluster := range snapshot.Clusters {
		if try(cluster.Summary.Name, page.Address{Kind: page.Cluster, ID: cluster.Resource.ID}) {
			return at, known
		}
	}
	for _, cluster := range snapshot.Clusters {
		same := false
		page.InsideOf(cluster, func(called, _, _ string, to page.Address) { same = same || try(called, to) })
		if same {
			return at, known
		}
	}
	if term := glossary.Find(name); term != nil {
		return page.Address{Kind: page.Term, Term: term.ID}, true
	}
	return at, known
}
