package e2e

import (
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/authority"
)

// listener is where somebody has the API server send what it receives.
type listener struct {
	*httptest.Server
	ca []byte

	mu     sync.Mutex
	bodies []byte
	answer map[string]any
}

func newListener(t *testing.T) *listener {
	t.Helper()
	signer, err := authority.New()
	require.NoError(t, err)
	pair, err := signer.Server()
	require.NoError(t, err)
	certificate, err := tls.X509KeyPair(pair.Certificate, pair.Key)
	require.NoError(t, err)
	l := &listener{ca: signer.PEM(), answer: map[string]any{"allowed": true}}
	l.Server = httptest.NewUnstartedServer(http.HandlerFunc(l.serve))
	l.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	l.StartTLS()
	t.Cleanup(l.Close)
	return l
}

// serve keeps what was sent, and answers as a webhook does.
func (l *listener) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the API server has gone
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bodies = append(l.bodies, body...)
	var review struct {
		APIVersion, Kind string
		Request          struct{ UID string }
	}
	_ = json.Unmarshal(body, &review) // a request that is none is answered all the same
	response := map[string]any{"uid": review.Request.UID}
	maps.Copy(response, l.answer)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"apiVersion": review.APIVersion, "kind": review.Kind, "response": response})
}

// answers sets what it answers reviews.
func (l *listener) answers(answer map[string]any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answer = answer
}

// heard is all that it was sent.
func (l *listener) heard() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.bodies)
}

// client is how a webhook's configuration names it.
func (l *listener) client() string {
	return fmt.Sprintf(`{"url":%q,"caBundle":%q}`, l.URL, base64.StdEncoding.EncodeToString(l.ca))
}

func (l *listener) port() int { return l.Listener.Addr().(*net.TCPAddr).Port }
