package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/aksight/aksight/e2e/terminal"
)

// patience is how long a screen may take before the measurement is given up.
const patience = 2 * time.Minute

// starts measures the time to the first frame and the memory after a while.
func starts(opts options) error {
	fmt.Println("| start, 120x40 | first frame p50 | p95 | estate shown p50 | p95 | resident after 2 s |")
	fmt.Println("| --- | --- | --- | --- | --- | --- |")
	cases := []struct {
		name, path string
		args       []string
		rows       string // what shows that the estate is there
	}{
		{"empty program", opts.empty, nil, "row 0"},
		{"aksight demo", opts.program, []string{"demo", "--fresh"}, "prod-web"},
	}
	first, shown := make([]figures, len(cases)), make([]figures, len(cases))
	memory := make([]int, len(cases))
	for range opts.runs {
		// In turn, so that a busy moment of the machine meets all alike.
		for i, c := range cases {
			f, s, m, err := start(opts, c.path, c.args, c.rows, len(first[i]) == 0)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			first[i], shown[i] = append(first[i], f), append(shown[i], s)
			memory[i] = max(memory[i], m)
		}
	}
	for i, c := range cases {
		fmt.Printf("| %s | %s ms | %s ms | %s ms | %s ms | %s MiB |\n", c.name,
			ms(first[i].at(.5)), ms(first[i].at(.95)), ms(shown[i].at(.5)), ms(shown[i].at(.95)), mib(memory[i]))
	}
	fmt.Println()
	return nil
}

// start runs a program until its estate is shown.
func start(opts options, path string, args []string, rows string, stay bool) (first, shown time.Duration, memory int, err error) {
	term, err := run(opts, path, args...)
	if err != nil {
		return 0, 0, 0, err
	}
	defer term.Close()
	screen, err := term.WaitUntil(patience, func(s terminal.Screen) bool { return s.Alternate && strings.TrimSpace(s.String()) != "" })
	if err != nil {
		return 0, 0, 0, fmt.Errorf("%w\n%s", err, screen.Frame())
	}
	first = time.Since(term.Started)
	if screen, err = term.WaitUntil(patience, func(s terminal.Screen) bool { return s.Has(rows) }); err != nil {
		return 0, 0, 0, fmt.Errorf("%w\n%s", err, screen.Frame())
	}
	shown = time.Since(term.Started)
	if stay {
		time.Sleep(2*time.Second - shown)
		memory = resident(term.PID())
	}
	return first, shown, memory, nil
}

// run starts a program with an environment like a user's who was shown around before.
func run(opts options, path string, args ...string) (*terminal.Terminal, error) {
	state := filepath.Join(opts.dir, "home", ".local", "state", "aksight")
	if err := os.MkdirAll(state, 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(state, "tour.json"), []byte(`{"begun":true}`), 0o600); err != nil {
		return nil, err
	}
	env := []string{
		"HOME=" + opts.dir + "/home", "PATH=/usr/bin:/bin",
		"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8",
	}
	return terminal.Start(terminal.Command{
		Path: path, Args: args, Cols: 120, Rows: 40, Dir: opts.dir, Env: append(env, strings.Fields(opts.env)...),
	})
}

// resident is a process's memory in bytes.
func resident(pid int) int { return status(pid, "VmRSS:") }

// peak is the most memory that a process had.
func peak(pid int) int { return status(pid, "VmHWM:") }

func status(pid int, field string) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if value, found := strings.CutPrefix(line, field); found {
			kib, _ := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")))
			return kib << 10
		}
	}
	return 0
}
