// Package cloud stands in for Azure on the loopback interface: Azure Resource
// Manager over TLS with an authority of its own, and the Azure CLI that signs in.
package cloud

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/aksight/aksight/e2e/authority"
)

// Request is a request that came, and how it was answered.
type Request struct {
	At     time.Time
	Method string
	// Target is the path and query.
	Target string
	// Status is zero while the answer is under way.
	Status int
}

// Server is Azure Resource Manager, Resource Graph and Microsoft Graph on a loopback address.
type Server struct {
	// URL is where it answers.
	URL string
	// CAFile is the authority to trust, in PEM form.
	CAFile string

	server *httptest.Server
	token  string

	mu       sync.Mutex
	requests []*Request
	problems []string
}

// Serve serves the handler with a certificate of its own authority, which it writes
// into dir. Requests must carry the token.
func Serve(handler http.Handler, dir, token string) (*Server, error) {
	ca, err := authority.New()
	if err != nil {
		return nil, err
	}
	pair, err := ca.Server()
	if err != nil {
		return nil, err
	}
	certificate, err := tls.X509KeyPair(pair.Certificate, pair.Key)
	if err != nil {
		return nil, fmt.Errorf("reading the server's certificate: %w", err)
	}
	s := &Server{CAFile: filepath.Join(dir, "ca.pem"), token: token}
	if err := os.WriteFile(s.CAFile, ca.PEM(), 0o600); err != nil {
		return nil, fmt.Errorf("writing the authority: %w", err)
	}
	s.server = httptest.NewUnstartedServer(s.record(handler))
	s.server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	s.server.EnableHTTP2 = true
	// A client that trusts another authority complains in its own place.
	s.server.Config.ErrorLog = quiet()
	s.server.StartTLS()
	s.URL = s.server.URL
	return s, nil
}

// record notes each request before it is answered.
func (s *Server) record(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := &Request{At: time.Now(), Method: r.Method, Target: r.URL.RequestURI()}
		s.mu.Lock()
		s.requests = append(s.requests, request)
		if wrong := problem(r, s.token); wrong != "" {
			s.problems = append(s.problems, wrong)
		}
		s.mu.Unlock()
		noting := &noting{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			s.mu.Lock()
			request.Status = noting.status
			s.mu.Unlock()
		}()
		next.ServeHTTP(noting, r)
	})
}

// Requests returns what came so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	requests := make([]Request, len(s.requests))
	for i, request := range s.requests {
		requests[i] = *request
	}
	return requests
}

// Problems returns what was wrong with the requests so far.
func (s *Server) Problems() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.problems...)
}

// Close ends the server, also with requests under way.
func (s *Server) Close() {
	s.server.CloseClientConnections()
	s.server.Close()
}

// noting remembers an answer's status.
type noting struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status.
func (n *noting) WriteHeader(status int) {
	n.status = status
	n.ResponseWriter.WriteHeader(status)
}

// Flush sends what is written.
func (n *noting) Flush() {
	if flusher, is := n.ResponseWriter.(http.Flusher); is {
		flusher.Flush()
	}
}

// Unwrap lets http.ResponseController through.
func (n *noting) Unwrap() http.ResponseWriter { return n.ResponseWriter }
