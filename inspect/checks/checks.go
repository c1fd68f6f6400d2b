// Package checks holds the rules' checks in Go: those whose condition needs a graph, a
// library or other objects.
package checks

import "github.com/aksight/aksight/inspect/rules"

// All returns the checks by the names that rules call them.
func All() map[string]rules.Check {
	return map[string]rules.Check{}
}
