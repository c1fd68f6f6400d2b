// Package term knows terminals: what the environment says of them, and the ways to
// reach a clipboard through them.
package term

import "strings"

// Terminal is what the environment says.
type Terminal struct {
	// NoColour is set where the user wants no colours.
	NoColour bool
	// Dumb terminals understand next to nothing.
	Dumb bool
	// Tmux and Remote tell where the program runs: within tmux, over SSH.
	Tmux   bool
	Remote bool
	// Display is set where there is a desktop to copy to.
	Display bool
}

// Read reads an environment of KEY=value lines.
func Read(environ []string) Terminal {
	var t Terminal
	for _, line := range environ {
		key, value, _ := strings.Cut(line, "=")
		switch key {
		case "NO_COLOR": // any value counts, see no-color.org
			t.NoColour = t.NoColour || value != ""
		case "CLICOLOR":
			t.NoColour = t.NoColour || value == "0"
		case "TERM":
			t.Dumb = value == "dumb"
		case "TMUX":
			t.Tmux = value != ""
		case "SSH_CONNECTION", "SSH_TTY":
			t.Remote = t.Remote || value != ""
		case "DISPLAY", "WAYLAND_DISPLAY":
			t.Display = t.Display || value != ""
		}
	}
	return t
}
