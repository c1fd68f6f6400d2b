package page

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// eventsTerms are explained on the page of events.
var eventsTerms = []string{"event", "workload", "namespace"}

// eventsAt is the address of the events on an object.
func eventsAt(cluster model.ID, on model.Ref) Address {
	return Address{Kind: Events, ID: cluster, Object: on}
}

// eventsTold is what a request for events came to.
type eventsTold struct {
	inspect.Events
	problem *source.Problem
}

// eventsPage lists the Kubernetes events on an object, or in a namespace, newest first.
// They are read when the page is opened, and again when that is asked for.
type eventsPage struct {
	*recordsPage[model.KubeEvent]
	told          atomic.Pointer[eventsTold] // the list is made in the background
	asking, asked bool
}

func newEventsPage(at Address) Page {
	p := &eventsPage{}
	now := func() time.Time {
		if told := p.told.Load(); told != nil {
			return told.At
		}
		return time.Time{}
	}
	p.recordsPage = newRecordsPage(at, records[model.KubeEvent]{
		title: "events", one: "event", many: "events", list: "events", live: at.ID, terms: eventsTerms,
		columns: eventColumns(now),
		fields: []recordField[model.KubeEvent]{
			{Field: filter.Field{Name: "type"}, of: (*model.KubeEvent).Type},
			{Field: filter.Field{Name: "reason"}, of: func(r *model.KubeEvent) string { return r.Reason }},
			{Field: filter.Field{Name: "kind"}, of: func(r *model.KubeEvent) string { return string(r.Object.Kind) }},
			{Field: filter.Field{Name: "on"}, of: func(r *model.KubeEvent) string { return r.Object.Name }},
			{Field: filter.Field{Name: "from"}, of: func(r *model.KubeEvent) string { return r.From }},
		},
		key: func(r *model.KubeEvent) string {
			return strings.Join([]string{r.Object.String(), r.Field, r.Reason, r.From, r.First.String(), r.Message}, "\n")
		},
		say: func(r *model.KubeEvent) string {
			return joinWords(", ", secondText(r.Last)+" "+r.Type()+" "+r.Reason+" on "+r.Object.String(), said("from", r.From), timesWords(r)) + ": " + r.Message
		},
		detail: func(r *model.KubeEvent) []string {
			return []string{
				r.Message,
				joinWords(", ", timesWords(r)+orEmpty(r.Count > 1, ", last")+" at "+secondText(r.Last)+" UTC", said("from", r.From)),
				joinWords(", ", r.Object.String(), r.Field),
			}
		},
		open: func(r *model.KubeEvent) (Address, bool) {
			if _, known := model.FindObjectKind(r.Object.Kind); !known || r.Object == at.Object {
				return Address{}, false
			}
			if r.Object.Kind == model.KindNode {
				return Address{Kind: Node, ID: at.ID, Part: r.Object.Name}, true
			}
			return objectAt(at.ID, r.Object), true
		},
		offers: func(*model.KubeEvent) []action.Offer {
			return []action.Offer{{ID: action.Verify, Says: "read again"}}
		},
		load: func(_ context.Context, s *store.Snapshot) recordRows[model.KubeEvent] {
			told := p.told.Load()
			if inside, why := insideOf(s, at.ID); inside == nil && told == nil {
				return recordRows[model.KubeEvent]{empty: why}
			}
			return eventRows(at, told)
		},
	})
	return p
}

func eventColumns(now func() time.Time) []recordColumn[model.KubeEvent] {
	return []recordColumn[model.KubeEvent]{
		{
			Column:  widget.Column{Title: "Last", Name: "last seen", Min: 7},
			cell:    func(r *model.KubeEvent, pen *widget.Pen) { pen.Write(pastWords(now().Sub(r.Last)), themes.Muted) },
			compare: func(a, b *model.KubeEvent) int { return a.Last.Compare(b.Last) }, down: true,
		},
		{
			Column: widget.Column{Title: "Type", Min: 9},
			cell: func(r *model.KubeEvent, pen *widget.Pen) {
				mark, style := widget.NotMark, themes.Muted
				if r.Warning {
					mark, style = widget.MediumMark, themes.Medium
				}
				pen.Mark(mark)
				pen.Skip(1)
				pen.Write(r.Type(), style)
			},
			compare: func(a, b *model.KubeEvent) int { return cmp.Compare(a.Type(), b.Type()) }, down: true,
		},
		{
			Column:  widget.Column{Title: "Reason", Min: 11, Weight: 1, Max: 28},
			cell:    func(r *model.KubeEvent, pen *widget.Pen) { pen.Write(r.Reason, themes.Text) },
			compare: func(a, b *model.KubeEvent) int { return cmp.Compare(a.Reason, b.Reason) },
		},
		{
			Column:  widget.Column{Title: "Object", Min: 18, Weight: 3, Max: 52, Priority: 1},
			cell:    func(r *model.KubeEvent, pen *widget.Pen) { pen.Write(objectWords(r.Object), themes.Muted) },
			compare: func(a, b *model.KubeEvent) int { return cmp.Compare(objectWords(a.Object), objectWords(b.Object)) },
		},
		{
			Column:  widget.Column{Title: "Count", Min: 5, Right: true, Priority: 2},
			cell:    func(r *model.KubeEvent, pen *widget.Pen) { pen.Int(r.Count, themes.Text) },
			compare: func(a, b *model.KubeEvent) int { return cmp.Compare(a.Count, b.Count) }, down: true,
		},
		{
			Column:  widget.Column{Title: "Message", Min: 18, Weight: 6},
			cell:    func(r *model.KubeEvent, pen *widget.Pen) { pen.Write(r.Message, themes.Text) },
			compare: func(a, b *model.KubeEvent) int { return cmp.Compare(a.Message, b.Message) },
		},
	}
}

