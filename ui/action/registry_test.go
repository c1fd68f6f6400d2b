package action_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/ui/action"
)

func TestRegistryIsWhole(t *testing.T) {
	t.Parallel()
	r, err := action.New(nil)
	require.NoError(t, err)
	for _, is := range r.Actions() {
		assert.NotEmpty(t, is.Name, is.ID)
		assert.True(t, strings.HasSuffix(is.Help, "."), "%s: %s", is.ID, is.Help)
		assert.Contains(t, action.Groups, is.Group, is.ID)
		for _, key := range is.Keys {
			assert.Equal(t, key, action.Normal(key), is.ID)
			assert.Contains(t, r.For(key), is.ID)
		}
		if len(is.Keys) == 0 {
			// What is seldom done has no key: the palette and help have its name.
			assert.True(t, is.Everywhere && !is.Quiet, is.ID)
			continue
		}
		assert.Equal(t, is.Keys[0], r.Key(is.ID))
	}
	assert.Empty(t, r.Key("sing"))
}

func TestRemap(t *testing.T) {
	t.Parallel()
	r, err := action.New(map[string][]string{"mark": {" "}, "refresh": {"ctrl+r", "f5"}, "page-down": {"PageDown"}})
	require.NoError(t, err)
	assert.Equal(t, "space", r.Key(action.Mark))
	assert.Equal(t, "ctrl+r", r.Key(action.Refresh))
	assert.Empty(t, r.For("r"))
	assert.Equal(t, []action.ID{action.PageDown}, r.For("pgdown"))

	for name, test := range map[string]struct {
		keys map[string][]string
		say  string
	}{
		"unknown":  {map[string][]string{"sing": {"z"}}, `there is no action "sing"`},
		"empty":    {map[string][]string{"fix": {""}}, "an empty key"},
		"ctrl+c":   {map[string][]string{"fix": {"ctrl+c"}}, "always leaves the program"},
		"conflict": {map[string][]string{"fix": {"q"}}, "the key q is given to both fix and quit"},
	} {
		_, err := action.New(test.keys)
		require.ErrorContains(t, err, test.say, name)
	}
}
