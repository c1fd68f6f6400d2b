package expr

import (
	"slices"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// path is a property that an expression reads, below r, cluster or children.
type path struct {
	root string
	keys []string
}

// present reports whether the document carries the property. Children are documents
// of their own: reading them is waited for by their kind.
func (p path) present(s model.Subject) bool {
	if p.root == "children" {
		return true
	}
	tree := s.Cluster.Tree
	if p.root == "r" {
		tree = document.Tree(s)
	}
	var value any = tree
	for _, key := range p.keys {
		object, is := value.(map[string]any)
		if !is {
			return false
		}
		if value, is = object[key]; !is {
			return false
		}
	}
	return true
}

// helperReads are the properties that helpers look at.
var helperReads = map[string][]string{
	"automatic":   {"sku", "name"},
	"stopped":     {"properties", "powerState", "code"},
	"windows":     {"osType"},
	"managedPool": {"mode"},
}

// readsOf collects the properties that an expression reads, each by its longest path.
func readsOf(e ast.Expr) []path {
	if found, is := pathOf(e); is {
		if len(found.keys) == 0 {
			return nil
		}
		return []path{found}
	}
	var reads []path
	switch e.Kind() {
	case ast.CallKind:
		call := e.AsCall()
		if keys, known := helperReads[call.FunctionName()]; known && len(call.Args()) == 1 {
			if root, is := pathOf(call.Args()[0]); is {
				return []path{{root: root.root, keys: append(root.keys, keys...)}}
			}
		}
		if call.IsMemberFunction() {
			reads = append(reads, readsOf(call.Target())...)
		}
		for _, arg := range call.Args() {
			reads = append(reads, readsOf(arg)...)
		}
	case ast.SelectKind:
		reads = readsOf(e.AsSelect().Operand())
	case ast.ListKind:
		for _, element := range e.AsList().Elements() {
			reads = append(reads, readsOf(element)...)
		}
	case ast.MapKind:
		for _, entry := range e.AsMap().Entries() {
			reads = append(reads, readsOf(entry.AsMapEntry().Value())...)
		}
	case ast.ComprehensionKind:
		loop := e.AsComprehension()
		for _, part := range []ast.Expr{loop.IterRange(), loop.AccuInit(), loop.LoopCondition(), loop.LoopStep(), loop.Result()} {
			reads = append(reads, readsOf(part)...)
		}
	}
	return reads
}

// derived are the variables that are made of one child kind.
var derived = map[string]model.Kind{
	"support":     model.KindKubernetesVersions,
	"upgrades":    model.KindUpgradeProfile,
	"newestImage": model.KindUpgradeProfile,
}

// Derived returns the child kind that a variable is made of, and whether it is one that
// is made of children.
func Derived(variable string) (kind model.Kind, is bool) {
	kind, is = derived[variable]
	return kind, is
}

// joinsOf collects the child kinds that an expression looks at, each once.
func joinsOf(e ast.Expr) []model.Kind {
	var kinds []model.Kind
	add := func(kind model.Kind) {
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	for _, found := range readsOf(e) {
		if found.root == "children" {
			add(model.Kind(found.keys[0]))
		}
	}
	ast.PostOrderVisit(e, ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.IdentKind {
			if kind, is := derived[e.AsIdent()]; is {
				add(kind)
			}
		}
	}))
	return kinds
}

// pathOf recognises r.a.b, r.?a.?b and r["a"].
func pathOf(e ast.Expr) (path, bool) {
	switch e.Kind() {
	case ast.IdentKind:
		name := e.AsIdent()
		return path{root: name}, name == "r" || name == "pod" || name == "cluster" || name == "children"
	case ast.SelectKind:
		selected := e.AsSelect()
		found, is := pathOf(selected.Operand())
		found.keys = append(slices.Clip(found.keys), selected.FieldName())
		return found, is
	case ast.CallKind:
		call := e.AsCall()
		switch call.FunctionName() {
		case "_?._", "_[_]", "_[?_]":
		default:
			return path{}, false
		}
		key := call.Args()[1]
		if key.Kind() != ast.LiteralKind {
			return path{}, false
		}
		name, is := key.AsLiteral().(types.String)
		if !is {
			return path{}, false
		}
		found, is := pathOf(call.Args()[0])
		found.keys = append(slices.Clip(found.keys), string(name))
		return found, is
	}
	return path{}, false
}

// namesIn collects the variables that an expression names, those of its own loops too.
func namesIn(e ast.Expr) []string {
	var names []string
	ast.PostOrderVisit(e, ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.IdentKind && !slices.Contains(names, e.AsIdent()) {
			names = append(names, e.AsIdent())
		}
	}))
	return names
}

// listIn finds the list behind .orValue([]) and .filter(...).
func listIn(e ast.Expr) ast.Expr {
	if e.Kind() == ast.ComprehensionKind {
		return listIn(e.AsComprehension().IterRange())
	}
	if e.Kind() == ast.CallKind && e.AsCall().FunctionName() == "orValue" {
		return e.AsCall().Target()
	}
	return e
}
