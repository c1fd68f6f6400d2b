package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/cloud"
	"github.com/aksight/aksight/e2e/terminal"
	"github.com/aksight/aksight/inspect/demo"
)

// TestJourney goes the way of an admin: from the login to a fix on the clipboard,
// and back to where it began.
func TestJourney(t *testing.T) {
	t.Parallel()
	azure := serve(t, demo.Options{PageSize: 2, ResourceGraphPage: 3})
	s := azure.open(t)

	s.sees("aksight", "prod-payments", "prod-web", "data-science", "partner-hub", "live", cloud.User)
	s.selects("prod-web")
	s.press("enter")
	s.sees("web-weu-01", "web-neu-01", "web-legacy-01", "web-win-01", "web-edge-01")

	s.press("/", "edge")
	s.misses("web-neu-01", "web-legacy-01")
	s.press("enter")
	s.selects("web-edge-01")
	s.press("enter")
	s.sees("web-edge-01", "API server", "authorized ranges")

	s.press("F")
	s.sees("Severity", "The API server answers the whole internet")
	s.selects("The API server answers the whole internet")
	s.press("enter")
	s.sees("AKS-NET-001", "authorizedIPRanges")
	s.press("f")
	// The cluster's own way out is read meanwhile, and then need not be typed.
	s.sees("az aks update", "web-edge-01", "--api-server-authorized-ip-ranges", "<your-range>", "198.51.100.120/32")
	s.press("y")
	s.sees("first make sure")
	s.press("enter", "enter") // what has to be made sure of
	s.sees("[x] the address you work from now")
	s.press("enter", "203.0.113.0/24", "enter")
	s.misses("<your-range>")
	s.press("198.51.100.16/28", "enter")
	s.misses("<node-prefix>")
	s.press("y")
	command := s.copied()
	assert.True(t, strings.HasPrefix(command, "az aks update -g rg-edge -n web-edge-01 "), command)
	assert.Contains(t, command, "203.0.113.0/24")
	assert.Contains(t, command, "198.51.100.16/28")
	assert.NotContains(t, command, "0.0.0.0/32")
	assert.NotContains(t, command, "<")
	s.sees("copied")

	s.press("esc")
	s.sees("AKS-NET-001", "authorizedIPRanges")
	s.press("esc")
	s.standsOn("The API server answers the whole internet")
	s.press("esc")
	screen := s.standsOn("web-edge-01")
	assert.False(t, screen.Has("web-neu-01"), "the filter is still set:\n%s", screen.Frame())
	s.press("esc") // clears the filter
	s.sees("web-neu-01", "web-legacy-01")
	s.standsOn("web-edge-01")
	s.press("esc")
	s.standsOn("prod-web")

	s.press("q")
	s.ends(0)
}

// TestResize walks through sizes without losing the place.
func TestResize(t *testing.T) {
	t.Parallel()
	s := open(t, setup{}, "demo")
	s.sees("prod-payments", "prod-web", "data-science")
	s.selects("prod-web")
	for _, size := range [][2]int{{80, 24}, {160, 45}, {60, 15}, {200, 60}, {120, 40}} {
		require.NoError(t, s.Resize(size[0], size[1]))
		s.until("the footer on the last line", func(screen terminal.Screen) bool {
			return strings.Contains(selected(screen), "prod-web") && strings.Contains(screen.Lines[size[1]-1], "enter open")
		})
	}
	require.NoError(t, s.Resize(40, 10))
	s.sees("too small")
	require.NoError(t, s.Resize(120, 40))
	s.standsOn("prod-web")
	s.press("q")
	s.ends(0)
}
