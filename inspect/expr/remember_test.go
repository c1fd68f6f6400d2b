package expr

import (
	"fmt"
	"strings"
	"testing"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/stretchr/testify/assert"
)

func TestAWordIsLookedAtOnce(t *testing.T) {
	asked := map[string]int{}
	upper := remembered(func(s string) ref.Val {
		asked[s]++
		return types.String(strings.ToUpper(s))
	})
	for range 3 {
		assert.Equal(t, types.String("CILIUM"), upper(types.String("cilium")))
		assert.Equal(t, types.String(""), upper(types.String("")))
	}
	assert.Equal(t, map[string]int{"cilium": 1, "": 1}, asked)
}

func TestWhatIsRememberedIsLimited(t *testing.T) {
	asked := map[string]int{}
	same := remembered(func(s string) ref.Val {
		asked[s]++
		return types.String(s)
	})
	long := strings.Repeat("x", longestRemembered+1)
	for n := range 2 * mostRemembered {
		same(types.String(fmt.Sprint(n)))
	}
	for range 2 {
		assert.Equal(t, types.String(long), same(types.String(long)))
		assert.Equal(t, types.String("0"), same(types.String("0")))
		assert.Equal(t, types.String("1000"), same(types.String("1000")))
	}
	assert.Equal(t, 2, asked[long], "a long text is not kept")
	assert.Equal(t, 1, asked["0"], "what came first is")
	assert.Equal(t, 3, asked["1000"], "what came after too many is not")
}
