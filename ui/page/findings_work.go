package page

import (
	"context"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// findingsWork is what the lines of a tab are made from.
type findingsWork struct {
	at       Address
	tab      int
	query    *filter.Query
	verdicts verdictSet
	previous *index
	sort     sorting
	rules    func() []*model.Rule
}

func (p *findingsPage) work(c *Context) func(context.Context, *store.Snapshot) any {
	in := c.Inspection
	column, descending := p.table.Sorted()
	w := findingsWork{
		at: p.at, tab: p.tab, query: p.filter.query, verdicts: setOf(model.Fail, model.CouldNotRead),
		previous: p.index, sort: sorting{column, descending},
		rules: func() []*model.Rule { return in.Rules().Rules() },
	}
	if p.filter.asks("verdict") {
		w.verdicts = setOf(model.Fail, model.CouldNotRead, model.Pass, model.NotApplicable, model.Pending)
	}
	return w.run
}

func (w findingsWork) run(ctx context.Context, s *store.Snapshot) any {
	r := &estateFindings{tab: w.tab, rules: w.rules(), exact: s.Exact(), all: &s.Counts}
	clusters := s.Clusters
	if w.at.ID != "" {
		clusters = s.In(w.at.ID)
		if subscription := s.Subscription(w.at.ID); subscription != nil {
			r.exact, r.all = subscription.Exact(), &subscription.Counts
		}
	}
	if w.at.Rule != "" {
		r.all = countsOfRule(clusters, r.rules, w.at.Rule)
	}
	r.index = newIndex(clusters, w.verdicts, w.previous)
	r.subs = subscriptionNames(s, clusters)
	r.inside = slices.ContainsFunc(clusters, func(cluster *store.Cluster) bool {
		return cluster.Inside != nil && len(cluster.Inside.Judgements) > 0
	})
	if !w.match(ctx, r, r.counting(w.tab)) {
		return nil
	}
	ok := true
	switch w.tab {
	case byRule:
		for i := range r.groups {
			r.sums.Merge(r.groups[i].counts)
		}
		r.groups = slices.DeleteFunc(r.groups, func(g ruleGroup) bool { return g.counts == (model.Counts{}) })
		r.order, ok = widget.Order(ctx, len(r.groups), nil, r.compareRules(w.sort))
	case byCluster:
		for i := range r.counts {
			r.sums.Merge(r.counts[i])
		}
		r.order, ok = widget.Order(ctx, len(clusters), func(row int) bool {
			return r.counts[row].Failures()+r.counts[row].Waived+r.counts[row].CouldNotRead+r.counts[row].Pending+r.counts[row].Passed+r.counts[row].NotApplied > 0
		}, r.compareClusters(w.sort))
	default:
		r.sortEntries(r.order, w.tab, w.sort)
	}
	if !ok || ctx.Err() != nil {
		return nil
	}
	return r
}

// countsOfRule adds up one rule's verdicts.
func countsOfRule(clusters []*store.Cluster, rules []*model.Rule, id string) *model.Counts {
	counts := &model.Counts{}
	for at, rule := range rules {
		if rule.ID != id {
			continue
		}
		for _, cluster := range clusters {
			counts.Add(judgedAt(cluster, -1, at))
			for pool := range cluster.Pools {
				counts.Add(judgedAt(cluster, pool, at))
			}
			cluster.EachInside(func(_ *store.Judgement, rule int, judged model.Judged) {
				if rule == at {
					counts.Add(judged)
				}
			})
		}
	}
	return counts
}

func subscriptionNames(s *store.Snapshot, clusters []*store.Cluster) []string {
	names := make([]string, len(clusters))
	known := map[model.ID]string{}
	for i, cluster := range clusters {
		parent := cluster.Resource.Parent
		name, is := known[parent]
		if !is {
			name = subscriptionName(s, parent)
			known[parent] = name
		}
		names[i] = name
	}
	return names
}

// match hands out the entries that the filter and the page's scope let through, those
// that follow each other at once. It reports false where it was called off.
func (w *findingsWork) match(ctx context.Context, r *estateFindings, take func(first int32, entries []entry)) bool {
	only := slices.IndexFunc(r.rules, func(rule *model.Rule) bool { return rule.ID == w.at.Rule })
	m := matcher{r: r}
	value := m.value
	matches := func(e entry) bool {
		if w.at.Rule != "" && int(e.rule) != only {
			return false
		}
		if w.query.Empty() {
			return true
		}
		m.to(e)
		return w.query.Match(value)
	}
	everything := w.at.Rule == "" && w.query.Empty()
	for i, block := range r.index.blocks {
		if ctx.Err() != nil {
			return false
		}
		first := r.index.starts[i]
		if everything {
			r.matched += len(block.entries)
			take(first, block.entries)
			continue
		}
		for at := range block.entries {
			if matches(block.entries[at]) {
				r.matched++
				take(first+int32(at), block.entries[at:at+1])
			}
		}
	}
	return true
}

// matcher tells the filter an entry's values; what all entries of a cluster or a
// rule share is made once.
type matcher struct {
	r           *estateFindings
	e           entry
	clusterText string
	cluster     int32
	ruleTexts   []string
}

func (m *matcher) to(e entry) {
	if m.ruleTexts == nil {
		m.ruleTexts = make([]string, len(m.r.rules))
		for i, rule := range m.r.rules {
			m.ruleTexts[i] = strings.ToLower(rule.ID + " " + rule.Title)
		}
		m.cluster = -1
	}
	if e.cluster != m.cluster {
		m.cluster = e.cluster
		m.clusterText = strings.ToLower(" " + clusterField(m.r.index.clusters[e.cluster], m.r.subs[e.cluster], "") + " ")
	}
	m.e = e
}

func (m *matcher) value(field string) string {
	switch field {
	case "":
		return m.ruleTexts[m.e.rule] + m.clusterText + m.r.part(m.e)
	case "cluster", "sub", "group", "region", "version":
		return clusterField(m.r.index.clusters[m.e.cluster], m.r.subs[m.e.cluster], field)
	case "pool":
		if m.e.object() >= 0 {
			return ""
		}
		return m.r.part(m.e)
	case "ns", "kind", "on":
		return refField(m.r.object(m.e), field)
	case "is":
		return isWords(m.e.judged())
	case "sev":
		if m.e.verdict == model.Fail {
			return m.e.severity().String()
		}
		return ""
	default:
		return ruleField(m.r.rules[m.e.rule], m.e.judged(), field, "")
	}
}

// counting returns what makes a tab's rows of the entries, which come in order.
func (r *estateFindings) counting(tab int) func(first int32, entries []entry) {
	switch tab {
	case byRule:
		return r.countRules()
	case byCluster:
		r.counts = make([]model.Counts, len(r.index.clusters))
		return func(_ int32, entries []entry) {
			for _, e := range entries {
				r.counts[e.cluster].Add(e.judged())
			}
		}
	case flat:
		r.order = make([]int32, 0, r.index.len())
	}
	return func(first int32, entries []entry) {
		for at, e := range entries {
			r.sums.Add(e.judged())
			r.order = append(r.order, first+int32(at))
		}
	}
}

func (r *estateFindings) countRules() func(int32, []entry) {
	r.groups = make([]ruleGroup, len(r.rules))
	last := make([]int32, len(r.rules))
	for rule := range r.groups {
		r.groups[rule].rule, last[rule] = rule, -1
	}
	return func(_ int32, entries []entry) {
		for _, e := range entries {
			g := &r.groups[e.rule]
			g.counts.Add(e.judged())
			if !e.judged().Failing() {
				continue
			}
			g.worst = max(g.worst, e.severity())
			if last[e.rule] != e.cluster {
				last[e.rule] = e.cluster
				g.clusters++
			}
		}
	}
}
