package page

import (
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// A setting is one line of a sheet: a property in the documentation's words.
type setting struct {
	label string
	// term is the glossary's entry that explains the line.
	term string
	// paths are the properties that the line stands for: the first is the one whose
	// value it shows, a finding whose deciding evidence is any of them stands here.
	paths []string
	say   say
	// only says when the line is shown although nothing was found on it; always where nil.
	only func(tree map[string]any) bool
	// since is the api-version from which the property exists, or empty: in an older
	// document its absence says nothing.
	since string
	// preview marks a property that only preview api-versions carry.
	preview bool
	// child names the reads that the line's value comes from beside the document.
	child model.Kind
}

// A section is a headed group of lines.
type section struct {
	title string
	// topics are the rules that stand here when no line carries their property.
	topics []model.Topic
	lines  []setting
}

// A say turns a property into plain words. It is told the value at the line's first
// path, whether it is there, and the whole document for what depends on more.
type say func(value any, there bool, tree map[string]any) string

// notReturned is what a line says of a property that the document cannot carry.
const notReturned = "not returned"

// notReadYet is what a line says of a property that an index left out, or of a
// child that was not read.
const notReadYet = "not read yet"

// value says the setting's value in a document, as it was read.
func (s *setting) value(of *model.Document, tree map[string]any) (words string, set bool) {
	value, there := document.Lookup(tree, s.paths[0])
	if !there {
		switch {
		case s.preview && !strings.HasSuffix(of.APIVersion, "-preview"):
			return notReturned, false
		case s.since != "" && of.APIVersion != "" && of.APIVersion < s.since:
			return notReturned, false
		case of.Partial:
			return notReadYet, false
		}
	}
	return s.say(value, there, tree), there
}

// shown reports whether the line is worth its place on this document.
func (s *setting) shown(tree map[string]any) bool { return s.only == nil || s.only(tree) }

// isSet shows a line only where its property is there and neither false nor empty.
func isSet(path string) func(map[string]any) bool {
	return func(tree map[string]any) bool {
		value, there := document.Lookup(tree, path)
		if !there {
			return false
		}
		switch value := value.(type) {
		case bool:
			return value
		case string:
			return value != ""
		case []any:
			return len(value) > 0
		case map[string]any:
			return len(value) > 0
		}
		return true
	}
}
