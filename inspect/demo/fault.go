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

// play lets the faults happen to a request. It returns where the answer goes, or
// nil where it was given, and what ends it.
func (h *handler) play(w http.ResponseWriter, r *http.Request) (to http.ResponseWriter, done func()) {
	for _, f := range h.faults {
		if !f.strikes(r) {
			continue
		}
		switch f.Kind {
		case Throttle:
			w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
			fail(w, http.StatusTooManyRequests, "SubscriptionRequestsThrottled",
				"Number of requests for subscription has exceeded the limit. Please try again after '"+strconv.Itoa(int(f.RetryAfter.Seconds()))+"' seconds.")
		case Refuse:
			refuse(w, "Microsoft.ContainerService/managedClusters/read", strings.TrimSuffix(r.URL.Path, "/"))
		case Fail:
			status := f.Status
			if status == 0 {
				status = http.StatusServiceUnavailable
			}
			fail(w, status, strings.ReplaceAll(http.StatusText(status), " ", ""), "The server is busy or broken. Please try again later.")
		case Truncate, Break:
			half := &halfWriter{ResponseWriter: w, breaks: f.Kind == Break}
			return half, half.finish
		}
		return nil, nil
	}
	return w, func() {}
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
