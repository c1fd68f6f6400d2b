package rules

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// Line returns the line of a rule file on which a field of its front matter stands,
// found by names and by places in lists, such as "examples", 2. Where it is not there,
// it is the line of the last that is, or of the front matter.
func Line(text []byte, path ...any) int {
	const first = 2 // the line after the dashes
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	front, found := bytes.CutPrefix(text, []byte(fence))
	if !found {
		return first
	}
	front, _, _ = bytes.Cut(front, []byte("\n"+fence))
	var document yaml.Node
	if yaml.Unmarshal(front, &document) != nil || len(document.Content) == 0 {
		return first
	}
	node, line := document.Content[0], first
	for _, step := range path {
		var next *yaml.Node
		switch step := step.(type) {
		case string:
			for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
				if node.Content[i].Value == step {
					next, line = node.Content[i+1], node.Content[i].Line+1
				}
			}
		case int:
			if node.Kind == yaml.SequenceNode && step < len(node.Content) {
				next = node.Content[step]
				line = next.Line + 1
			}
		}
		if next == nil {
			return line
		}
		node = next
	}
	return line
}
