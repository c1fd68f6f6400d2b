package themes

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// file is a theme as it is written.
type file struct {
	// Base is the theme that holds where this one says nothing.
	Base string `yaml:"base"`
	// Dark is set for a dark background; where it is missing, as the base has it.
	Dark   *bool  `yaml:"dark"`
	Tokens tokens `yaml:"tokens"`
}

// tokens are the looks by the tokens' names, with the lines that they stand on.
type tokens map[string]written

type written struct {
	look string
	line int
	// wrong is why the look cannot be used, or nil.
	wrong error
}

// UnmarshalYAML reads the tokens and keeps their lines.
func (t *tokens) UnmarshalYAML(node ast.Node) error {
	values, err := mapping(node)
	if err != nil {
		return err
	}
	*t = tokens{}
	for _, value := range values {
		name := value.Key.GetToken().Value
		one := written{line: value.Key.GetToken().Position.Line}
		if look, is := value.Value.(*ast.StringNode); is && look.Value != "" {
			one.look = look.Value
		} else {
			one.wrong = fmt.Errorf(`%s is a text such as "#7cc4ff bold" (quote a colour: YAML takes # for a comment)`, name)
		}
		(*t)[name] = one
	}
	return nil
}

// mapping returns the pairs of a node, which YAML keeps apart where it is but one.
func mapping(node ast.Node) ([]*ast.MappingValueNode, error) {
	switch node := node.(type) {
	case *ast.MappingNode:
		return node.Values, nil
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{node}, nil
	case *ast.NullNode:
		return nil, nil
	default:
		return nil, fmt.Errorf("%d: tokens are names with looks, such as critical: red bold", node.GetToken().Position.Line)
	}
}

// read decodes a theme file; place names it in errors.
func read(place string, text []byte) (file, error) {
	var f file
	err := yaml.UnmarshalWithOptions(text, &f, yaml.Strict())
	if err == nil {
		return f, nil
	}
	problem, known := errors.AsType[yaml.Error](err)
	if !known || problem.GetToken() == nil {
		return f, fmt.Errorf("%s:%w", place, err) // begins with the line: from UnmarshalYAML
	}
	message := problem.GetMessage()
	if _, unknown := errors.AsType[*yaml.UnknownFieldError](err); unknown {
		message = fmt.Sprintf("a theme has base, dark and tokens, not %q", problem.GetToken().Value)
	}
	return f, fmt.Errorf("%s:%d: %s", place, problem.GetToken().Position.Line, message)
}
