package apiserver

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Kubeconfig writes a file with a context for every user, named like it, and returns
// its path; the named user's context is the current one.
func (s *Server) Kubeconfig(current string) (string, error) {
	tokens := map[string]string{}
	for _, user := range users {
		tokens[user.name] = user.token
	}
	return s.KubeconfigWith(current, tokens)
}

// KubeconfigWith is Kubeconfig for other tokens, by the names of their contexts.
func (s *Server) KubeconfigWith(current string, tokens map[string]string) (string, error) {
	type entry map[string]any
	var contexts, credentials []entry
	for name, token := range tokens {
		contexts = append(contexts, entry{"name": name, "context": entry{"cluster": "loopback", "user": name}})
		credentials = append(credentials, entry{"name": name, "user": entry{"token": token}})
	}
	// JSON is YAML too.
	text, err := json.MarshalIndent(entry{
		"apiVersion": "v1", "kind": "Config", "current-context": current,
		"clusters": []entry{{"name": "loopback", "cluster": entry{"server": s.URL, "certificate-authority-data": s.CA}}},
		"contexts": contexts, "users": credentials,
	}, "", "  ")
	if err != nil {
		return "", fmt.Errorf("writing a kubeconfig: %w", err)
	}
	file, err := os.CreateTemp(s.Dir, "kubeconfig-*.json")
	if err != nil {
		return "", fmt.Errorf("writing a kubeconfig: %w", err)
	}
	defer file.Close()
	if _, err := file.Write(text); err != nil {
		return "", fmt.Errorf("writing a kubeconfig: %w", err)
	}
	return filepath.Abs(file.Name())
}
