package e2e

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/cloud"
	"github.com/aksight/aksight/e2e/terminal"
	"github.com/aksight/aksight/inspect/demo"
)

const (
	webID      = "3f8e21b4-6a9d-4d15-8c72-b40e95d1f7c3"
	clustersOf = "/providers/Microsoft.ContainerService/managedClusters"
)

// atOnce is how soon the program is gone when a person wants it gone.
const atOnce = time.Second

func TestThrottlingShows(t *testing.T) {
	t.Parallel()
	azure := serve(t, demo.Options{Faults: []demo.Fault{
		{Kind: demo.Throttle, Path: webID + clustersOf, Times: 1, RetryAfter: 4 * time.Second},
	}})
	s := azure.open(t)
	s.sees("throttled")
	s.sees("prod-payments", "prod-web", "data-science")
	s.misses("throttled")
	s.press("q")
	s.ends(0)
}

func TestLongThrottlingShowsAndQuits(t *testing.T) {
	t.Parallel()
	azure := serve(t, demo.Options{Faults: []demo.Fault{
		{Kind: demo.Throttle, Path: "Microsoft.ResourceGraph", RetryAfter: 90 * time.Second},
	}})
	s := azure.open(t)
	s.sees("throttled")
	s.until("the seconds that are left", func(screen terminal.Screen) bool {
		line := screen.Line("throttled")
		return strings.Contains(line, " 8") || strings.Contains(line, " 9") || strings.Contains(line, "1 min")
	})
	began := time.Now()
	s.press("ctrl+c")
	s.ends(0)
	assert.Less(t, time.Since(began), atOnce)
}

func TestRefusedSubscriptionNamesTheRole(t *testing.T) {
	t.Parallel()
	s := serve(t, demo.Options{}).open(t)
	s.sees("at least", "prod-web", "could not read")
	s.selects("partner-hub")
	s.sees("Reader")
	s.press("q")
	s.ends(0)
}

func TestBrokenPageShowsAndTheRestIsThere(t *testing.T) {
	t.Parallel()
	azure := serve(t, demo.Options{PageSize: 2, Faults: []demo.Fault{
		{Kind: demo.Break, Path: webID + clustersOf, Skip: 1},
	}})
	s := azure.open(t)
	s.sees("prod-payments", "prod-web", "data-science")
	s.selects("prod-web")
	s.sees("broke off")
	s.press("enter")
	s.sees("web-weu-01", "web-neu-01", "web-legacy-01", "web-win-01", "web-edge-01")
	s.press("q")
	s.ends(0)
}

func TestExpiredLoginNamesTheCommand(t *testing.T) {
	t.Parallel()
	azure := serveHandler(t, demo.NewHandler(demo.Options{}), cloud.Expired)
	s := azure.open(t)
	s.sees("az login")
	s.press("q")
	s.ends(0)
	assert.Empty(t, azure.Requests(), "nothing is asked without a token")
}

func TestUntrustedCertificateShowsAtOnce(t *testing.T) {
	t.Parallel()
	azure := serve(t, demo.Options{})
	s := open(t, setup{path: azure.az.Dir}, "--arm-endpoint", azure.URL)
	s.within(2*time.Second, "the certificate", has("certificate"))
	s.sees("--ca-file")
	s.press("q")
	s.ends(0)
	assert.Empty(t, azure.Requests())
}

func TestControlCQuitsAtOnce(t *testing.T) {
	for name, start := range map[string]func(*testing.T) *session{
		"while az does not answer": func(t *testing.T) *session {
			t.Helper()
			return serveHandler(t, demo.NewHandler(demo.Options{}), cloud.Stuck).open(t)
		},
		"while Azure does not answer": func(t *testing.T) *session {
			t.Helper()
			return serve(t, demo.Options{Delay: time.Minute}).open(t)
		},
		"while much arrives": func(t *testing.T) *session {
			t.Helper()
			return open(t, setup{}, "demo", "--scale", "20000")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.sees("aksight")
			time.Sleep(200 * time.Millisecond) // let it begin to read
			began := time.Now()
			s.press("ctrl+c")
			s.ends(0)
			assert.Less(t, time.Since(began), atOnce)
		})
	}
}

func TestSignalsRestoreTheTerminal(t *testing.T) {
	for name, signal := range map[string]syscall.Signal{"terminate": syscall.SIGTERM, "interrupt": syscall.SIGINT} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, setup{}, "demo")
			s.sees("prod-payments")
			s.signal(signal)
			_, err := s.Wait(patience)
			require.NoError(t, err)
			assert.Empty(t, s.Restored(), "the terminal is not as it was")
		})
	}
}

func TestClosedWindowEndsTheProgram(t *testing.T) {
	t.Parallel()
	s := open(t, setup{}, "demo")
	s.sees("prod-payments")
	require.NoError(t, s.Hangup(patience))
}

func TestNoColour(t *testing.T) {
	t.Parallel()
	s := open(t, setup{env: []string{"NO_COLOR=please"}}, "demo")
	s.sees("prod-payments", "prod-web")
	s.press("enter")
	s.sees("Sign-in", "westeurope")
	s.press("q")
	s.ends(0)
	assert.NotRegexp(t, coloured, string(s.Output()))

	s = open(t, setup{}, "demo")
	s.sees("prod-payments", "prod-web")
	s.press("q")
	s.ends(0)
	assert.Regexp(t, coloured, string(s.Output()), "and otherwise there are colours")
}

func TestASCII(t *testing.T) {
	t.Parallel()
	s := open(t, setup{}, "demo", "--ascii")
	screen := s.sees("prod-payments", "prod-web")
	for _, r := range screen.String() {
		require.Less(t, r, rune(0x80), "%c in\n%s", r, screen.Frame())
	}
	s.press("q")
	s.ends(0)
}

func TestTooSmallTerminal(t *testing.T) {
	t.Parallel()
	s := open(t, setup{cols: 20, rows: 5}, "demo")
	s.sees("too small")
	s.press("q")
	s.ends(0)
}

func TestNoTerminal(t *testing.T) {
	t.Parallel()
	_, errs, code := execute(t, setup{}, "demo")
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, "needs a terminal")
}
