// Package product builds the program under test as its users get it.
package product

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Given names the environment variable that holds a ready-made program's path, for
// testing a release.
const Given = "AKSIGHT_E2E_PROGRAM"

// Build builds the program into dir, unless one is given, and returns its path.
// The Go build cache makes a second build a matter of a second or two.
func Build(dir string) (string, error) {
	if given := os.Getenv(Given); given != "" {
		path, err := filepath.Abs(given)
		if err != nil {
			return "", fmt.Errorf("%s: %w", Given, err)
		}
		return path, nil
	}
	return BuildPackage(dir, "aksight", root)
}

// root is the product's module, seen from this one.
const root = ".."

// BuildPackage builds the main package in a folder into dir.
func BuildPackage(dir, name, folder string) (string, error) {
	path := filepath.Join(dir, name)
	var said bytes.Buffer
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", path, ".")
	build.Dir = folder
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as releases are
	build.Stderr = &said
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("building %s: %w\n%s", name, err, said.String())
	}
	return path, nil
}
