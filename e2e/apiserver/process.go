package apiserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// patience is how long a server may take to be ready. It takes three seconds on a
// quiet machine.
const patience = 3 * time.Minute

var errPortTaken = errors.New("the port was taken meanwhile")

// process is a server's process. It ends when this one does: its standard input is a
// pipe from here, which the system closes.
type process struct {
	command *exec.Cmd
	stdin   io.Closer
	log     string
	exited  chan struct{}
}

func start(path string, args []string, log string) (*process, error) {
	file, err := os.Create(log)
	if err != nil {
		return nil, fmt.Errorf("making the server's log: %w", err)
	}
	defer file.Close()
	p := &process{command: exec.Command(path, args...), log: log, exited: make(chan struct{})}
	p.command.Stdout, p.command.Stderr = file, file
	if p.stdin, err = p.command.StdinPipe(); err != nil {
		return nil, fmt.Errorf("holding the server: %w", err)
	}
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("starting the server: %w", err)
	}
	go func() {
		_ = p.command.Wait() // it is always killed
		close(p.exited)
	}()
	return p, nil
}

// ready waits until the server says so.
func (p *process) ready(client *Client) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		// A server that comes after nobody answered must not be waited for long.
		try, done := context.WithTimeout(ctx, 5*time.Second)
		_, err := client.Do(try, http.MethodGet, "/readyz", nil)
		done()
		if err == nil {
			return nil
		}
		select {
		case <-p.exited:
			said := p.said()
			if strings.Contains(said, "address already in use") {
				return errPortTaken
			}
			return fmt.Errorf("the API server ended before it was ready:\n%s", said)
		case <-ctx.Done():
			return fmt.Errorf("the API server is not ready after %s: %w\n%s", patience, err, p.said())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// said is the end of what the server wrote.
func (p *process) said() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4000):])
}

// kill ends the process: asked politely, a server takes seconds.
func (p *process) kill() {
	_ = p.command.Process.Kill()
	<-p.exited
	_ = p.stdin.Close()
}

func (p *process) memory() int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0
	}
	_, after, _ := bytes.Cut(status, []byte("VmRSS:"))
	var kib int
	_, _ = fmt.Sscan(string(after), &kib)
	return kib << 10
}
