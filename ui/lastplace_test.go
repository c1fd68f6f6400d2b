package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/page"
)

// ends leaves the explorer as its end does.
func (e *explorer) ends() {
	e.t.Helper()
	e.program.Quit()
	err := <-e.done
	require.NoError(e.t, err)
	e.done <- err
	require.NoError(e.t, e.leaveOff())
}

// chosen is the line with the cursor.
func chosen(frame string) string {
	for line := range strings.Lines(frame) {
		if _, row, is := strings.Cut(line, "▌"); is {
			return strings.Join(strings.Fields(row), " ")
		}
	}
	return ""
}

func TestOpensWhereItWasLeft(t *testing.T) {
	state := config.StateIn(t.TempDir())
	with := func(o *Options) { o.State, o.Restore = state, true }
	e := explore(t, 80, 24, with)
	e.sees("prod-payments", "enter open")
	e.press("/", "prod-pay", "enter")
	e.sees("1 of 4")
	e.press("enter")
	e.sees("pay-weu-01", "› prod-payments")
	e.press("1") // by name
	e.until(func(frame string) bool {
		return strings.Contains(frame, "Cluster↑") &&
			strings.Index(frame, "pay-neu-01") < strings.Index(frame, "pay-pci-01") && strings.Index(frame, "pay-pci-01") < strings.Index(frame, "pay-weu-01")
	})
	e.press("g", "down", "enter")
	e.sees("› pay-pci-01", "Sign-in")
	e.press("tab", "tab", "tab")
	e.sees("/ verdict:pass lists them")
	e.press("/", "verdict:pass", "enter")
	e.sees("/ verdict:pass  ")
	e.press("down", "down")
	const row = "Virtual nodes"
	e.until(func(frame string) bool { return strings.Contains(chosen(frame), row) })
	e.ends()

	e = explore(t, 80, 24, with)
	e.sees("› prod-payments › pay-pci-01", "back where you left it")
	e.until(func(frame string) bool { return strings.Contains(chosen(frame), row) })
	e.press("esc", "esc")
	e.sees("Cluster↑", "pay-weu-01")
	e.until(func(frame string) bool { return strings.Contains(chosen(frame), "pay-pci-01") })
	e.press("esc")
	assert.Contains(t, chosen(e.sees("1 of 4", "prod-payments", "Clusters")), "prod-payments")
	e.fits()

	e = explore(t, 80, 24, with, func(o *Options) { o.Restore = false })
	frame := e.sees("data-science", "prod-payments")
	assert.NotContains(t, frame, "›")
}

func TestPlacesOfOtherEstatesStayApart(t *testing.T) {
	state := config.StateIn(t.TempDir())
	_, err := config.Remember(state, statePlaces, func(p *places) {
		p.leave("live marigold.example", testNow, []page.Address{{Kind: page.Estate}, {Kind: page.Clusters}})
	})
	require.NoError(t, err)
	e := explore(t, 80, 24, func(o *Options) { o.State, o.Restore = state, true })
	assert.NotContains(t, e.sees("prod-payments", "enter open"), "›")
	e.press(":", "requests", "enter")
	e.sees("› requests")
	e.ends()
	kept, err := config.Remembered[places](state, statePlaces)
	require.NoError(t, err)
	assert.Len(t, kept, 2)
	assert.Equal(t, page.Requests, kept["demo marigold.example"].Trail[1].Kind)
}

// What is not there any more gives way to what was above it.
func TestAPlaceThatIsGone(t *testing.T) {
	state := config.StateIn(t.TempDir())
	const in = "/subscriptions/00000000-0000-4000-8000-000000000001"
	_, err := config.Remember(state, statePlaces, func(p *places) {
		p.leave("demo marigold.example", testNow, []page.Address{
			{Kind: page.Estate}, {Kind: page.Clusters},
			{Kind: page.Cluster, ID: in + "/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/gone-01"},
			{Kind: page.Pool, ID: in + "/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/gone-01", Part: "system"},
		})
	})
	require.NoError(t, err)
	e := explore(t, 80, 24, func(o *Options) { o.State, o.Restore = state, true })
	e.sees("is not there any more: this is what was above it", "› clusters", "pay-weu-01")
	e.press("esc")
	e.sees("data-science", "Subscription")
	e.fits()
}

func TestUnknownPagesAndOldPlaces(t *testing.T) {
	state := config.StateIn(t.TempDir())
	_, err := config.Remember(state, statePlaces, func(p *places) {
		p.leave("demo marigold.example", testNow, []page.Address{
			{Kind: page.Estate, Sort: "-99", Row: "nothing"}, {Kind: page.Findings, Tab: "all", Sort: "x", Filter: `sev:"`}, {Kind: "of the future"},
		})
	})
	require.NoError(t, err)
	e := explore(t, 80, 24, func(o *Options) { o.State, o.Restore = state, true })
	e.sees("› findings")
	e.fits()

	var many places
	for n := range placesKept + 20 {
		many.leave(time.Duration(n).String(), testNow.Add(time.Duration(n)*time.Second), nil)
	}
	assert.Len(t, many, placesKept)
	assert.NotContains(t, many, "0s")
	assert.Contains(t, many, "69ns")
}
