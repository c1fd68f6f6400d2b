package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// waiversName is the waivers' file in the configuration folder, where the settings name
// no other.
const waiversName = "waivers.yaml"

// RuleFolders returns the folders with the user's own rules.
func (c *Config) RuleFolders() ([]string, error) { return c.places(c.Rules.Folders) }

// WaiverFiles returns the files with waivers; new ones go into the first. The one that
// is looked for where the settings name none need not be there.
func (c *Config) WaiverFiles() (files []string, named bool, err error) {
	if len(c.Waivers) == 0 {
		return []string{filepath.Join(c.folder, waiversName)}, false, nil
	}
	files, err = c.places(c.Waivers)
	return files, true, err
}

// places brings paths of the settings to absolute ones: they may begin with ~, and are
// relative to the settings' folder.
func (c *Config) places(paths []string) ([]string, error) {
	found := make([]string, 0, len(paths))
	for _, path := range paths {
		if rest, inHome := strings.CutPrefix(path, "~"); inHome && (rest == "" || os.IsPathSeparator(rest[0])) {
			home, err := os.UserHomeDir()
			if err != nil {
				return nil, fmt.Errorf("%s: the home folder is not known: write the path in full: %w", path, err)
			}
			path = filepath.Join(home, rest)
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(c.folder, path)
		}
		found = append(found, path)
	}
	return found, nil
}
