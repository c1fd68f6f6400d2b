package page

import (
	"context"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// posturePage shows what the estate adds up to, as bars.
type posturePage struct {
	posture *posture
	feed    feed
	// cursor is the place among all panels' rows; key is its row's, so that the cursor
	// stays on it when the sums are made anew.
	cursor int
	key    string
	moved  bool
	// columns are what was last drawn, to find rows by place.
	columns [2]postureColumn
	wide    bool
}

func newPosturePage(Address) Page { return &posturePage{feed: feed{name: "posture"}} }

// Title names the page in the breadcrumb.
func (p *posturePage) Title(*Context) string { return "posture" }

// Update takes a message.
func (p *posturePage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown, Changed:
		p.feed.follow(c, postureWork(c.Inspection, c.Now))
	case Hidden:
		p.feed.stop()
	case fed:
		if p.feed.done(msg) {
			p.take(msg.value.(*posture))
			p.feed.follow(c, postureWork(c.Inspection, c.Now))
		}
	case widget.Mouse:
		p.mouse(c, msg)
	case action.Intent:
		p.intent(c, msg)
	}
}

func postureWork(in *inspect.Inspection, now time.Time) func(context.Context, *store.Snapshot) any {
	return func(ctx context.Context, s *store.Snapshot) any {
		made := newPosture(ctx, in, s, now)
		if made == nil { // and not an interface that holds nothing
			return nil
		}
		return made
	}
}

// take shows new sums; the cursor stays on its row, once somebody has moved it.
func (p *posturePage) take(made *posture) {
	p.posture = made
	if !p.moved {
		p.to(0)
		return
	}
	for n := range p.rows() {
		if p.row(n).key == p.key {
			p.to(n)
			return
		}
	}
	p.to(min(p.cursor, p.rows()-1))
}

// rows is how many rows all panels have.
func (p *posturePage) rows() int {
	if p.posture == nil {
		return 0
	}
	total := 0
	for i := range p.posture.panels {
		total += len(p.posture.panels[i].rows)
	}
	return total
}

// row is the row at a place among all panels', or nil.
func (p *posturePage) row(at int) *postureRow {
	if panel, row := p.place(at); panel >= 0 {
		return &p.posture.panels[panel].rows[row]
	}
	return nil
}

// place finds the panel of a row, and the row's place in it; -1 where there is none.
func (p *posturePage) place(at int) (panel, row int) {
	if p.posture == nil || at < 0 {
		return -1, -1
	}
	for i := range p.posture.panels {
		if n := len(p.posture.panels[i].rows); at >= n {
			at -= n
			continue
		}
		return i, at
	}
	return -1, -1
}

func (p *posturePage) to(at int) {
	p.cursor = max(0, at)
	if row := p.row(p.cursor); row != nil {
		p.key = row.key
	}
}

func (p *posturePage) intent(c *Context, intent action.Intent) {
	if p.move(intent) {
		return
	}
	row := p.row(p.cursor)
	switch intent.ID {
	case action.Open:
		if row != nil {
			c.Open(row.to)
		}
	case action.Findings:
		c.Open(Address{Kind: Findings})
	case action.Explain:
		if panel, _ := p.place(p.cursor); panel >= 0 {
			openTerms(c, p.posture.panels[panel].term, "severity", "verdict")
			return
		}
		openTerms(c, "severity", "verdict")
	case action.Copy:
		if row != nil {
			c.Copy(row.name+": "+row.value, "the line")
		}
	case action.CopyAll:
		if p.posture != nil {
			c.CopyText(p.posture.text(), "the posture")
		}
	case action.Refresh:
		c.Inspection.Schedule.Refresh(source.Scope{Breadth: source.Estate})
		c.Say(widget.PendingMark, "reading the estate again")
	}
}

// move moves the cursor; it reports whether the intent was to.
func (p *posturePage) move(intent action.Intent) bool {
	at, last := p.cursor, p.rows()-1
	switch intent.ID {
	case action.Up:
		at--
	case action.Down:
		at++
	case action.Top, action.PageUp:
		at = 0
	case action.Bottom, action.PageDown:
		at = last
	case action.HalfUp:
		at -= panelRows / 2
	case action.HalfDown:
		at += panelRows / 2
	case action.NextTab, action.Right:
		at = p.panelStart(1)
	case action.PrevTab, action.Left:
		at = p.panelStart(-1)
	case action.Number:
		at = p.panelAt(intent.N - 1)
	default:
		return false
	}
	p.moved = true
	p.to(max(0, min(at, last)))
	return true
}

