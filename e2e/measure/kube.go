package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aksight/aksight/e2e/apiserver"
	"github.com/aksight/aksight/e2e/scenario"
	"github.com/aksight/aksight/e2e/terminal"
)

// kube measures how what runs in a large cluster comes to the screen from a real API
// server: objects, then everything read and judged, memory, and keys meanwhile.
func kube(opts options) error {
	dir := filepath.Join(opts.dir, "cluster")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	server, err := scenario.Start(context.Background(), dir, opts.namespaces)
	if err != nil {
		return err
	}
	defer server.Close()
	kubeconfig, err := server.Kubeconfig(apiserver.Admin)
	if err != nil {
		return err
	}
	fmt.Printf("| %d namespaces, %d pods, %d role bindings, 120x40 | first frame | pods | all read and judged | peak memory |\n",
		opts.namespaces, 10*opts.namespaces, 20*opts.namespaces)
	fmt.Println("| --- | --- | --- | --- | --- |")
	var frames, pods, judged figures
	memory := 0
	during, after := sample{width: 40}, sample{width: 40}
	for round := range opts.loads {
		l, err := inside(opts, kubeconfig)
		if err != nil {
			return err
		}
		frames, pods, judged = append(frames, l.frame), append(pods, l.rows), append(judged, l.judged)
		memory = max(memory, l.memory)
		if err := insideKeys(opts, kubeconfig, &during, &after, round == opts.loads-1); err != nil {
			return err
		}
	}
	fmt.Printf("| aksight --context, from the start of the process | %s ms | %.2f s | %.1f s | %s MiB |\n",
		ms(frames.at(.5)), pods.at(.5).Seconds(), judged.at(.5).Seconds(), mib(memory))
	fmt.Println()
	fmt.Println("| keys, 120x40 | p50 | p90 | p99 | worst | keys | peak memory |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- |")
	during.print("namespaces, reading and judging")
	after.print("namespaces, all read")
	fmt.Println()
	return nil
}

// inside times one start, in which no key is pressed.
func inside(opts options, kubeconfig string) (loaded, error) {
	var l loaded
	term, err := run(opts, opts.program, "--fresh", "--kubeconfig", kubeconfig, "--context", apiserver.Admin)
	if err != nil {
		return l, err
	}
	defer term.Close()
	if _, err := term.WaitUntil(patience, func(s terminal.Screen) bool { return s.Alternate && strings.TrimSpace(s.String()) != "" }); err != nil {
		return l, fmt.Errorf("no frame: %w\n%s", err, term.Screen().Frame())
	}
	l.frame = time.Since(term.Started)
	if err := enterInside(term); err != nil {
		return l, err
	}
	if screen, err := term.WaitUntil(patience, hasPods); err != nil {
		return l, fmt.Errorf("no pods: %w\n%s", err, screen.Frame())
	}
	l.rows = time.Since(term.Started)
	screen, err := term.WaitUntil(patience, func(s terminal.Screen) bool { return s.Has("following") && s.Has("objects read") && !loading(s) })
	if err != nil {
		return l, fmt.Errorf("it is not read to the end: %w\n%s", err, screen.Frame())
	}
	l.judged = time.Since(term.Started)
	// What is judged comes after what is read: until the numbers stand still.
	for still := time.Now(); time.Since(still) < time.Second; {
		before := term.Screen().String()
		time.Sleep(50 * time.Millisecond)
		if term.Screen().String() != before {
			still, l.judged = time.Now(), time.Since(term.Started)
		}
		if time.Since(term.Started) > patience {
			return l, fmt.Errorf("the screen does not come to rest\n%s", term.Screen().Frame())
		}
	}
	l.memory = peak(term.PID())
	return l, nil
}

// hasPods reports whether a row of the page on what runs there tells of pods.
func hasPods(s terminal.Screen) bool {
	line := s.Line("namespaces,")
	return line != "" && strings.Contains(line, "pods") && !strings.Contains(line, " 0 pods")
}

// enterInside waits for the page on what runs in the cluster, on which the program opens.
func enterInside(term *terminal.Terminal) error {
	if screen, err := term.WaitUntil(patience, func(s terminal.Screen) bool { return s.Has("What runs in it") }); err != nil {
		return fmt.Errorf("no way to what runs in the cluster: %w\n%s", err, screen.Frame())
	}
	return nil
}

// insideKeys times keys in the list of namespaces, while the cluster is read and after.
func insideKeys(opts options, kubeconfig string, during, after *sample, last bool) error {
	term, err := run(opts, opts.program, "--fresh", "--kubeconfig", kubeconfig, "--context", apiserver.Admin)
	if err != nil {
		return err
	}
	defer term.Close()
	if screen, err := term.WaitUntil(patience, func(s terminal.Screen) bool { return marked(s) >= 0 }); err != nil {
		return fmt.Errorf("no cluster: %w\n%s", err, screen.Frame())
	}
	if err := enterInside(term); err != nil {
		return err
	}
	if err := term.Press("enter"); err != nil {
		return err
	}
	namespaces := func(s terminal.Screen) bool { return s.Has("› namespaces") && marked(s) >= 0 && s.Has("team-") }
	if screen, err := term.WaitUntil(patience, namespaces); err != nil {
		return fmt.Errorf("no namespaces: %w\n%s", err, screen.Frame())
	}
	reading := func() bool { s := term.Screen(); return loading(s) || !s.Has("following") }
	if err := during.take(term, 10*opts.keys, reading); err != nil {
		return err
	}
	if !last {
		return nil
	}
	time.Sleep(5 * time.Second)
	if err := term.Press("home"); err != nil { // there are rows enough only from the top
		return err
	}
	time.Sleep(time.Second)
	return after.take(term, opts.keys, func() bool { return true })
}
