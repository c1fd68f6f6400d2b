package expr

import (
	"slices"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// longestRange bounds lists.range, which makes its list before anybody can count it.
const longestRange = 10_000

// costs charges for the text that a function makes: a chain of replacements would
// otherwise grow it without end.
type costs struct{}

// CallCost returns what a call costs, or nil for the usual.
func (costs) CallCost(_, _ string, _ []ref.Val, result ref.Val) *uint64 {
	text, is := result.(types.String)
	if !is {
		return nil
	}
	const lettersAUnit = 10
	cost := uint64(len(text))/lettersAUnit + 1
	return &cost
}

// growing are the functions whose results may be much larger than what they are given.
var growing = []string{"replace", "join", "format", "lists.range"}

// mayCost reports whether an expression can cost much: it goes through a list, or
// makes text of text.
func mayCost(e ast.Expr) bool {
	found := false
	ast.PostOrderVisit(e, ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.ComprehensionKind:
			found = true
		case ast.CallKind:
			found = found || slices.Contains(growing, e.AsCall().FunctionName())
		}
	}))
	return found
}
