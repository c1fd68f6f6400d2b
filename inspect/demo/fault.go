package demo

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// FaultKind says what goes wrong.
type FaultKind uint8

// The faults.
const (
	// Throttle answers 429 with Retry-After.
	Throttle FaultKind = iota
	// Refuse answers 403 AuthorizationFailed.
	Refuse
	// Truncate sends the first half of the answer as if it were all.
	Truncate
	// Break sends the first half of the answer and then breaks the connection.
	Break
	// Fail answers with a server error.
	Fail
	// Expire answers 410, as for a list that was begun too long ago.
	Expire
)

// Fault is something that goes wrong on request.
type Fault struct {
	Kind FaultKind
	// Path is a part of the path and query of the requests that it happens to,
	// regardless of case; all of them where empty.
	Path string
	// Skip lets that many matching requests pass first.
	Skip int
	// Times is how often it happens; always where zero.
	Times int
	// RetryAfter is what a throttled request is told to wait; in whole seconds.
	RetryAfter time.Duration
	// Status is the server error; 503 where zero.
	Status int
}

// fault counts how often a Fault was met.
type fault struct {
	Fault
	seen atomic.Int64
}

// strikes reports whether the fault happens to a request.
func (f *fault) strikes(r *http.Request) bool {
	target := strings.ToLower(r.URL.RequestURI())
	if !strings.Contains(target, strings.ToLower(f.Path)) {
		return false
	}
	seen := int(f.seen.Add(1)) - f.Skip
	return seen > 0 && (f.Times == 0 || seen <= f.Times)
}

// status is the server error of a Fail.
func (f *Fault) status() int {
	if f.Status == 0 {
		return http.StatusServiceUnavailable
	}
	return f.Status
}

// play lets faults happen to a request, and answer says what they make of it. It
// returns where the answer goes, or nil where it was given, and what ends it.
func play(faults []*fault, w http.ResponseWriter, r *http.Request, answer func(*Fault)) (to http.ResponseWriter, done func()) {
	for _, f := range faults {
		if !f.strikes(r) {
			continue
		}
		if f.Kind == Truncate || f.Kind == Break {
			half := &halfWriter{ResponseWriter: w, breaks: f.Kind == Break}
			return half, half.finish
		}
		answer(&f.Fault)
		return nil, nil
	}
	return w, func() {}
}

// fault answers as the resource manager does where a fault was asked for.
func (h *handler) fault(w http.ResponseWriter, r *http.Request, f *Fault) {
	if isGraph(r) {
		h.graphFault(w, f)
		return
	}
	switch f.Kind {
	case Throttle:
		w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
		fail(w, http.StatusTooManyRequests, "SubscriptionRequestsThrottled",
			"Number of requests for subscription has exceeded the limit. Please try again after '"+strconv.Itoa(int(f.RetryAfter.Seconds()))+"' seconds.")
	case Refuse:
		refuse(w, "Microsoft.ContainerService/managedClusters/read", strings.TrimSuffix(r.URL.Path, "/"))
	case Expire:
		fail(w, http.StatusGone, "SkipTokenExpired", "The skip token has expired. Start again with the first page.")
	default:
		status := f.status()
		fail(w, status, strings.ReplaceAll(http.StatusText(status), " ", ""), "The server is busy or broken. Please try again later.")
	}
}

// halfWriter gathers an answer and sends half of it.
type halfWriter struct {
	http.ResponseWriter
	body   bytes.Buffer
	breaks bool
}

// Write gathers.
func (w *halfWriter) Write(p []byte) (int, error) { return w.body.Write(p) }

func (w *halfWriter) finish() {
	half := w.body.Bytes()[:w.body.Len()/2]
	if w.breaks { // a length that is not kept shows the caller that the rest is missing
		w.Header().Set("Content-Length", strconv.Itoa(w.body.Len()))
	}
	_, _ = w.ResponseWriter.Write(half) // the caller went away; there is nobody left to tell
	if w.breaks {
		if flusher, ok := w.ResponseWriter.(http.Flusher); ok {
			flusher.Flush()
		}
		panic(http.ErrAbortHandler) // net/http's way to drop a connection
	}
}
