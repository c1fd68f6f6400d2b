package ui

import (
	"math/rand/v2"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/ui/page"
)

func TestTooSmallSaysSoAndComesBack(t *testing.T) {
	e := explore(t, 20, 5)
	e.sees("too small")
	e.program.Send(tea.WindowSizeMsg{Width: 59, Height: 14})
	e.sees("59x14 is too small: aksight needs 60x15")
	e.program.Send(tea.WindowSizeMsg{Width: 80, Height: 24})
	e.sees("Subscription")
	e.fits()
}

// Whatever keys come at whatever size, nothing panics and nothing overflows.
func TestRandomKeysAtRandomSizes(t *testing.T) {
	e := explore(t, 80, 24)
	e.sees("prod-payments")
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

// Who types fast means what was typed: enter waits for the rows of the filter, and in
// the palette for the search, even before the estate was read.
func TestEnterWaitsForWhatWasTyped(t *testing.T) {
	for range 5 {
		e := explore(t, 120, 40)
		e.press(":", "ds-lab-01", "enter")
		e.sees("Sign-in", "anyone on the internet can try")
		e.fits()
	}
	e := explore(t, 120, 40)
	e.sees("8 checks could not be read")
	e.press(":", "clusters", "enter")
	e.sees("pay-neu-01")
	for _, name := range []string{"pay-neu-01", "web-win-01", "ds-train-01"} {
		e.press("/", name, "enter", "enter")
		e.sees("Settings", "› "+name)
		e.press("esc", "esc")
		e.sees("pay-weu-01", "ds-lab-01")
	}
}

// In a cluster its pages go by their names, before terms of the glossary that hold them.
func TestThePaletteGoesToThePagesOfTheCluster(t *testing.T) {
	e := explore(t, 120, 40)
	e.sees("8 checks could not be read")
	e.press(":", "pay-weu-01", "enter")
	e.sees("Sign-in")
	e.press(":", "access", "enter")
	e.sees("Holders", "take the cluster over in one step")
	e.press("tab")
	e.sees("Many hold a role that fetches the admin kubeconfig")
	e.press(":", "exposure", "enter")
	e.sees("nobody has looked into the cluster yet")
	e.fits()
}

// Who knows the way types it without waiting for each page.
func TestKeysWaitForThePageThatTheyAreMeantFor(t *testing.T) {
	for range 3 {
		e := explore(t, 120, 40)
		e.sees("8 checks could not be read")
		e.press("enter", "enter", "x", "f", "=")
		e.sees("› fix AKS-", "After this fix", "was ")
		e.fits()
	}
}

// later is an estate whose newest state the test chooses.
type later struct {
	inspected
	snapshot *store.Snapshot
}

func (l *later) Snapshot() *store.Snapshot { return l.snapshot }

// A list may hold a row that the app has not been told of yet: the page behind it is
// there all the same, so that keys wait for it rather than being lost.
func TestAPageSeesWhatTheRowThatLedToItWasMadeFrom(t *testing.T) {
	in, err := readDemo()
	require.NoError(t, err)
	estate := &later{inspected{in}, &store.Snapshot{}}
	app, err := newApp(t.Context(), Options{Inspection: in}, estate, page.All(), page.Places())
	require.NoError(t, err)
	app.resize(120, 40)
	estate.snapshot = in.Store.Snapshot()
	app.open(page.Go{To: page.Address{Kind: page.Cluster, ID: estate.snapshot.Clusters[0].Resource.ID}})
	assert.True(t, app.settling())
	app.key(tea.KeyPressMsg{Code: 'x', Text: "x"})
	assert.Len(t, app.held, 1)
}
