package page

import (
	"strconv"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/upgrading"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// inTheWay says what in the cluster stands in the way of an upgrade: budgets that let no
// pod go, and what is written with API versions that the next release no longer serves.
func inTheWay(text *prose, from *store.Cluster) {
	text.heading("What stands in the way in " + from.Summary.Name)
	if from.Inside == nil || len(from.Inside.View.Objects) == 0 {
		text.paragraph("nobody has looked into the cluster: its page, Inside", themes.Unread)
		return
	}
	view := from.Inside.View
	for _, line := range unreadOf(view, upgrading.BudgetKinds...) {
		text.paragraph(line, themes.Unread)
	}
	free := true
	for _, budget := range upgrading.Budgets(view) {
		if !budget.Blocks() {
			continue
		}
		free = false
		words := " lets no pod go until all are ready again"
		if budget.Always {
			words = " lets no pod go: a node with one of its " + plural(budget.Pods, "pod", "pods") + " cannot be drained"
		}
		text.marked(widget.MediumMark, span{budget.String(), themes.Text}, span{words, themes.Muted})
	}
	next := "1." + strconv.Itoa(lifecycle.Number(view.Server)+1)
	for _, use := range upgrading.Uses(view, next) {
		free = false
		text.marked(widget.HighMark, span{use.Object.String(), themes.Text},
			span{joinWords(", ", " is written as "+use.Version+" by "+use.Manager, "which "+use.Removed+" no longer serves", orEmpty(use.Use != "", "use "+use.Use)), themes.Muted})
	}
	if free {
		text.paragraph("no budget blocks a drain, and nothing that was read is written with an API version that "+next+" lacks", themes.Muted)
	}
}

// upgrades says what the cluster that the page was reached from may be upgraded to.
func (p *versionPage) upgrades(c *Context, text *prose, from *store.Cluster) {
	text.heading("What " + from.Summary.Name + " may be upgraded to")
	read := from.Reads[model.KindUpgradeProfile]
	offered := p.loaded.upgrades
	switch {
	case offered != nil && len(offered) == 0:
		text.paragraph("nothing newer", themes.Muted)
	case offered != nil:
		text.paragraph(strings.Join(offered, ", "), themes.Text)
	case read.State == model.ReadFailed:
		text.paragraph("could not read: "+read.Why, themes.Unread)
	default:
		text.paragraph(notReadYet, themes.Unread)
	}
	if offered != nil {
		text.paragraph("read "+ago(c.Now, read.At), themes.Muted)
	}
}

// provenance says when and from where the lists were read, and whose dates these are.
func provenance(text *prose, c *Context, regions []inspect.Region) {
	oldest, read, failed := time.Time{}, 0, 0
	via := ""
	for _, region := range regions {
		switch at := region.ReadAt(); {
		case !at.IsZero():
			read++
			via = region.Resource.Via
			if oldest.IsZero() || at.Before(oldest) {
				oldest = at
			}
		case region.Read.State == model.ReadFailed:
			failed++
		}
	}
	words := "not read yet"
	if read > 0 {
		words = "read " + ago(c.Now, oldest) + " from " + via
	}
	switch {
	case failed > 0 && failed == len(regions):
		words = "could not be read: see errors"
	case len(regions) > 1:
		words += ", " + thousands(read) + " of " + plural(len(regions), "region", "regions")
		if failed > 0 {
			words += "; " + thousands(failed) + " could not be read, see errors"
		}
	}
	style := themes.Muted
	if read < len(regions) {
		style = themes.Unread
	}
	text.pair("Azure's list", factColumn, words, style)
	calendar := inspect.Calendar()
	if calendar == nil {
		return
	}
	text.pair("dates", factColumn, "AKS calendar of "+calendar.AsOf.Format(time.DateOnly)+"; Azure's list goes before it", themes.Muted)
}
