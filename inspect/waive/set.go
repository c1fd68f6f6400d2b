// Package waive matches waivers with findings: who accepted a rule's failure, on
// which resources, and until when. It does no I/O and knows no clock; parsing and
// changing a waiver file work on its bytes.
package waive

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/model"
)

// Set holds waivers, ready to match. It is immutable; the zero value and nil hold none.
type Set struct {
	all      []*model.Waiver
	byRule   map[string]*ofRule
	problems []error
}

// ofRule are the waivers of one rule: most name one cluster, and are found by its ID.
type ofRule struct {
	exact    map[model.ID][]*model.Waiver
	patterns []pattern
}

// pattern is a waiver whose resource holds stars.
type pattern struct {
	parts  []string
	waiver *model.Waiver
}

// New returns the set of the waivers; problems are what is wrong in their files.
func New(list []model.Waiver, problems ...error) *Set {
	s := &Set{byRule: map[string]*ofRule{}, problems: problems}
	for i := range list {
		waiver := &list[i]
		s.all = append(s.all, waiver)
		of := s.byRule[waiver.Rule]
		if of == nil {
			of = &ofRule{exact: map[model.ID][]*model.Waiver{}}
			s.byRule[waiver.Rule] = of
		}
		if folded := strings.ToLower(waiver.Resource); strings.Contains(folded, "*") {
			of.patterns = append(of.patterns, pattern{strings.Split(folded, "*"), waiver})
		} else {
			of.exact[model.ID(folded)] = append(of.exact[model.ID(folded)], waiver)
		}
	}
	return s
}

// All returns the waivers in the order of their files.
func (s *Set) All() []*model.Waiver {
	if s == nil {
		return nil
	}
	return s.all
}

// Problems returns what is wrong in the files, each with file, line and reason.
func (s *Set) Problems() []error {
	if s == nil {
		return nil
	}
	return s.problems
}

// Find returns the waiver of a rule's failure on a cluster, or with part on one of its
// node pools, and whether it holds: of several the one that holds longest, which may
// be one that has expired. It is nil where there is none.
func (s *Set) Find(rule string, cluster model.ID, part string, now time.Time) (waiver *model.Waiver, holds bool) {
	if s == nil || s.byRule[rule] == nil {
		return nil, false
	}
	waiver = s.byRule[rule].find(cluster.Fold(), part)
	return waiver, waiver != nil && waiver.Holds(now)
}

func (o *ofRule) find(folded model.ID, part string) *model.Waiver {
	var best *model.Waiver
	better := func(waiver *model.Waiver) {
		if matchesPart(waiver.Part, part) && (best == nil || waiver.Until.After(best.Until)) {
			best = waiver
		}
	}
	for _, waiver := range o.exact[folded] {
		better(waiver)
	}
	for _, p := range o.patterns {
		if glob(p.parts, string(folded)) {
			better(p.waiver)
		}
	}
	return best
}

// Covers reports whether a waiver's resource and part match a cluster, or one of its
// node pools, whatever the rule says of it.
func Covers(waiver *model.Waiver, cluster model.ID, part string) bool {
	return glob(strings.Split(strings.ToLower(waiver.Resource), "*"), string(cluster.Fold())) && matchesPart(waiver.Part, part)
}

func matchesPart(want, part string) bool {
	return want == "" || part != "" && glob(strings.Split(strings.ToLower(want), "*"), strings.ToLower(part))
}

// glob reports whether text is the parts with anything between them.
func glob(parts []string, text string) bool {
	if len(parts) == 1 {
		return text == parts[0]
	}
	rest, found := strings.CutPrefix(text, parts[0])
	if !found {
		return false
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		if _, rest, found = strings.Cut(rest, part); !found {
			return false
		}
	}
	return strings.HasSuffix(rest, parts[last])
}

// Judgements are those of one cluster, by rule, and of its node pools, by pool and
// rule.
type Judgements struct {
	Cluster model.ID
	Pools   []string // their names
	Judged  []model.Judged
	ByPool  [][]model.Judged
}

// Mark sets Waived on every failure that a waiver covers now, in place. Place tells a
// rule's place in the judgements, or a negative number where there is no such rule.
// Rules without waivers cost nothing.
func (s *Set) Mark(j Judgements, place func(rule string) int, now time.Time) {
	if s == nil || len(s.byRule) == 0 {
		return
	}
	var folded model.ID
	for rule, of := range s.byRule {
		at := place(rule)
		if at < 0 {
			continue
		}
		mark := func(judged []model.Judged, part string) {
			if at >= len(judged) || judged[at].Verdict != model.Fail {
				return
			}
			if folded == "" {
				folded = j.Cluster.Fold()
			}
			waiver := of.find(folded, part)
			judged[at].Waived = waiver != nil && waiver.Holds(now)
		}
		mark(j.Judged, "")
		for pool := range j.ByPool {
			if pool < len(j.Pools) {
				mark(j.ByPool[pool], j.Pools[pool])
			}
		}
	}
}

// Clear takes the marks off again, in place.
func Clear(judged []model.Judged) {
	for i := range judged {
		judged[i].Waived = false
	}
}

// State says how a waiver stands at a moment.
type State uint8

// The states.
const (
	Holds State = iota
	Expiring
	Expired
)

// Soon is how long before its end a waiver counts as expiring.
const Soon = 30 * 24 * time.Hour

var stateNames = [...]string{"holds", "expiring", "expired"}

// String returns the state's name.
func (s State) String() string { return stateNames[s] }

// StateOf tells how a waiver stands.
func StateOf(waiver *model.Waiver, now time.Time) State {
	switch {
	case !waiver.Holds(now):
		return Expired
	case !waiver.Holds(now.Add(Soon)):
		return Expiring
	default:
		return Holds
	}
}

// ByEnd sorts waivers by their end, the first to end first.
func ByEnd(list []*model.Waiver) []*model.Waiver {
	return slices.SortedStableFunc(slices.Values(list), func(a, b *model.Waiver) int {
		return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.Rule, b.Rule))
	})
}
