package page

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// requestsPage lists every request that was made.
type requestsPage struct {
	table  widget.Table[callKey]
	rows   *callRows
	order  []int32
	total  int
	filter listFilter
	split  widget.Rect
}

// callKey names a request well enough for the cursor to stay on it.
type callKey struct {
	start time.Time
	url   string
}

const (
	callWhen = iota
	callWhat
	callStatus
	callTook
	callSize
	callMethod
)

func newRequestsPage(at Address) Page {
	return &requestsPage{filter: newListFilter(at.Filter, requestFields())}
}

func requestFields() []filter.Field { return words("method", "status", "url") }

// Title names the page in the breadcrumb.
func (p *requestsPage) Title(*Context) string { return "requests" }

// FilterText is the filter as it is set now.
func (p *requestsPage) FilterText() string { return p.filter.text }

// FilterHelp lists the words that the filter knows.
func (p *requestsPage) FilterHelp() string { return p.filter.help() }

// FilterStatus says how many requests match.
func (p *requestsPage) FilterStatus() (status string, wrong bool) {
	all := 0
	if p.rows != nil {
		all = len(p.rows.calls)
	}
	return p.filter.status(p.table.Len(), all, "requests")
}

// Update takes a message.
func (p *requestsPage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown, Changed:
		if total := c.Inspection.Calls.Total(); p.rows == nil || total != p.total {
			p.total = total
			p.load(c)
		}
	case Filtered:
		p.filter.set(msg.Text)
		p.arrange()
	case *callRows:
		p.rows = msg
		p.arrange()
	case widget.Mouse:
		if m, inside := msg.In(p.split); inside && p.table.Mouse(m) == widget.PressedSort {
			p.arrange()
		}
	case action.Intent:
		p.intent(c, msg)
	}
}

func (p *requestsPage) load(c *Context) {
	calls, snapshot := c.Inspection.Calls, c.Snapshot
	c.Run("requests", func(context.Context) any { return newCallRows(calls.Latest(), snapshot) })
}

func (p *requestsPage) intent(c *Context, intent action.Intent) {
	if p.table.Do(intent.ID) {
		return
	}
	switch intent.ID {
	case action.Copy, action.Open:
		if call := p.selected(); call != nil {
			c.Copy(call.URL, "the address")
		}
	case action.CopyAll:
		if call := p.selected(); call != nil && call.RequestID != "" {
			c.Copy(call.RequestID, "the request ID")
		}
	case action.Sort:
		if p.table.SortNext() {
			p.arrange()
		}
	case action.Reverse:
		if p.table.SortReverse() {
			p.arrange()
		}
	case action.Number:
		if p.table.SortPick(intent.N - 1) {
			p.arrange()
		}
	case action.Explain:
		openTerms(c, requestTerms...)
	case action.Refresh:
		p.load(c)
	}
}

func (p *requestsPage) selected() *source.Call {
	at := p.table.Selected()
	if at < 0 || p.rows == nil {
		return nil
	}
	return &p.rows.calls[at]
}

// Export returns the list.
func (p *requestsPage) Export(*Context) *Listing { return listing("requests", &p.table) }

// Offers lists what works here.
func (p *requestsPage) Offers(*Context) []action.Offer {
	offers := action.Offers(action.Filter)
	if call := p.selected(); call != nil {
		offers = append(offers, action.Offer{ID: action.Copy, Says: "copy address"})
		if call.RequestID != "" {
			offers = append(offers, action.Offer{ID: action.CopyAll, Says: "copy request ID"})
		}
	}
	return append(offers, action.Offers(action.Sort, action.Reverse, action.Number, action.Refresh, action.Explain)...)
}

// arrange filters and sorts the requests: two thousand at most, so on the spot.
func (p *requestsPage) arrange() {
	if p.rows == nil {
		return
	}
	column, descending := p.table.Sorted()
	rows := p.rows
	var compare func(a, b int) int
	if column >= 0 {
		compare = func(a, b int) int {
			order := rows.compare(a, b, column)
			if descending {
				return -order
			}
			return order
		}
	}
	order, _ := widget.Order(context.Background(), len(rows.calls), func(row int) bool {
		return p.filter.query.Match(func(field string) string { return rows.field(row, field) })
	}, compare)
	p.order = order
	p.table.Set(rows, order)
}

// callRows are the latest requests, newest first.
type callRows struct {
	calls []source.Call
	whats []string
}

func newCallRows(calls []source.Call, s *store.Snapshot) *callRows {
	rows := &callRows{calls: calls, whats: make([]string, len(calls))}
	for i := range calls {
		rows.whats[i] = whatOf(&calls[i], s)
	}
	return rows
}

// whatOf says what a request asked for: the path below the subscription, with the
// subscription's name.
func whatOf(call *source.Call, s *store.Snapshot) string {
	address, err := url.Parse(call.URL)
	if err != nil {
		return call.URL
	}
	path := address.Path
	if strings.EqualFold(path, "/providers/Microsoft.ResourceGraph/resources") {
		return "Resource Graph: subscriptions and clusters"
	}
	rest, is := strings.CutPrefix(path, "/subscriptions/")
	if !is {
		return strings.Trim(path, "/")
	}
	guid, rest, _ := strings.Cut(rest, "/")
	if guid == "" {
		return "subscriptions"
	}
	name := subscriptionName(s, model.SubscriptionID(guid))
	return name + ": " + shortPath(rest)
}

