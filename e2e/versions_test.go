package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/e2e/terminal"
	"github.com/aksight/aksight/inspect/demo"
)

// TestVersions goes from the palette to a version and to who runs it. The versions that
// a region offers are asked for once a subscription, whatever number of clusters it has
// there.
func TestVersions(t *testing.T) {
	t.Parallel()
	azure := serve(t, demo.Options{})
	s := azure.open(t)
	s.sees("prod-payments", "prod-web", "data-science")
	s.press(":", "versions", "enter")
	s.sees("Worst of its clusters", "Support ends", "out of support", "AKS calendar of")
	s.until("every region's list", func(screen terminal.Screen) bool { return screen.Has("4 of 4 regions") })
	s.press("enter")
	s.sees("Runs it", "On offer", "community support", "ds-lab-01")
	s.press("tab")
	s.sees("What Azure offers", "westeurope")
	s.press("tab", "enter")
	s.sees("ds-lab-01", "API server")
	s.press("esc")
	s.sees("Runs it")
	s.press("esc")
	s.sees("Worst of its clusters")
	s.press("q")
	s.ends(0)

	times := map[string]int{}
	for _, request := range azure.Requests() {
		call := request.Target
		if strings.Contains(strings.ToLower(call), "/kubernetesversions") {
			times[call]++
		}
	}
	assert.NotEmpty(t, times)
	for call, n := range times {
		assert.Equal(t, 1, n, call)
	}
}
