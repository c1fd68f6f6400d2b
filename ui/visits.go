package ui

import (
	"context"

	"github.com/aksight/aksight/ui/page"
)

// visit is a page that the user has come to, with the work it has under way. It is
// kept while one can come back to it.
type visit struct {
	at     page.Address
	page   page.Page
	parent *visit // where esc leads
	depth  int
	jobs   map[string]job
	latest uint64 // number of the latest job
	again  bool   // it was left here in an earlier run
	seen   uint64 // version of the snapshot it was last told of
}

// job is work under way. Its number tells it from earlier ones of its name.
type job struct {
	number uint64
	cancel context.CancelFunc
}

// start notes a job and cancels an earlier one of that name.
func (v *visit) start(ctx context.Context, name string) (context.Context, uint64) {
	if earlier, running := v.jobs[name]; running {
		earlier.cancel()
	}
	if v.jobs == nil {
		v.jobs = map[string]job{}
	}
	v.latest++
	ctx, cancel := context.WithCancel(ctx)
	v.jobs[name] = job{v.latest, cancel}
	return ctx, v.latest
}

// finish reports whether a job's result is still wanted, and forgets the job.
func (v *visit) finish(name string, number uint64) bool {
	running, known := v.jobs[name]
	if !known || running.number != number {
		return false
	}
	running.cancel()
	delete(v.jobs, name)
	return true
}

// leave cancels all that is under way.
func (v *visit) leave() {
	for name, running := range v.jobs {
		running.cancel()
		delete(v.jobs, name)
	}
}

// jumpsKept bounds the pages that are kept for jumping back.
const jumpsKept = 50

// visits are the pages seen, in the order in which they were seen, and the place of
// the current one. Going anywhere but along the list drops what lies ahead.
type visits struct {
	list []*visit
	at   int
}

func (v *visits) current() *visit { return v.list[v.at] }

// push goes to a page.
func (v *visits) push(next *visit) {
	if len(v.list) > 0 {
		v.list = v.list[:v.at+1]
	}
	v.list = append(v.list, next)
	if len(v.list) > jumpsKept {
		v.list = append(v.list[:0], v.list[1:]...)
	}
	v.at = len(v.list) - 1
}

// jump goes along the list; it reports whether there was somewhere to go.
func (v *visits) jump(by int) bool {
	to := v.at + by
	if to < 0 || to >= len(v.list) {
		return false
	}
	v.at = to
	return true
}

// trail returns the pages from the first one to the current one.
func (v *visits) trail() []*visit {
	current := v.current()
	trail := make([]*visit, current.depth+1)
	for at := current; at != nil; at = at.parent {
		trail[at.depth] = at
	}
	return trail
}
