package scenario

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/aksight/aksight/e2e/apiserver"
)

// sources tell whether what was kept is what this package would load.
//
//go:embed *.go
var sources embed.FS

// Start starts a server in a folder with so many namespaces. They are loaded once; the
// next server begins with a copy of what etcd had then.
func Start(ctx context.Context, dir string, namespaces int) (*apiserver.Server, error) {
	data, err := kept(ctx, namespaces)
	if err != nil {
		return nil, err
	}
	return apiserver.Start(dir, apiserver.Options{Data: data})
}

// kept returns the folder of etcd's that holds so many namespaces, which it makes where
// it is not there.
func kept(ctx context.Context, namespaces int) (string, error) {
	programs, err := apiserver.Build()
	if err != nil {
		return "", err
	}
	key, err := fingerprint()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(programs.Dir, fmt.Sprintf("data-%d-%s", namespaces, key))
	unlock, err := apiserver.Lock(filepath.Join(programs.Dir, fmt.Sprintf("data-%d.lock", namespaces)))
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	// What other sources loaded, or what was broken off, is of no more use.
	stale, err := filepath.Glob(filepath.Join(programs.Dir, fmt.Sprintf("data-%d-*", namespaces)))
	if err != nil {
		return "", err
	}
	for _, folder := range stale {
		if err := os.RemoveAll(folder); err != nil {
			return "", fmt.Errorf("removing an old data set: %w", err)
		}
	}
	making := dir + ".part"
	if err := os.MkdirAll(making, 0o755); err != nil {
		return "", fmt.Errorf("making a data set: %w", err)
	}
	defer os.RemoveAll(making)
	server, err := apiserver.Start(making, apiserver.Options{})
	if err != nil {
		return "", err
	}
	defer server.Close()
	if err := Load(ctx, server, namespaces); err != nil {
		return "", err
	}
	server.Stop()
	if err := os.Rename(server.Data(), dir); err != nil {
		return "", fmt.Errorf("keeping a data set: %w", err)
	}
	return dir, nil
}

func fingerprint() (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(sources, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := sources.ReadFile(path)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n%s", path, len(text), text)
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("reading what a data set is made by: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil))[:12], nil
}
