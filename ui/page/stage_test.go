package page

import (
	"context"
	"flag"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/azure"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// show prints every frame that a test draws, with colours where it is "colour".
var show = flag.String("show", "", "print the frames that tests draw: text or a theme's name")

// testNow is the moment of all tests on the demo.
var testNow = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

// demoEstate is the demo, read whole, once for all tests.
var demoEstate = sync.OnceValue(func() *inspect.Inspection {
	in, err := openDemo(demo.Options{Now: func() time.Time { return testNow }})
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	in.Start(context.Background())
	if err := in.Wait(ctx); err != nil {
		panic(err)
	}
	return in
})

func openDemo(opts demo.Options) (*inspect.Inspection, error) {
	calls := &source.Calls{}
	identity := demo.Identity()
	estate, err := azure.New(azure.Options{
		Cloud: identity.Cloud, Identity: &identity, Credential: demo.Credential(),
		Transport: demo.Transport(demo.NewHandler(opts)), Calls: calls, Now: opts.Now,
	})
	if err != nil {
		return nil, err
	}
	return inspect.New(inspect.Options{
		Source: estate, Calls: calls, Now: opts.Now, AllChildren: true,
		Rules: func() *rules.Catalogue {
			catalogue, err := rules.Embedded()
			if err != nil {
				panic(err)
			}
			return catalogue
		},
	}), nil
}

// A stage plays the app for one test: it runs a page's work at once and opens the
// pages that it asks for.
type stage struct {
	t       *testing.T
	context Context
	pages   []Page
	copied  []Copying
	notices []Notice
}

func newStage(t *testing.T, in *inspect.Inspection, width, height int) *stage {
	t.Helper()
	return &stage{t: t, context: Context{
		Inspection: in, Snapshot: in.Store.Snapshot(), Now: testNow, Shell: fix.POSIX,
		Glyphs: widget.Unicode(), Width: width, Height: height, Waivers: &keeper{},
	}}
}

// open opens the page at an address, as the app does.
func (s *stage) open(at Address) *stage {
	s.t.Helper()
	maker := All()[at.Kind]
	require.NotNil(s.t, maker, "no page for %q", at.Kind)
	s.pages = append(s.pages, maker(at))
	s.send(Shown{})
	return s
}

func (s *stage) page() Page { return s.pages[len(s.pages)-1] }

// send sends messages to the page on the screen.
func (s *stage) send(messages ...Msg) *stage {
	s.t.Helper()
	for _, message := range messages {
		s.page().Update(&s.context, message)
		s.settle()
	}
	return s
}

// do sends intents.
func (s *stage) do(ids ...action.ID) *stage {
	s.t.Helper()
	for _, id := range ids {
		s.draw() // the app draws after every message, and some widgets learn their size
		s.send(action.Intent{ID: id})
	}
	return s
}

func (s *stage) settle() {
	s.t.Helper()
	for range 100 {
		effects := s.context.Effects()
		if len(effects) == 0 {
			return
		}
		for _, effect := range effects {
			s.effect(effect)
		}
	}
	s.t.Fatal("the page never comes to rest")
}

func (s *stage) effect(effect Effect) {
	s.t.Helper()
	switch effect := effect.(type) {
	case Job:
		if result := effect.Work(context.Background()); result != nil {
			s.page().Update(&s.context, result)
		}
	case Go:
		s.page().Update(&s.context, Hidden{})
		s.open(effect.To)
	case Return:
		s.pages = s.pages[:len(s.pages)-1]
		s.send(Shown{})
	case Copying:
		s.copied = append(s.copied, effect)
	case Notice:
		s.notices = append(s.notices, effect)
	case ShellChoice:
		s.context.Shell = effect.Shell
	}
}

// draw draws the page and returns the canvas.
func (s *stage) draw() *widget.Canvas {
	s.t.Helper()
	canvas := widget.NewCanvas(s.context.Width, s.context.Height, s.context.Glyphs)
	s.page().Draw(&s.context, canvas, canvas.Area())
	return canvas
}

// frame draws the page and returns its text.
func (s *stage) frame() string {
	s.t.Helper()
	canvas := s.draw()
	text := canvas.String()
	if *show != "" {
		s.print(canvas)
	}
	for line := range strings.Lines(text) {
		require.LessOrEqual(s.t, widget.Width(strings.TrimSuffix(line, "\n"), s.context.Glyphs.ASCII), s.context.Width)
	}
	return text
}

func (s *stage) print(canvas *widget.Canvas) {
	s.t.Helper()
	text := canvas.String()
	if *show != "text" {
		theme, err := themes.Load(*show)
		require.NoError(s.t, err)
		text = canvas.Render(theme)
	}
	_, _ = os.Stdout.WriteString("=== " + s.t.Name() + " " + s.page().Title(&s.context) + "\n" + text + "\n")
}
