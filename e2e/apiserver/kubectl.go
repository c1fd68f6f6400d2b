package apiserver

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
)

// Kubectl is the real kubectl, signed in to a server.
type Kubectl struct {
	// Path is the program's.
	Path string
	// Kubeconfig is the file that says where to and as whom.
	Kubeconfig string

	home string
}

// Kubectl is kubectl as a user.
func (s *Server) Kubectl(user string) (*Kubectl, error) {
	file, err := s.Kubeconfig(user)
	if err != nil {
		return nil, err
	}
	return &Kubectl{Path: s.programs.Kubectl, Kubeconfig: file, home: s.Dir}, nil
}

// KubectlWith is kubectl with a token; with none it is whoever its arguments say.
func (s *Server) KubectlWith(token string) (*Kubectl, error) {
	file, err := s.KubeconfigWith("bearer", map[string]string{"bearer": token})
	if err != nil {
		return nil, err
	}
	return &Kubectl{Path: s.programs.Kubectl, Kubeconfig: file, home: s.Dir}, nil
}

// Run runs a command with a text on its standard input, and returns what it printed.
func (k *Kubectl) Run(ctx context.Context, input string, args ...string) (string, error) {
	var out, errs bytes.Buffer
	command := exec.CommandContext(ctx, k.Path, args...)
	command.Env = k.Env()
	command.Dir = k.home
	command.Stdin = strings.NewReader(input)
	command.Stdout, command.Stderr = &out, &errs
	if err := command.Run(); err != nil {
		return out.String(), fmt.Errorf("kubectl %s: %w\n%s", strings.Join(args, " "), err, errs.String())
	}
	return out.String(), nil
}

// Env is an environment in which kubectl works and knows nothing of this machine's user.
func (k *Kubectl) Env() []string {
	return []string{"HOME=" + k.home, "KUBECONFIG=" + k.Kubeconfig, "PATH=/usr/bin:/bin", "LANG=C.UTF-8"}
}
