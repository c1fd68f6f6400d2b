package config

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/aksight/aksight/inspect/rules"
)

// largestRuleFile bounds what is read of a rule file.
const largestRuleFile = 1 << 20

// RuleFiles reads the rule files of folders, in the order of their names. What cannot be
// read is named in the problems.
func RuleFiles(folders []string) (files []rules.File, problems []error) {
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: none of its rules runs: %w", folder, plainError(err)))
			continue
		}
		for _, entry := range entries {
			if !rules.IsFile(entry.Name()) {
				continue
			}
			path := filepath.Join(folder, entry.Name())
			text, err := readBounded(path)
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", path, plainError(err)))
				continue
			}
			files = append(files, rules.File{Name: path, Text: text})
		}
	}
	return files, problems
}

// readBounded reads a file that is one, and not huge.
func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("it is not a file")
	case info.Size() > largestRuleFile:
		return nil, fmt.Errorf("it is larger than %d KiB: it is no rule file", largestRuleFile>>10)
	}
	return os.ReadFile(path)
}
