package expr

import (
	"sync"
	"sync/atomic"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// What is remembered of a function: short texts, and so few that hostile documents
// cannot fill the memory.
const (
	longestRemembered = 64
	mostRemembered    = 512
)

// remembered gives the values of a function of text alone from memory: an estate's
// documents hold few different words, again and again.
func remembered(f func(string) ref.Val) func(ref.Val) ref.Val {
	var values sync.Map // of types.String to ref.Val
	var count atomic.Int32
	return func(arg ref.Val) ref.Val {
		if known, is := values.Load(arg); is {
			return known.(ref.Val)
		}
		text := string(arg.(types.String))
		value := f(text)
		if len(text) <= longestRemembered && count.Load() < mostRemembered {
			if _, known := values.LoadOrStore(arg, value); !known {
				count.Add(1)
			}
		}
		return value
	}
}
