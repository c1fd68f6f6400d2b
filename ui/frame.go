package ui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// margin is left free at both sides.
const margin = 2

// body is the area that pages draw in: all but the breadcrumb, a rule, the tour where
// it goes on, a line of state and a line of keys.
func (a *App) body() widget.Rect {
	return widget.Rect{X: 0, Y: 2, W: a.width, H: max(0, a.height-4-a.tourHeight())}
}

// draw draws the frame.
func (a *App) draw() {
	c := a.canvas
	c.Clear()
	if a.tooSmall() {
		a.drawTooSmall()
	} else {
		whole := c.Area().Inset(margin, 0)
		a.drawHeader(whole)
		c.Rule(whole, 1, themes.Border)
		if box, is := a.overlay.(boxed); is {
			a.drawBox(box)
		} else if a.overlay != nil {
			a.overlay.draw(a, c, a.body())
		} else {
			a.visits.current().page.Draw(a.with(), c, a.body())
			a.drawTour()
		}
		a.drawState(widget.Rect{X: margin, Y: a.height - 2, W: a.width - 2*margin, H: 1})
		a.drawKeys(widget.Rect{X: margin, Y: a.height - 1, W: a.width - 2*margin, H: 1})
	}
	a.frame = tea.NewView(c.Render(a.look.theme))
	a.frame.AltScreen = true
	a.frame.MouseMode = tea.MouseModeCellMotion
	a.frame.WindowTitle = a.windowTitle()
	a.frame.ProgressBar = a.progressBar()
	if at, set := c.Cursor(); set {
		a.frame.Cursor = tea.NewCursor(at.X, at.Y)
	}
}

func (a *App) drawTooSmall() {
	c := a.canvas
	text := fmt.Sprintf("%dx%d is too small: aksight needs %dx%d. %s quits.",
		a.width, a.height, leastWidth, leastHeight, a.keys.Key(action.Quit))
	for y, line := range widget.Wrap(text, a.width, a.glyphs.ASCII) {
		pen := c.Line(c.Area(), y)
		pen.Write(line, themes.Text)
	}
}

// drawHeader draws the product's name, the breadcrumb, and at the right where the
// data comes from and who asks.
func (a *App) drawHeader(area widget.Rect) {
	pen := a.canvas.Line(area, 0)
	pen.Write("aksight", themes.Accent|themes.Bold)
	pen.Skip(2)
	remarks, width := a.remarks(pen.Left() / 2)
	trail := pen.Cut(pen.Left() - width - 2)
	a.drawTrail(&trail)
	pen.Skip(pen.Left() - width)
	for i, remark := range remarks {
		if i > 0 {
			pen.Skip(1)
			pen.Write(a.glyphs.Dot, themes.Faint)
			pen.Skip(1)
		}
		pen.Write(remark.Text, remark.Style)
	}
}

// remarks are what stands at the right of the header, and their width: the most
// important ones that fit.
func (a *App) remarks(room int) ([]widget.Span, int) {
	var all []widget.Span
	switch a.identity.Mode {
	case source.Evidence:
		dates := evidenceDates(&a.identity)
		all = append(all, widget.Span{Text: dates, Style: themes.Warning})
		// What is looked at is not of today: that has its place whatever else has none.
		room = max(room, widget.Width(dates, a.glyphs.ASCII))
	case "":
	default:
		all = append(all, widget.Span{Text: string(a.identity.Mode), Style: themes.Muted})
	}
	if a.inspection != nil && a.inspection.Narrowed != "" {
		all = append(all, widget.Span{Text: "narrowed", Style: themes.Warning})
	}
	if at := a.snapshot.Estate.At; !at.IsZero() && a.identity.Mode != source.Evidence {
		all = append(all, widget.Span{Text: ago(a.now().Sub(at)), Style: themes.Muted})
	}
	all = append(all, widget.Span{Text: "read-only", Style: themes.Pass})
	if a.identity.User != "" {
		all = append(all, widget.Span{Text: a.identity.User, Style: themes.Muted})
	}
	width := 0
	for i, remark := range all {
		need := widget.Width(remark.Text, a.glyphs.ASCII)
		if i > 0 {
			need += 3
		}
		if width+need > room {
			return all[:i], width
		}
		width += need
	}
	return all, width
}

