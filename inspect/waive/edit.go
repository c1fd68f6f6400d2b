package waive

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/aksight/aksight/model"
)

// Item writes a waiver as an item of a waiver file.
func Item(waiver *model.Waiver) string {
	item := &yaml.Node{Kind: yaml.MappingNode}
	for _, field := range []struct{ name, value string }{
		{"rule", waiver.Rule}, {"resource", waiver.Resource}, {"part", waiver.Part},
		{"owner", waiver.Owner}, {"reason", waiver.Reason}, {"until", waiver.UntilText()},
	} {
		if field.value == "" || field.name == "until" && waiver.Until.IsZero() {
			continue
		}
		value := &yaml.Node{}
		value.SetString(field.value)
		if field.name == "until" {
			value.Tag = "!!timestamp" // or it would be quoted
		}
		item.Content = append(item.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: field.name}, value)
	}
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	// It fails only for values that no text is.
	_ = encoder.Encode(&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{item}})
	return text.String()
}

// head begins a waiver file that is new.
const head = `# Findings that somebody accepts until a day, one an item: docs/waivers.md.
`

var errNotAsBefore = errors.New("the file cannot be changed without changing more than this waiver: change it by hand")

// Append returns the file's content with a waiver at its end. All else stays as it is.
func Append(data []byte, waiver *model.Waiver) ([]byte, error) {
	before, _ := Parse("", data)
	waiver = trimmed(waiver)
	indent := ""
	root, err := decode(data)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the file is no YAML: mend it first: %w", err)
	case root == nil:
	case root.Kind != yaml.SequenceNode || root.Style&yaml.FlowStyle != 0:
		return nil, errors.New("the file is not a list with an item a line: change it by hand")
	case len(root.Content) > 0:
		indent = strings.Repeat(" ", max(0, root.Column-1))
	}
	var text bytes.Buffer
	text.Write(data)
	if len(bytes.TrimSpace(data)) == 0 {
		text.Reset()
		text.WriteString(head)
	}
	if !bytes.HasSuffix(text.Bytes(), []byte("\n")) {
		text.WriteByte('\n')
	}
	for line := range strings.Lines(Item(waiver)) {
		text.WriteString(indent + line)
	}
	after, _ := Parse("", text.Bytes())
	if len(after) != len(before)+1 || !same(&after[len(before)], waiver) || !allSame(after[:len(before)], before) {
		return nil, errNotAsBefore
	}
	return text.Bytes(), nil
}

// Remove returns the file's content without a waiver. Comments and all else stay as
// they are.
func Remove(data []byte, waiver *model.Waiver) ([]byte, error) {
	before, _ := Parse("", data)
	at := -1
	for i := range before {
		if same(&before[i], waiver) && (at < 0 || before[i].Line == waiver.Line) {
			at = i
		}
	}
	if at < 0 {
		return nil, errors.New("it is not in the file any more: the file has changed")
	}
	lines := strings.SplitAfter(string(data), "\n")
	start, end := dashOf(lines, before[at].Line-1), len(lines)
	if root, err := decode(data); err == nil && root != nil {
		if root.Kind != yaml.SequenceNode || root.Style&yaml.FlowStyle != 0 {
			return nil, errNotAsBefore
		}
		for _, node := range root.Content {
			if node.Line > before[at].Line {
				end = dashOf(lines, node.Line-1)
				break
			}
		}
	}
	// What stands before the next item, or at the end, is about that.
	for end > start+1 {
		line := strings.TrimSpace(lines[end-1])
		if line != "" && !strings.HasPrefix(line, "#") {
			break
		}
		end--
	}
	text := []byte(strings.Join(lines[:start], "") + strings.Join(lines[end:], ""))
	after, _ := Parse("", text)
	if len(after) != len(before)-1 || !allSame(after[:at], before[:at]) || !allSame(after[at:], before[at+1:]) {
		return nil, errNotAsBefore
	}
	return text, nil
}

// dashOf is the line of an item's dash, which may stand above its first field. YAML
// knows more ends of lines than these lines were split at, so that its numbers may go
// past them; what comes of that is held to what was there before.
func dashOf(lines []string, at int) int {
	at = min(at, len(lines)-1)
	for at > 0 && !strings.HasPrefix(strings.TrimLeft(lines[at], " "), "-") {
		at--
	}
	return at
}

// trimmed is a waiver as Parse would give it back.
func trimmed(waiver *model.Waiver) *model.Waiver {
	clean := *waiver
	for _, field := range []*string{&clean.Rule, &clean.Resource, &clean.Part, &clean.Owner, &clean.Reason} {
		*field = strings.TrimSpace(strings.ToValidUTF8(*field, "\uFFFD"))
	}
	clean.Rule = strings.ToUpper(clean.Rule)
	return &clean
}

// same reports whether two waivers say the same, wherever they stand.
func same(a, b *model.Waiver) bool {
	return a.Rule == b.Rule && a.Resource == b.Resource && a.Part == b.Part &&
		a.Owner == b.Owner && a.Reason == b.Reason && a.Until.Equal(b.Until)
}

func allSame(a, b []model.Waiver) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !same(&a[i], &b[i]) {
			return false
		}
	}
	return true
}

// Days is how many days from now a waiver's last day is.
func Days(waiver *model.Waiver, now time.Time) int {
	return int(waiver.Until.Sub(now.UTC().Truncate(24*time.Hour)).Hours() / 24)
}
