package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/aksight/aksight/ui/config"
)

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
