package terminal

import "strings"

var keyBytes = map[string]string{
	"enter":     "\r",
	"esc":       "\x1b",
	"tab":       "\t",
	"shift+tab": "\x1b[Z",
	"space":     " ",
	"backspace": "\x7f",
	"delete":    "\x1b[3~",
	"up":        "\x1b[A",
	"down":      "\x1b[B",
	"right":     "\x1b[C",
	"left":      "\x1b[D",
	"home":      "\x1b[H",
	"end":       "\x1b[F",
	"pgup":      "\x1b[5~",
	"pgdown":    "\x1b[6~",
}

// Bytes returns what a terminal sends for a key: a name such as enter, esc, down,
// ctrl+c or alt+x, or else the text itself.
func Bytes(key string) []byte {
	if sequence, named := keyBytes[key]; named {
		return []byte(sequence)
	}
	if rest, ctrl := strings.CutPrefix(key, "ctrl+"); ctrl && len(rest) == 1 {
		return []byte{rest[0] & 0x1f}
	}
	if rest, alt := strings.CutPrefix(key, "alt+"); alt && rest != "" {
		return append([]byte{0x1b}, Bytes(rest)...)
	}
	return []byte(key)
}
