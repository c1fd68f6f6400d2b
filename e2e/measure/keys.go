package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/aksight/aksight/e2e/terminal"
)

// keys measures the time from a key to the screen that it changes.
func keys(opts options) error {
	fmt.Println("| keys, 120x40 | p50 | p90 | p99 | worst | keys | peak memory |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- |")
	term, err := run(opts, opts.empty)
	if err != nil {
		return err
	}
	err = table(opts, term, "empty program", func() bool { return true })
	term.Close()
	if err != nil {
		return err
	}
	for _, page := range []string{"clusters", "findings"} {
		if err := large(opts, page); err != nil {
			return fmt.Errorf("%s: %w", page, err)
		}
	}
	return nil
}

// large measures one page of the large demo, while it loads and after.
func large(opts options, page string) error {
	term, err := run(opts, opts.program, "demo", "--scale", fmt.Sprint(opts.scale))
	if err != nil {
		return err
	}
	defer term.Close()
	if err := visit(term, page); err != nil {
		return err
	}
	if err := table(opts, term, page+", loading", func() bool { return loading(term.Screen()) }); err != nil {
		return err
	}
	screen, err := term.WaitUntil(5*time.Minute, func(s terminal.Screen) bool { return !loading(s) })
	if err != nil {
		return fmt.Errorf("loading does not end: %w\n%s", err, screen.Frame())
	}
	time.Sleep(2 * time.Second)
	return table(opts, term, page+", loaded", func() bool { return true })
}

// visit goes to a page by its name and waits for a row of it.
func visit(term *terminal.Terminal, page string) error {
	if screen, err := term.WaitUntil(patience, func(s terminal.Screen) bool { return marked(s) >= 0 }); err != nil {
		return fmt.Errorf("no estate: %w\n%s", err, screen.Frame())
	}
	if err := term.Press(":"); err != nil {
		return err
	}
	time.Sleep(300 * time.Millisecond)
	if err := term.Press(page); err != nil {
		return err
	}
	time.Sleep(300 * time.Millisecond)
	if err := term.Press("enter"); err != nil {
		return err
	}
	screen, err := term.WaitUntil(patience, func(s terminal.Screen) bool {
		return strings.Contains(strings.ToLower(s.Lines[0]), page) && marked(s) >= 0
	})
	if err != nil {
		return fmt.Errorf("no page: %w\n%s", err, screen.Frame())
	}
	return nil
}

// mark stands before the row that the cursor is on.
const mark = "▌"

// marked is the line that the cursor is on, or -1.
func marked(s terminal.Screen) int { return s.Find(mark) }

// loading reports whether the footer says that something is still being read.
func loading(s terminal.Screen) bool {
	for _, line := range s.Lines[max(0, len(s.Lines)-3):] {
		if strings.ContainsAny(line, "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏") {
			return true
		}
	}
	return false
}

// table moves the cursor down a table and times each move, while there is more.
func table(opts options, term *terminal.Terminal, name string, more func() bool) error {
	if screen, err := term.WaitUntil(patience, func(s terminal.Screen) bool { return marked(s) >= 0 }); err != nil {
		return fmt.Errorf("no row: %w\n%s", err, screen.Frame())
	}
	var took figures
	missed := 0
	for len(took) < opts.keys && more() {
		// People press keys at any moment of a frame.
		time.Sleep(20*time.Millisecond + rand.N(20*time.Millisecond))
		before := term.Screen()
		pressed := time.Now()
		if err := term.Press("down"); err != nil {
			return err
		}
		_, err := term.WaitUntil(time.Second, func(s terminal.Screen) bool { return moved(before, s) })
		switch {
		case err == nil:
			took = append(took, time.Since(pressed))
		case errors.Is(err, terminal.ErrTimeout):
			missed++
			if missed > 20 {
				return fmt.Errorf("%s: keys change nothing\n%s", name, term.Screen().Frame())
			}
		default:
			return err
		}
	}
	note := ""
	if missed > 0 {
		note = fmt.Sprintf(" (%d moved nothing within a second)", missed)
	}
	fmt.Printf("| %s | %s ms | %s ms | %s ms | %s ms | %d%s | %s MiB |\n", name, ms(took.at(.5)), ms(took.at(.9)), ms(took.at(.99)),
		ms(took.at(1)), len(took), note, mib(peak(term.PID())))
	return nil
}

// moved reports whether the cursor is on another row: at another place, or at the
// same with another name where the table has scrolled.
func moved(before, after terminal.Screen) bool {
	from, to := marked(before), marked(after)
	if to < 0 {
		return false
	}
	if loading(before) {
		return from != to || rowName(before.Lines[from]) != rowName(after.Lines[to])
	}
	return from != to || before.Lines[from] != after.Lines[to]
}

// rowName is a row without the cells that loading may change.
func rowName(line string) string {
	_, line, _ = strings.Cut(line, mark)
	name, _, _ := strings.Cut(strings.TrimSpace(line), "  ")
	return name
}
