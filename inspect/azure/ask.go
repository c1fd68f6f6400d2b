package azure

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/aksight/aksight/inspect/source"
)

// maxBody bounds the memory that one answer may take.
const maxBody = 256 << 20

// request is a read to ask of Azure.
type request struct {
	to     service
	method string
	url    *url.URL
	body   []byte
	// limited counts the request against AKS's limit for its subscription.
	limited string
}

// answer is Azure's response with its body. The body may be incomplete where an
// error comes beside it.
type answer struct {
	status int
	header http.Header
	body   *bytes.Buffer
}

// release gives the body's memory back; nothing may refer to it any more.
func (s *Source) release(a *answer) {
	if a != nil && a.body != nil && a.body.Cap() <= 64<<20 {
		a.body.Reset()
		s.buffers.Put(a.body)
	}
}

// brokenError says that an answer ended before its end.
type brokenError struct {
	bytes int64
	err   error
}

func (e *brokenError) Error() string {
	return fmt.Sprintf("the answer broke off after %d bytes: %v", e.bytes, e.err)
}
func (e *brokenError) Unwrap() error { return e.err }

var (
	errTryTimeout = errors.New("no answer in time")
	errTooLarge   = fmt.Errorf("the answer is larger than %d MiB", maxBody>>20)
)

// ask sends a request, again and again where that helps, and tells of each wait.
// What came of a broken answer is returned beside the error.
func (r *reader) ask(req request) (*answer, error) {
	for try := 1; ; try++ {
		if err := r.withinLimit(req.limited); err != nil {
			return nil, err
		}
		answer, err := r.once(req)
		if err == nil || r.ctx.Err() != nil {
			return answer, err
		}
		wait, why, again := r.retry(err, try)
		if !again {
			return answer, err
		}
		r.release(answer)
		if err := r.wait(wait, why); err != nil {
			return nil, err
		}
	}
}

// wait tells that the read waits, and waits.
func (r *reader) wait(d time.Duration, why string) error {
	if err := r.emit(source.Wait{Scope: r.scope, Until: r.now().Add(d), Why: why}); err != nil {
		return err
	}
	return r.sleep(r.ctx, d)
}

// withinLimit waits until AKS's limit for the subscription lets a call pass.
func (r *reader) withinLimit(subscription string) error {
	if subscription == "" {
		return nil
	}
	for {
		wait := r.budgets.take(subscription, r.now(), source.InBackground(r.ctx))
		if wait == 0 {
			return nil
		}
		if err := r.wait(wait, "within AKS's limit of calls"); err != nil {
			return err
		}
	}
}

// once sends a request one time.
func (r *reader) once(req request) (*answer, error) {
	message, err := runtime.NewRequest(r.ctx, req.method, req.url.String())
	if err != nil {
		return nil, err
	}
	message.Raw().Header.Set("Accept", "application/json")
	message.Raw().Header.Set("User-Agent", r.userAg)
	if req.body != nil {
		if err := message.SetBody(streaming{bytes.NewReader(req.body)}, "application/json"); err != nil {
			return nil, err
		}
	}
	runtime.SkipBodyDownload(message)
	resp, err := r.pipelines[req.to].Do(message)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	a := &answer{status: resp.StatusCode, header: resp.Header, body: r.buffers.Get().(*bytes.Buffer)}
	n, err := a.body.ReadFrom(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case n > maxBody:
		r.release(a)
		return nil, errTooLarge
	case resp.StatusCode != http.StatusOK:
		defer r.release(a)
		return nil, newResponseError(req, resp, a.body.Bytes(), r.now())
	case err != nil:
		return a, &brokenError{bytes: n, err: err}
	default:
		return a, nil
	}
}

// streaming lets a body be read again, as the pipeline asks of it.
type streaming struct{ *bytes.Reader }

// Close has nothing to close.
func (streaming) Close() error { return nil }

// get asks for one document or page of Azure Resource Manager.
func (r *reader) get(u *url.URL, limited string) (*answer, error) {
	return r.ask(request{method: http.MethodGet, url: u, limited: limited})
}

// armURL is the address of a resource. The ID's own characters are escaped, so that
// none of them can change what is asked for.
func (s *Source) armURL(id, apiVersion string) *url.URL {
	var path, escaped strings.Builder
	for segment := range strings.SplitSeq(strings.TrimPrefix(id, "/"), "/") {
		path.WriteString("/" + segment)
		escaped.WriteString("/" + url.PathEscape(segment))
	}
	u := *s.arm
	u.Path, u.RawPath = path.String(), escaped.String()
	u.RawQuery = url.Values{"api-version": {apiVersion}}.Encode()
	return &u
}

// nextPage reads a link to the next page; it must lead to the same service.
func (s *Source) nextPage(of service, link string) (*url.URL, error) {
	host, flag := s.host(of)
	u, err := url.Parse(link)
	if err != nil || !sameOrigin(u, host) {
		leads := "an address that cannot be read"
		if err == nil {
			leads = u.Host
		}
		return nil, &source.Problem{
			What: fmt.Sprintf("Azure's link to the next page leads to %s instead of %s", leads, host.Host),
			Do:   "the rest of the list was not read; check " + flag + ", which must be the address that Azure itself uses",
			Err:  err,
		}
	}
	return u, nil
}

// host is where a service is, and the flag that can say another place.
func (s *Source) host(of service) (host *url.URL, flag string) {
	if of == toGraph {
		return s.graph, "--graph-endpoint"
	}
	return s.arm, "--arm-endpoint"
}

// as is errors.As for one error type.
func as[E error](err error, target *E) bool { return errors.As(err, target) }
