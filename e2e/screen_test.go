package e2e

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/terminal"
)

// cursor stands before the line that is selected.
const cursor = "▌"

// selected is the text of the line that the cursor is on, without the sheet beside
// the list, or "".
func selected(screen terminal.Screen) string {
	_, line, _ := strings.Cut(screen.Line(cursor), cursor)
	line, _, _ = strings.Cut(line, "│")
	return strings.TrimSpace(line)
}

// selects goes through the list from its top until the cursor is on a line with the
// text.
func (s *session) selects(text string) {
	s.t.Helper()
	s.until("a selected line", func(screen terminal.Screen) bool { return selected(screen) != "" })
	s.press("home")
	for range 200 {
		if s.rests(text) {
			return
		}
		before := selected(s.Screen())
		s.press("down")
		// At the end of the list nothing moves: then once more from the top.
		if _, err := s.WaitUntil(time.Second, func(screen terminal.Screen) bool { return selected(screen) != before }); err != nil {
			s.press("home")
		}
	}
	s.t.Fatalf("the cursor does not come to %q:\n%s", text, s.Screen().Frame())
}

// rests reports whether the cursor is on a line with the text and stays there: keys
// may still be on their way, and rows move while they are read.
func (s *session) rests(text string) bool {
	for range 4 {
		if !strings.Contains(selected(s.Screen()), text) {
			return false
		}
		time.Sleep(25 * time.Millisecond)
	}
	return true
}

// standsOn waits until the cursor is on a line with the text.
func (s *session) standsOn(text string) terminal.Screen {
	s.t.Helper()
	return s.until("the cursor on "+text, func(screen terminal.Screen) bool { return strings.Contains(selected(screen), text) })
}

var clipboard = regexp.MustCompile(`\x1b\]52;c;([A-Za-z0-9+/=]+)`)

// copied waits for text on the terminal's clipboard and returns it.
func (s *session) copied() string {
	s.t.Helper()
	require.NoError(s.t, s.WaitOutput(patience, "\x1b]52;c;"), s.Screen().Frame())
	all := clipboard.FindAllSubmatch(s.Output(), -1)
	require.NotEmpty(s.t, all)
	text, err := base64.StdEncoding.DecodeString(string(all[len(all)-1][1]))
	require.NoError(s.t, err)
	return string(text)
}

// coloured finds escape sequences that set a colour of any kind.
var coloured = regexp.MustCompile(`\x1b\[(?:[0-9:]*;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:[;:][0-9;:]*)?m`)

func TestColoured(t *testing.T) {
	for sequence, want := range map[string]bool{
		"\x1b[31m": true, "\x1b[1;38;5;200m": true, "\x1b[48;2;1;2;3m": true, "\x1b[97m": true, "\x1b[38:2::1:2:3m": true,
		"\x1b[1m": false, "\x1b[0m": false, "\x1b[m": false, "\x1b[7;4m": false, "\x1b[39m": false, "\x1b[31;5H": false,
	} {
		require.Equal(t, want, coloured.MatchString(sequence), "%q", sequence)
	}
}
