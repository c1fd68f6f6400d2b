package waive

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/aksight/aksight/model"
)

// FileError says where and why something in a waiver file does not hold.
type FileError struct {
	File   string
	Line   int // 1-based
	Reason string
}

// Error returns FILE:LINE: REASON.
func (e *FileError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason) }

// Parse reads a waiver file: a list, one waiver an item. An item that lacks something
// or says something wrong never waives; it is named in the errors, and the others hold.
func Parse(file string, data []byte) ([]model.Waiver, []error) {
	root, err := decode(data)
	if err == nil {
		return items(file, root, 0)
	}
	// One item that is no YAML must not take the others with it.
	starts := itemStarts(data)
	if len(starts) < 2 {
		return nil, []error{syntaxError(file, 0, err)}
	}
	var waivers []model.Waiver
	var problems []error
	lines := strings.SplitAfter(string(data), "\n")
	for n, start := range starts {
		end := len(lines)
		if n+1 < len(starts) {
			end = starts[n+1]
		}
		root, err := decode([]byte(strings.Join(lines[start:end], "")))
		if err != nil {
			problems = append(problems, syntaxError(file, start, err))
			continue
		}
		some, wrong := items(file, root, start)
		waivers = append(waivers, some...)
		problems = append(problems, wrong...)
	}
	if len(problems) == 0 { // what is wrong stands outside of the items
		problems = append(problems, syntaxError(file, 0, err))
	}
	return waivers, problems
}

// decode reads the one document of a file; nil where it is empty.
func decode(data []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(strings.NewReader(string(data)))
	var document yaml.Node
	err := decoder.Decode(&document)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := decoder.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, errors.New("a waiver file is one YAML document: take the second one out")
	}
	if len(document.Content) == 0 {
		return nil, nil
	}
	return document.Content[0], nil
}

// itemStarts finds the lines that begin an item of a list at the left edge, from 0.
func itemStarts(data []byte) []int {
	var starts []int
	at := 0
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "- ") || strings.TrimRight(line, "\r\n") == "-" {
			starts = append(starts, at)
		}
		at++
	}
	return starts
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// syntaxError brings the decoder's line, counted from before, to that of the file.
func syntaxError(file string, before int, err error) error {
	reason, line := strings.TrimPrefix(err.Error(), "yaml: "), 1
	if at := yamlLine.FindStringSubmatchIndex(reason); at != nil {
		if n, err := strconv.Atoi(reason[at[2]:at[3]]); err == nil {
			line = n
		}
		reason = reason[at[1]:]
	}
	return &FileError{file, line + before, "this is no YAML: " + strings.Join(strings.Fields(reason), " ")}
}

// items reads the waivers of a list; lines are counted from before.
func items(file string, root *yaml.Node, before int) ([]model.Waiver, []error) {
	if root == nil || root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return nil, nil
	}
	if root.Kind != yaml.SequenceNode {
		return nil, []error{&FileError{file, root.Line + before, "a waiver file is a list: begin each waiver with - rule:"}}
	}
	var waivers []model.Waiver
	var problems []error
	for _, node := range root.Content {
		waiver, reason, at := item(node)
		if reason != "" {
			problems = append(problems, &FileError{file, at.Line + before, reason + ": this waiver does not hold"})
			continue
		}
		waiver.File, waiver.Line = file, node.Line+before
		waivers = append(waivers, waiver)
	}
	return waivers, problems
}

// fieldNames are the fields of a waiver, in the order in which they are written.
var fieldNames = []string{"rule", "resource", "part", "owner", "reason", "until"}

// item reads one waiver, or says what is wrong with it and where.
func item(node *yaml.Node) (waiver model.Waiver, reason string, at *yaml.Node) {
	if node.Kind != yaml.MappingNode {
		return waiver, "a waiver has the fields " + strings.Join(fieldNames, ", "), node
	}
	fields := map[string]*yaml.Node{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		switch {
		case !slices.Contains(fieldNames, key.Value):
			return waiver, fmt.Sprintf("%q is not a field of a waiver: use %s", short(key.Value), strings.Join(fieldNames, ", ")), key
		case fields[key.Value] != nil:
			return waiver, key.Value + " is there twice", key
		case value.Kind != yaml.ScalarNode:
			return waiver, key.Value + " is a text, not a list or a map", value
		}
		fields[key.Value] = value
	}
	if missing := missingFields(fields); len(missing) > 0 {
		return waiver, strings.Join(missing, ", ") + " missing", node
	}
	text := func(name string) string {
		if fields[name] == nil {
			return ""
		}
		return strings.TrimSpace(fields[name].Value)
	}
	waiver = model.Waiver{
		Rule: strings.ToUpper(text("rule")), Resource: text("resource"), Part: text("part"),
		Owner: text("owner"), Reason: text("reason"),
	}
	var name string
	if waiver.Until, name, reason = checked(&waiver, text("until")); reason != "" {
		return waiver, reason, fields[name]
	}
	return waiver, "", node
}

func missingFields(fields map[string]*yaml.Node) []string {
	var missing []string
	for _, name := range fieldNames {
		value := fields[name]
		if value == nil && name != "part" || value != nil && (strings.TrimSpace(value.Value) == "" || value.Tag == "!!null") {
			missing = append(missing, name)
		}
	}
	return missing
}

var ruleID = regexp.MustCompile(`^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$`)

// objectPart is a Kubernetes object as a waiver names it, with * for any part of it.
var objectPart = regexp.MustCompile(`^[A-Za-z*]+ [^/\s]+/[^/\s]+$`)

// checked returns the last day, or names a field whose value will not do, and why.
func checked(waiver *model.Waiver, until string) (day time.Time, field, reason string) {
	switch {
	case !ruleID.MatchString(waiver.Rule):
		return day, "rule", fmt.Sprintf("%q is not a rule's ID such as AKS-NET-001", short(waiver.Rule))
	case !strings.HasPrefix(waiver.Resource, "/") && !strings.HasPrefix(waiver.Resource, "*") && !model.ID(waiver.Resource).Kubeconfig():
		return day, "resource", fmt.Sprintf("%q is not an ARM ID: it begins with /subscriptions/ or with *", short(waiver.Resource))
	case strings.Contains(strings.ToLower(waiver.Resource), "/agentpools/"):
		return day, "resource", "a node pool is not a resource here: name the cluster as resource and the node pool as part"
	case strings.Contains(waiver.Part, "/") && !objectPart.MatchString(waiver.Part):
		return day, "part", fmt.Sprintf("%q is neither a node pool's name nor an object such as Deployment shop/web", short(waiver.Part))
	}
	day, err := time.Parse(time.DateOnly, until)
	if err != nil {
		return day, "until", fmt.Sprintf("%q is not a day such as 2027-02-28", short(until))
	}
	return day, "", ""
}

// Check says what is wrong with a waiver that is to be written: the field and why, or
// nothing.
func Check(waiver *model.Waiver, until string) (day time.Time, field, reason string) {
	for _, required := range []struct{ name, value string }{{"owner", waiver.Owner}, {"reason", waiver.Reason}} {
		if strings.TrimSpace(required.value) == "" {
			return day, required.name, required.name + " is missing"
		}
	}
	return checked(waiver, until)
}

// short cuts what somebody wrote down to what a message has room for.
func short(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
