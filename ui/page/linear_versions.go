package page

import (
	"cmp"
	"time"

	"github.com/aksight/aksight/model"
)

// Linear tells the versions of the estate.
func (p *versionsPage) Linear(c *Context) Linear {
	r := p.rows
	if r == nil || len(r.order) == 0 {
		return Linear{Intro: []string{p.empty(c)}}
	}
	result := Linear{Intro: []string{r.summary()}}
	result.Outro = told(c, func(text *prose) { provenance(text, c, r.versions.Regions) })
	for _, row := range r.order {
		result.Rows = append(result.Rows, LinearRow{Text: r.list[row].say(c.Now), Choose: func() { p.table.Select(r.Key(int(row))) }})
	}
	return result
}

// say tells a version in words.
func (v *versionRow) say(now time.Time) string {
	words := "Kubernetes " + cmp.Or(v.use.Minor, "version not told") + ": " + plural(len(v.use.Clusters), "cluster", "clusters") +
		", " + plural(len(v.use.Pools), "node pool", "node pools") + "; worst of its clusters: " + v.standing.words
	if !v.life.EndOfLife.IsZero() {
		words += "; community support " + endWords(v.life.EndOfLife, now)
	}
	if !v.life.LongTermEnd.IsZero() {
		words += "; long-term support " + endWords(v.life.LongTermEnd, now)
	}
	return words + "; newest patch: " + cmp.Or(v.newest, "none on offer")
}

// Linear tells a version, and who runs it.
func (p *versionPage) Linear(c *Context) Linear {
	if p.loaded == nil {
		return Linear{Intro: []string{notReadYet}}
	}
	result := Linear{Intro: told(c, func(text *prose) { p.facts(c, text) })}
	uses := p.loaded.uses
	for _, row := range p.loaded.order {
		use := &uses.list[row]
		words := joinWords(" / ", use.cluster.Summary.Name, use.key.pool) + ": " + orNotRead("version", use.version) + ", " + use.standing.words
		if use.key.pool == "" {
			words += ", " + planWords(use.cluster.Summary.Plan) + " plan"
		}
		result.Rows = append(result.Rows, LinearRow{
			Under: "Runs it",
			Text:  joinWords(", ", words, use.cluster.Summary.Location, uses.subscriptions[row]),
			Choose: func() {
				p.tabs.Active = tabUses
				p.table.Select(use.key)
			},
		})
	}
	if len(result.Rows) == 0 {
		result.Intro = append(result.Intro, p.none())
	}
	result.Outro = told(c, func(text *prose) { p.offers(c, text) })
	return result
}

// none says why nobody is listed.
func (p *versionPage) none() string {
	if p.filter.text != "" && len(p.loaded.uses.list) > 0 {
		return "none matches the filter: esc clears it"
	}
	return "no cluster or node pool that was read runs it"
}

// empty says why there are no versions.
func (p *versionsPage) empty(c *Context) string {
	switch {
	case p.filter.text != "" && p.rows != nil && len(p.rows.list) > 0:
		return "no version matches the filter: esc clears it"
	case c.Snapshot.Problem != nil:
		return couldNotRead(c.Snapshot.Problem)
	case c.Snapshot.Estate.State == model.ReadDone && len(c.Snapshot.Clusters) == 0:
		return noClusters(c.Inspection, "no clusters that you may read")
	default:
		return "clusters not read yet"
	}
}
