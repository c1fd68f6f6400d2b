package kube

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/rest"

	"github.com/aksight/aksight/inspect/source"
)

// How long an API server may take. It answers from memory, or not at all.
const (
	dialTimeout   = 5 * time.Second
	answerTimeout = 20 * time.Second // to the header of the answer
	readTimeout   = 2 * time.Minute  // one page
)

var errTimeout = errors.New("no answer in time")

// newClient returns a client that sends requests as the configuration says, each of
// them through the guard, and the address that it may send them to.
func newClient(config *rest.Config, calls *source.Calls, now func() time.Time) (*http.Client, *url.URL, error) {
	server, err := url.Parse(config.Host)
	if err == nil && (server.Scheme == "" || server.Host == "") {
		server, err = url.Parse("https://" + config.Host)
	}
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("the API server's address: %w", err)
	case server.Scheme != "https" && !loopback(server.Hostname()):
		return nil, nil, fmt.Errorf("the API server's address %s is not https: a token must not travel in the clear", loggable(server))
	}
	server.RawQuery, server.Fragment, server.User = "", "", nil
	network := config.Transport
	if network == nil {
		if network, err = newNetwork(config); err != nil {
			return nil, nil, err
		}
	}
	signed, err := rest.HTTPWrappersForConfig(config, &guard{server: server, next: &outbound{network, calls, now}})
	if err != nil {
		return nil, nil, fmt.Errorf("the configuration: %w", err)
	}
	return &http.Client{
		Transport:     signed,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, server, nil
}

func newNetwork(config *rest.Config) (*http.Transport, error) {
	tls, err := rest.TLSConfigFor(config)
	if err != nil {
		return nil, fmt.Errorf("the certificates: %w", err)
	}
	dial, proxy := config.Dial, config.Proxy
	if dial == nil {
		dial = (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext
	}
	if proxy == nil {
		proxy = http.ProxyFromEnvironment
	}
	return &http.Transport{
		Proxy: proxy, DialContext: dial, TLSClientConfig: tls,
		ForceAttemptHTTP2: true, MaxIdleConnsPerHost: listsAtOnce, IdleConnTimeout: 90 * time.Second,
		TLSHandshakeTimeout: dialTimeout, ResponseHeaderTimeout: answerTimeout,
		// A watch says nothing for minutes: only pings tell whether anybody is there.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second},
	}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// outbound logs each request.
type outbound struct {
	next  http.RoundTripper
	calls *source.Calls
	now   func() time.Time
}

func (o *outbound) RoundTrip(req *http.Request) (*http.Response, error) {
	call := source.Call{Method: req.Method, URL: loggable(req.URL), Start: o.now()}
	resp, err := o.next.RoundTrip(req)
	call.Took = max(o.now().Sub(call.Start), 1)
	if err != nil {
		call.Err = err.Error()
		o.log(call)
		return nil, err
	}
	call.Status, call.RequestID = resp.StatusCode, resp.Header.Get("Audit-Id")
	if req.URL.Query().Has("watch") {
		o.log(call) // it has no end to wait for
		return resp, nil
	}
	resp.Body = &countedBody{ReadCloser: resp.Body, done: func(bytes int64, err error) {
		call.Took, call.Bytes = max(o.now().Sub(call.Start), 1), bytes
		if err != nil {
			call.Err = err.Error()
		}
		o.log(call)
	}}
	return resp, nil
}

func (o *outbound) log(call source.Call) {
	if o.calls != nil {
		o.calls.Add(call)
	}
}

// loggable is an address without the values of its query that may be anybody's: of
// continue tokens and selectors the names are kept.
func loggable(u *url.URL) string {
	var kept strings.Builder
	kept.WriteString(u.Scheme + "://" + u.Host + u.EscapedPath())
	separator := "?"
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "":
			continue
		case "limit", "includeObject", "watch", "resourceVersion", "resourceVersionMatch", "allowWatchBookmarks", "sendInitialEvents":
		default:
			value = "..."
		}
		kept.WriteString(separator + name + "=" + value)
		separator = "&"
	}
	return kept.String()
}

// countedBody counts what is read and tells when it is closed.
type countedBody struct {
	io.ReadCloser
	bytes int64
	err   error
	once  sync.Once
	done  func(int64, error)
}

func (c *countedBody) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.bytes += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

func (c *countedBody) Close() error {
	err := c.ReadCloser.Close()
	c.once.Do(func() { c.done(c.bytes, c.err) })
	return err
}

// within bounds a request's time; the error then says so.
func within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, limit, errTimeout)
}
