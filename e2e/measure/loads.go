package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/aksight/aksight/e2e/cloud"
	"github.com/aksight/aksight/e2e/terminal"
	"github.com/aksight/aksight/inspect/demo"
)

// loads measures how a large estate comes to the screen: from the handler inside the
// program, and over TLS from this process.
func loads(opts options) error {
	azure, err := serve(opts)
	if err != nil {
		return err
	}
	defer azure.close()
	fmt.Printf("| %d clusters, 120x40 | first frame | first rows after it | all judged after it | peak memory |\n", opts.scale)
	fmt.Println("| --- | --- | --- | --- | --- |")
	for _, c := range []struct {
		name string
		opts options
		args []string
	}{
		{"demo, in the program", opts, []string{"demo", "--fresh", "--scale", strconv.Itoa(opts.scale)}},
		{"Azure Resource Manager over TLS", azure.opts, azure.args},
	} {
		var frames, rows, judged figures
		memory := 0
		for range opts.loads {
			l, err := load1(c.opts, c.args)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			frames, rows, judged = append(frames, l.frame), append(rows, l.rows-l.frame), append(judged, l.judged-l.frame)
			memory = max(memory, l.memory)
		}
		fmt.Printf("| %s | %s ms | %s ms | %s s | %s MiB |\n", c.name, ms(frames.at(.5)), ms(rows.at(.5)),
			fmt.Sprintf("%.1f", judged.at(.5).Seconds()), mib(memory))
	}
	fmt.Println()
	return nil
}

// loaded is how long after its start a program showed what, and its most memory.
type loaded struct {
	frame, rows, judged time.Duration
	memory              int
}

func load1(opts options, args []string) (loaded, error) {
	var l loaded
	term, err := run(opts, opts.program, args...)
	if err != nil {
		return l, err
	}
	defer term.Close()
	for _, step := range []struct {
		at  *time.Duration
		met func(terminal.Screen) bool
	}{
		{&l.frame, func(s terminal.Screen) bool { return s.Alternate && strings.TrimSpace(s.String()) != "" }},
		{&l.rows, func(s terminal.Screen) bool { return marked(s) >= 0 }},
		{&l.judged, func(s terminal.Screen) bool { return marked(s) >= 0 && !loading(s) }},
	} {
		screen, err := term.WaitUntil(patience, step.met)
		if err != nil {
			return l, fmt.Errorf("%w\n%s", err, screen.Frame())
		}
		*step.at = time.Since(term.Started)
	}
	l.memory = peak(term.PID())
	return l, nil
}

// azure is a large estate behind TLS, and how the program is pointed to it.
type azure struct {
	opts  options
	args  []string
	close func()
}

func serve(opts options) (azure, error) {
	az, err := cloud.NewAZ(opts.dir, cloud.SignedIn)
	if err != nil {
		return azure{}, err
	}
	server, err := cloud.Serve(demo.NewHandler(demo.Options{Scale: opts.scale}), opts.dir, az.Token)
	if err != nil {
		return azure{}, err
	}
	opts.env += " PATH=" + az.Dir + ":/usr/bin:/bin AZURE_CONFIG_DIR=" + filepath.Join(opts.dir, "azure")
	return azure{opts: opts, args: []string{"--fresh", "--arm-endpoint", server.URL, "--graph-endpoint", server.URL, "--ca-file", server.CAFile}, close: server.Close}, nil
}
