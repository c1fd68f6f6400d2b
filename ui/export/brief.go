package export

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aksight/aksight/model"
)

// How much of a value people are shown.
const (
	briefItems = 6
	briefText  = 160
)

// brief says a value in one line: of long lists the first items, and of objects the
// name and what the rule looks at. A report for programs holds the value whole.
func brief(value any, rule *model.Rule) string {
	b := briefing{matters: mattersTo(rule)}
	return b.say(value)
}

// notSet stands for a property that the document does not have.
const notSet = "not set"

// short is the evidence's value for people.
func (e *Evidence) short() string {
	switch {
	case e.Absent:
		return notSet
	case e.Short != "":
		return e.Short
	default:
		return brief(e.Value, nil)
	}
}

type briefing struct{ matters func(key string) bool }

func (b briefing) say(value any) string {
	switch value := value.(type) {
	case []any:
		return b.list(value)
	case map[string]any:
		return "{" + b.object(value) + "}"
	default:
		return plainJSON(value)
	}
}

func (b briefing) list(items []any) string {
	var parts []string
	for i, item := range items {
		if i == briefItems && len(items) > briefItems+1 {
			return "[" + strings.Join(parts, ", ") + fmt.Sprintf(", and %d more]", len(items)-i)
		}
		parts = append(parts, b.say(item))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// object says the members that matter; where none does, the first of the simple ones.
func (b briefing) object(object map[string]any) string {
	var names, simple []string
	for _, key := range slices.Sorted(maps.Keys(object)) {
		switch {
		case key == "name":
		case b.matters(key):
			names = append(names, key)
		case isSimple(object[key]):
			simple = append(simple, key)
		}
	}
	name, named := object["name"]
	if len(names) == 0 && !named {
		names = simple
	}
	var parts []string
	if named {
		parts = append(parts, "name: "+plainJSON(name))
	}
	for i, key := range names {
		if i == briefItems {
			break
		}
		parts = append(parts, key+": "+b.member(object[key]))
	}
	if len(object) > len(parts) {
		parts = append(parts, "…")
	}
	return strings.Join(parts, ", ")
}

// member says a value within an object: of a resource's ID its own type and name.
func (b briefing) member(value any) string {
	text, is := value.(string)
	if !is || !strings.HasPrefix(strings.ToLower(text), "/subscriptions/") {
		return b.say(value)
	}
	segments := strings.Split(text, "/")
	return plainJSON("…/" + strings.Join(segments[max(1, len(segments)-2):], "/"))
}

func isSimple(value any) bool {
	switch value.(type) {
	case []any, map[string]any:
		return false
	default:
		return true
	}
}

// plainJSON writes a value as JSON, and cuts it where it is long.
func plainJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		text = []byte(fmt.Sprint(value))
	}
	return cut(string(text), briefText, "…")
}

// mattersTo tells which properties a rule's conditions name.
func mattersTo(rule *model.Rule) func(string) bool {
	if rule == nil {
		return func(string) bool { return false }
	}
	conditions := []string{rule.Fails, rule.Says}
	for _, worse := range rule.Worse {
		conditions = append(conditions, worse.When)
	}
	words := map[string]bool{}
	for _, condition := range conditions {
		for word := range strings.FieldsFuncSeq(condition, func(r rune) bool {
			return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
		}) {
			words[word] = true
		}
	}
	return func(key string) bool { return words[key] }
}
