// Package plain is the explorer as lines of words: it shows the same pages as the
// screen, numbered, and reads commands from standard input. It uses no colour, no
// cursor and no spinner, for screen readers, dumb terminals and pipes.
package plain

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// Options set a session up.
type Options struct {
	Inspection *inspect.Inspection
	In         io.Reader
	Out        io.Writer
	// Interactive says that a person types: lists come in parts, and a line ends a
	// wait. Otherwise commands are repeated, so that the output reads as a transcript.
	Interactive bool
	// Width to wrap at; 0 leaves lines whole.
	Width int
	ASCII bool
	// Shell is whose quoting commands follow.
	Shell fix.Shell
	// Keys gives actions other keys, by the action's name.
	Keys map[string][]string
	// Then is a page that is open on top of the estate at first; none where empty.
	Then page.Address
	// Waivers changes the user's waiver files.
	Waivers page.WaiverKeeper
	// State keeps bookmarks and filters between runs; nothing where nil.
	State *config.State
	// Folder is where exports go; the current one where nil.
	Folder func() (string, error)
	// Now is the clock; time.Now where nil.
	Now func() time.Time
}

// How many lines of a list are shown at once, to a person and to a pipe.
const (
	partOfList = 25
	wholeList  = 1000
)

// session is one run.
type session struct {
	opts  Options
	keys  *action.Registry
	pages page.Makers
	out   *writer
	lines chan string

	context page.Context
	visits  []visit
	seen    uint64 // version of the snapshot that the page was last told of

	shown    page.Linear // what was last said of the page
	next     int         // the first row that was not shown
	field    bool        // the page waits for a field to be filled in
	prompted string      // the sign-in message that was shown
	typed    string      // the command that ended a wait
	done     bool

	bookmarks []page.Bookmark
	filters   []page.SavedFilter
}

// visit is a page that the user has come to.
type visit struct {
	at   page.Address
	page page.Page
}

// Run holds a session until the user leaves, the input ends or the context does.
func Run(ctx context.Context, opts Options) error {
	keys, err := action.New(opts.Keys)
	if err != nil {
		return err
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Folder == nil {
		opts.Folder = os.Getwd
	}
	if opts.Shell == "" {
		opts.Shell = fix.POSIX
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &session{
		opts: opts, keys: keys, pages: page.All(), lines: make(chan string),
		out: newWriter(opts.Out, opts.Width, opts.ASCII),
	}
	s.context = page.Context{Inspection: opts.Inspection, Waivers: opts.Waivers, Shell: opts.Shell, Glyphs: widget.Unicode(), Width: 80, Height: 24}
	if opts.ASCII {
		s.context.Glyphs = widget.ASCII()
	}
	go read(ctx, opts.In, s.lines)
	s.begin(ctx)
	for !s.done && s.out.err == nil {
		s.prompt(ctx)
	}
	s.out.flush()
	if s.out.err != nil {
		return fmt.Errorf("the explorer could not write: %w", s.out.err)
	}
	return nil
}

// longestLine bounds a command.
const longestLine = 1 << 16

// read hands the input over line by line, and ends with it.
func read(ctx context.Context, in io.Reader, lines chan<- string) {
	defer close(lines)
	scanner := bufio.NewScanner(in)
	scanner.Buffer(nil, longestLine)
	for scanner.Scan() {
		select {
		case lines <- scanner.Text():
		case <-ctx.Done():
			return
		}
	}
	if errors.Is(scanner.Err(), bufio.ErrTooLong) {
		select {
		case lines <- "quit": // what follows cannot be a command
		case <-ctx.Done():
		}
	}
}

// begin reads the index of the estate and says the first page.
func (s *session) begin(ctx context.Context) {
	s.out.line("aksight, the plain explorer. It reads only. Type a number to open a line, help for all commands.")
	s.recall()
	s.opts.Inspection.Start(ctx)
	s.out.line("Reading the estate.")
	s.out.flush()
	s.awaitIndex(ctx)
	if to := s.opts.Inspection.Narrowed; to != "" {
		s.out.line("Narrowed to " + to + ": other clusters are not read.")
	}
	s.enter(ctx, page.Address{Kind: page.Estate})
	if s.opts.Then.Kind != "" {
		s.enter(ctx, s.opts.Then)
	}
	s.show(ctx)
}

// prompt takes one command.
func (s *session) prompt(ctx context.Context) {
	if line := s.typed; line != "" {
		s.typed = ""
		s.follow(ctx)
		s.command(ctx, line)
		return
	}
	s.out.word("> ")
	s.out.flush()
	select {
	case line, more := <-s.lines:
		if !more {
			s.out.line("")
			s.done = true
			return
		}
		if !s.opts.Interactive {
			s.out.line(line)
		}
		s.follow(ctx)
		s.command(ctx, line)
	case <-ctx.Done():
		s.out.line("")
		s.done = true
	}
}
