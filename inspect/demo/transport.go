package demo

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// Transport returns a transporter that gives requests to a handler of this
// process. The body streams while the handler writes it; a cancelled context or a
// closed body ends the handler's work.
func Transport(h http.Handler) policy.Transporter { return &transport{h} }

type transport struct{ handler http.Handler }

// Do answers a request.
func (t *transport) Do(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(request.Context())
	incoming := request.Clone(ctx)
	incoming.RequestURI = request.URL.RequestURI()
	if incoming.Host == "" {
		incoming.Host = request.URL.Host
	}
	if incoming.Body == nil {
		incoming.Body = http.NoBody
	}
	reader, writer := io.Pipe()
	answer := &answer{header: http.Header{}, pipe: writer, started: make(chan struct{})}
	// A writer that waits for a reader who left must wake up too.
	stop := context.AfterFunc(ctx, func() { _ = writer.CloseWithError(ctx.Err()) })
	go func() {
		defer stop()
		defer answer.finish()
		t.handler.ServeHTTP(answer, incoming)
	}()
	select {
	case <-answer.started:
	case <-ctx.Done():
		cancel()
		return nil, ctx.Err()
	}
	return &http.Response{
		Status:        fmt.Sprintf("%d %s", answer.status, http.StatusText(answer.status)),
		StatusCode:    answer.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        answer.sent,
		Body:          &body{reader, cancel},
		ContentLength: -1,
		Request:       request,
	}, nil
}

// answer is the handler's side of a response.
type answer struct {
	header  http.Header
	pipe    *io.PipeWriter
	started chan struct{}

	status int
	sent   http.Header
}

// Header returns the headers to be sent.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader starts the response.
func (a *answer) WriteHeader(status int) {
	if a.status != 0 {
		return
	}
	a.status = status
	a.sent = a.header.Clone()
	close(a.started)
}

// Write sends a part of the body.
func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.pipe.Write(p)
}

// finish ends the body. A handler that gave up is a broken connection, and so is
// one that panicked: the program that looks at the demo goes on.
func (a *answer) finish() {
	switch cause := recover(); cause {
	case nil:
		a.WriteHeader(http.StatusOK)
		_ = a.pipe.Close()
	case http.ErrAbortHandler:
		a.WriteHeader(http.StatusBadGateway)
		_ = a.pipe.CloseWithError(io.ErrUnexpectedEOF)
	default:
		a.WriteHeader(http.StatusInternalServerError)
		_ = a.pipe.CloseWithError(fmt.Errorf("the demo failed: %v", cause))
	}
}

// body ends the handler's work when it is closed.
type body struct {
	*io.PipeReader
	cancel context.CancelFunc
}

// Close closes the body.
func (b *body) Close() error {
	b.cancel()
	return b.PipeReader.Close()
}
