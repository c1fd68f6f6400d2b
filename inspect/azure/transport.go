package azure

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/aksight/aksight/inspect/source"
)

// tryTimeout bounds one request with its response; lists of large subscriptions
// take their time.
const tryTimeout = 2 * time.Minute

// newHTTPClient trusts the system's certificates and those in caFile. It follows no
// redirect: a read that moved is a read that nobody listed.
func newHTTPClient(caFile string) (*http.Client, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if caFile != "" {
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool()
		}
		pem, err := os.ReadFile(caFile)
		if err != nil {
			return nil, fmt.Errorf("--ca-file: %w", err)
		}
		if !roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("--ca-file %s holds no certificate in PEM form", caFile)
		}
		config.RootCAs = roots
	}
	return &http.Client{
		CheckRedirect: neverFollow,
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			ForceAttemptHTTP2:     true,
			MaxIdleConns:          32,
			MaxIdleConnsPerHost:   10,
			IdleConnTimeout:       90 * time.Second,
			TLSHandshakeTimeout:   10 * time.Second,
			ResponseHeaderTimeout: time.Minute,
			TLSClientConfig:       config,
		},
	}, nil
}

func neverFollow(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// stay keeps a transport from following redirects past the guard.
func stay(transport policy.Transporter) policy.Transporter {
	client, is := transport.(*http.Client)
	if !is {
		return transport
	}
	still := *client
	still.CheckRedirect = neverFollow
	return &still
}

// outbound is the last step before the network: it guards each request, logs it,
// and bounds its time.
type outbound struct {
	guard guard
	next  policy.Transporter
	calls *source.Calls
	now   func() time.Time
}

// Do sends a request where the guard lets it pass.
func (o *outbound) Do(req *http.Request) (*http.Response, error) {
	if err := o.guard.check(req); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(req.Context(), tryTimeout, errTryTimeout)
	started := o.now()
	call := source.Call{Method: req.Method, URL: loggable(req.URL), Start: started}
	resp, err := o.next.Do(req.WithContext(ctx))
	if err != nil {
		if ctx.Err() != nil && req.Context().Err() == nil {
			err = fmt.Errorf("%w: %w", errTryTimeout, err)
		}
		cancel()
		call.Took = max(o.now().Sub(started), 1)
		call.Err = loggableError(err)
		o.log(call)
		return nil, err
	}
	call.Status = resp.StatusCode
	call.RequestID = requestID(resp.Header)
	resp.Body = &countedBody{ReadCloser: resp.Body, done: func(bytes int64, err error) {
		cancel()
		call.Took = max(o.now().Sub(started), 1)
		call.Bytes = bytes
		if err != nil {
			call.Err = loggableError(err)
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

// loggableError leaves the address out, which may carry tokens of pages.
func loggableError(err error) string {
	var asked *url.Error
	if as(err, &asked) {
		return asked.Err.Error()
	}
	return err.Error()
}

// requestID is what Microsoft's support asks for.
func requestID(header http.Header) string {
	for _, name := range []string{"x-ms-correlation-request-id", "x-ms-request-id", "request-id"} {
		if id := header.Get(name); id != "" {
			return id
		}
	}
	return ""
}

// loggable is an address without what may be secret: of the query it keeps the
// api-version's value and the other parameters' names.
func loggable(u *url.URL) string {
	var kept strings.Builder
	kept.WriteString(u.Scheme + "://" + u.Host + u.EscapedPath())
	separator := "?"
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		name, value, _ := strings.Cut(part, "=")
		if name == "" {
			continue
		}
		if !strings.EqualFold(name, "api-version") {
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

// Read counts.
func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.bytes += int64(n)
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}

// Close tells the log.
func (b *countedBody) Close() error {
	err := b.ReadCloser.Close()
	b.once.Do(func() { b.done(b.bytes, b.err) })
	return err
}
