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
	var floor sample
	err = floor.take(term, opts.keys, func() bool { return true })
	term.Close()
	if err != nil {
		return err
	}
	floor.print("empty program")
	// A cluster's numbers grow while it loads; a finding is its whole row.
	for _, page := range []struct {
		name  string
		width int
	}{{"clusters", 40}, {"findings", 120}} {
		if err := large(opts, page.name, page.width); err != nil {
			return fmt.Errorf("%s: %w", page.name, err)
		}
	}
	return nil
}

// large measures one page of the large demo, while it loads and after.
func large(opts options, page string, width int) error {
	during, after := sample{width: width}, sample{width: width}
	for round := range opts.loads {
		if err := once(opts, page, &during, &after, round == opts.loads-1); err != nil {
			return err
		}
	}
	during.print(page + ", loading")
	after.print(page + ", loaded")
	return nil
}

// once loads the large demo with a page open; after is measured where last is set.
func once(opts options, page string, during, after *sample, last bool) error {
	term, err := run(opts, opts.program, "demo", "--fresh", "--scale", fmt.Sprint(opts.scale))
	if err != nil {
		return err
	}
	defer term.Close()
	if err := visit(term, page); err != nil {
		return err
	}
	if err := during.take(term, 10*opts.keys, func() bool { return loading(term.Screen()) }); err != nil {
		return err
	}
	if !last {
		return nil
	}
	screen, err := term.WaitUntil(5*time.Minute, func(s terminal.Screen) bool { return !loading(s) })
	if err != nil {
		return fmt.Errorf("loading does not end: %w\n%s", err, screen.Frame())
	}
	time.Sleep(2 * time.Second)
	return after.take(term, opts.keys, func() bool { return true })
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
	if page == "findings" {
		return term.Press("3") // every finding, a row each
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

// sample is how long keys took.
type sample struct {
	// width of the part of a row that loading does not change: its name.
	width int
	took  figures
	// alike counts keys that were passed over: the row after looked like the row before.
	alike int
	peak  int
}

// take moves the cursor down a table and times each move, while there is more.
func (f *sample) take(term *terminal.Terminal, keys int, more func() bool) error {
	if screen, err := term.WaitUntil(patience, func(s terminal.Screen) bool { return marked(s) >= 0 }); err != nil {
		return fmt.Errorf("no row: %w\n%s", err, screen.Frame())
	}
	still := 0
	for range keys {
		if !more() {
			break
		}
		// People press keys at any moment of a frame.
		time.Sleep(20*time.Millisecond + rand.N(20*time.Millisecond))
		before := term.Screen()
		pressed := time.Now()
		if err := term.Press("down"); err != nil {
			return err
		}
		_, err := term.WaitUntil(time.Second, func(s terminal.Screen) bool { return moved(before, s, f.width) })
		switch {
		case err == nil:
			f.took = append(f.took, time.Since(pressed))
			still = 0
		case errors.Is(err, terminal.ErrTimeout):
			f.alike++
			if still++; still > 20 {
				return fmt.Errorf("keys change nothing\n%s", term.Screen().Frame())
			}
		default:
			return err
		}
	}
	f.peak = max(f.peak, peak(term.PID()))
	return nil
}

func (f *sample) print(name string) {
	note := ""
	if f.alike > 0 {
		note = fmt.Sprintf(" (%d rows looked like the one before)", f.alike)
	}
	fmt.Printf("| %s | %s ms | %s ms | %s ms | %s ms | %d%s | %s MiB |\n", name,
		ms(f.took.at(.5)), ms(f.took.at(.9)), ms(f.took.at(.99)), ms(f.took.at(1)), len(f.took), note, mib(f.peak))
}

// moved reports whether the cursor is on another row: at another place, or at the
// same on a screen that has scrolled. While loading, rows change by themselves: then
// only another name counts.
func moved(before, after terminal.Screen, width int) bool {
	from, to := marked(before), marked(after)
	switch {
	case to < 0:
		return false
	case from != to:
		return true
	case loading(before):
		return name(before.Lines[from], width) != name(after.Lines[to], width)
	default:
		return before.String() != after.String()
	}
}

// name is the part of a row that loading does not change.
func name(line string, width int) string {
	_, line, _ = strings.Cut(line, mark)
	line, _, _ = strings.Cut(line, "│")
	text := []rune(line)
	return string(text[:min(width, len(text))])
}
