// Package terminal runs a program under a pseudo-terminal with a terminal emulator
// at its other end, so that what a person would see can be read, waited for and
// timed.
package terminal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// Command is a program and the terminal to run it in.
type Command struct {
	Path string
	Args []string
	// Env is the whole environment: nothing is inherited.
	Env        []string
	Dir        string
	Cols, Rows int
}

// Terminal is a program that runs in an emulated terminal. Close it.
type Terminal struct {
	// Started is the moment before the process was made.
	Started time.Time

	cmd    *exec.Cmd
	master *os.File

	mu      sync.Mutex
	em      *vt.Emulator
	output  bytes.Buffer
	changed chan struct{} // closed and replaced at every write
	modes   modes

	exited chan struct{}
	drawn  chan struct{}
	close  sync.Once
}

// Start runs the command.
func Start(command Command) (*Terminal, error) {
	t := &Terminal{
		em:      vt.NewEmulator(command.Cols, command.Rows),
		changed: make(chan struct{}),
		exited:  make(chan struct{}),
		drawn:   make(chan struct{}),
		modes:   newModes(),
	}
	t.em.SetCallbacks(t.modes.callbacks())
	t.cmd = exec.Command(command.Path, command.Args...)
	t.cmd.Env = command.Env
	t.cmd.Dir = command.Dir

	t.Started = time.Now()
	master, err := pty.StartWithSize(t.cmd, size(command.Cols, command.Rows))
	if err != nil {
		return nil, fmt.Errorf("starting %s in a terminal: %w", command.Path, err)
	}
	if t.master, err = pollable(master); err != nil {
		_ = t.cmd.Process.Kill()
		return nil, err
	}
	go t.draw()
	go t.answer()
	go func() {
		_ = t.cmd.Wait() // the exit code is asked from ProcessState
		close(t.exited)
	}()
	return t, nil
}

func size(cols, rows int) *pty.Winsize {
	return &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)}
}

// pollable replaces the file by one whose reads end when it is closed: the package
// that opened it has made it block.
func pollable(blocking *os.File) (*os.File, error) {
	defer blocking.Close()
	fd, err := unix.FcntlInt(blocking.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("taking over the terminal: %w", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, fmt.Errorf("taking over the terminal: %w", err)
	}
	return os.NewFile(uintptr(fd), blocking.Name()), nil
}

// draw feeds the program's output to the emulator until the program's end of the
// terminal is closed.
func (t *Terminal) draw() {
	defer close(t.drawn)
	chunk := make([]byte, 64<<10)
	for {
		n, err := t.master.Read(chunk)
		if n > 0 {
			t.mu.Lock()
			t.output.Write(chunk[:n])
			_, _ = t.em.Write(chunk[:n]) // fails only once closed
			close(t.changed)
			t.changed = make(chan struct{})
			t.mu.Unlock()
		}
		if err != nil {
			return
		}
	}
}

// answer hands the emulator's answers to the program's questions back. It reads on
// when the program is gone, or the emulator would block.
func (t *Terminal) answer() {
	_, _ = io.Copy(lenient{t.master}, reader{t.em})
}

// lenient swallows write errors: a program that has quit asks nothing more.
type lenient struct{ w io.Writer }

func (l lenient) Write(p []byte) (int, error) {
	_, _ = l.w.Write(p)
	return len(p), nil
}

// reader hides the emulator's other methods from io.Copy.
type reader struct{ io.Reader }

// Screen returns what is on the screen now.
func (t *Terminal) Screen() Screen {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen()
}

func (t *Terminal) screen() Screen {
	return newScreen(t.em, t.modes.cursorShown)
}

// Render returns the screen with its colours as escape sequences.
func (t *Terminal) Render() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.em.Render()
}

// Output returns everything that the program has written so far.
func (t *Terminal) Output() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.output.Bytes())
}

// ErrTimeout says that a screen did not come in time.
var ErrTimeout = errors.New("the screen did not come in time")

// ErrExited says that the program ended before its screen came.
var ErrExited = errors.New("the program ended first")

// WaitUntil returns the first screen that meets the condition, or the last one with
// ErrTimeout or ErrExited.
func (t *Terminal) WaitUntil(limit time.Duration, met func(Screen) bool) (Screen, error) {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	for {
		t.mu.Lock()
		screen, changed := t.screen(), t.changed
		t.mu.Unlock()
		if met(screen) {
			return screen, nil
		}
		select {
		case <-changed:
		case <-deadline.C:
			return screen, ErrTimeout
		case <-t.drawn:
			if screen = t.Screen(); met(screen) {
				return screen, nil
			}
			return screen, ErrExited
		}
	}
}

// WaitOutput waits until the program has written the text, seen or not.
func (t *Terminal) WaitOutput(limit time.Duration, text string) error {
	_, err := t.WaitUntil(limit, func(Screen) bool { return bytes.Contains(t.Output(), []byte(text)) })
	return err
}

// Press sends keys by name (see Bytes). A lone escape is told from the start of a
// sequence by the silence after it, so there is a pause behind esc.
func (t *Terminal) Press(keys ...string) error {
	for i, key := range keys {
		if _, err := t.master.Write(Bytes(key)); err != nil {
			return fmt.Errorf("pressing %s: %w", key, err)
		}
		if key == "esc" && i < len(keys)-1 {
			time.Sleep(escPause)
		}
	}
	return nil
}

// escPause is longer than any program waits for the rest of a sequence.
const escPause = 150 * time.Millisecond

// Resize changes the terminal's size; the program gets its signal.
func (t *Terminal) Resize(cols, rows int) error {
	t.mu.Lock()
	t.em.Resize(cols, rows)
	t.mu.Unlock()
	size := &unix.Winsize{Col: uint16(cols), Row: uint16(rows)}
	if err := t.control(func(fd int) error { return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, size) }); err != nil {
		return fmt.Errorf("resizing the terminal: %w", err)
	}
	return nil
}

// Signal sends the program a signal.
func (t *Terminal) Signal(signal syscall.Signal) error {
	return t.cmd.Process.Signal(signal)
}

// PID is the program's process ID.
func (t *Terminal) PID() int { return t.cmd.Process.Pid }

// Wait waits for the program's end and for its last output, and returns its exit
// code: -1 where a signal ended it.
func (t *Terminal) Wait(limit time.Duration) (int, error) {
	deadline := time.After(limit)
	for _, done := range []chan struct{}{t.exited, t.drawn} {
		select {
		case <-done:
		case <-deadline:
			return 0, fmt.Errorf("the program still runs after %s", limit)
		}
	}
	return t.cmd.ProcessState.ExitCode(), nil
}

// Hangup closes the terminal's window: the program has lost its terminal.
func (t *Terminal) Hangup(limit time.Duration) error {
	if err := t.master.Close(); err != nil {
		return fmt.Errorf("closing the terminal: %w", err)
	}
	select {
	case <-t.exited:
		return nil
	case <-time.After(limit):
		return fmt.Errorf("the program still runs %s after its terminal was closed", limit)
	}
}

// Close kills whatever still runs in the terminal and frees it.
func (t *Terminal) Close() {
	t.close.Do(func() {
		// The program leads its session, so the group is it and what it started.
		_ = syscall.Kill(-t.cmd.Process.Pid, syscall.SIGKILL)
		<-t.exited
		_ = t.master.Close()
		<-t.drawn
		t.mu.Lock()
		_ = t.em.Close()
		t.mu.Unlock()
	})
}
