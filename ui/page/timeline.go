package page

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/world"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// newTimelinePage makes the page of what was done to who has access to a cluster, latest
// first.
func newTimelinePage(at Address) Page {
	return newRecordsPage(at, records[access.Deed]{
		title: "timeline", one: "deed", many: "deeds", list: "timeline", live: at.ID, terms: accessTerms,
		columns: []recordColumn[access.Deed]{
			{
				Column:  widget.Column{Title: "When", Min: 16},
				cell:    func(r *access.Deed, pen *widget.Pen) { pen.Write(momentText(r.At), themes.Muted) },
				compare: func(a, b *access.Deed) int { return a.At.Compare(b.At) }, down: true,
			},
			{
				Column: widget.Column{Title: "What", Min: 28, Weight: 3, Max: 72},
				cell: func(r *access.Deed, pen *widget.Pen) {
					mark := deedMark(r)
					pen.Mark(mark)
					pen.Skip(1)
					pen.Write(r.What, mark.Style()&^themes.Bold)
				},
				compare: func(a, b *access.Deed) int {
					return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.What, b.What))
				}, down: true,
			},
			{
				Column:  widget.Column{Title: "Whom", Min: 18, Weight: 2, Max: 48, Priority: 1},
				cell:    func(r *access.Deed, pen *widget.Pen) { pen.Write(r.Whom, themes.Text) },
				compare: func(a, b *access.Deed) int { return cmp.Compare(a.Whom, b.Whom) },
			},
			{
				Column:  widget.Column{Title: "By", Min: 18, Weight: 1, Max: 32},
				cell:    func(r *access.Deed, pen *widget.Pen) { pen.Write(r.Who, themes.Text) },
				compare: func(a, b *access.Deed) int { return cmp.Compare(a.Who, b.Who) },
			},
			{
				Column:  widget.Column{Title: "Where", Min: 14, Weight: 1, Max: 28, Priority: 3},
				cell:    func(r *access.Deed, pen *widget.Pen) { pen.Write(r.Where, themes.Muted) },
				compare: func(a, b *access.Deed) int { return cmp.Compare(a.Where, b.Where) },
			},
			{
				Column:  widget.Column{Title: "Source", Min: 16, Weight: 1, Max: 32, Priority: 2},
				cell:    func(r *access.Deed, pen *widget.Pen) { pen.Write(r.Source, themes.Muted) },
				compare: func(a, b *access.Deed) int { return cmp.Compare(a.Source, b.Source) },
			},
		},
		fields: []recordField[access.Deed]{
			{Field: severityField(), of: func(r *access.Deed) string { return orEmpty(r.Marked, r.Severity.String()) }},
			{Field: filter.Field{Name: "by"}, of: func(r *access.Deed) string { return r.Who }},
			{Field: filter.Field{Name: "source"}, of: func(r *access.Deed) string { return r.Source }},
		},
		key: func(r *access.Deed) string { return r.At.String() + r.String() + r.Source },
		say: func(r *access.Deed) string {
			return joinWords(", ", momentText(r.At)+" "+r.String(), r.Where, r.Source)
		},
		act: func(c *Context, _ *access.Deed, id action.ID) bool {
			if id != action.Verify {
				return false
			}
			c.Inspection.WantActivity(at.ID)
			c.Say(widget.PendingMark, "reading the activity log of the subscription")
			return true
		},
		offers: func(*access.Deed) []action.Offer {
			if at.ID.Kubeconfig() {
				return nil
			}
			return []action.Offer{{ID: action.Verify, Says: "read the activity log"}}
		},
		load: func(_ context.Context, s *store.Snapshot) recordRows[access.Deed] {
			w := world.Of(s, at.ID)
			if w == nil {
				return recordRows[access.Deed]{empty: "the cluster is not there any more"}
			}
			result := recordRows[access.Deed]{
				rows: w.Timeline(time.Time{}), empty: "nothing that was read tells when somebody got access", foot: coverageOf(w, access.Kinds...),
			}
			var never []string
			for _, gap := range w.TimelineGaps() {
				never = append(never, gap.What)
			}
			result.foot = append(result.foot, "No source here tells of "+strings.Join(never, "; ")+".")
			return result
		},
	})
}

func deedMark(d *access.Deed) widget.Mark {
	if !d.Marked {
		return widget.NotMark
	}
	return SeverityMark(d.Severity)
}

func momentText(at time.Time) string { return at.UTC().Format("2006-01-02 15:04") }
