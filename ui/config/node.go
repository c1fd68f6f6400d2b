package config

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
)

// said names a value, shortened.
func said(value ast.Node) string {
	switch value := value.(type) {
	case *ast.SequenceNode:
		return "a list"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "names with values"
	case *ast.StringNode, *ast.LiteralNode:
		return "the text " + quoted(value)
	default:
		return quoted(value)
	}
}

func quoted(value ast.Node) string {
	const longest = 40
	text := []rune(value.GetToken().Value)
	if len(text) > longest {
		text = append(text[:longest], '…')
	}
	return fmt.Sprintf("%q", string(text))
}

// bare takes anchors and tags off a value, and puts what an alias stands for in its
// place.
func (c checker) bare(node ast.Node) ast.Node {
	for range 10 { // an anchor may hold an alias of itself
		switch of := node.(type) {
		case *ast.AnchorNode:
			node = of.Value
		case *ast.TagNode:
			node = of.Value
		case *ast.AliasNode:
			value, known := c.anchors[of.Value.GetToken().Value]
			if !known {
				return node
			}
			node = value
		default:
			return node
		}
	}
	return node
}

// anchorsOf are the values that aliases stand for, by the anchor's name.
func anchorsOf(node ast.Node) map[string]ast.Node {
	anchors := anchorMap{}
	ast.Walk(anchors, node)
	return anchors
}

type anchorMap map[string]ast.Node

// Visit notes an anchor.
func (m anchorMap) Visit(node ast.Node) ast.Visitor {
	if anchor, is := node.(*ast.AnchorNode); is && anchor.Name != nil && anchor.Value != nil {
		m[anchor.Name.GetToken().Value] = anchor.Value
	}
	return m
}

// pairs are the pairs of a mapping, which YAML keeps apart where it is but one.
func pairs(node ast.Node) []*ast.MappingValueNode {
	switch node := node.(type) {
	case *ast.MappingNode:
		return node.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{node}
	default:
		return nil
	}
}

func isMapping(node ast.Node) bool {
	_, is := node.(*ast.MappingNode)
	return is
}

func joined(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func keyOf(pair *ast.MappingValueNode) string { return pair.Key.GetToken().Value }
