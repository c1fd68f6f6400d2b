package plain

import (
	"context"
	"strings"

	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/page"
)

func (s *session) current() page.Page { return s.visits[len(s.visits)-1].page }

// with brings the context up to date.
func (s *session) with() *page.Context {
	s.context.Snapshot = s.opts.Inspection.Store.Snapshot()
	s.context.Now = s.opts.Now()
	s.context.Bookmarks, s.context.Elsewhere = page.BookmarksOf(s.bookmarks, s.estateKey())
	return &s.context
}

// deepest bounds how many pages lie on top of each other.
const deepest = 40

// enter opens a page on top of the current one.
func (s *session) enter(ctx context.Context, at page.Address) {
	maker, known := s.pages[at.Kind]
	if !known {
		return
	}
	if len(s.visits) > 0 {
		s.hide()
	}
	if len(s.visits) == deepest {
		s.visits = append(s.visits[:1], s.visits[2:]...)
	}
	s.visits = append(s.visits, visit{at, maker(at)})
	s.tell(ctx, page.Shown{})
}

// leave goes back to the page before; it reports whether there is one.
func (s *session) leave(ctx context.Context) bool {
	if len(s.visits) == 1 {
		return false
	}
	s.hide()
	s.visits = s.visits[:len(s.visits)-1]
	s.tell(ctx, page.Shown{})
	return true
}

func (s *session) hide() {
	c := s.with()
	s.current().Update(c, page.Hidden{})
	c.Effects() // a hidden page has no say
}

// rounds bounds how often a page may ask for more work on one message: an estate
// that is being read changes all the time.
const rounds = 50

// tell gives the page a message and carries out what it asks for, at once.
func (s *session) tell(ctx context.Context, msg page.Msg) {
	c := s.with()
	s.seen = c.Snapshot.Version
	s.current().Update(c, msg)
	for range rounds {
		effects := s.context.Effects()
		if len(effects) == 0 || ctx.Err() != nil {
			break
		}
		for _, effect := range effects {
			s.effect(ctx, effect)
		}
	}
	if len(s.context.Effects()) > 0 {
		s.hide() // it goes on when the page is told of the next change
	}
	s.field = false
	if typist, can := s.current().(page.Typist); can && typist.Typing() {
		s.field = true
		s.current().Update(s.with(), action.Intent{ID: action.Back})
	}
}

func (s *session) effect(ctx context.Context, effect page.Effect) {
	switch effect := effect.(type) {
	case page.Job:
		if value := effect.Work(ctx); value != nil {
			s.current().Update(s.with(), value)
		}
	case page.Go:
		if effect.Replace && len(s.visits) > 1 {
			s.hide()
			s.visits = s.visits[:len(s.visits)-1]
		}
		s.enter(ctx, effect.To)
	case page.Return:
		s.leave(ctx)
	case page.Copying:
		s.out.line(effect.What + ":")
		for line := range strings.Lines(effect.Text) {
			s.out.code(strings.TrimRight(line, "\r\n"))
		}
	case page.Notice:
		s.out.line(effect.Text)
	case page.Renaming:
		s.changeBookmark(effect.ID, effect.Name)
	case page.Removing:
		s.changeBookmark(effect.ID, "")
	case page.ShellChoice:
		s.context.Shell = effect.Shell
	}
}

// follow tells the page of what has changed since it was last told something.
func (s *session) follow(ctx context.Context) {
	if s.opts.Inspection.Store.Snapshot().Version != s.seen {
		s.tell(ctx, page.Changed{})
	}
}

// linear is the page in lines.
func (s *session) linear() page.Linear {
	if liner, can := s.current().(page.Liner); can {
		return liner.Linear(s.with())
	}
	return page.Linear{Intro: []string{"This page is for screens only: back goes back."}}
}
