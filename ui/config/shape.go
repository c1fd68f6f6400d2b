package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// shape is what the value of a setting may look like.
type shape uint8

const (
	aText shape = iota
	yesOrNo
	wholeNumber
	texts      // a list
	textOrList // one text or a list
	keysByName // actions with one key or a list each
	themeNames // one theme, or one for each background
)

// says completes "is": what a value has to be.
func (s shape) says() string {
	return [...]string{
		aText: "a text", yesOrNo: "true or false", wholeNumber: "a whole number",
		texts: "a list, such as [one, two]", textOrList: "one key or a list of keys, such as [q, ctrl+q]",
		keysByName: "actions with their keys, such as {copy: c}",
		themeNames: "the name of a theme, or {dark: NAME, light: NAME}",
	}[s]
}

// checkShape names the first setting that there is none of, or whose value is of the
// wrong kind. What is no YAML is left to the decoder.
func checkShape(name string, data []byte) error {
	file, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil || len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil //nolint:nilerr // the decoder tells it
	}
	c := checker{name: name, anchors: anchorsOf(file.Docs[0].Body)}
	switch body := c.bare(file.Docs[0].Body).(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return c.group("", body)
	case *ast.NullNode, *ast.AliasNode, *ast.CommentGroupNode:
		return nil
	default:
		return c.wrong(body, "settings are names with values, such as ascii: true")
	}
}

// checker checks one file.
type checker struct {
	name    string
	anchors map[string]ast.Node
	depth   int
}

func (c checker) wrong(node ast.Node, say string) error {
	return fmt.Errorf("%s:%d: %s", c.name, node.GetToken().Position.Line, say)
}

// group checks the settings of one level; path names it, empty at the top.
func (c checker) group(path string, node ast.Node) error {
	for _, pair := range pairs(node) {
		if pair.Key.IsMergeKey() {
			if err := c.merged(path, c.bare(pair.Value)); err != nil {
				return err
			}
			continue
		}
		if err := c.setting(joined(path, keyOf(pair)), pair); err != nil {
			return err
		}
	}
	return c.twice(path, node)
}

// merged checks the settings that << brings in.
func (c checker) merged(path string, node ast.Node) error {
	c.depth++
	const deepest = 10 // what is merged may bring itself in
	if c.depth > deepest {
		return c.wrong(node, "what << brings in holds itself: write the settings out")
	}
	list, several := node.(*ast.SequenceNode)
	if !several {
		return c.group(path, node)
	}
	for _, one := range list.Values {
		if err := c.group(path, c.bare(one)); err != nil {
			return err
		}
	}
	return nil
}

// twice refuses names that stand in one mapping twice.
func (c checker) twice(path string, node ast.Node) error {
	lines := map[string]int{}
	for _, pair := range pairs(node) {
		if pair.Key.IsMergeKey() {
			continue
		}
		name, line := keyOf(pair), pair.Key.GetToken().Position.Line
		if first, known := lines[name]; known {
			return c.wrong(pair.Key, fmt.Sprintf("%s is set twice, the first time on line %d", joined(path, name), first))
		}
		lines[name] = line
	}
	return nil
}

// setting checks one setting, or what is under it.
func (c checker) setting(path string, pair *ast.MappingValueNode) error {
	value := c.bare(pair.Value)
	switch value.(type) {
	case *ast.NullNode, *ast.AliasNode:
		return c.known(path, pair)
	}
	all := Settings()
	if at := slices.IndexFunc(all, func(s Setting) bool { return s.Path == path }); at >= 0 {
		if !fits(all[at].shape, value) {
			return c.wrong(pair.Value, path+" is "+all[at].shape.says()+", not "+said(value))
		}
		return c.inside(path, all[at].shape, value)
	}
	if err := c.known(path, pair); err != nil {
		return err
	}
	if len(pairs(value)) == 0 && !isMapping(value) {
		return c.wrong(pair.Value, path+" holds settings of its own: "+strings.Join(under(path), ", ")+"; not "+said(value))
	}
	return c.group(path, value)
}

// known refuses what is neither a setting nor a group of some.
func (c checker) known(path string, pair *ast.MappingValueNode) error {
	for _, setting := range Settings() {
		if setting.Path == path || strings.HasPrefix(setting.Path, path+".") {
			return nil
		}
	}
	group, _, nested := cutLast(path)
	from := under("")
	if nested {
		from = under(group)
	}
	return c.wrong(pair.Key, fmt.Sprintf("there is no setting %q: use %s", path, strings.Join(nearest(path, from), ", ")))
}

// inside checks what the value of a setting holds.
func (c checker) inside(path string, is shape, value ast.Node) error {
	switch is {
	case texts, textOrList:
		if list, many := value.(*ast.SequenceNode); many {
			for _, at := range list.Values {
				if one := c.bare(at); !fits(aText, one) {
					return c.wrong(at, path+" holds "+said(one)+" where a text should be")
				}
			}
		}
	case keysByName:
		if err := c.twice(path, value); err != nil {
			return err
		}
		for _, pair := range pairs(value) {
			if pair.Key.IsMergeKey() {
				continue
			}
			under, one := path+"."+keyOf(pair), c.bare(pair.Value)
			if !fits(textOrList, one) {
				return c.wrong(pair.Value, under+" is "+textOrList.says()+", not "+said(one))
			}
			if err := c.inside(under, textOrList, one); err != nil {
				return err
			}
		}
	case themeNames:
		if err := c.twice(path, value); err != nil {
			return err
		}
		for _, pair := range pairs(value) {
			ground, one := keyOf(pair), c.bare(pair.Value)
			switch {
			case ground != "dark" && ground != "light":
				return c.wrong(pair.Key, fmt.Sprintf("there is no setting %q: use %s", path+"."+ground,
					strings.Join(nearest(path+"."+ground, []string{path + ".dark", path + ".light"}), ", ")))
			case !fits(aText, one):
				return c.wrong(pair.Value, path+"."+ground+" is the name of a theme, not "+said(one))
			}
		}
	}
	return nil
}

// fits reports whether a value has a shape. What an alias stands for, and no value at
// all, is left to the decoder.
func fits(is shape, value ast.Node) bool {
	switch value := value.(type) {
	case *ast.NullNode, *ast.AliasNode:
		return true
	case *ast.StringNode, *ast.LiteralNode:
		return is == aText || is == textOrList || is == themeNames
	case *ast.BoolNode:
		return is == yesOrNo || is == aText || is == textOrList || is == themeNames
	case *ast.IntegerNode:
		if is == wholeNumber {
			_, small := value.Value.(uint64)
			_, negative := value.Value.(int64)
			return small || negative
		}
		return is == aText || is == textOrList || is == themeNames
	case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return is == aText || is == textOrList || is == themeNames
	case *ast.SequenceNode:
		return is == texts || is == textOrList
	case *ast.MappingNode, *ast.MappingValueNode:
		return is == keysByName || is == themeNames
	default:
		return false
	}
}
