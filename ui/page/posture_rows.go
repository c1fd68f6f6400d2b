package page

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// posture is what an estate adds up to, panel by panel.
type posture struct {
	panels        []panel
	counts        model.Counts
	clusters      int
	pools         int
	subscriptions int
	unread        int // subscriptions that could not be read
	exact         bool
}

// A panel is one question about the estate, and the worst answers first.
type panel struct {
	title string
	// term is the glossary's entry of what its rows are.
	term string
	rows []postureRow
	// note says what the rows leave out, or that there are none.
	note string
}

// A postureRow is one bar. It leads to what it counts.
type postureRow struct {
	key   string
	name  string
	value string
	mark  widget.Mark
	bar   []widget.Segment
	whole int
	to    Address
}

// panelRows bounds the rows of a panel; one more leads to the others.
const panelRows = 8

// imageRule judges the age of node images.
const imageRule = "AKS-NODE-008"

func newPosture(ctx context.Context, in *inspect.Inspection, s *store.Snapshot, now time.Time) *posture {
	p := &posture{counts: s.Counts, clusters: len(s.Clusters), subscriptions: len(s.Subscriptions), exact: s.Exact()}
	for _, subscription := range s.Subscriptions {
		p.pools += subscription.Pools
		if subscription.Problem != nil {
			p.unread++
		}
	}
	for _, ask := range []func() panel{
		func() panel { return topicPanel(in, s) },
		func() panel { return subscriptionPanel(s) },
		func() panel { return clusterPanel(s) },
		func() panel { return imagePanel(in, s, now) },
		func() panel { return versionPanel(s, now) },
	} {
		if ctx.Err() != nil {
			return nil
		}
		p.panels = append(p.panels, ask())
	}
	return p
}

// barOf divides a bar by severity.
func barOf(counts *model.Counts) []widget.Segment {
	bar := make([]widget.Segment, 0, len(model.Severities))
	for _, severity := range model.Severities {
		if n := counts.Failed[severity]; n > 0 {
			bar = append(bar, widget.Segment{Value: n, Style: SeverityMark(severity).Style()})
		}
	}
	return bar
}

// worstMark is the mark of the worst finding, of what could not be read, or none.
func worstMark(counts *model.Counts) widget.Mark {
	if worst, failing := worstOf(counts); failing {
		return SeverityMark(worst)
	}
	switch {
	case counts.CouldNotRead > 0:
		return widget.UnreadMark
	case counts.Pending > 0:
		return widget.PendingMark
	case counts.Passed > 0:
		return widget.PassMark
	default:
		return widget.NotMark
	}
}

// shareWords says how many of the checks that were made fail, and what was not made.
func shareWords(counts *model.Counts) string {
	failures := counts.Failures()
	words := thousands(failures) + " of " + thousands(failures+counts.Passed)
	if !counts.Complete() {
		words = "at least " + words
	}
	if n := counts.CouldNotRead + counts.Pending; n > 0 {
		words += ", " + thousands(n) + " not read"
	}
	return words
}

func topicPanel(in *inspect.Inspection, s *store.Snapshot) panel {
	p := panel{title: "Checks that fail, by topic", term: "finding"}
	if len(s.Clusters) == 0 {
		return p
	}
	catalogue := in.Rules().Rules()
	for _, group := range groupByTopic(groupByRule(s.Clusters, catalogue), catalogue) {
		counts := &group.counts
		p.rows = append(p.rows, postureRow{
			key: "topic " + string(group.topic), name: topicNames[group.topic], value: shareWords(counts), mark: worstMark(counts),
			bar: barOf(counts), whole: counts.Failures() + counts.Passed,
			to: Address{Kind: Findings, Filter: "topic:" + string(group.topic)},
		})
	}
	return p
}

