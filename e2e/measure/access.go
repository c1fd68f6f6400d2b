package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/aksight/aksight/e2e/apiserver"
	"github.com/aksight/aksight/e2e/scenario"
)

// access measures commands that tell who can do what, from the start of the process to
// its end, over a real API server.
func access(opts options) error {
	dir := filepath.Join(opts.dir, "rights")
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
	fmt.Printf("| %d role bindings, %d roles, %d subjects | p50 | worst | peak memory | lines of the answer |\n",
		20*opts.namespaces, 4*opts.namespaces, scenario.Subjects(opts.namespaces))
	fmt.Println("| --- | --- | --- | --- | --- |")
	for _, question := range []string{
		"who-can get secrets -A", "who-can get secrets -A -o json", "who-can get secrets -A --paths", "can sa:team-0001/deployer", "paths --to cluster-admin",
	} {
		if err := ask(opts, kubeconfig, question); err != nil {
			return err
		}
	}
	fmt.Println()
	return nil
}

// ask times one question, asked again and again by processes of their own.
func ask(opts options, kubeconfig, question string) error {
	var times figures
	memory, lines := 0, 0
	for range opts.asks {
		var answer, complaint bytes.Buffer
		cmd := exec.Command(opts.program, append(strings.Fields(question), "--kubeconfig", kubeconfig, "--context", apiserver.Admin)...)
		cmd.Env = append(os.Environ(), "HOME="+filepath.Join(opts.dir, "home"))
		cmd.Stdout, cmd.Stderr = &answer, &complaint
		began := time.Now()
		err := cmd.Run()
		times = append(times, time.Since(began))
		// What could not be read is an answer too.
		var ended *exec.ExitError
		if err != nil && (!errors.As(err, &ended) || ended.ExitCode() == 1) {
			return fmt.Errorf("%s: %w\n%s", question, err, complaint.String())
		}
		if usage, is := cmd.ProcessState.SysUsage().(*syscall.Rusage); is {
			memory = max(memory, int(usage.Maxrss)<<10)
		}
		lines = bytes.Count(answer.Bytes(), []byte("\n"))
	}
	fmt.Printf("| aksight %s | %.2f s | %.2f s | %s MiB | %d |\n", question, times.at(.5).Seconds(), times.at(1).Seconds(), mib(memory), lines)
	return nil
}
