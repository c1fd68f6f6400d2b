// Package ui is the explorer: the one Bubble Tea model that draws the frame, keeps
// the pages that were visited and routes keys to them.
package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	xterm "github.com/charmbracelet/x/term"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/term"
	"github.com/aksight/aksight/ui/widget"
)

// Options set the explorer up.
type Options struct {
	Inspection *inspect.Inspection
	// Theme is the name of one theme for every terminal, or empty.
	Theme string
	// Colours are the themes where Theme is empty; the zero value follows the terminal.
	Colours Colours
	// Insist is set where the theme was asked for on this run's command line: what was
	// kept in the explorer does not count then.
	Insist bool
	// Restore opens the explorer where it was left.
	Restore bool
	// State is what the explorer remembers between runs; nothing where nil.
	State *config.State
	// Themes finds themes; those that come with the program where nil.
	Themes *themes.Library
	// ASCII draws with plain ASCII only.
	ASCII bool
	// Shell is whose quoting commands follow.
	Shell fix.Shell
	// Keys gives actions other keys, by the action's name.
	Keys map[string][]string
	// Tool names the program and its version, for what is saved.
	Tool string
	// Waivers changes the user's waiver files.
	Waivers page.WaiverKeeper
	// Troubles are what went wrong before the explorer began, such as settings that are
	// broken: it says so, and lists them among the errors.
	Troubles []page.Trouble
	// Start is the first page; the estate where empty.
	Start page.Address
	// Then is a page that is open on top of it at first; none where empty.
	Then page.Address
	// FirstRun reports whether nobody has used the explorer here before, and remembers
	// that somebody has; nil where nobody is to be shown around. It is called in the
	// background.
	FirstRun func() bool
	// Now tells the time; the clock where nil.
	Now func() time.Time
	// Environ is the environment; the process's own where nil.
	Environ []string
	// Program options are handed to Bubble Tea, after the explorer's own.
	Program []tea.ProgramOption
}

// startDelay lets the first frame out before anything else takes the processor: it
// is a little more than the renderer takes at 120 frames a second.
const startDelay = 12 * time.Millisecond

// Run shows the explorer until the user leaves or the context ends.
func Run(ctx context.Context, opts Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if opts.Environ == nil {
		opts.Environ = os.Environ()
	}
	app, err := newApp(ctx, opts, inspected{opts.Inspection}, page.All(), page.Places())
	if err != nil {
		return err
	}
	if width, height, err := xterm.GetSize(os.Stdout.Fd()); err == nil {
		app.resize(width, height)
	}
	program := []tea.ProgramOption{
		tea.WithContext(ctx), tea.WithFPS(120), tea.WithEnvironment(opts.Environ),
	}
	if app.look.plain() {
		program = append(program, tea.WithColorProfile(colorprofile.ASCII))
	}
	_, err = tea.NewProgram(app, append(program, opts.Program...)...).Run()
	_ = app.leaveOff() // there is nobody left to tell
	if app.asked {
		// However it ended, the terminal need not tell of light and dark any more.
		_, _ = os.Stdout.WriteString(ansi.ResetModeLightDark) // there is nobody left to tell
	}
	if errors.Is(err, tea.ErrInterrupted) || ctx.Err() != nil && errors.Is(err, tea.ErrProgramKilled) && !errors.Is(err, tea.ErrProgramPanic) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the explorer stopped: %w", err)
	}
	return nil
}

func newApp(ctx context.Context, opts Options, e estate, pages page.Makers, places []page.Place) (*App, error) {
	keys, err := action.New(opts.Keys)
	if err != nil {
		return nil, err
	}
	wants := opts.Colours
	if opts.Theme != "" {
		wants = Colours{Always: opts.Theme}
	}
	look, err := newLook(wants, opts.Themes, term.Read(opts.Environ))
	if err != nil {
		return nil, err
	}
	if !opts.Insist {
		opts.Troubles = append(opts.Troubles, look.remember(opts.State)...)
	}
	glyphs := widget.Unicode()
	if opts.ASCII || look.terminal.Dumb {
		glyphs = widget.ASCII()
	}
	shell := opts.Shell
	if shell == "" {
		shell = fix.POSIX
	}
	now := opts.Now
	if now == nil {
		now = time.Now
	}
	app := &App{
		ctx: ctx, estate: e, inspection: opts.Inspection, pages: pages, places: places,
		keys: keys, look: look, glyphs: glyphs, canvas: widget.NewCanvas(0, 0, glyphs),
		troubles: opts.Troubles, state: opts.State, restores: opts.Restore && opts.Start.Kind == "", waivers: opts.Waivers,
		shell: shell, now: now, folder: os.Getwd, tool: opts.Tool, dirty: true, firstRun: opts.FirstRun,
		clipboard: term.NewClipboard(look.terminal),
	}
	app.observe()
	start := opts.Start
	if start.Kind == "" {
		start.Kind = page.Estate
	}
	first := app.visit(start, nil)
	if first == nil {
		return nil, fmt.Errorf("there is no page %q", start.Kind)
	}
	app.visits.push(first)
	if opts.Then.Kind != "" {
		next := app.visit(opts.Then, first)
		if next == nil {
			return nil, fmt.Errorf("there is no page %q", opts.Then.Kind)
		}
		app.visits.push(next)
	}
	return app, nil
}
