package fix

import (
	"fmt"
	"regexp"
	"strings"
)

// kindOfName is what a name must be for Azure to have given it.
type kindOfName struct {
	pattern *regexp.Regexp
	says    string
	// may be empty: the document need not tell it.
	optional bool
}

var (
	groupName = kindOfName{
		pattern: regexp.MustCompile(`^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$`),
		says:    "a resource group's name has up to 90 letters, digits, underscores, parentheses, hyphens and periods",
	}
	nodeGroupName = kindOfName{pattern: groupName.pattern, says: groupName.says, optional: true}
)

// namesOf are the values that are names of Azure's, by what templates call them.
var namesOf = map[string]kindOfName{
	"group":     groupName,
	"nodeGroup": nodeGroupName,
	"cluster": {
		pattern: regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$`),
		says:    "a cluster's name has up to 63 letters, digits, underscores and hyphens",
	},
	"pool": {
		pattern: regexp.MustCompile(`^[a-z][a-z0-9]{0,11}$`),
		says:    "a node pool's name has up to 12 small letters and digits",
	},
	"subscription": {pattern: guid, says: "a subscription's ID is a GUID"},
	"location": {
		pattern: regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 -]{0,63}$`), optional: true,
		says: "a region's name has letters and digits",
	},
	"version": {
		pattern: regexp.MustCompile(`^\d{1,4}(\.\d{1,4}){1,2}$`), optional: true,
		says: "a Kubernetes version is such as 1.33.5",
	},
}

// illegalError tells of a name that Azure cannot have given: the document is not as
// Azure wrote it, and no command is made from it.
type illegalError struct{ what, value, says string }

// Error says which name it is.
func (e *illegalError) Error() string {
	return fmt.Sprintf("%s %.60q is none that Azure gives (%s): the document was changed, and no command is made from it", e.what, e.value, e.says)
}

// legal checks the names among the values.
func legal(all values) error {
	for _, name := range []string{"subscription", "group", "cluster", "pool", "location", "nodeGroup", "version"} {
		value, has := all[name]
		if !has {
			continue
		}
		text, _ := value.(string)
		kind := namesOf[name]
		if text == "" && kind.optional || kind.pattern.MatchString(text) {
			continue
		}
		return &illegalError{what: "the " + wordsOf(name), value: text, says: kind.says}
	}
	if id, has := all["id"].(string); has && strings.ContainsAny(id, " \"'`$;|&<>\\{}*?!#~^%") {
		return &illegalError{what: "the ID", value: id, says: "an ID is made of names"}
	}
	return nil
}

func wordsOf(name string) string {
	switch name {
	case "group":
		return "resource group"
	case "nodeGroup":
		return "node resource group"
	case "pool":
		return "node pool"
	case "location":
		return "region"
	case "version":
		return "Kubernetes version"
	default:
		return name
	}
}
