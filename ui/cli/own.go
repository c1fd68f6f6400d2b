package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	return sync.OnceValue(func() *rules.Catalogue {
		files, problems := config.RuleFiles(folders)
		return embedded().With(files, problems...)
	}), nil
}

// ownCatalogue loads the rules for a command about them, and says on standard error
// what is wrong in the user's own.
func (p *program) ownCatalogue() (*rules.Catalogue, error) {
	if _, err := rules.Embedded(); err != nil {
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
	loaded, _ := rules.Embedded()
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