// shortPath leaves out of an ARM path what every path has: the words that go before
// names, and the providers' namespaces.
func shortPath(path string) string {
	segments := strings.Split(path, "/")
	short := make([]string, 0, len(segments))
	for i := 0; i < len(segments); i++ {
		switch {
		case strings.EqualFold(segments[i], "resourceGroups") && i+2 < len(segments):
			i++ // and its name
		case strings.EqualFold(segments[i], "providers") && i+1 < len(segments):
			i++ // and the namespace
		case strings.EqualFold(segments[i], "managedClusters") && i+1 < len(segments):
		default:
			short = append(short, segments[i])
		}
	}
	return strings.Join(short, "/")
}

// Len is the number of requests.
func (r *callRows) Len() int { return len(r.calls) }

// Key names the request.
func (r *callRows) Key(row int) callKey { return callKey{r.calls[row].Start, r.calls[row].URL} }

// Cell writes a cell.
func (r *callRows) Cell(row, column int, pen *widget.Pen) {
	call := &r.calls[row]
	switch column {
	case callWhen:
		pen.Write(call.Start.Local().Format("15:04:05"), themes.Muted)
	case callMethod:
		pen.Write(call.Method, themes.Muted)
	case callWhat:
		pen.Write(r.whats[row], themes.Text)
	case callStatus:
		switch {
		case call.Err != "":
			pen.Write("failed", themes.Danger)
		case call.Status >= 400:
			pen.Int(call.Status, themes.Danger)
		case call.Status == 0:
			pen.Write(pen.Glyphs().Ellipsis, themes.Unread)
		default:
			pen.Int(call.Status, themes.Pass)
		}
	case callTook:
		pen.Write(tookWords(call.Took), themes.Text)
	case callSize:
		pen.Write(sizeWords(call.Bytes), themes.Muted)
	}
}

func tookWords(d time.Duration) string {
	switch {
	case d == 0:
		return ""
	case d < time.Second:
		return strconv.Itoa(int(d.Milliseconds())) + " ms"
	default:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
}

func sizeWords(n int64) string {
	switch {
	case n <= 0:
		return ""
	case n < 10_000:
		return strconv.FormatInt(n, 10) + " B"
	case n < 10_000_000:
		return strconv.FormatInt(n/1000, 10) + " kB"
	default:
		return strconv.FormatInt(n/1_000_000, 10) + " MB"
	}
}

func (r *callRows) compare(a, b, column int) int {
	x, y := &r.calls[a], &r.calls[b]
	switch column {
	case callWhen:
		return x.Start.Compare(y.Start)
	case callWhat:
		return foldCompare(r.whats[a], r.whats[b])
	case callStatus:
		return x.Status - y.Status
	case callTook:
		return int(x.Took - y.Took)
	case callSize:
		return int(x.Bytes - y.Bytes)
	default:
		return strings.Compare(x.Method, y.Method)
	}
}

func (r *callRows) field(row int, name string) string {
	call := &r.calls[row]
	switch name {
	case "method":
		return call.Method
	case "status":
		if call.Err != "" {
			return "failed"
		}
		return strconv.Itoa(call.Status)
	case "url":
		return call.URL
	default:
		return call.Method + " " + r.whats[row] + " " + call.Err
	}
}

// Draw draws the list, and the whole of the selected request below it.
func (p *requestsPage) Draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	foot, list := area.Bottom(7)
	p.split = list
	p.table.Columns = []widget.Column{
		callWhen:   {Title: "When", Min: 8},
		callWhat:   {Title: "What", Min: 36, Weight: 1},
		callStatus: {Title: "Status", Min: 6, Right: true},
		callTook:   {Title: "Took", Min: 8, Right: true},
		callSize:   {Title: "Size", Min: 8, Right: true, Priority: 1},
		callMethod: {Title: "Method", Min: 6, Priority: 2},
	}
	p.table.Empty = "no requests yet"
	p.table.Arrange(c.Choice(p.columnsName()))
	p.table.Draw(canvas, list)
	canvas.Rule(foot, 0, themes.Border)
	inner := foot.Inset(2, 0)
	_, inner = inner.Top(1)
	call := p.selected()
	if call == nil {
		return
	}
	text := newProse(inner.W, canvas.Glyphs)
	text.hanging(span{call.Method + " ", themes.Muted}, call.URL, themes.Link)
	if call.RequestID != "" {
		text.pair("request ID", fixColumn, call.RequestID, themes.Text)
	}
	if call.Err != "" {
		text.pair("failed", fixColumn, call.Err, themes.Danger)
	}
	for y := 0; y < inner.H-1 && y < len(text.lines); y++ {
		text.lines[y].draw(canvas, inner, y)
	}
	pen := canvas.Line(inner, inner.H-1)
	pen.Write(plural(p.total, "request", "requests")+" made", themes.Muted)
	if p.total > len(p.rows.calls) {
		pen.Write(", the latest "+thousands(len(p.rows.calls))+" are kept", themes.Muted)
	}
	pen.Write("; nothing but reads leaves this program", themes.Faint)
}
