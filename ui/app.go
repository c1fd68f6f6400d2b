package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/schedule"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/term"
	"github.com/aksight/aksight/ui/widget"
)

// App is the one Bubble Tea model.
type App struct {
	ctx        context.Context
	estate     estate
	inspection *inspect.Inspection
	pages      page.Makers
	places     []page.Place
	troubles   []page.Trouble
	keys       *action.Registry
	look       look
	state      *config.State
	choices    map[string]widget.Choice
	bookmarks  []page.Bookmark
	filters    []page.SavedFilter
	left       places         // where the explorer was left, in earlier runs
	keptTrail  []page.Address // where it is, as last kept
	restores   bool           // it is to open where it was left
	recalled   bool           // what is remembered was read
	touched    bool           // the user has begun to do something
	glyphs     *widget.Glyphs
	shell      fix.Shell
	waivers    page.WaiverKeeper
	clipboard  *term.Clipboard
	now        func() time.Time
	folder     func() (string, error) // where exports go
	tool       string

	snapshot *store.Snapshot
	progress schedule.Progress
	identity source.Identity

	visits  visits
	overlay overlay
	filter  *filterLine
	tour    *tour // nil but while it goes on
	// firstRun reports whether this is the first run, and remembers that it was; or nil.
	firstRun func() bool
	toast    toast
	click    click
	footer   []footerKey
	held     []tea.KeyPressMsg // keys that wait for the rows they are meant for
	context  page.Context

	width, height int
	canvas        *widget.Canvas
	frame         tea.View
	dirty         bool
	ticking       bool
	spin          int
	prompted      string // the sign-in message that was shown
	quitting      bool
	asked         bool // the terminal was asked to tell of light and dark
}

type (
	startMsg   struct{}
	changedMsg struct{}
	busyMsg    struct{}
	clockMsg   struct{}
	resultMsg  struct {
		visit  *visit
		name   string
		number uint64
		value  any
	}
)

// Init asks the terminal what it is like, and begins to read once the first frame
// is out.
func (a *App) Init() tea.Cmd {
	var told tea.Cmd
	if a.inspection != nil && a.inspection.Narrowed != "" {
		told = a.say(widget.InfoMark, "narrowed to "+a.inspection.Narrowed+": other clusters are not read")
	}
	return tea.Batch(
		told,
		a.show(),
		tea.Tick(startDelay, func(time.Time) tea.Msg { return startMsg{} }),
		clock(),
	)
}

// Update takes a message.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return a, a.key(msg)
	case tea.PasteMsg:
		return a, a.paste(msg)
	case tea.MouseClickMsg:
		return a, a.clicked(msg)
	case tea.MouseWheelMsg:
		return a, a.wheel(msg)
	case tea.WindowSizeMsg:
		a.resize(msg.Width, msg.Height)
	case resultMsg:
		return a, a.result(msg)
	case foundMsg:
		return a, a.found(msg)
	case changedMsg:
		return a, tea.Batch(a.changed(), a.await())
	case startMsg:
		return a, tea.Batch(a.begin(), a.askFirstRun())
	case firstRunMsg:
		return a, a.greet()
	case busyMsg:
		return a, a.busy()
	case clockMsg:
		a.dirty = true
		return a, tea.Batch(clock(), a.keepPlace())
	case copiedMsg:
		return a, a.copied(msg)
	case capturedMsg:
		return a, a.captured(msg)
	case exportedMsg:
		return a, a.exported(msg)
	case rememberedMsg:
		return a, a.remembered(msg)
	case notKeptMsg:
		return a, a.notKept(msg)
	case expiredMsg:
		a.expire(msg)
	case tea.BackgroundColorMsg:
		a.restyle(!msg.IsDark())
	case uv.LightColorSchemeEvent:
		a.restyle(true)
	case uv.DarkColorSchemeEvent:
		a.restyle(false)
	case tea.ColorProfileMsg:
		if a.look.update(a.look.light, msg.Profile) {
			a.dirty = true
		}
	}
	return a, nil
}

// View returns the frame; it is drawn only if something has changed.
func (a *App) View() tea.View {
	if a.dirty {
		a.draw()
		a.dirty = false
	}
	return a.frame
}

// begin starts to read the estate and asks the terminal for its colours. The
// answers restyle the screen; a terminal that does not answer keeps the dark theme.
func (a *App) begin() tea.Cmd {
	start := func() tea.Msg {
		a.estate.Start(a.ctx)
		return busyMsg{}
	}
	if !a.look.follows() {
		return tea.Batch(start, a.await(), a.recall(), a.tellTroubles())
	}
	a.asked = true
	return tea.Batch(start, a.await(), a.recall(), a.tellTroubles(), tea.RequestBackgroundColor, tea.Raw(ansi.SetModeLightDark))
}

func (a *App) restyle(light bool) {
	if a.look.update(light, a.look.profile) {
		a.dirty = true
	}
}

func (a *App) resize(width, height int) {
	if width == a.width && height == a.height {
		return
	}
	a.width, a.height = width, height
	a.canvas.Resize(width, height)
	a.dirty = true
}

// snapshotEvery bounds how often a newer snapshot is taken. Each one makes the page
// sort again, so with very many clusters it is taken less often: keys come first.
const (
	snapshotEvery = 50 * time.Millisecond
	manyClusters  = 2000
	snapshotsRare = 300 * time.Millisecond
)

// await waits for a newer snapshot, after a pause.
func (a *App) await() tea.Cmd {
	changed, ctx, every := a.estate.Changed(), a.ctx, snapshotEvery
	if len(a.snapshot.Clusters) > manyClusters {
		every = snapshotsRare
	}
	return func() tea.Msg {
		pause := time.NewTimer(every)
		defer pause.Stop()
		select {
		case <-pause.C:
		case <-ctx.Done():
			return nil
		}
		select {
		case <-changed:
			return changedMsg{}
		case <-ctx.Done():
			return nil
		}
	}
}

// observe takes the newest state.
func (a *App) observe() {
	a.snapshot = a.estate.Snapshot()
	a.progress = a.estate.Progress()
	a.identity = a.estate.Identity()
}

// changed takes a newer snapshot and tells the page.
func (a *App) changed() tea.Cmd {
	a.observe()
	a.dirty = true
	if back := a.lost(); back != nil {
		return tea.Batch(back, a.tick(), a.searchAgain())
	}
	current := a.visits.current()
	if current.seen == a.snapshot.Version {
		return a.tick()
	}
	current.seen = a.snapshot.Version
	return tea.Batch(a.tell(page.Changed{}), a.release(), a.tick(), a.searchAgain())
}

// spinEvery is the pace of the spinner, and how often progress is looked at while
// something is read.
const spinEvery = 120 * time.Millisecond

// tick keeps the spinner going while something is read.
func (a *App) tick() tea.Cmd {
	if a.ticking || a.progress.Idle {
		return nil
	}
	a.ticking = true
	return tea.Tick(spinEvery, func(time.Time) tea.Msg { return busyMsg{} })
}

func (a *App) busy() tea.Cmd {
	a.ticking = false
	a.observe()
	a.spin++
	a.dirty = true
	a.prompt()
	return tea.Batch(a.restore(), a.release(), a.tick())
}

// clock redraws what says how long ago something was.
func clock() tea.Cmd {
	return tea.Tick(10*time.Second, func(time.Time) tea.Msg { return clockMsg{} })
}
