package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/aksight/aksight/model"
)

// FileError says where and why a rule file does not load.
type FileError struct {
	File string
	// Line is 1-based; 0 where the reason concerns the whole file.
	Line   int
	Reason string
}

// Error returns FILE:LINE: REASON.
func (e *FileError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Reason
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason)
}

const fence = "---\n"

// Parse reads one rule file. Its conditions are not compiled; see Compiles.
func Parse(file string, text []byte) (*model.Rule, error) {
	rule, err := parse(file, text, func(front []byte) []byte { return front })
	if err == nil && len(rule.Examples) == 0 {
		front, _ := bytes.CutPrefix(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte(fence))
		return nil, &FileError{file, lineOfField(front, "examples"), "the examples are missing"}
	}
	return rule, err
}

// parseForJudging reads one rule file without its examples.
func parseForJudging(file string, text []byte) (*model.Rule, error) {
	return parse(file, text, withoutExamples)
}

var examplesField = []byte("\nexamples:")

// withoutExamples cuts the examples out of the front matter: up to the next line that is
// neither indented nor an entry of a list.
func withoutExamples(front []byte) []byte {
	at := bytes.Index(front, examplesField)
	if at < 0 {
		return front
	}
	end := at + len(examplesField)
	for {
		next := bytes.IndexByte(front[end:], '\n')
		if next < 0 {
			return front[:at]
		}
		end += next
		if line := front[end+1:]; len(line) > 0 && line[0] >= 'a' && line[0] <= 'z' {
			return slices.Concat(front[:at], front[end:])
		}
		end++
	}
}

