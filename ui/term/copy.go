package term

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/atotto/clipboard"
)

// Longest is the most text that terminals take through OSC 52: 100,000 characters
// once it is encoded.
const Longest = 74_994

// copyTimeout bounds how long a clipboard program may take.
const copyTimeout = 2 * time.Second

// Clipboard copies text by every way there is.
type Clipboard struct {
	Terminal Terminal
	// Native writes to the desktop's clipboard.
	Native func(text string) error
	// Tmux hands text to tmux, which passes it on to its terminal.
	Tmux func(ctx context.Context, text string) error
}

// NewClipboard returns the clipboard of this machine.
func NewClipboard(t Terminal) *Clipboard {
	return &Clipboard{Terminal: t, Native: clipboard.WriteAll, Tmux: loadBuffer}
}

// Copied says which ways worked.
type Copied struct {
	// Ways are the names of those that did, such as "clipboard" and "tmux".
	Ways []string
	// OSC is set where the text is to be sent to the terminal as well: only the
	// program that draws can do that.
	OSC bool
}

// Copy copies by the ways that need a program of their own.
func (c *Clipboard) Copy(ctx context.Context, text string) Copied {
	ctx, cancel := context.WithTimeout(ctx, copyTimeout)
	defer cancel()
	result := Copied{OSC: len(text) <= Longest && !c.Terminal.Dumb}
	if result.OSC {
		result.Ways = append(result.Ways, "terminal")
	}
	// Over SSH the desktop's clipboard is that of the other machine.
	if (!c.Terminal.Remote || c.Terminal.Display) && within(ctx, func() error { return c.Native(text) }) {
		result.Ways = append(result.Ways, "clipboard")
	}
	if c.Terminal.Tmux && c.Tmux(ctx, text) == nil {
		result.Ways = append(result.Ways, "tmux")
	}
	return result
}

// within waits for a call no longer than the context lasts.
func within(ctx context.Context, call func() error) bool {
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err == nil
	case <-ctx.Done():
		return false
	}
}

func loadBuffer(ctx context.Context, text string) error {
	load := exec.CommandContext(ctx, "tmux", "load-buffer", "-w", "-")
	load.Stdin = strings.NewReader(text)
	if err := load.Run(); err != nil {
		return fmt.Errorf("tmux load-buffer: %w", err)
	}
	return nil
}
