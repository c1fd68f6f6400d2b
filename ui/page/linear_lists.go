package page

import (
	"fmt"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// Linear tells the subscriptions, worst first, and what they add up to.
func (p *estate) Linear(c *Context) Linear {
	r := p.rows
	if r == nil || len(r.order) == 0 {
		return Linear{Intro: []string{p.empty(c)}}
	}
	sums := plural(r.clusters, "cluster", "clusters") + ", " + plural(r.pools, "node pool", "node pools") + ", " +
		plural(len(r.list), "subscription", "subscriptions")
	if !r.exact {
		sums = "at least " + sums
	}
	told := Linear{Intro: []string{sums + ": " + severityLine(&r.counts)}}
	if left := p.leftOut(); left != "" {
		told.Intro = append(told.Intro, left)
	}
	for _, row := range r.order {
		told.Rows = append(told.Rows, LinearRow{Text: r.say(int(row)), Choose: func() { p.table.Select(r.Key(int(row))) }})
	}
	return told
}

// say tells a subscription in words.
func (r *estateRows) say(row int) string {
	s := r.list[row]
	name := s.Name
	if name == "" {
		name = s.ID.Name()
	}
	switch {
	case s.Problem != nil && s.Clusters == 0:
		return name + ": could not read: " + s.Problem.Error()
	case s.Clusters == 0 && s.Read.State == model.ReadDone:
		return name + ": " + r.none
	case s.Clusters == 0:
		return name + ": " + notReadYet
	}
	words := name + ": " + plural(s.Clusters, "cluster", "clusters") + "; " + countsWords(&s.Counts, s.Exact())
	if s.Worst != nil {
		words += fmt.Sprintf("; worst: %s: %s", s.Worst.Summary.Name, r.worst[row])
	}
	if s.Problem != nil {
		words += "; last read failed: " + mendOf(s.Problem)
	}
	return words
}

// Linear tells the clusters.
func (p *clusters) Linear(c *Context) Linear {
	r := p.rows
	if r == nil || len(r.order) == 0 {
		return Linear{Intro: []string{p.empty(c)}}
	}
	var told Linear
	for _, row := range r.order {
		told.Rows = append(told.Rows, LinearRow{
			Text: clusterLine(r.clusters[row], r.subscriptions[row], p.at.ID == ""), Choose: func() { p.table.Select(r.Key(int(row))) },
		})
	}
	return told
}

// clusterLine tells a cluster in words.
func clusterLine(cluster *store.Cluster, subscription string, withSubscription bool) string {
	s := &cluster.Summary
	if !withSubscription {
		subscription = ""
	}
	words := s.Name + ": " + countsWords(&cluster.Counts, cluster.Counts.Complete()) + "; " + joinWords(", ",
		subscription, s.Location, stateWords(s), "API server "+s.Exposure.String(), "sign-in "+signInWord(s.SignIn),
		orNotRead("network policy", s.NetworkPolicy))
	if cluster.Problem != nil {
		words += "; last read failed: " + mendOf(cluster.Problem)
	}
	return words
}

// Linear tells the findings by rule, by cluster, or every one.
func (p *findingsPage) Linear(c *Context) Linear {
	var told Linear
	for tab, name := range []string{byRule: "by rule", byCluster: "by cluster", flat: "all"} {
		if len(p.tabs.Tabs) == 0 {
			break
		}
		told.Views = append(told.Views, LinearView{Name: name, Active: p.tab == tab, Choose: func(c *Context) {
			p.tabs.Active = tab
			p.toTab(c)
		}})
	}
	r := p.rows
	if r == nil || len(r.order) == 0 {
		told.Intro = []string{p.empty(c)}
		return told
	}
	words := severityLine(&r.sums)
	if !r.exact {
		words = "at least " + words
	}
	told.Intro = []string{joinWords("; ", words, uncovered(r.all))}
	for _, row := range r.order {
		told.Rows = append(told.Rows, LinearRow{Text: r.say(int(row)), Choose: func() { p.table.Select(r.Key(int(row))) }})
	}
	return told
}

// say tells a row in words.
func (r *estateFindings) say(row int) string {
	switch r.tab {
	case byRule:
		g := &r.groups[row]
		words := severityWord(g.judged()) + ": " + r.line(row)
		if g.counts.CouldNotRead > 0 {
			words += ", " + thousands(g.counts.CouldNotRead) + " could not be read"
		}
		return words
	case byCluster:
		cluster := r.index.clusters[row]
		return cluster.Summary.Name + ": " + countsWords(&r.counts[row], r.counts[row].Complete()) + "; " + r.subs[row] + ", " + cluster.Summary.Location
	default:
		return r.line(row)
	}
}

// Linear tells the requests that were made, newest first.
func (p *requestsPage) Linear(*Context) Linear {
	r := p.rows
	if r == nil || len(r.calls) == 0 {
		return Linear{Intro: []string{"no requests yet"}}
	}
	told := Linear{Intro: []string{plural(p.total, "request", "requests") + " made, the newest first"}}
	for _, row := range p.order {
		call := &r.calls[row]
		status := fmt.Sprint(call.Status)
		switch {
		case call.Err != "":
			status = "failed: " + call.Err
		case call.Status == 0:
			status = "under way"
		}
		text := call.Start.Local().Format("15:04:05") + " " + call.Method + " " + r.whats[row] + ": " +
			joinWords(", ", status, tookWords(call.Took), sizeWords(call.Bytes))
		told.Rows = append(told.Rows, LinearRow{Text: text, Choose: func() { p.table.Select(r.Key(int(row))) }})
	}
	return told
}

// Linear tells what could not be read, why, and what to do.
func (p *problemsPage) Linear(c *Context) Linear {
	r := p.rows
	if r == nil || len(r.list) == 0 {
		if c.Snapshot.Estate.State != model.ReadDone {
			return Linear{Intro: []string{"nothing has failed so far"}}
		}
		return Linear{Intro: []string{"everything that was asked for could be read"}}
	}
	var told Linear
	for _, row := range p.order {
		problem := &r.list[row]
		told.Rows = append(told.Rows, LinearRow{
			Text:   problem.what + ", " + problem.kind + ": " + problem.problem.Error(),
			Choose: func() { p.table.Select(r.Key(int(row))) },
		})
	}
	return told
}

// Linear tells the words of the page before, or all.
func (p *glossaryPage) Linear(*Context) Linear {
	var told Linear
	for tab, name := range []string{"here", "all"} {
		if len(p.tabs.Tabs) == 0 {
			break
		}
		told.Views = append(told.Views, LinearView{Name: name, Active: p.tabs.Active == tab, Choose: func(*Context) {
			p.tabs.Active = tab
			p.arrange()
		}})
	}
	list := p.shown()
	for _, row := range p.order {
		term := list[row]
		told.Rows = append(told.Rows, LinearRow{Text: term.Name + ": " + firstSentence(term.Says), Choose: func() { p.table.Select(term.ID) }})
	}
	if len(told.Rows) == 0 {
		told.Intro = []string{"no term matches the filter"}
	}
	return told
}
