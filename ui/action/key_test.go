package action_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/ui/action"
)

func TestNormal(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		" ": "space", " ctrl+r ": "ctrl+r", "Ctrl+R": "ctrl+r", "shift+r": "R", "R": "R", "Escape": "esc", "PageDown": "pgdown",
		"alt+ctrl+x": "ctrl+alt+x", "shift+tab": "shift+tab", "ctrl++": "ctrl++", "+": "+", "F5": "f5", "ctrl+Space": "ctrl+space",
		"option+left": "alt+left", "é": "é", "": "", "++": "++",
	} {
		assert.Equal(t, want, action.Normal(key), "%q", key)
	}
}

func TestCheckNamesEveryMistake(t *testing.T) {
	t.Parallel()
	wrong := action.Check(map[string][]string{
		"fix": {"ctlr+r", "ctrl+ctrl+r", "pgdwn"}, "sing": {"z"}, "copy": {"q"}, "refresh": {"x"}, "up": {"f70"},
	})
	says := map[string][]string{}
	for _, one := range wrong {
		says[one.Action] = append(says[one.Action], one.Say)
	}
	assert.Len(t, says["fix"], 3)
	assert.Contains(t, says["fix"][0], `fix: there is no key "ctlr+r": write a character`)
	assert.Len(t, says["sing"], 1)
	assert.Equal(t, []string{"the key q is given to both copy and quit: choose another key for one of them"}, says["copy"])
	assert.Equal(t, []string{"the key x is given to both explain and refresh: choose another key for one of them"}, says["refresh"])
	assert.Len(t, says["up"], 1)
	assert.Empty(t, action.Check(map[string][]string{"fix": {"ctrl+alt+f", "é", "+", "ctrl++", "f12"}}))
}

func FuzzKey(f *testing.F) {
	for _, seed := range []string{"ctrl+r", " ", "ctrl++", "+", "shift+é", "alt+ctrl+PageDown", "\xff+\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, key string) {
		normal := action.Normal(key)
		assert.Equal(t, normal, action.Normal(normal), "%q", key)
		_ = action.Check(map[string][]string{"fix": {key}})
	})
}
