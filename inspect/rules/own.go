package rules

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/aksight/aksight/model"
)

// File is one of the user's own rule files, as it was read.
type File struct {
	// Name is the path that messages name.
	Name string
	Text []byte
}

// With returns a catalogue with the user's own rules beside the present ones. A file
// that cannot be used is named in the problems of the result; the others run.
//
// Unread are problems of reading the files.
func (c *Catalogue) With(files []File, unread ...error) *Catalogue {
	list := slices.Clone(c.rules)
	problems := slices.Concat(c.problems, unread)
	owned := map[string]string{} // the file of an own rule, by its ID
	for _, file := range files {
		rule, err := own(file)
		if err == nil {
			list, err = c.place(list, owned, rule, file.Text)
		}
		if err != nil {
			problems = append(problems, err)
		}
	}
	with, err := New(list)
	if err != nil {
		problems = append(problems, err)
	}
	with.problems = problems
	return with
}

// Problems returns what is wrong in the user's own rule files, each with file, line
// and reason.
func (c *Catalogue) Problems() []error { return c.problems }

// OfFile returns the user's own rule of a file, or nil.
func (c *Catalogue) OfFile(name string) *model.Rule {
	at := slices.IndexFunc(c.rules, func(r *model.Rule) bool { return r.Own && r.File == name })
	if at < 0 {
		return nil
	}
	return c.rules[at]
}

// own reads one of the user's rule files, with all its conditions.
func own(file File) (*model.Rule, error) {
	rule, err := Parse(file.Name, file.Text)
	if err != nil {
		return nil, err
	}
	rule.Own = true
	if err := Compiles(rule, file.Text); err != nil {
		return nil, err
	}
	if _, err := parseSaying(rule.Says); err != nil {
		return nil, &FileError{file.Name, Line(file.Text, "says"), err.Error()}
	}
	return rule, nil
}

// place puts an own rule into the list: beside the others, or where it says so in the
// place of the one with its ID.
func (c *Catalogue) place(list []*model.Rule, owned map[string]string, rule *model.Rule, text []byte) ([]*model.Rule, error) {
	line := Line(text, "id")
	if first, taken := owned[rule.ID]; taken {
		return list, &FileError{rule.File, line, fmt.Sprintf("%s is already the ID of %s", rule.ID, first)}
	}
	present, _ := c.Find(rule.ID)
	switch {
	case present == nil && rule.Replaces:
		return list, &FileError{rule.File, Line(text, "replaces"), fmt.Sprintf("there is no rule %s to replace: take replaces out", rule.ID)}
	case present != nil && !rule.Replaces:
		return list, &FileError{rule.File, line, fmt.Sprintf(
			"%s is a rule of aksight's own: give this one another ID, or say replaces: true to have it judge in that one's place", rule.ID)}
	}
	owned[rule.ID] = rule.File
	if present != nil {
		list[slices.IndexFunc(list, func(r *model.Rule) bool { return r.ID == rule.ID })] = rule
		return list, nil
	}
	return append(list, rule), nil
}

// IsFile reports whether a file of a folder is a rule file by its name.
func IsFile(name string) bool {
	return filepath.Ext(name) == ".md" && name[0] != '.' && name != "README.md" && name != "CONTRIBUTING.md"
}
