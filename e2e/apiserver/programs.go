package apiserver

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sort"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Programs are the paths of what is built from Kubernetes' own modules.
type Programs struct {
	// Server is an API server with its etcd.
	Server string
	// Kubectl is kubectl as it comes.
	Kubectl string
	// Version is that of both, such as v1.37.2.
	Version string
	// Dir is the folder that holds them; what is made with them can be kept beside.
	Dir string
}

// flags build faster and smaller than the defaults. Without the version, /version is
// not one, and kubectl complains.
func flags(version string) []string {
	const at = " -X k8s.io/component-base/version.git"
	number := strings.Split(strings.TrimPrefix(version, "v"), ".")
	return []string{
		"-gcflags=all=-dwarf=false",
		"-ldflags=-s -w" + at + "Version=" + version + at + "Major=" + number[0] + at + "Minor=" + number[1],
	}
}

// Build returns the programs, which it builds where they are not in the cache: that
// takes minutes, but only once. Whoever asks meanwhile waits, in other processes too.
var Build = sync.OnceValues(build)

func build() (Programs, error) {
	source, err := module()
	if err != nil {
		return Programs{}, err
	}
	version, err := required(source)
	if err != nil {
		return Programs{}, err
	}
	key, err := fingerprint(source, flags(version))
	if err != nil {
		return Programs{}, err
	}
	cache, err := cache()
	if err != nil {
		return Programs{}, err
	}
	dir := filepath.Join(cache, key)
	programs := Programs{
		Server: filepath.Join(dir, "kubernetes"), Kubectl: filepath.Join(dir, "kubectl"), Version: version, Dir: dir,
	}

	unlock, err := Lock(filepath.Join(cache, "lock"))
	if err != nil {
		return Programs{}, err
	}
	defer unlock()
	if ready(programs) {
		now := time.Now()
		return programs, os.Chtimes(dir, now, now)
	}
	forget(cache)
	if err := compile(source, version, dir); err != nil {
		return Programs{}, err
	}
	return programs, nil
}

func ready(programs Programs) bool {
	for _, path := range []string{programs.Server, programs.Kubectl} {
		if _, err := os.Stat(path); err != nil {
			return false
		}
	}
	return true
}

// compile builds into a folder of its own, which then takes its name at once: a build
// that is broken off leaves nothing that looks ready.
func compile(source, version, dir string) error {
	fmt.Fprintf(os.Stderr, "building Kubernetes %s for the end-to-end tests: minutes, this once\n", version)
	making := dir + ".part"
	if err := os.RemoveAll(making); err != nil {
		return fmt.Errorf("clearing a broken-off build: %w", err)
	}
	if err := os.MkdirAll(making, 0o755); err != nil {
		return fmt.Errorf("making a folder for Kubernetes: %w", err)
	}
	args := append(append([]string{"build"}, flags(version)...), "-o", making+string(filepath.Separator), ".", "k8s.io/kubernetes/cmd/kubectl")
	var said bytes.Buffer
	command := exec.Command("go", args...)
	command.Dir = source
	command.Stderr = &said
	if err := command.Run(); err != nil {
		return fmt.Errorf("building Kubernetes: %w\n%s", err, said.String())
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("clearing an incomplete build: %w", err)
	}
	return os.Rename(making, dir)
}

// module is the folder of the Kubernetes module, found from wherever in e2e a test runs.
func module() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		found := filepath.Join(dir, "kubernetes", "go.mod")
		if _, err := os.Stat(found); err == nil {
			return filepath.Dir(found), nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no folder above holds kubernetes/go.mod: run this inside e2e")
		}
		dir = parent
	}
}

// required is the version of Kubernetes that the module asks for.
func required(source string) (string, error) {
	text, err := os.ReadFile(filepath.Join(source, "go.mod"))
	if err != nil {
		return "", fmt.Errorf("reading which Kubernetes to build: %w", err)
	}
	found := requirement.FindSubmatch(text)
	if found == nil {
		return "", errors.New("kubernetes/go.mod requires no k8s.io/kubernetes")
	}
	return string(found[1]), nil
}

var requirement = regexp.MustCompile(`(?m)^\s*k8s\.io/kubernetes (v\d+\.\d+\.\S+)$`)

// fingerprint tells builds apart: by what is built, with what, and for what.
func fingerprint(source string, flags []string) (string, error) {
	paths, err := filepath.Glob(filepath.Join(source, "*.go"))
	if err != nil {
		return "", err
	}
	sort.Strings(paths)
	paths = append(paths, filepath.Join(source, "go.mod"), filepath.Join(source, "go.sum"))
	sum := sha256.New()
	fmt.Fprintln(sum, runtime.Version(), runtime.GOOS, runtime.GOARCH, flags)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("reading what Kubernetes is built from: %w", err)
		}
		fmt.Fprintf(sum, "%s %d\n%s", filepath.Base(path), len(text), text)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

// cache is the folder that builds are kept in, beside what the checks keep.
func cache() (string, error) {
	dir := os.Getenv("AKSIGHT_CI_CACHE")
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("finding a place for what is built: %w; AKSIGHT_CI_CACHE names one", err)
		}
		dir = filepath.Join(user, "aksight-ci")
	}
	dir = filepath.Join(dir, "kubernetes")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("making the folder of what is built: %w", err)
	}
	return dir, nil
}

// forget removes builds that nobody has used for a while.
func forget(cache string) {
	entries, err := os.ReadDir(cache)
	if err != nil {
		return
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && entry.IsDir() && time.Since(info.ModTime()) > 14*24*time.Hour {
			_ = os.RemoveAll(filepath.Join(cache, entry.Name()))
		}
	}
}

// Lock waits until no other process holds the file's lock, and returns what gives it back.
func Lock(path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening a lock: %w", err)
	}
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		_ = file.Close()
		return nil, &fs.PathError{Op: "lock", Path: path, Err: err}
	}
	return func() { _ = file.Close() }, nil
}