// evidenceDates says when evidence was captured, and as of when it is judged where that
// is another day.
func evidenceDates(identity *source.Identity) string {
	captured, judged := identity.CapturedAt.UTC(), identity.JudgedAt.UTC()
	if captured.Equal(judged) {
		return "evidence of " + captured.Format("2006-01-02 15:04")
	}
	return "evidence of " + captured.Format(time.DateOnly) + ", judged as of " + judged.Format(time.DateOnly)
}

// ago says how long ago something was.
func ago(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return "just now"
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", int(d.Seconds())/10*10)
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	default:
		return fmt.Sprintf("%d days ago", int(d.Hours()/24))
	}
}

// drawTrail draws the breadcrumb; where it is too long, what lies furthest back
// gives way.
func (a *App) drawTrail(pen *widget.Pen) {
	visits := a.visits.trail()
	titles := make([]string, len(visits))
	width := 0
	for i, v := range visits {
		titles[i] = v.page.Title(a.with())
		width += widget.Width(titles[i], a.glyphs.ASCII) + 3
	}
	first := 0
	for ; first < len(titles)-1 && width-3 > pen.Left(); first++ {
		if first == 0 {
			width += 4 // for the ellipsis
		}
		width -= widget.Width(titles[first], a.glyphs.ASCII) + 3
	}
	if first > 0 {
		pen.Write(a.glyphs.Ellipsis, themes.Faint)
		pen.Write(" "+a.glyphs.Separator+" ", themes.Faint)
	}
	for i := first; i < len(titles); i++ {
		if i == len(titles)-1 {
			pen.Write(titles[i], themes.Strong)
			break
		}
		pen.Write(titles[i], themes.Muted)
		pen.Write(" "+a.glyphs.Separator+" ", themes.Faint)
	}
}

// drawState draws the line above the keys: a message, the filter, or what is being
// read.
func (a *App) drawState(area widget.Rect) {
	pen := a.canvas.Line(area, 0)
	if a.toast.text != "" {
		if a.toast.mark != widget.NoMark {
			pen.Mark(a.toast.mark)
			pen.Skip(1)
		}
		pen.Write(a.toast.text, themes.Text)
		pen.Skip(3)
		a.drawProgress(&pen)
		return
	}
	if a.overlay == nil && a.drawFilter(area) {
		return
	}
	a.drawProgress(&pen)
}

// drawProgress says what is being read, and what that waits for.
func (a *App) drawProgress(pen *widget.Pen) {
	p := a.progress
	if len(p.Waits) > 0 {
		wait := p.Waits[0]
		pen.Mark(widget.UnreadMark)
		pen.Skip(1)
		pen.Write(fmt.Sprintf("%s, %s", wait.Why, seconds(wait.Until.Sub(a.now()))), themes.Warning)
		pen.Skip(2)
	} else if !p.Idle {
		pen.Write(a.glyphs.Spinner[a.spin%len(a.glyphs.Spinner)], themes.Accent)
		pen.Skip(1)
	}
	if p.Idle {
		return
	}
	text := p.Phase
	if p.Total > 0 {
		text = fmt.Sprintf("%s %d/%d", text, p.Done, p.Total)
	}
	if n := a.estate.Requests(); n > 0 {
		text = fmt.Sprintf("%s %s %d requests", text, a.glyphs.Dot, n)
		if !p.Started.IsZero() {
			text += ", " + fmt.Sprintf("%.1f s", a.now().Sub(p.Started).Seconds())
		}
	}
	pen.Write(strings.TrimSpace(text), themes.Muted)
}

func seconds(d time.Duration) string {
	if d > 2*time.Minute {
		return fmt.Sprintf("%d min", int(d.Minutes()+0.5))
	}
	return fmt.Sprintf("%d s", max(0, int(d.Seconds()+0.99)))
}

