package ui

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/ui/widget"
)

func firstRun(o *Options) { o.FirstRun = func() bool { return true } }

// The tour goes on as its keys are pressed, and hides neither the cursor nor the line
// that it talks about.
func TestTourAtEverySize(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {60, 15}, {160, 45}} {
		e := explore(t, size[0], size[1], firstRun)
		e.sees("Tour 1 of 5", "▌")
		e.press("enter")
		e.sees("Tour 2 of 5", "▌")
		e.press("enter")
		frame := e.sees("Tour 3 of 5", "▌")
		marked := false
		for line := range strings.Lines(frame) {
			_, after, under := strings.Cut(line, "▌ ")
			marked = marked || under && strings.ContainsAny(after[:min(len(after), 3)], "◆▲●○·")
		}
		assert.True(t, marked, "the cursor is on a finding, in sight:\n%s", frame)
		e.press("x")
		e.sees("Tour 4 of 5", "Press f")
		e.press("f")
		e.sees("Tour 4 of 5", "Press =")
		e.press("=")
		e.sees("Tour 5 of 5")
		e.press(":")
		e.sees("Go to")
		e.press("esc")
		e.sees("That was the tour")
		e.fits()
	}
}

func TestTourEndsWithEscAndBeginsAgain(t *testing.T) {
	e := explore(t, 80, 24, firstRun)
	e.sees("Tour 1 of 5")
	e.press("esc")
	e.sees("No more tour")
	e.press("?", "tour")
	e.sees("Show around in five steps", "do it")
	e.press("enter")
	e.sees("Tour 1 of 5")
	e.press(":", "ds-lab-01", "enter")
	e.sees("Tour 3 of 5", "› ds-lab-01")
	e.press(":", "tour", "enter")
	e.sees("Tour 1 of 5", "Subscription")
	e.fits()
}

func TestTourIsOnlyOfferedOnOnesOwnEstate(t *testing.T) {
	e := explore(t, 80, 24)
	e.sees("prod-payments")
	app := &App{keys: e.keys, glyphs: widget.Unicode(), identity: source.Identity{Mode: source.Live}}
	require.NotNil(t, app.greet())
	assert.Nil(t, app.tour)
	assert.Contains(t, app.toast.text, "New here? : and then tour")
}
