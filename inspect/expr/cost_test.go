package expr_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/expr"
)

// A rule of a stranger's cannot take the program's time or memory.
func TestExpressionsCannotDoHarm(t *testing.T) {
	digits := "[0,1,2,3,4,5,6,7,8,9]"
	loops := "true"
	for range 9 {
		loops = digits + ".all(x, " + loops + ")"
	}
	bound := "size(z)"
	for range 40 {
		bound = "cel.bind(z, z + z, " + bound + ")"
	}
	for name, source := range map[string]string{
		"loops":        loops,
		"replacements": "'x'" + strings.Repeat(".replace('x', 'xxxxxxxxxx')", 12) + " == ''",
		"doubling":     "cel.bind(z, 'xxxxxxxxxx', " + bound + ") == 0",
		"doubled list": "cel.bind(z, [1,2,3], " + bound + ") == 0 && false",
		"a long list":  "size(lists.range(100000000)) == 0",
		"join":         "lists.range(9999).map(x, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx').join('yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy') == ''",
		"format":       "'%.999999999f'.format([1.0]) == ''",
	} {
		t.Run(name, func(t *testing.T) {
			program, err := expr.CompileCondition(source)
			if err != nil {
				return // refused at once
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			begun := time.Now()
			holds, err := program.Holds(expr.NewVars(subject(t, `{}`, false), now, nil, nil))
			runtime.ReadMemStats(&after)
			assert.Less(t, time.Since(begun), 2*time.Second)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(256<<20))
			if name != "doubled list" { // lists are joined without a copy
				require.Error(t, err)
			}
			assert.False(t, holds)
		})
	}
}
