package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// State is what the program itself keeps between runs: columns, bookmarks, the last
// place. It lies apart from the settings, which only the user writes. A nil State
// keeps nothing.
type State struct {
	folder string
	// one change at a time: each reads what is there, so that two explorers side by
	// side do not undo each other.
	one sync.Mutex
	now func() time.Time
}

// OpenState returns this user's state. Nothing is read or made before it is needed.
func OpenState() (*State, error) {
	folder, err := stateFolder(os.Getenv, os.UserHomeDir)
	if err != nil {
		return nil, err
	}
	return StateIn(folder), nil
}

// StateIn returns the state in a folder, which need not exist.
func StateIn(folder string) *State { return &State{folder: folder, now: time.Now} }

// Folder is where the state lies.
func (s *State) Folder() string {
	if s == nil {
		return ""
	}
	return s.folder
}

// BrokenError says that a file of the state could not be understood and was put
// aside, so that nothing is lost and the next change begins anew.
type BrokenError struct {
	File  string // what was broken
	Aside string // where it is now
	Err   error
}

// Error says what happened.
func (e *BrokenError) Error() string {
	return fmt.Sprintf("%s could not be understood (%v): it is kept as %s, and a new one begins", e.File, e.Err, e.Aside)
}

// Unwrap returns why it could not be understood.
func (e *BrokenError) Unwrap() error { return e.Err }

// Remembered reads what is kept under a name; the zero value where that is nothing.
func Remembered[T any](s *State, name string) (T, error) {
	var value T
	if s == nil {
		return value, nil
	}
	s.one.Lock()
	defer s.one.Unlock()
	return readState[T](s, name)
}

// Remember changes what is kept under a name, and returns what is kept then. The
// file is replaced as a whole: whoever reads it sees the old or the new one.
func Remember[T any](s *State, name string, change func(*T)) (T, error) {
	var value T
	if s == nil {
		change(&value)
		return value, nil
	}
	s.one.Lock()
	defer s.one.Unlock()
	value, broken := readState[T](s, name)
	if _, aside := errors.AsType[*BrokenError](broken); broken != nil && !aside {
		return value, broken
	}
	change(&value)
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return value, fmt.Errorf("the state %s: %w", name, err)
	}
	if err := replace(s.path(name), append(data, '\n')); err != nil {
		return value, fmt.Errorf("the state could not be kept: %w", err)
	}
	return value, broken
}

func (s *State) path(name string) string { return filepath.Join(s.folder, name+".json") }

func readState[T any](s *State, name string) (T, error) {
	var value, none T
	path := s.path(name)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return none, nil
	}
	if err != nil {
		return none, fmt.Errorf("the state could not be read: %w", err)
	}
	if err := json.Unmarshal(data, &value); err != nil {
		aside := path + ".broken-" + s.now().UTC().Format("20060102-150405.000000")
		if moved := os.Rename(path, aside); moved != nil {
			return none, fmt.Errorf("%s could not be understood (%w) and not be put aside: %w", path, err, moved)
		}
		return none, &BrokenError{File: path, Aside: aside, Err: err}
	}
	return value, nil
}

// replace writes a file as a whole, or not at all: whoever reads it sees the old or the
// new one. A link stays one, and a file that is there keeps its mode.
func replace(path string, data []byte) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	mode := fs.FileMode(0o600)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(folder, "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	err = errors.Join(err, file.Chmod(mode), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name()) // the error is what counts
	}
	return err
}

// stateFolder returns where this user's state lies: AKSIGHT_STATE_DIR, else the
// folder state in AKSIGHT_CONFIG_DIR, else the folder aksight in XDG_STATE_HOME, in
// LOCALAPPDATA (Windows), or in ~/.local/state.
func stateFolder(getenv func(string) string, home func() (string, error)) (string, error) {
	if set := getenv("AKSIGHT_STATE_DIR"); set != "" {
		return set, nil
	}
	if set := getenv("AKSIGHT_CONFIG_DIR"); set != "" {
		return filepath.Join(set, "state"), nil
	}
	for _, name := range []string{"XDG_STATE_HOME", "LOCALAPPDATA"} {
		if base := getenv(name); filepath.IsAbs(base) {
			return filepath.Join(base, "aksight"), nil
		}
	}
	base, err := home()
	if err != nil {
		return "", fmt.Errorf("no place for the state: set AKSIGHT_STATE_DIR: %w", err)
	}
	return filepath.Join(base, ".local", "state", "aksight"), nil
}