// panelStart is the first row of the panel before or after the cursor's.
func (p *posturePage) panelStart(direction int) int {
	panel, _ := p.place(p.cursor)
	for next := panel + direction; p.posture != nil && next >= 0 && next < len(p.posture.panels); next += direction {
		if len(p.posture.panels[next].rows) > 0 {
			return p.panelAt(next)
		}
	}
	return p.cursor
}

// panelAt is the first row of a panel.
func (p *posturePage) panelAt(panel int) int {
	if p.posture == nil || panel < 0 || panel >= len(p.posture.panels) {
		return p.cursor
	}
	at := 0
	for i := range p.posture.panels[:panel] {
		at += len(p.posture.panels[i].rows)
	}
	return at
}

// Offers lists what works here.
func (p *posturePage) Offers(*Context) []action.Offer {
	offers := []action.Offer{}
	if p.row(p.cursor) != nil {
		offers = append(offers, action.Offer{ID: action.Open}, action.Offer{ID: action.NextTab, Says: "next panel"})
	}
	return append(offers, action.Offers(action.Findings, action.Explain, action.Refresh, action.Copy, action.CopyAll, action.PrevTab, action.Number, action.Capture)...)
}

// text is the posture for a ticket.
func (p *posture) text() string {
	var b strings.Builder
	b.WriteString(p.sums() + "\n")
	for i := range p.panels {
		b.WriteString("\n" + p.panels[i].title + "\n")
		for _, row := range p.panels[i].rows {
			b.WriteString("  " + joinWords(": ", row.name, row.value) + "\n")
		}
		if p.panels[i].note != "" {
			b.WriteString("  " + p.panels[i].note + "\n")
		}
	}
	return b.String()
}

// sums says in a line what the estate adds up to, and what that leaves out.
func (p *posture) sums() string {
	words := plural(p.clusters, "cluster", "clusters") + ", " + plural(p.pools, "node pool", "node pools") + ", " +
		plural(p.subscriptions, "subscription", "subscriptions") + ": " + severityLine(&p.counts)
	if !p.exact {
		words = "at least " + words
	}
	return joinWords("; ", words, p.left())
}

// left says what the sums do not cover.
func (p *posture) left() string {
	unread := ""
	if p.unread > 0 {
		unread = plural(p.unread, "subscription", "subscriptions") + " not read"
	}
	return joinWords(", ", uncovered(&p.counts), unread)
}

// Linear tells the posture in lines.
func (p *posturePage) Linear(c *Context) Linear {
	if p.posture == nil || p.posture.clusters == 0 {
		return Linear{Intro: []string{p.empty(c)}}
	}
	told := Linear{Intro: []string{p.posture.sums()}}
	at := 0
	for i := range p.posture.panels {
		panel := &p.posture.panels[i]
		for _, row := range panel.rows {
			verdict := ""
			if row.mark != widget.NoMark {
				verdict = markWords[row.mark]
			}
			place := at
			told.Rows = append(told.Rows, LinearRow{
				Under: panel.title, Text: joinWords(": ", row.name, joinWords(", ", verdict, row.value)), Choose: func() { p.moved = true; p.to(place) },
			})
			at++
		}
		if panel.note != "" {
			told.Outro = append(told.Outro, panel.title+": "+panel.note)
		}
	}
	return told
}

// markWords are the marks of the posture's rows in words.
var markWords = map[widget.Mark]string{
	widget.CriticalMark: "critical", widget.HighMark: "high", widget.MediumMark: "medium", widget.LowMark: "low",
	widget.InfoMark: "info", widget.PassMark: "pass", widget.UnreadMark: "could not read", widget.PendingMark: notReadYet,
	widget.NotMark: "", widget.WaivedMark: "waived",
}

func (p *posturePage) empty(c *Context) string {
	switch {
	case c.Snapshot.Problem != nil:
		return couldNotRead(c.Snapshot.Problem)
	case c.Snapshot.Estate.State == model.ReadDone && len(c.Snapshot.Clusters) == 0:
		return noClusters(c.Inspection, "no clusters that you may read")
	default:
		return "the estate is " + notReadYet
	}
}
