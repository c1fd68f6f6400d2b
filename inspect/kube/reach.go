package kube

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/aksight/aksight/inspect/source"
)

// patience is how long an API server may be away, as when it restarts, before that is
// told.
const patience = 20 * time.Second

// lost notes that the API server does not answer a watch, or no longer takes the login,
// and tells so once that lasts.
func (r *reader) lost(ctx context.Context, err error) {
	failure, answered := errors.AsType[*statusError](err)
	if ctx.Err() != nil || answered && failure.Code != http.StatusUnauthorized {
		return
	}
	r.reach.Lock()
	if r.lostAt.IsZero() {
		r.lostAt = r.opts.Now()
	}
	tell := !r.told && (answered || r.opts.Now().Sub(r.lostAt) >= patience)
	r.told = r.told || tell
	r.reach.Unlock()
	if tell {
		r.fail(ctx, "", r.problem(err, ""))
	}
}

// back notes that the API server answers.
func (r *reader) back(ctx context.Context) {
	r.reach.Lock()
	tell := r.told
	r.told, r.lostAt = false, time.Time{}
	r.reach.Unlock()
	if tell {
		r.emit(ctx, r.connected)
	}
}

// reached is what a reader knows of the way to the API server; reach guards it, except
// connected, which does not change.
type reached struct {
	connected source.Connected
	lostAt    time.Time
	// told is set while the API server counts as unreachable.
	told bool
}
