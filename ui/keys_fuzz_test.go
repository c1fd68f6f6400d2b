package ui

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/azure"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/page"
)

// readDemo is the demo, read whole, once for all inputs.
var readDemo = sync.OnceValues(func() (*inspect.Inspection, error) { return demoWith(rules.Embedded) })

// fewRules is the demo with rules enough to look at: what is drawn of it does not change
// when rules are added.
var fewRules = sync.OnceValues(func() (*inspect.Inspection, error) {
	return demoWith(func() (*rules.Catalogue, error) {
		all, err := rules.Embedded()
		if err != nil {
			return nil, err
		}
		var few []*model.Rule
		for _, id := range []string{"AKS-IAM-001", "AKS-NET-001", "AKS-NET-002", "AKS-NODE-001", "AKS-UPG-007"} {
			if rule, _ := all.Find(id); rule != nil {
				few = append(few, rule)
			}
		}
		return rules.New(few)
	})
})

func demoWith(load func() (*rules.Catalogue, error)) (*inspect.Inspection, error) {
	clock := func() time.Time { return testNow }
	identity, calls := demo.Identity(), &source.Calls{}
	estate, err := azure.New(azure.Options{
		Cloud: identity.Cloud, Identity: &identity, Credential: demo.Credential(), Calls: calls, Now: clock,
		Transport: demo.Transport(demo.NewHandler(demo.Options{Now: clock})),
	})
	if err != nil {
		return nil, err
	}
	catalogue, err := load()
	if err != nil {
		return nil, err
	}
	in := inspect.New(inspect.Options{Source: estate, Calls: calls, Now: clock, Rules: func() *rules.Catalogue { return catalogue }})
	in.Start(context.Background())
	return in, in.Wait(context.Background())
}

// pressed are the keys that a byte may stand for.
var pressed = func() []tea.KeyPressMsg {
	var all []tea.KeyPressMsg
	for _, r := range "jkhlgGFxfyYv=sSCTbRDreEw/:?q0123456789 \"!~:*\u00e9\u4e16" {
		all = append(all, tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	names := make([]string, 0, len(keyCodes))
	for name := range keyCodes {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		all = append(all, keyCodes[name])
	}
	return all
}()

// FuzzKeys presses any keys at any size: a byte below 0xe0 is a key, the others change
// the size by the byte after them.
func FuzzKeys(f *testing.F) {
	f.Add([]byte("\x00\x05\x10\x15\xe0\x20\x30"))
	f.Add([]byte("\x0dCT\x20\x21\xf0\x08bR\x0e"))
	f.Fuzz(func(t *testing.T, keys []byte) {
		in, err := readDemo()
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		app, err := newApp(ctx, Options{
			Inspection: in, Environ: []string{"TERM=xterm-256color"}, State: config.StateIn(t.TempDir()), Restore: true,
		}, inspected{in}, page.All(), page.Places())
		if err != nil {
			t.Fatal(err)
		}
		app.now = func() time.Time { return testNow }
		app.folder = func() (string, error) { return t.TempDir(), nil }
		app.clipboard.Native = func(string) error { return nil }
		app.resize(80, 24)
		run := &fuzzed{app: app}
		run.take(app.show())
		run.take(app.recall())
		for i := 0; i < min(len(keys), 60); i++ {
			if keys[i] >= 0xe0 && i+1 < len(keys) {
				app.resize(int(keys[i+1])%200+1, int(keys[i]-0xe0)*3+1)
				i++
			} else if key := pressed[int(keys[i])%len(pressed)]; key.Text != "q" {
				_, cmd := app.Update(key)
				run.take(cmd)
			}
			lines := strings.Split(ansi.Strip(app.View().Content), "\n")
			if len(lines) > app.height {
				t.Fatalf("%d lines at a height of %d", len(lines), app.height)
			}
			for _, line := range lines {
				if ansi.StringWidth(line) > app.width {
					t.Fatalf("a line of %d cells at a width of %d: %q", ansi.StringWidth(line), app.width, line)
				}
			}
		}
	})
}

// fuzzed runs what an app asks for, as far as it comes at once.
type fuzzed struct{ app *App }

func (f *fuzzed) take(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	came := make(chan tea.Msg, 1)
	go func() { came <- cmd() }()
	select {
	case msg := <-came:
		switch msg := msg.(type) {
		case tea.BatchMsg:
			for _, one := range msg {
				f.take(one)
			}
		case nil, tea.QuitMsg, busyMsg, clockMsg:
		default:
			_, next := f.app.Update(msg)
			f.take(next)
		}
	case <-time.After(time.Millisecond): // a pause, or work that takes long
	}
}