func subscriptionPanel(s *store.Snapshot) panel {
	p := panel{title: "Checks that fail, by subscription", term: "subscription"}
	list := slices.Clone(s.Subscriptions)
	slices.SortStableFunc(list, func(a, b *store.Subscription) int {
		return cmp.Or(a.Counts.Compare(&b.Counts), foldCompare(a.Name, b.Name))
	})
	for n, subscription := range list {
		if n == panelRows {
			p.rows = append(p.rows, restRow("subscriptions", len(list)-n, Address{Kind: Estate}))
			break
		}
		counts := &subscription.Counts
		row := postureRow{
			key: "subscription " + string(subscription.ID), name: cmp.Or(subscription.Name, subscription.ID.Name()),
			value: shareWords(counts), mark: worstMark(counts), bar: barOf(counts), whole: counts.Failures() + counts.Passed,
			to: Address{Kind: Findings, ID: subscription.ID},
		}
		switch {
		case subscription.Problem != nil && subscription.Clusters == 0:
			row.value, row.mark, row.to = "could not read", widget.UnreadMark, Address{Kind: Problems}
		case subscription.Clusters == 0 && subscription.Read.State == model.ReadDone:
			row.value, row.mark = "no clusters", widget.NotMark
		case subscription.Clusters == 0:
			row.value, row.mark = notReadYet, widget.PendingMark
		}
		p.rows = append(p.rows, row)
	}
	return p
}

func clusterPanel(s *store.Snapshot) panel {
	p := panel{title: "Worst clusters", term: "cluster"}
	var failing []*store.Cluster
	for _, cluster := range s.Clusters {
		if cluster.Counts.Failures() > 0 {
			failing = append(failing, cluster)
		}
	}
	slices.SortStableFunc(failing, func(a, b *store.Cluster) int {
		return cmp.Or(a.Counts.Compare(&b.Counts), foldCompare(a.Summary.Name, b.Summary.Name))
	})
	most := 0
	for n, cluster := range failing[:min(len(failing), panelRows)] {
		most = max(most, cluster.Counts.Failures())
		p.rows = append(p.rows, postureRow{
			key: "cluster " + string(cluster.Resource.ID), name: cluster.Summary.Name, mark: worstMark(&cluster.Counts),
			value: topWords(&cluster.Counts), bar: barOf(&cluster.Counts),
			to: Address{Kind: Cluster, ID: cluster.Resource.ID, Tab: "findings"},
		})
		if n == panelRows-1 && len(failing) > panelRows {
			p.rows = append(p.rows, restRow("clusters", len(failing)-panelRows, Address{Kind: Findings, Tab: "clusters"}))
		}
	}
	for n := range p.rows {
		if len(p.rows[n].bar) > 0 {
			p.rows[n].whole = most
		}
	}
	if len(p.rows) == 0 {
		p.note = "no findings in what was read"
	}
	return p
}

// topWords says the two worst severities that there are.
func topWords(counts *model.Counts) string {
	var parts []string
	for _, severity := range model.Severities {
		if n := counts.Failed[severity]; n > 0 && len(parts) < 2 {
			parts = append(parts, thousands(n)+" "+severity.String())
		}
	}
	words := joinWords(", ", parts...)
	if !counts.Complete() {
		words = "at least " + words
	}
	return words
}

// restRow leads to what a panel has no room for.
func restRow(things string, n int, to Address) postureRow {
	return postureRow{key: "rest of " + things, name: thousands(n) + " more", mark: widget.NoMark, to: to}
}

// pooled is a node pool with the day of its image.
type pooled struct {
	cluster *store.Cluster
	pool    int
	day     time.Time
}

