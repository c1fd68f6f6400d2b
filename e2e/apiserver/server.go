// Package apiserver runs a real Kubernetes API server with its etcd on the loopback
// interface, and the real kubectl against it. RBAC is on. Nothing else of a cluster
// runs: no controller makes pods of deployments, and no kubelet starts them.
package apiserver

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
)

// Users that every server knows, by their tokens.
const (
	// Admin is in system:masters: RBAC is not asked.
	Admin = "admin"
	// Reader is in the group "readers"; what it may read, bindings say.
	Reader = "reader"
	// Limited is in no group; what it may read, bindings say.
	Limited = "limited"
)

// users are the users' tokens and groups.
var users = []struct{ name, token, group string }{
	{Admin, "admin-token-4b1f0c6e", "system:masters"},
	{Reader, "reader-token-9d27a3f5", "readers"},
	{Limited, "limited-token-c85e1b70", ""},
}

// Token is a user's token.
func Token(user string) string {
	for _, known := range users {
		if known.name == user {
			return known.token
		}
	}
	return ""
}

// Options say how a server is to be.
type Options struct {
	// Data is a folder of etcd's to begin with; it is copied. Empty begins with nothing.
	Data string
	// Issuer is trusted for tokens where it is set.
	Issuer *Issuer
}

// Server is an API server. Close it.
type Server struct {
	// URL is where it answers, the same after a restart.
	URL string
	// CA is the authority to trust, in PEM form.
	CA []byte
	// Dir holds all that is the server's.
	Dir string

	programs Programs
	keys     keys
	port     int
	args     []string
	process  *process
}

// Start starts a server in a folder, which has to be empty, and waits until it is ready.
func Start(dir string, opts Options) (*Server, error) {
	programs, err := Build()
	if err != nil {
		return nil, err
	}
	s := &Server{Dir: dir, programs: programs}
	if opts.Data != "" {
		if err := os.CopyFS(s.Data(), os.DirFS(opts.Data)); err != nil {
			return nil, fmt.Errorf("copying etcd's data: %w", err)
		}
		// etcd insists that its folder is its own.
		if err := os.Chmod(s.Data(), 0o700); err != nil {
			return nil, fmt.Errorf("copying etcd's data: %w", err)
		}
	}
	if s.args, s.keys, err = provide(dir, opts.Issuer); err != nil {
		return nil, err
	}
	s.CA = s.keys.authority.PEM()
	// Between asking for a free port and taking it, somebody else may.
	for range 3 {
		if err := s.pick(); err != nil {
			return nil, err
		}
		if err = s.launch(); !errors.Is(err, errPortTaken) {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Data is the folder of etcd's data.
func (s *Server) Data() string { return filepath.Join(s.Dir, "etcd") }

// pick chooses a free port.
func (s *Server) pick() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("finding a free port: %w", err)
	}
	s.port = listener.Addr().(*net.TCPAddr).Port
	s.URL = fmt.Sprintf("https://127.0.0.1:%d", s.port)
	return listener.Close()
}

func (s *Server) launch() error {
	args := append([]string{s.Data(), fmt.Sprintf("--secure-port=%d", s.port)}, s.args...)
	started, err := start(s.programs.Server, args, filepath.Join(s.Dir, "log"))
	if err != nil {
		return err
	}
	if err := started.ready(s.Client(Admin)); err != nil {
		started.kill()
		return err
	}
	s.process = started
	return nil
}

// Stop ends the server as a crash would; its data stays.
func (s *Server) Stop() {
	if s.process != nil {
		s.process.kill()
		s.process = nil
	}
}

// Restart starts a stopped server again, with its address and its data.
func (s *Server) Restart() error {
	s.Stop()
	return s.launch()
}

// Memory is the server's resident memory in bytes, zero where it cannot be known.
func (s *Server) Memory() int {
	if s.process == nil {
		return 0
	}
	return s.process.memory()
}

// Close ends the server. Its folder stays, for whoever gave it to remove.
func (s *Server) Close() { s.Stop() }

// Revoke has the next start not know a user's token any more.
func (s *Server) Revoke(user string) error {
	return os.WriteFile(filepath.Join(s.Dir, tokensFile), tokens(user), 0o600)
}
