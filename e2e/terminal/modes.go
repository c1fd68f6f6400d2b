package terminal

import (
	"errors"
	"fmt"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"golang.org/x/sys/unix"
)

// modes are the terminal's states that a program has to put back before it quits.
type modes struct {
	cursorShown bool
	set         map[int]bool
}

func newModes() modes { return modes{cursorShown: true, set: map[int]bool{}} }

func (m *modes) callbacks() vt.Callbacks {
	return vt.Callbacks{
		EnableMode:  func(mode ansi.Mode) { m.turn(mode, true) },
		DisableMode: func(mode ansi.Mode) { m.turn(mode, false) },
	}
}

// turn follows the cursor too: terminals hide it for both screens at once, while the
// emulator keeps it for each.
func (m *modes) turn(mode ansi.Mode, on bool) {
	m.set[mode.Mode()] = on
	if mode == ansi.ModeTextCursorEnable {
		m.cursorShown = on
	}
}

// leftovers are the modes that make a shell unusable when they stay on.
var leftovers = []struct {
	mode int
	name string
}{
	{1000, "mouse clicks are still reported"},
	{1002, "mouse drags are still reported"},
	{1003, "mouse moves are still reported"},
	{1004, "focus is still reported"},
	{2004, "bracketed paste is still on"},
	{2031, "colour scheme changes are still reported"},
}

// Restored returns what is wrong with the state in which the program left the
// terminal, or nothing.
func (t *Terminal) Restored() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var wrong []string
	if t.em.IsAltScreen() {
		wrong = append(wrong, "the alternate screen was not left")
	}
	if !t.modes.cursorShown {
		wrong = append(wrong, "the cursor is still hidden")
	}
	for _, leftover := range leftovers {
		if t.modes.set[leftover.mode] {
			wrong = append(wrong, leftover.name)
		}
	}
	// The two ends of a pseudo-terminal share their settings.
	settings, err := t.settings()
	switch {
	case err != nil:
		wrong = append(wrong, fmt.Sprintf("the terminal's settings cannot be read: %v", err))
	case settings.Lflag&unix.ECHO == 0 || settings.Lflag&unix.ICANON == 0:
		wrong = append(wrong, "raw mode is still on")
	}
	return wrong
}

func (t *Terminal) settings() (settings *unix.Termios, err error) {
	err = t.control(func(fd int) error {
		settings, err = unix.IoctlGetTermios(fd, unix.TCGETS)
		return err
	})
	return settings, err
}

// control works on the terminal without File.Fd, which would make reads block.
func (t *Terminal) control(work func(fd int) error) error {
	conn, err := t.master.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) { failed = work(int(fd)) })
	return errors.Join(err, failed)
}
