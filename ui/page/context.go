package page

import (
	"context"
	"strings"
	"time"
	"unicode"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/widget"
)

// Context is what a page may look at and ask for. It is valid during one call.
type Context struct {
	Inspection *inspect.Inspection
	// Snapshot is the newest state of the estate; never nil.
	Snapshot *store.Snapshot
	Now      time.Time
	// Shell is whose quoting commands follow.
	Shell  fix.Shell
	Glyphs *widget.Glyphs
	// Waivers changes the user's waiver files.
	Waivers WaiverKeeper
	// Troubles are what went wrong outside of the estate.
	Troubles []Trouble
	// Bookmarks are the user's in this estate, Elsewhere the number of those in others.
	Bookmarks []Bookmark
	Elsewhere int
	// Choices are the columns that the user has chosen, by the table's name.
	Choices map[string]widget.Choice
	// Size of the area that pages draw in.
	Width, Height int

	effects []Effect
}

// Effect is one thing that a page asked for: Job, Go, Return, Copying, Notice or
// ShellChoice.
type Effect interface{ effect() }

// Job is work to be done in the background.
type Job struct {
	Name string
	Work func(context.Context) any
}

// Go opens a page; Replace puts it in the place of this one.
type Go struct {
	To      Address
	Replace bool
}

// Return goes back to the page before.
type Return struct{}

// Copying puts text on the clipboard.
type Copying struct{ Text, What string }

// Notice shows a short message in the footer.
type Notice struct {
	Mark widget.Mark
	Text string
}

// ShellChoice changes whose quoting commands follow.
type ShellChoice struct{ Shell fix.Shell }

func (Job) effect()         {}
func (Renaming) effect()    {}
func (Removing) effect()    {}
func (Go) effect()          {}
func (Return) effect()      {}
func (Copying) effect()     {}
func (Notice) effect()      {}
func (ShellChoice) effect() {}

// Run starts work in the background; what it returns comes to Update as a message,
// unless that is nil. A job of the same name that is still under way is cancelled
// and its result dropped, as are all when the page is left. Work must not touch the
// page: hand it what it needs.
func (c *Context) Run(name string, work func(context.Context) any) {
	c.effects = append(c.effects, Job{Name: name, Work: work})
}

// Open opens a page on top of this one.
func (c *Context) Open(to Address) { c.effects = append(c.effects, Go{To: to}) }

// Replace opens a page in the place of this one.
func (c *Context) Replace(to Address) { c.effects = append(c.effects, Go{To: to, Replace: true}) }

// Back goes back to the page before.
func (c *Context) Back() { c.effects = append(c.effects, Return{}) }

// Copy puts one line on the clipboard; what names it in the message that says so, such
// as "step 1". A value is pasted into shells: it brings no line ends with it that would
// send it off, and nothing that a terminal acts on.
func (c *Context) Copy(text, what string) {
	c.effects = append(c.effects, Copying{Text: harmless(text, false), What: what})
}

// CopyText puts text of several lines on the clipboard. What is put into its lines has
// none of its own.
func (c *Context) CopyText(text, what string) {
	c.effects = append(c.effects, Copying{Text: harmless(text, true), What: what})
}

// harmless replaces what a terminal or a reader's eye would be led by.
func harmless(text string, lines bool) string {
	return strings.Map(func(r rune) rune {
		switch {
		case lines && (r == '\n' || r == '\t'):
			return r
		case unicode.IsSpace(r) && unicode.IsControl(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == '\u2028', r == '\u2029':
			return unicode.ReplacementChar
		default:
			return r
		}
	}, text)
}

// Say shows a short message in the footer for some seconds.
func (c *Context) Say(mark widget.Mark, text string) {
	c.effects = append(c.effects, Notice{Mark: mark, Text: text})
}

// SetShell changes whose quoting commands follow, on all pages.
func (c *Context) SetShell(shell fix.Shell) {
	c.Shell = shell
	c.effects = append(c.effects, ShellChoice{Shell: shell})
}

// Effects returns what was asked for since the last call, in order.
func (c *Context) Effects() []Effect {
	effects := c.effects
	c.effects = nil
	return effects
}

// SeverityMark returns the mark of a severity.
func SeverityMark(s model.Severity) widget.Mark {
	return [...]widget.Mark{
		model.Info: widget.InfoMark, model.Low: widget.LowMark, model.Medium: widget.MediumMark,
		model.High: widget.HighMark, model.Critical: widget.CriticalMark,
	}[s]
}

// VerdictMark returns the mark of a judgement.
func VerdictMark(j model.Judged) widget.Mark {
	switch j.Verdict {
	case model.Fail:
		if j.Waived {
			return widget.WaivedMark
		}
		return SeverityMark(j.Severity)
	case model.Pass:
		return widget.PassMark
	case model.NotApplicable:
		return widget.NotMark
	case model.CouldNotRead:
		return widget.UnreadMark
	default:
		return widget.PendingMark
	}
}