// eventRows are the rows of what was told; nil where nothing was yet.
func eventRows(at Address, told *eventsTold) recordRows[model.KubeEvent] {
	switch {
	case told == nil:
		return recordRows[model.KubeEvent]{empty: "asking for the events…"}
	case told.problem != nil:
		return recordRows[model.KubeEvent]{empty: couldNotRead(told.problem)}
	}
	warnings := 0
	for i := range told.List {
		if told.List[i].Warning {
			warnings++
		}
	}
	on := "On " + at.Object.String()
	if at.Object.Kind == model.KindNamespace {
		on = "In the namespace " + at.Object.Name
	}
	on += orEmpty(told.Parts > 0, " and "+plural(told.Parts, "object that belongs to it", "objects that belong to it"))
	result := recordRows[model.KubeEvent]{
		rows: told.List, empty: "none was reported lately",
		head: []string{on + ": " + plural(len(told.List), "event", "events") + ", " + plural(warnings, "warning", "warnings") +
			". Read at " + told.At.UTC().Format(time.TimeOnly) + " UTC; API servers forget events, after an hour mostly."},
	}
	if told.Cut {
		result.foot = []string{"The namespace has more events than are read: some of these are missing."}
		result.empty = "none among those that were read"
	}
	return result
}

// Settling reports whether the events are still to come.
func (p *eventsPage) Settling() bool { return p.asking || p.recordsPage.Settling() }

// Update takes a message.
func (p *eventsPage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown, Changed:
		if !p.asked {
			p.ask(c)
		}
	case Hidden:
		p.asked = p.asked && !p.asking // what was under way was called off
		p.asking = false
	case *eventsTold:
		p.asking = false
		p.told.Store(msg)
		p.feed.start(c, p.work(c))
		return
	case action.Intent:
		if (msg.ID == action.Refresh || msg.ID == action.Verify) && !p.unopened(c) {
			p.ask(c)
			return
		}
	}
	p.recordsPage.Update(c, msg)
}

// ask reads the events, once it is known what belongs to the object. A cluster that
// nobody has looked into is not asked.
func (p *eventsPage) ask(c *Context) {
	cluster := c.Snapshot.Cluster(p.at.ID)
	if cluster == nil || cluster.Inside == nil || cluster.Inside.State < store.Following || p.asking {
		return
	}
	p.asking, p.asked = true, true
	in, at := c.Inspection, p.at
	c.Run("ask for events", func(ctx context.Context) any {
		events, problem := in.Events(ctx, at.ID, at.Object)
		return &eventsTold{events, problem}
	})
}

// objectWords names an object within its namespace.
func objectWords(ref model.Ref) string { return string(ref.Kind) + " " + ref.Name }

func secondText(at time.Time) string { return at.UTC().Format(time.DateTime) }

// timesWords says how often an event was seen, and since when.
func timesWords(r *model.KubeEvent) string {
	if r.Count < 2 {
		return "once"
	}
	return thousands(r.Count) + " times since " + secondText(r.First)
}

// pastWords says how long something is past, in a few letters.
func pastWords(past time.Duration) string {
	switch {
	case past < time.Minute:
		return strconv.Itoa(max(0, int(past/time.Second))) + " s"
	case past < 2*time.Hour:
		return strconv.Itoa(int(past/time.Minute)) + " min"
	case past < 48*time.Hour:
		return strconv.Itoa(int(past/time.Hour)) + " h"
	default:
		return plural(int(past/(24*time.Hour)), "day", "days")
	}
}
