package fix

import (
	"fmt"
	"maps"
	"regexp"

	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/model"
)

// eachPrefix begins the names of the values of one item.
const eachPrefix = "each."

// eachItem is the name of the item as a whole: a patch sees it as c.
const eachItem = "each"

// repeated returns what a step or an effect is filled in with, once for each item of
// its list; without a list, once.
func repeated(list string, all values, vars *expr.Vars) ([]values, error) {
	if list == "" {
		return []values{all}, nil
	}
	program, err := expr.Compile(list)
	if err != nil {
		return nil, fmt.Errorf("each: %w", err)
	}
	value, err := program.Value(vars)
	if err != nil {
		return nil, fmt.Errorf("each cannot be told from the document: %w", err)
	}
	items, is := value.([]any)
	if !is {
		return nil, fmt.Errorf("each: %q gives no list", list)
	}
	turns := make([]values, 0, len(items))
	for _, item := range items {
		object, is := item.(map[string]any)
		if !is {
			return nil, fmt.Errorf("each: %q gives no list of objects", list)
		}
		turn := maps.Clone(all)
		turn[eachItem] = object
		for key, value := range object {
			turn[eachPrefix+key] = value
		}
		turns = append(turns, turn)
	}
	return turns, nil
}

var eachName = regexp.MustCompile(`\{\{\s*(each\.([A-Za-z][A-Za-z0-9-]*))\s*(?:\.{3})?\s*\}\}`)

// eachPlaceholders stand for the values of an item that a step names.
func eachPlaceholders(step model.Step, into values) {
	for _, found := range eachName.FindAllStringSubmatch(step.Run+" "+step.Undo, -1) {
		into[found[1]] = "<" + found[2] + ">"
	}
}
