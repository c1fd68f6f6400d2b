package ui

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// quiet is an app on the demo that was read whole: it does nothing by itself, and each
// key's work is done before the next.
type quiet struct {
	*App
	came chan tea.Msg
}

func newQuiet(t *testing.T, width, height int, at page.Address, change ...func(*Options)) *quiet {
	t.Helper()
	in, err := fewRules()
	require.NoError(t, err)
	opts := Options{Inspection: in, Theme: "dark", Environ: []string{"TERM=xterm-256color"}, Start: at}
	for _, f := range change {
		f(&opts)
	}
	app, err := newApp(t.Context(), opts, inspected{in}, page.All(), page.Places())
	require.NoError(t, err)
	app.now = in.Now
	app.resize(width, height)
	q := &quiet{App: app, came: make(chan tea.Msg, 100)}
	q.finish(app.show())
	return q
}

// finish runs a command, and waits for what the page has under way.
func (q *quiet) finish(cmd tea.Cmd) {
	q.start(cmd)
	for len(q.visits.current().jobs) > 0 {
		_, next := q.Update(<-q.came)
		q.start(next)
	}
	q.draw()
}

func (q *quiet) start(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		switch msg := cmd().(type) {
		case tea.BatchMsg:
			for _, one := range msg {
				q.start(one)
			}
		case nil:
		default:
			q.came <- msg
		}
	}()
}

// press presses keys, by their names as settings have them.
func (q *quiet) press(keys ...string) {
	for _, key := range keys {
		msg, named := keyCodes[key]
		if !named {
			code, _ := utf8.DecodeRuneInString(key)
			msg = tea.KeyPressMsg{Code: code, Text: key}
		}
		_, cmd := q.Update(msg)
		q.finish(cmd)
	}
}

// text is the frame without colours and without blanks at the ends of lines.
func (q *quiet) text() string {
	var lines []string
	for line := range strings.SplitSeq(ansi.Strip(q.View().Content), "\n") {
		lines = append(lines, strings.TrimRight(line, " \r"))
	}
	return strings.Join(lines, "\n") + "\n"
}

// subscriptionPage is the list of the clusters of a subscription.
func subscriptionPage(t *testing.T) page.Address {
	t.Helper()
	in, err := fewRules()
	require.NoError(t, err)
	for _, subscription := range in.Store.Snapshot().Subscriptions {
		if subscription.Name == "prod-web" {
			return page.Address{Kind: page.Clusters, ID: subscription.ID}
		}
	}
	t.Fatal("the demo has another subscription")
	return page.Address{}
}

// The boxes that stand over a page say what they are about, and leave it in sight.
func TestBoxes(t *testing.T) {
	at := subscriptionPage(t)
	for name, box := range map[string]struct {
		keys  []string
		title string
	}{
		"columns": {[]string{"C", "down", "down"}, "Columns of clusters of a subscription"},
		"themes":  {[]string{"T", "end", "up"}, "For a terminal that is"},
	} {
		for _, size := range [][2]int{{60, 15}, {80, 24}, {160, 45}} {
			for look, ascii := range map[string]bool{"unicode": false, "ascii": true} {
				t.Run(fmt.Sprintf("%s_%dx%d_%s", name, size[0], size[1], look), func(t *testing.T) {
					q := newQuiet(t, size[0], size[1], at, func(o *Options) { o.ASCII = ascii })
					q.press(box.keys...)
					frame := q.text()
					assert.Contains(t, frame, box.title)
					for line := range strings.Lines(frame) {
						require.LessOrEqual(t, widget.Width(strings.TrimSuffix(line, "\n"), ascii), size[0])
					}
					golden.RequireEqual(t, frame)
				})
			}
		}
	}
}

// What a page has to say of itself goes with it; what was done or has failed stays.
func TestMessagesGoWithTheirPage(t *testing.T) {
	for name, c := range map[string]struct {
		say   func(a *App)
		stays bool
	}{
		"a key that does nothing here": {func(a *App) { a.sayHere(widget.NoMark, "the message") }, false},
		"a page's hint":                {func(a *App) { a.sayOf(page.Notice{Mark: widget.InfoMark, Text: "the message"}, false) }, false},
		"what a page has done":         {func(a *App) { a.sayOf(page.Notice{Mark: widget.PassMark, Text: "the message"}, false) }, true},
		"what a page could not do":     {func(a *App) { a.sayOf(page.Notice{Mark: widget.UnreadMark, Text: "the message"}, false) }, true},
		"what a page says on leaving":  {func(a *App) { a.sayOf(page.Notice{Mark: widget.InfoMark, Text: "the message"}, true) }, true},
		"what the app has done":        {func(a *App) { a.say(widget.InfoMark, "the message") }, true},
	} {
		q := newQuiet(t, 80, 24, subscriptionPage(t))
		c.say(q.App)
		q.dirty = true
		require.Contains(t, q.text(), "the message", name)
		q.press("down")
		assert.Contains(t, q.text(), "the message", "%s: on its page it stays for its time", name)
		q.press("enter")
		assert.Equal(t, c.stays, strings.Contains(q.text(), "the message"), name)
	}
	q := newQuiet(t, 80, 24, subscriptionPage(t))
	q.press("=")
	assert.Contains(t, q.text(), "does nothing here")
	q.press("enter")
	assert.NotContains(t, q.text(), "does nothing here")
}
