package kube

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// refreshEarly is how long before its end a token is replaced.
const refreshEarly = 5 * time.Minute

// token is what signs requests; without an end it is good until it is refused.
type token struct {
	value string
	ends  time.Time
}

// tokens hands the same token out until it is nearly over or was refused. It is safe
// for concurrent use.
type tokens struct {
	get func(context.Context) (token, error)
	now func() time.Time

	mu   sync.Mutex
	held token
}

func (t *tokens) token(ctx context.Context) (token, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if t.held.value != "" && (t.held.ends.IsZero() || now.Before(t.held.ends.Add(-refreshEarly))) {
		return t.held, nil
	}
	fresh, err := t.get(ctx)
	switch {
	case err == nil:
		t.held = fresh
	case t.held.value == "" || !now.Before(t.held.ends):
		return token{}, err
	}
	return t.held, nil
}

// refuse forgets a token that was not accepted.
func (t *tokens) refuse(refused token) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held == refused {
		t.held = token{}
	}
}

// signed signs each request with a token.
type signed struct {
	tokens *tokens
	next   http.RoundTripper
}

// RoundTrip signs a request and sends it on.
func (s *signed) RoundTrip(req *http.Request) (*http.Response, error) {
	held, err := s.tokens.token(req.Context())
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer "+held.value)
	resp, err := s.next.RoundTrip(req)
	if err == nil && resp.StatusCode == http.StatusUnauthorized {
		s.tokens.refuse(held)
	}
	return resp, err
}

// wrap lets tokens sign what a transport sends.
func (t *tokens) wrap(next http.RoundTripper) http.RoundTripper { return &signed{t, next} }