func imagePanel(in *inspect.Inspection, s *store.Snapshot, now time.Time) panel {
	p := panel{title: "Oldest node images", term: "node-image"}
	var list []pooled
	days := map[string]time.Time{}
	untold := 0
	for _, cluster := range s.Clusters {
		for pool := range cluster.Summary.Pools {
			image := cluster.Summary.Pools[pool].Image
			day, known := days[image]
			if !known {
				day = expr.ImageDate(image)
				days[image] = day
			}
			if day.Unix() == 0 {
				untold++
				continue
			}
			list = append(list, pooled{cluster, pool, day})
		}
	}
	slices.SortStableFunc(list, func(a, b pooled) int {
		return cmp.Or(a.day.Compare(b.day), foldCompare(a.cluster.Summary.Name, b.cluster.Summary.Name), cmp.Compare(a.pool, b.pool))
	})
	_, rule := in.Rules().Find(imageRule)
	for _, old := range list[:min(len(list), panelRows)] {
		name := old.cluster.Summary.Pools[old.pool].Name
		judged := judgedAt(old.cluster, old.pool, rule)
		age := int(now.Sub(old.day) / (24 * time.Hour))
		row := postureRow{
			key: "image " + string(old.cluster.Resource.ID) + " " + name, name: findingTitle(old.cluster.Summary.Name, name),
			value: old.day.Format(time.DateOnly) + ", " + plural(age, "day", "days"), mark: VerdictMark(judged),
			bar: []widget.Segment{{Value: max(1, age), Style: themes.Accent}},
			to:  Address{Kind: Pool, ID: old.cluster.Resource.ID, Part: name},
		}
		if judged.Verdict == model.Fail {
			row.bar[0].Style = row.mark.Style()
		}
		row.whole = max(1, int(now.Sub(list[0].day)/(24*time.Hour)))
		p.rows = append(p.rows, row)
	}
	tooOld := 0
	for _, image := range list {
		if judgedAt(image.cluster, image.pool, rule).Failing() {
			tooOld++
		}
	}
	if tooOld > 0 && len(list) > panelRows {
		p.rows = append(p.rows, postureRow{
			key: "rest of images", name: "all that are too old", value: thousands(tooOld), to: Address{Kind: Findings, Rule: imageRule},
		})
	}
	switch {
	case untold > 0:
		p.note = plural(untold, "pool", "pools") + " whose image has no date that can be read"
	case len(list) == 0:
		p.note = "no node pools were read"
	}
	return p
}

func versionPanel(s *store.Snapshot, now time.Time) panel {
	p := panel{title: "Versions out of support, or leaving it in " + strconv.Itoa(leavingSoon) + " days", term: "kubernetes-version"}
	rows := newVersionRows(inspect.VersionsOf(s), now)
	slices.SortStableFunc(rows.list, func(a, b versionRow) int {
		return cmp.Or(cmp.Compare(b.standing.weight, a.standing.weight), lifecycle.Compare(a.use.Minor, b.use.Minor))
	})
	untold, shown, allPools := 0, 0, 0
	for _, version := range rows.list {
		allPools += len(version.use.Pools)
	}
	for _, version := range rows.list {
		soon := version.standing.mark == widget.PassMark
		switch {
		case version.standing.mark == widget.UnreadMark && (version.ends.Equal(farOff) || lifecycle.DaysLeft(version.ends, now) > leavingSoon):
			untold += len(version.use.Clusters)
			continue
		case soon:
			continue
		}
		if shown++; shown > panelRows {
			continue
		}
		words := version.standing.words
		if !version.ends.Equal(farOff) && lifecycle.DaysLeft(version.ends, now) < 0 {
			words += ", ended " + version.ends.Format(time.DateOnly)
		}
		bar, whole := len(version.use.Clusters), len(s.Clusters)
		if bar == 0 {
			bar, whole = len(version.use.Pools), allPools
		}
		p.rows = append(p.rows, postureRow{
			key: "version " + version.use.Minor, name: cmp.Or(version.use.Minor, "not told") + "  " + versionUsers(&version.use), value: words,
			mark: version.standing.mark, bar: []widget.Segment{{Value: bar, Style: version.standing.mark.Style()}},
			whole: whole, to: Address{Kind: Version, Part: version.use.Minor},
		})
	}
	if shown > panelRows {
		p.rows = append(p.rows, restRow("versions", shown-panelRows, Address{Kind: Versions}))
	}
	switch {
	case untold > 0:
		p.note = plural(untold, "cluster", "clusters") + " whose region's list is not read"
	case len(p.rows) == 0 && len(s.Clusters) > 0:
		p.note = "none"
	}
	return p
}

func versionUsers(use *inspect.VersionUse) string {
	if len(use.Clusters) == 0 {
		return plural(len(use.Pools), "pool", "pools")
	}
	return plural(len(use.Clusters), "cluster", "clusters")
}
