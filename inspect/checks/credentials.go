package checks

import (
	"regexp"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
)

var (
	// secretName are the names of variables that hold secrets.
	secretName = regexp.MustCompile(`(?i)(^|[_.-])(pass(word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|client[_-]?secret|credentials?|connection[_-]?string|conn[_-]?str|sas([_-]?token)?)([_.-]?[0-9]*)$`)
	// secretValue are values that are secrets whatever they are called.
	secretValue = regexp.MustCompile(`(?i)(accountkey|sharedaccesskey|password|pwd|sig)=[^;\s]|-----BEGIN [A-Z ]*PRIVATE KEY-----|^(ghp|gho|ghs|github_pat|glpat|xox[abp]|sk_live)[_-]|^eyJ[A-Za-z0-9_-]+\.eyJ|://[^/\s:@]+:[^/\s@]+@`)
	// harmless are values that name where a secret is, or stand for none.
	harmless = regexp.MustCompile(`(?i)^$|^\$\(.*\)$|^/|^(true|false|none|null|-)$|^\d{1,3}$`)
)

// isCredential reports whether a variable's literal value looks like a secret: hidden
// on arrival, or by its name or value.
func isCredential(name, value string) bool {
	switch {
	case strings.Contains(value, document.Hidden):
		return true
	case harmless.MatchString(value):
		return false
	default:
		return secretName.MatchString(name) || secretValue.MatchString(value)
	}
}

// literalCredential fails where a container's environment holds a secret in plain text.
func literalCredential(ask rules.Ask) rules.Answer {
	var failing []any
	patches := []any{}
	names := []any{}
	for _, each := range ask.Containers() {
		container, _ := each.(map[string]any)
		variables, _ := container["env"].([]any)
		var moved []any
		for _, each := range variables {
			variable, _ := each.(map[string]any)
			name, _ := variable["name"].(string)
			if value, is := variable["value"].(string); !is || !isCredential(name, value) {
				continue
			}
			names = append(names, name)
			moved = append(moved, map[string]any{
				"name": name, "value": nil,
				"valueFrom": map[string]any{"secretKeyRef": map[string]any{"name": "{{name}}-env", "key": name}},
			})
		}
		if len(moved) == 0 {
			continue
		}
		failing = append(failing, container)
		patches = append(patches, map[string]any{"name": container["name"], object.ContainerRole: container[object.ContainerRole], "env": moved})
	}
	if len(failing) == 0 {
		return rules.Passed()
	}
	answer := rules.Failed(map[string]any{"patches": patches, "names": names})
	answer.Failing = failing
	return answer
}
