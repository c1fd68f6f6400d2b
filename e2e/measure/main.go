// Command measure times the program as its user sees it, through a pseudo-terminal
// with an emulator at its end: from the start of the process to the first frame, and
// from a key to the screen that it changes. It prints tables in Markdown; nothing is
// asserted, since the figures are the machine's as much as the program's.
//
//	go run ./measure            # from the folder e2e
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/aksight/aksight/e2e/product"
	"github.com/aksight/aksight/e2e/scenario"
)

// options are what to measure, and how often.
type options struct {
	runs, keys, loads, asks, scale, namespaces int

	only           string
	env            string
	dir            string
	program, empty string
}

func main() {
	var opts options
	flag.IntVar(&opts.runs, "runs", 30, "starts")
	flag.IntVar(&opts.keys, "keys", 300, "keys of each kind")
	flag.IntVar(&opts.loads, "loads", 4, "loads of the large demo for each page")
	flag.IntVar(&opts.asks, "asks", 10, "askings of each question on access")
	flag.IntVar(&opts.scale, "scale", 20000, "clusters of the large demo")
	flag.IntVar(&opts.namespaces, "namespaces", scenario.Namespaces, "namespaces of the cluster that is looked into")
	flag.StringVar(&opts.only, "only", "", "start, keys, loads, kube or access; all where empty")
	flag.StringVar(&opts.env, "env", "", "settings for the program's environment, NAME=VALUE separated by spaces")
	flag.Parse()
	if err := measure(opts); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func measure(opts options) error {
	dir, err := os.MkdirTemp("", "aksight-measure-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	opts.dir = dir
	if opts.program, err = product.Build(dir); err != nil {
		return err
	}
	if opts.empty, err = product.BuildPackage(dir, "empty", filepath.Join("measure", "empty")); err != nil {
		return err
	}
	fmt.Printf("%s, %d cores, %s, load %s\n\n", time.Now().Format(time.DateOnly), runtime.NumCPU(), runtime.Version(), load())
	for _, part := range []struct {
		name string
		run  func(options) error
	}{{"start", starts}, {"loads", loads}, {"keys", keys}, {"kube", kube}, {"access", access}} {
		if opts.only != "" && opts.only != part.name {
			continue
		}
		if err := part.run(opts); err != nil {
			return err
		}
	}
	return nil
}

// load is the machine's load average of the last minute.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}
