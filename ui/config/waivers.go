package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"github.com/aksight/aksight/inspect/waive"
	"github.com/aksight/aksight/model"
)

// WaiverFiles are the files that the user's waivers lie in. They are the user's own:
// nothing is written but what Add and Remove were asked for.
type WaiverFiles struct {
	// Files are read in order; new waivers go into the first.
	Files []string
	// Named is set where somebody named the files, so that one that is not there is a
	// problem.
	Named bool

	writing sync.Mutex
}

// File is where a new waiver goes.
func (w *WaiverFiles) File() string {
	if len(w.Files) == 0 {
		return ""
	}
	return w.Files[0]
}

// Load reads the waivers. What is wrong stands in the set's problems; all else holds.
func (w *WaiverFiles) Load() *waive.Set {
	var all []model.Waiver
	var problems []error
	for _, file := range w.Files {
		data, err := os.ReadFile(file)
		switch {
		case errors.Is(err, fs.ErrNotExist) && !w.Named:
			continue
		case err != nil:
			problems = append(problems, fmt.Errorf("%s: none of its waivers holds: %w", file, plainError(err)))
			continue
		}
		some, wrong := waive.Parse(file, data)
		all = append(all, some...)
		problems = append(problems, wrong...)
	}
	return waive.New(all, problems...)
}

// Add writes a waiver at the end of the first file, and returns the waivers as they
// are then.
func (w *WaiverFiles) Add(waiver *model.Waiver) (*waive.Set, error) {
	if w.File() == "" {
		return nil, errors.New("there is no file for waivers")
	}
	return w.edit(w.File(), func(data []byte) ([]byte, error) { return waive.Append(data, waiver) })
}

// Remove takes a waiver out of the file that it stands in, and returns the waivers as
// they are then.
func (w *WaiverFiles) Remove(waiver *model.Waiver) (*waive.Set, error) {
	return w.edit(waiver.File, func(data []byte) ([]byte, error) { return waive.Remove(data, waiver) })
}

func (w *WaiverFiles) edit(file string, change func([]byte) ([]byte, error)) (*waive.Set, error) {
	w.writing.Lock()
	defer w.writing.Unlock()
	data, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", file, plainError(err))
	}
	data, err = change(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if err := replace(file, data); err != nil {
		return nil, fmt.Errorf("%s: nothing was written: %w", file, plainError(err))
	}
	return w.Load(), nil
}

// plainError leaves the path out, which stands before it already.
func plainError(err error) error {
	if problem, is := errors.AsType[*fs.PathError](err); is {
		return problem.Err
	}
	return err
}
