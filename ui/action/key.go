package action

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// modifiers in the order in which Bubble Tea writes them.
var modifiers = []string{"ctrl", "alt", "shift", "meta", "hyper", "super"}

// named are the keys that have names instead of characters, f1 to f63 beside them.
var named = []string{
	"enter", "tab", "backspace", "esc", "space", "up", "down", "left", "right", "begin", "find", "insert", "delete",
	"select", "pgup", "pgdown", "home", "end", "equal", "mul", "plus", "comma", "minus", "period", "div", "menu", "pause",
}

// spellings are names as people write them too.
var spellings = map[string]string{
	" ": "space", "escape": "esc", "return": "enter", "pagedown": "pgdown", "page-down": "pgdown", "pgdn": "pgdown",
	"pageup": "pgup", "page-up": "pgup", "del": "delete", "ins": "insert", "control": "ctrl", "option": "alt", "opt": "alt",
	"cmd": "super",
}

// Normal brings a key's name as people write it to the one Bubble Tea gives.
func Normal(key string) string {
	if key != " " {
		key = strings.TrimSpace(key)
	}
	held, name := parts(key)
	if len(held) == 0 {
		return spelled(name)
	}
	for i := range held {
		held[i] = spelled(strings.ToLower(strings.TrimSpace(held[i])))
	}
	slices.SortStableFunc(held, func(a, b string) int { return slices.Index(modifiers, a) - slices.Index(modifiers, b) })
	name = spelled(strings.TrimSpace(name))
	if letter, size := utf8.DecodeRuneInString(name); size == len(name) && unicode.IsLetter(letter) {
		if len(held) == 1 && held[0] == "shift" { // what the key types
			return strings.ToUpper(name)
		}
		name = strings.ToLower(name)
	}
	return strings.Join(append(held, name), "+")
}

// parts takes a key's name apart; the key + is what stands at the end of "ctrl++".
func parts(key string) (held []string, name string) {
	at := strings.LastIndexByte(key[:max(0, len(key)-1)], '+')
	if at < 0 {
		return nil, key
	}
	return strings.Split(key[:at], "+"), key[at+1:]
}

func spelled(name string) string {
	if utf8.RuneCountInString(name) == 1 && name != " " {
		return name
	}
	lower := strings.ToLower(name)
	if usual, is := spellings[lower]; is {
		return usual
	}
	if slices.Contains(named, lower) || isFunction(lower) {
		return lower
	}
	return name
}

func isFunction(name string) bool {
	number, is := strings.CutPrefix(name, "f")
	n, err := strconv.Atoi(number)
	return is && err == nil && n >= 1 && n <= 63
}

// isKey reports whether a name in its normal form is one that a keyboard can give.
func isKey(key string) bool {
	held, name := parts(key)
	for i, modifier := range held {
		if !slices.Contains(modifiers, modifier) || slices.Contains(held[:i], modifier) {
			return false
		}
	}
	if slices.Contains(named, name) || isFunction(name) {
		return true
	}
	r, size := utf8.DecodeRuneInString(name)
	return size == len(name) && r != utf8.RuneError && unicode.IsPrint(r)
}
