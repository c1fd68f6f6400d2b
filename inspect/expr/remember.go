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
// documents hold few different words, again and again. The text comes as a string or a
// types.String, in the box that it is in already.
func remembered(f func(string) ref.Val) func(any) ref.Val {
	var values sync.Map // of text to ref.Val
	var count atomic.Int32
	return func(boxed any) ref.Val {
		if known, is := values.Load(boxed); is {
			return known.(ref.Val)
		}
		text, is := boxed.(string)
		if !is {
			text = string(boxed.(types.String))
		}
		value := f(text)
		if len(text) <= longestRemembered && count.Load() < mostRemembered {
			if _, known := values.LoadOrStore(boxed, value); !known {
				count.Add(1)
			}
		}
		return value
	}
}
