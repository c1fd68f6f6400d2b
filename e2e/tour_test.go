package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/demo"
)

// A newcomer at 80x24 is shown around on the demo, by doing it.
func TestTour(t *testing.T) {
	how := setup{cols: 80, rows: 24, firstRun: true}
	s := open(t, how, "demo")
	s.sees("Tour 1 of 5", "Press enter to open a subscription", "esc ends the tour", "worst in ")
	s.press("enter")
	s.sees("Tour 2 of 5", "Press enter to open a cluster", "▌ ")
	s.press("enter")
	s.sees("Tour 3 of 5", "Press x to explain a finding", "Sign-in")
	s.press("x")
	s.sees("Tour 4 of 5", "Press f to see what mends it", "Why it matters")
	s.press("f")
	s.sees("Press = to see the fix's effect")
	s.press("=")
	s.sees("Tour 5 of 5", "Press : or ? to find anything")
	s.press("?")
	s.sees("Going about")
	s.press("esc")
	s.sees("That was the tour")
	s.misses("Tour 5 of 5")
	// It can be begun again by its name, and left for good with esc.
	s.press(":", "tour")
	s.sees("Show around")
	s.press("enter")
	s.sees("Tour 1 of 5", "Subscription")
	s.press("esc")
	s.sees("No more tour")
	s.misses("Tour 1 of 5")
	s.press("q")
	s.ends(0)
}

// Whoever was here before, or has an estate of their own, is not taken by the hand.
func TestNoTour(t *testing.T) {
	s := open(t, setup{cols: 80, rows: 24}, "demo")
	require.False(t, s.sees("prod-payments", "not read").Has("Tour"))
	s.press("q")
	s.ends(0)
}

// On an estate of one's own the tour is offered once, in a line.
func TestTourIsOfferedLive(t *testing.T) {
	a := serve(t, demo.Options{})
	s := open(t, setup{path: a.az.Dir, firstRun: true}, a.args()...)
	screen := s.sees("New here? : and then tour shows you around", "prod-payments")
	require.False(t, screen.Has("Tour 1"))
	s.press("q")
	s.ends(0)
}