// footerKey is where a key stands in the footer, to be clicked.
type footerKey struct {
	id       action.ID
	from, to int
}

// drawKeys draws the keys that work here, as many as there is room for.
func (a *App) drawKeys(area widget.Rect) {
	a.footer = a.footer[:0]
	pen := a.canvas.Line(area, 0)
	if a.overlay != nil || a.filter != nil {
		for _, hint := range a.hints() {
			a.drawKey(&pen, "", hint[0], hint[1])
		}
		return
	}
	last := action.Quit
	if a.visits.current().parent != nil || a.tour != nil {
		last = action.Back
	}
	end := action.Offers(action.Palette, action.Help, last)
	if a.tour != nil {
		end[2].Says = "end tour"
	}
	room := pen.Left()
	for _, offer := range end { // these always have their place
		key, says := a.footerText(offer)
		room -= widget.Width(key+says, a.glyphs.ASCII) + 3
	}
	for _, offer := range a.offers() {
		key, says := a.footerText(offer)
		need := widget.Width(key+says, a.glyphs.ASCII) + 3
		if key == "" || need > room {
			continue
		}
		room -= need
		a.drawKey(&pen, offer.ID, key, says)
	}
	for _, offer := range end {
		key, says := a.footerText(offer)
		a.drawKey(&pen, offer.ID, key, says)
	}
}

// footerText is how the footer shows an offer; no key where it does not.
func (a *App) footerText(offer action.Offer) (key, says string) {
	is, known := a.keys.Get(offer.ID)
	if !known || offer.Not != "" || is.Quiet && offer.Says == "" || len(is.Keys) == 0 {
		return "", ""
	}
	says = offer.Says
	if says == "" {
		says = is.Name
	}
	return keyName(is.Keys[0], a.glyphs), says
}

func (a *App) hints() [][2]string {
	if a.overlay != nil {
		return a.overlay.hints(a)
	}
	if a.filter.naming {
		return [][2]string{{"enter", "save"}, {"esc", "do not save"}}
	}
	return [][2]string{{"enter", "keep"}, {"esc", "undo"}, {"tab", "complete"}, {"ctrl+s", "save"}, {upDown(a.glyphs), "move"}}
}

func (a *App) drawKey(pen *widget.Pen, id action.ID, key, says string) {
	need := widget.Width(key, a.glyphs.ASCII) + 1 + widget.Width(says, a.glyphs.ASCII)
	if key == "" || need > pen.Left() {
		return
	}
	from := margin + pen.Column()
	pen.Write(key, themes.Accent)
	pen.Skip(1)
	pen.Write(says, themes.Muted)
	if id != "" {
		a.footer = append(a.footer, footerKey{id, from, margin + pen.Column()})
	}
	pen.Skip(2)
}

// keyName is a key as screens show it.
func keyName(key string, glyphs *widget.Glyphs) string {
	if glyphs.ASCII {
		return key
	}
	switch key {
	case "up":
		return "↑"
	case "down":
		return "↓"
	case "left":
		return "←"
	case "right":
		return "→"
	default:
		return key
	}
}

// upDown names the two keys that move in a list.
func upDown(glyphs *widget.Glyphs) string {
	if glyphs.ASCII {
		return "up/down"
	}
	return keyName("up", glyphs) + keyName("down", glyphs)
}

func (a *App) windowTitle() string {
	title := a.visits.current().page.Title(a.with())
	if a.visits.current().parent == nil {
		return "aksight"
	}
	return "aksight - " + widget.Neutral(title)
}

// progressBar is the terminal's own: in the taskbar, or along the window's edge.
func (a *App) progressBar() *tea.ProgressBar {
	p := a.progress
	switch {
	case p.Idle || a.quitting:
		return nil
	case p.Total > 0:
		return tea.NewProgressBar(tea.ProgressBarDefault, min(100, 100*p.Done/p.Total))
	default:
		return tea.NewProgressBar(tea.ProgressBarIndeterminate, 0)
	}
}

// clusterPage is where a cluster's page is.
func clusterPage(id model.ID) page.Address { return page.Address{Kind: page.Cluster, ID: id} }
