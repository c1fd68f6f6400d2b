package ui

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The journey of the first minute: in, to a setting, its fix, filled in, copied, and
// back to exactly where it began.
func TestFromTheEstateToACopiedFixAndBack(t *testing.T) {
	e := explore(t, 120, 40)
	e.settled()
	e.press("/", "pay", "enter")
	e.sees("prod-payments")
	e.press("enter")
	e.sees("pay-weu-01", "pay-neu-01")
	e.press("/", "pay-weu-01", "enter")
	e.press("enter")
	e.sees("authorized IP ranges", "anyone on the internet can try")
	e.press("/") // sheets have no filter and say so
	e.press("esc")
	e.press("home", "down", "down")
	e.sees("AKS-NET-001")
	e.press("f")
	e.sees("Let only your networks reach it", "<your-range>")
	e.press("y")
	assert.Empty(t, e.clip(), "an unfinished command is not copied")
	e.press("enter", "enter", "enter", "203.0.113.0/24", "enter", "y")
	require.Eventually(t, func() bool { return len(e.clip()) == 1 }, waitFor, tick)
	assert.Equal(t, "az aks update -g rg-pay -n pay-weu-01 --api-server-authorized-ip-ranges 198.51.100.9/32,203.0.113.0/24", e.clip()[0])
	e.press("esc", "esc")
	e.sees("authorized IP ranges")
	e.press("esc")
	require.Eventually(t, func() bool {
		frame := e.sees("pay-weu-01")
		return !strings.Contains(frame, "pay-neu-01")
	}, waitFor, tick, "the filter is still there")
	e.fits()
}

func TestEachPageCanBeReachedByName(t *testing.T) {
	e := explore(t, 100, 30)
	e.settled()
	for name, shows := range map[string]string{
		"clusters": "API server", "findings": "By rule", "requests": "Method", "errors": "partner-hub", "estate": "Subscription",
	} {
		e.press(":", name, "enter")
		e.sees(shows)
	}
	e.press("?")
	e.sees("type to search the keys")
	e.press("esc")
	e.fits()
}

func TestTooSmallSaysSoAndComesBack(t *testing.T) {
	e := explore(t, 20, 5)
	e.sees("too small")
	e.program.Send(tea.WindowSizeMsg{Width: 59, Height: 14})
	e.sees("59x14 is too small: aksight needs 60x15")
	e.program.Send(tea.WindowSizeMsg{Width: 80, Height: 24})
	e.sees("Subscription")
	e.fits()
}

func TestFrames(t *testing.T) {
	for _, size := range []struct{ width, height int }{{80, 24}, {120, 40}, {160, 45}} {
		t.Run(fmt.Sprintf("estate_%dx%d", size.width, size.height), func(t *testing.T) {
			e := explore(t, size.width, size.height)
			e.settled()
			requireFrame(t, e)
		})
		t.Run(fmt.Sprintf("cluster_%dx%d", size.width, size.height), func(t *testing.T) {
			e := explore(t, size.width, size.height)
			e.settled()
			e.press(":", "ds-lab-01", "enter")
			e.sees("Sign-in")
			requireFrame(t, e)
		})
	}
	t.Run("ascii", func(t *testing.T) {
		e := explore(t, 80, 24, func(opts *Options) { opts.ASCII = true })
		e.settled()
		frame := requireFrame(t, e)
		assert.Equal(t, -1, strings.IndexFunc(frame, func(r rune) bool { return r > 0x7e }), "only ASCII")
	})
}

// requireFrame compares the frame once it no longer moves.
func requireFrame(t *testing.T, e *explorer) string {
	t.Helper()
	still, last := 0, ""
	require.Eventually(t, func() bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.frame != last {
			last, still = e.frame, 0
		}
		still++
		return still > 40
	}, waitFor, tick)
	golden.RequireEqual(t, []byte(last))
	return last
}

// Whatever keys come at whatever size, nothing panics and nothing overflows.
func TestRandomKeysAtRandomSizes(t *testing.T) {
	e := explore(t, 80, 24)
	e.settled()
	dice := rand.New(rand.NewPCG(1, 2))
	names := make([]string, 0, len(keyCodes))
	for name := range keyCodes {
		names = append(names, name)
	}
	typed := []string{"j", "k", "g", "G", "F", "x", "f", "y", "Y", "v", "=", "s", "S", "r", "/", ":", "?", "1", "2", "3", "sev:high", "~pay", "\"", "é世"}
	for range 4000 {
		switch n := dice.IntN(20); {
		case n == 0:
			e.program.Send(tea.WindowSizeMsg{Width: 1 + dice.IntN(200), Height: 1 + dice.IntN(60)})
		case n == 1:
			e.program.Send(tea.MouseClickMsg{X: dice.IntN(200), Y: dice.IntN(60), Button: tea.MouseLeft})
		case n == 2:
			e.program.Send(tea.MouseWheelMsg{X: 5, Y: 5, Button: tea.MouseWheelDown})
		case n < 11:
			e.press(names[dice.IntN(len(names))])
		default:
			e.press(typed[dice.IntN(len(typed))])
		}
		select {
		case err := <-e.done:
			e.done <- err
			require.NoError(t, err, "it stopped")
			t.Fatal("it stopped")
		default:
		}
	}
	e.fits()
}
