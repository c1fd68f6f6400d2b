package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/ui/page"
)

// with returns the context for a call of a page.
func (a *App) with() *page.Context {
	body := a.body()
	a.context.Inspection = a.inspection
	a.context.Snapshot = a.snapshot
	a.context.Now = a.now()
	a.context.Shell = a.shell
	a.context.Troubles = a.troubles
	a.context.Choices = a.choices
	a.context.Bookmarks, a.context.Elsewhere = a.bookmarksHere()
	a.context.Glyphs = a.glyphs
	a.context.Waivers = a.waivers
	a.context.Width, a.context.Height = body.W, body.H
	return &a.context
}

// tell gives the current page a message and does what it asks for.
func (a *App) tell(msg page.Msg) tea.Cmd {
	a.dirty = true
	current := a.visits.current()
	ctx := a.with()
	current.page.Update(ctx, msg)
	return a.do(current, ctx.Effects())
}

// do carries a page's effects out.
func (a *App) do(by *visit, effects []page.Effect) tea.Cmd {
	var cmds []tea.Cmd
	leaving := slices.ContainsFunc(effects, func(effect page.Effect) bool {
		switch effect.(type) {
		case page.Go, page.Return:
			return true
		default:
			return false
		}
	})
	for _, effect := range effects {
		switch effect := effect.(type) {
		case page.Job:
			cmds = append(cmds, a.run(by, effect))
		case page.Go:
			cmds = append(cmds, a.open(effect))
		case page.Return:
			cmds = append(cmds, a.back())
		case page.Copying:
			cmds = append(cmds, a.copy(effect.Text, effect.What))
		case page.Renaming:
			cmds = append(cmds, a.changeBookmark(effect.ID, effect.Name))
		case page.Removing:
			cmds = append(cmds, a.changeBookmark(effect.ID, ""))
		case page.Notice:
			cmds = append(cmds, a.sayOf(effect, leaving))
		case page.ShellChoice:
			a.shell = effect.Shell
		}
	}
	a.progress = a.estate.Progress() // the page may have asked for something to be read
	return tea.Batch(append(cmds, a.tick())...)
}

// run starts a page's work.
func (a *App) run(by *visit, work page.Job) tea.Cmd {
	if by != a.visits.current() { // it left in the same breath
		return nil
	}
	ctx, number := by.start(a.ctx, work.Name)
	return func() tea.Msg {
		if ctx.Err() != nil {
			return nil
		}
		value := work.Work(ctx)
		return resultMsg{visit: by, name: work.Name, number: number, value: value}
	}
}

// result hands a result over, unless nobody waits for it any more.
func (a *App) result(msg resultMsg) tea.Cmd {
	wanted := msg.visit.finish(msg.name, msg.number)
	if !wanted || msg.visit != a.visits.current() || msg.value == nil {
		return nil
	}
	return tea.Batch(a.tell(msg.value), a.release())
}

// visit makes the page at an address, or returns nil.
func (a *App) visit(at page.Address, parent *visit) *visit {
	maker, known := a.pages[at.Kind]
	if !known {
		return nil
	}
	next := &visit{at: at, page: maker(at), parent: parent}
	if parent != nil {
		next.depth = parent.depth + 1
	}
	return next
}

// deepest bounds how many pages lie on top of each other.
const deepest = 40

// open goes to a page: to the first one again where that is its address, else to a
// new one.
func (a *App) open(to page.Go) tea.Cmd {
	current := a.visits.current()
	if to.To == current.at && !to.Replace {
		return nil
	}
	parent := current
	if to.Replace {
		parent = current.parent
	}
	if root := a.visits.trail()[0]; to.To == root.at {
		return a.enter(func() { a.visits.push(root) })
	}
	if parent != nil && parent.depth >= deepest {
		parent = a.visits.trail()[0]
	}
	next := a.visit(to.To, parent)
	if next == nil {
		return nil
	}
	return a.enter(func() {
		if to.Replace {
			a.visits.list[a.visits.at] = next
			return
		}
		a.visits.push(next)
	})
}

// enter leaves the current page and shows the one that move makes current.
func (a *App) enter(move func()) tea.Cmd {
	before := a.visits.current()
	before.leave()
	ctx := a.with()
	before.page.Update(ctx, page.Hidden{})
	ctx.Effects() // a hidden page has no say
	move()
	if of := a.toast.of; of != nil && of != a.visits.current() {
		a.hush()
	}
	a.filter = nil
	a.dirty = true
	return a.show()
}

// show tells the current page that it is on the screen. It sees the newest state: the
// rows that led to it may have been made from a newer one than was taken last.
func (a *App) show() tea.Cmd {
	a.observe()
	a.visits.current().seen = a.snapshot.Version
	return tea.Batch(a.tell(page.Shown{}), a.guide())
}

// back goes to the page before; on the first one there is nowhere to go.
func (a *App) back() tea.Cmd {
	parent := a.visits.current().parent
	if parent == nil {
		return a.stop()
	}
	return a.enter(func() { a.visits.push(parent) })
}

// jump goes to the page that was seen before or after this one.
func (a *App) jump(by int) tea.Cmd {
	if to := a.visits.at + by; to < 0 || to >= len(a.visits.list) {
		return nil
	}
	return a.enter(func() { a.visits.jump(by) })
}
