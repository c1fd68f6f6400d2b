package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/ui/config"
)

// catalogue returns what loads the rules: the embedded ones with the user's own beside
// them. Loading takes milliseconds and is left for the first judgement; that the
// folders are there is checked now.
func (p *program) catalogue(settings *config.Config) (func() *rules.Catalogue, error) {
	folders := p.ruleFolders
	for _, folder := range folders {
		if err := isFolder(folder); err != nil {
			return nil, fmt.Errorf("--rules %s: %w", folder, err)
		}
	}
	if len(folders) == 0 {
		var err error
		if folders, err = settings.RuleFolders(); err != nil {
			return nil, err
		}
	}
	if len(folders) == 0 {
		return embedded, nil
	}
	own := &ownRules{folders: folders}
	p.ownRules = own
	return sync.OnceValue(own.load), nil
}

// ownRules are the user's rule files, as the rules were made of them.
type ownRules struct {
	folders  []string
	mu       sync.Mutex
	loaded   bool
	files    []rules.File
	problems []error
}

func (o *ownRules) load() *rules.Catalogue {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.files, o.problems = config.RuleFiles(o.folders)
	o.loaded = true
	return embedded().With(o.files, o.problems...)
}

// again reads the files once more. Where they are not what the rules were made of any
// more it says so, and what is wrong in them now.
func (o *ownRules) again() []error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.loaded {
		return nil
	}
	files, problems := config.RuleFiles(o.folders)
	changes := changesOf(o.files, files)
	if len(changes) == 0 && sameErrors(o.problems, problems) {
		return nil
	}
	all := embedded().With(files, problems...).Problems()
	if len(changes) == 0 {
		return all
	}
	return append([]error{errors.New(strings.Join(changes, ", ") + ": start aksight again to judge by them as they are now")}, all...)
}

// changesOf names the files that are others than before.
func changesOf(before, after []rules.File) []string {
	texts := map[string][]byte{}
	for _, file := range before {
		texts[file.Name] = file.Text
	}
	var changes []string
	for _, file := range after {
		text, known := texts[file.Name]
		switch {
		case !known:
			changes = append(changes, file.Name+" is new")
		case !bytes.Equal(text, file.Text):
			changes = append(changes, file.Name+" has changed")
		}
		delete(texts, file.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		changes = append(changes, name+" is gone")
	}
	return changes
}

func sameErrors(a, b []error) bool {
	return slices.EqualFunc(a, b, func(x, y error) bool { return x.Error() == y.Error() })
}

// ownCatalogue loads the rules for a command about them, and says on standard error
// what is wrong in the user's own.
func (p *program) ownCatalogue() (*rules.Catalogue, error) {
	if _, err := rules.Judging(); err != nil {
		return nil, err
	}
	settings, err := p.settings()
	if err != nil {
		return nil, err
	}
	load, err := p.catalogue(&settings)
	if err != nil {
		return nil, err
	}
	loaded := load()
	for _, problem := range loaded.Problems() {
		fmt.Fprintln(p.Err, "aksight: "+oneLine(problem.Error()))
	}
	return loaded, nil
}

// embedded returns the embedded rules: those that load, were there ever one that does
// not. Commands that write rules report such an error.
func embedded() *rules.Catalogue {
	loaded, _ := rules.Judging()
	return loaded
}

func isFolder(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such folder")
	case err != nil:
		return err
	case !info.IsDir():
		return errors.New("it is a file: name the folder that it is in")
	}
	return nil
}

// waiverFiles are the files that waivers lie in: those of the flag, or of the settings.
func (p *program) waiverFiles(settings *config.Config) (*config.WaiverFiles, error) {
	if len(p.waivers) == 0 {
		files, named, err := settings.WaiverFiles()
		if err != nil {
			return nil, err
		}
		return &config.WaiverFiles{Files: files, Named: named}, nil
	}
	files := &config.WaiverFiles{Named: true}
	for _, name := range p.waivers {
		if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("--waivers %s: there is no such file", name)
		}
		path, err := filepath.Abs(name)
		if err != nil {
			return nil, fmt.Errorf("--waivers %s: %w", name, err)
		}
		files.Files = append(files.Files, path)
	}
	return files, nil
}

// rereadRules reads the user's rule files once more, or is nil where there are none.
func (p *program) rereadRules() func() []error {
	if p.ownRules == nil {
		return nil
	}
	return p.ownRules.again
}
