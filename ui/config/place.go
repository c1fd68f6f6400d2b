package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/aksight/aksight/themes"
)

// Place is where this user's settings lie.
type Place struct {
	// Folder holds the settings, and in themes the user's own themes.
	Folder string
	// Path is the settings' file, which need not exist.
	Path string
}

// Find returns where this user's settings lie.
func Find() (Place, error) {
	folder, err := folder(os.Getenv, os.UserHomeDir)
	if err != nil {
		return Place{}, err
	}
	return Place{Folder: folder, Path: filepath.Join(folder, "config.yaml")}, nil
}

// None are the settings without a file.
func None() Config {
	place, err := Find()
	if err != nil { // then there is nothing beside them either
		return Config{}
	}
	return Config{folder: place.Folder}
}

// Themes finds themes: the user's own, and those that come with the program.
func (p Place) Themes() *themes.Library {
	folder := filepath.Join(p.Folder, "themes")
	return themes.NewLibrary(os.DirFS(folder), folder)
}

// Exists reports whether there is a file of settings.
func (p Place) Exists() bool {
	_, err := os.Stat(p.Path)
	return err == nil
}

// Start writes the file that new settings begin with: all of them with what holds
// without them, as comments.
func (p Place) Start() error {
	if err := replace(p.Path, []byte(Starter())); err != nil {
		return fmt.Errorf("the settings could not be written: %w", err)
	}
	return nil
}

// read returns the file's text; a missing one is as good as an empty one.
func (p Place) read() ([]byte, error) {
	data, err := os.ReadFile(p.Path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the settings could not be read: %w", err)
	}
	return data, nil
}

// folder returns where this user's settings lie: AKSIGHT_CONFIG_DIR, else the
// folder aksight in XDG_CONFIG_HOME, in APPDATA (Windows), or in ~/.config.
func folder(getenv func(string) string, home func() (string, error)) (string, error) {
	if set := getenv("AKSIGHT_CONFIG_DIR"); set != "" {
		return set, nil
	}
	// The XDG specification has relative paths ignored.
	if base := getenv("XDG_CONFIG_HOME"); filepath.IsAbs(base) {
		return filepath.Join(base, "aksight"), nil
	}
	if base := getenv("APPDATA"); filepath.IsAbs(base) {
		return filepath.Join(base, "aksight"), nil
	}
	base, err := home()
	if err != nil {
		return "", fmt.Errorf("no place for settings: set AKSIGHT_CONFIG_DIR: %w", err)
	}
	return filepath.Join(base, ".config", "aksight"), nil
}
