package term

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
)

// Editor is the editor that the environment names: VISUAL, else EDITOR, else the one
// that every system has.
func Editor(getenv func(string) string) string {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if editor := strings.TrimSpace(getenv(name)); editor != "" {
			return editor
		}
	}
	if runtime.GOOS == "windows" {
		return "notepad"
	}
	return "vi"
}

// Edit opens a file in an editor and waits until it is closed. The editor may be a
// command with arguments, such as "code --wait".
func Edit(ctx context.Context, editor, path string, in io.Reader, out, errs io.Writer) error {
	// As git does it: the words of the editor are the shell's business, the path is
	// data. Windows has no such shell.
	run := exec.CommandContext(ctx, "sh", "-c", editor+` "$@"`, editor, path)
	if runtime.GOOS == "windows" {
		words := strings.Fields(editor)
		if len(words) == 0 {
			return errors.New("no editor is named")
		}
		run = exec.CommandContext(ctx, words[0], append(words[1:], path)...)
	}
	run.Stdin, run.Stdout, run.Stderr = in, out, errs
	if err := run.Run(); err != nil {
		return fmt.Errorf("the editor %q ended with an error: set VISUAL or EDITOR to another: %w", editor, err)
	}
	return nil
}