func parse(file string, text []byte, want func(front []byte) []byte) (*model.Rule, error) {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	front, found := bytes.CutPrefix(text, []byte(fence))
	if !found {
		return nil, &FileError{file, 1, "a rule file begins with a line of three dashes"}
	}
	front, body, found := bytes.Cut(front, []byte("\n"+fence))
	if !found {
		return nil, &FileError{file, 1, "the front matter is not closed by a line of three dashes"}
	}
	rule := &model.Rule{File: file}
	decoder := yaml.NewDecoder(bytes.NewReader(want(front)))
	decoder.KnownFields(true)
	if err := decoder.Decode(rule); err != nil {
		return nil, yamlError(file, front, err)
	}
	if err := sections(rule, string(body)); err != nil {
		return nil, &FileError{file, bytes.Count(front, []byte("\n")) + 3, err.Error()}
	}
	if field, reason := incomplete(rule); reason != "" {
		return nil, &FileError{file, lineOfField(front, field), reason}
	}
	return rule, nil
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// yamlError brings the decoder's line numbers to those of the file.
func yamlError(file string, front []byte, err error) error {
	if errors.Is(err, io.EOF) {
		return &FileError{file, 2, "the front matter is empty"}
	}
	reason := strings.TrimPrefix(err.Error(), "yaml: ")
	reason = strings.TrimPrefix(reason, "unmarshal errors:\n  ")
	reason, _, _ = strings.Cut(reason, "\n")
	line := 0
	if at := yamlLine.FindStringSubmatchIndex(reason); at != nil {
		if n, err := strconv.Atoi(reason[at[2]:at[3]]); err == nil {
			line = n + 1
		}
		reason = reason[at[1]:]
	}
	if line == 0 {
		line = lineOfWord(front, reason)
	}
	reason = strings.Replace(reason, "not found in type model.Rule", "is not a field of a rule", 1)
	return &FileError{file, line, reason}
}

// lineOfWord returns the line of the value that a reason begins with, such as
// "wild" is not a severity, or zero: the decoder does not tell where it was.
func lineOfWord(front []byte, reason string) int {
	quoted, err := strconv.QuotedPrefix(reason)
	if err != nil {
		return 0
	}
	word, _ := strconv.Unquote(quoted) // it was quoted by the line above
	var document yaml.Node
	if yaml.Unmarshal(front, &document) != nil {
		return 0
	}
	var find func(node *yaml.Node) int
	find = func(node *yaml.Node) int {
		if node.Kind == yaml.ScalarNode && node.Value == word {
			return node.Line + 1
		}
		for _, child := range node.Content {
			if line := find(child); line > 0 {
				return line
			}
		}
		return 0
	}
	return find(&document)
}

var headings = []string{"Why it matters", "What an attacker does", "What the fix changes"}

// sections reads the three parts of the body.
func sections(rule *model.Rule, body string) error {
	parts := map[string]string{}
	for i, part := range strings.Split("\n"+body, "\n## ") {
		if i == 0 {
			continue
		}
		heading, text, _ := strings.Cut(part, "\n")
		parts[strings.TrimSpace(heading)] = strings.TrimSpace(text)
	}
	for i, into := range []*string{&rule.Why, &rule.Attack, &rule.Change} {
		text := parts[headings[i]]
		if text == "" {
			return fmt.Errorf("the body lacks the part %q", "## "+headings[i])
		}
		*into = text
	}
	return nil
}

var ruleID = regexp.MustCompile(`^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$`)

const longestSaying = 40

// incomplete names a field that a rule lacks or that will not do, and why.
func incomplete(rule *model.Rule) (field, reason string) {
	switch {
	case !ruleID.MatchString(rule.ID):
		return "id", fmt.Sprintf("the id %q is not of the form AKS-NET-001", rule.ID)
	case rule.Title == "":
		return "title", "the title is missing"
	case !slices.Contains(model.Topics, rule.Topic):
		return "topic", fmt.Sprintf("%q is not a topic", rule.Topic)
	case rule.Subject != model.KindCluster && rule.Subject != model.KindPool && !rule.Inside():
		return "subject", fmt.Sprintf("%q is not a subject: use cluster, pool, workload, inside or a kind of Kubernetes object", rule.Subject)
	case rule.Says == "":
		return "says", "the finding in a few words is missing"
	case !strings.Contains(rule.Says, "{{") && utf8.RuneCountInString(rule.Says) > longestSaying:
		return "says", fmt.Sprintf("the finding in a few words has over %d characters", longestSaying)
	case rule.Fails == "" && rule.Check == "":
		return "fails", "the condition is missing"
	case len(rule.Evidence) == 0:
		return "evidence", "the evidence is missing: name the path that decides"
	case len(rule.Fix) == 0 && rule.NoFix == "":
		return "fix", "there is neither a fix nor noFix, which says why there is none"
	}
	if rule.Inside() {
		return incompleteInside(rule)
	}
	return unreadable(rule)
}

// unreadable names what a rule wants of children that are not read.
func unreadable(rule *model.Rule) (field, reason string) {
	switch {
	case len(rule.Also) > 0:
		return "also", "only rules on Kubernetes objects judge further kinds"
	case rule.Each != "":
		return "each", "only rules on Kubernetes objects go through a list"
	case rule.Check != "":
		return "check", "only rules on Kubernetes objects name a check"
	}
	for field, kinds := range map[string][]model.Kind{"reads": rule.Reads, "mayRead": rule.MayRead} {
		for _, kind := range kinds {
			if !kind.Child() {
				return field, fmt.Sprintf("%q is not a kind that rules can read", kind)
			}
		}
	}
	for _, path := range rule.Evidence {
		kind, _, is := childPath(path)
		if !is {
			kind, is = derivedKind(path)
		}
		if is && !slices.Contains(rule.Reads, kind) && !slices.Contains(rule.MayRead, kind) {
			return "evidence", fmt.Sprintf("%q leads to documents that the rule's reads do not name", path)
		}
	}
	for i := range rule.Fix {
		for _, effect := range rule.Fix[i].ChildEffect {
			if !effect.Kind.Child() {
				return "fix", fmt.Sprintf("childEffect: %q is not a kind that hangs under a cluster", effect.Kind)
			}
		}
	}
	return "", ""
}

// lineOfField finds a top-level field in the front matter; 2, where it starts, if it
// is not there.
func lineOfField(front []byte, field string) int {
	for i, line := range bytes.Split(front, []byte("\n")) {
		if bytes.HasPrefix(line, []byte(field+":")) {
			return i + 2
		}
	}
	return 2
}

// Compiles tries to compile every condition of a rule and of its fixes. Text is the file's
// content, to find the line; it may be nil.
func Compiles(rule *model.Rule, text []byte) error {
	for _, source := range conditionsOf(rule) {
		if err := source.check(rule); err != nil {
			return &FileError{rule.File, lineOf(text, source.text), err.Error()}
		}
	}
	return nil
}

// lineOf finds the first line that an expression begins on, or 0.
func lineOf(text []byte, expression string) int {
	first, _, _ := strings.Cut(strings.TrimSpace(expression), "\n")
	for i, line := range strings.Split(string(text), "\n") {
		if strings.Contains(line, first) {
			return i + 1
		}
	}
	return 0
}
