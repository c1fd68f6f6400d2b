package plain

import (
	"context"
	"fmt"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/model"
)

const (
	lookEvery = 20 * time.Millisecond
	// tellEvery is how often a wait says how far reading has come.
	tellEvery = 5 * time.Second
)

// awaitIndex waits until it is known which clusters there are, or why not.
func (s *session) awaitIndex(ctx context.Context) {
	s.await(ctx, func() bool {
		snapshot := s.opts.Inspection.Store.Snapshot()
		return snapshot.Estate.State == model.ReadDone || snapshot.Estate.State == model.ReadFailed
	})
}

// await waits until something holds; it says meanwhile what the sign-in asks for and
// how far reading has come. Where a person sits there, a command ends the wait.
func (s *session) await(ctx context.Context, holds func() bool) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	said, begun := "", time.Now()
	var lines chan string
	if s.opts.Interactive {
		lines = s.lines
	}
	for {
		s.signIn()
		if holds() || s.out.err != nil {
			return
		}
		if now := s.progress(); time.Since(begun) >= tellEvery && now != said {
			s.out.line(now)
			s.out.flush()
			said, begun = now, time.Now()
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return
		case line, more := <-lines:
			s.done = !more
			s.typed = line
			return
		}
	}
}

// signIn shows what the user must do to sign in.
func (s *session) signIn() {
	prompt := s.opts.Inspection.Source.Identity().Prompt
	if prompt == s.prompted {
		return
	}
	s.prompted = prompt
	if prompt != "" {
		s.out.line(prompt)
		s.out.flush()
	}
}

// waitFor returns when all that is wanted was read and judged, also of the clusters that
// were opened, or when the context ends: that is all that the errors would tell.
func waitFor(ctx context.Context, in *inspect.Inspection) {
	_ = in.Wait(ctx)
	if in.Inside == nil {
		return
	}
	for _, cluster := range in.Store.Snapshot().Clusters {
		_ = in.Inside.Wait(ctx, cluster.Resource.ID)
	}
	_ = in.Store.Settle(ctx)
}

// waitAll waits until all that is wanted was read and judged.
func (s *session) waitAll(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	settled := make(chan struct{})
	go func() {
		waitFor(ctx, s.opts.Inspection)
		close(settled)
	}()
	ended := false
	s.await(ctx, func() bool {
		select {
		case <-settled:
			ended = true
		default:
		}
		return ended
	})
	if ended && ctx.Err() == nil {
		s.out.line("All that was asked for is read; what could not be read is under :errors.")
	}
}

// progress says what is still being read, or is empty.
func (s *session) progress() string {
	p := s.opts.Inspection.Schedule.Progress()
	if p.Idle {
		return ""
	}
	text := "Still being read: " + p.Phase
	if p.Total > 0 {
		text = fmt.Sprintf("%s, %d of %d", text, p.Done, p.Total)
	}
	if len(p.Waits) > 0 {
		text += "; " + p.Waits[0].Why
	}
	return text
}

// state says that not all is read yet.
func (s *session) state() {
	if text := s.progress(); text != "" {
		s.out.line(text + ". Type wait to wait for it.")
	}
}
