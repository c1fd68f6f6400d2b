package cli

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/inspect/evidence"
	"github.com/aksight/aksight/ui"
	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/plain"
)

func (p *program) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Explore the embedded estate, without Azure or network",
		Example: `  aksight demo
  aksight demo --scale 20000`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p.demo = true
			return p.explore(cmd.Context())
		},
	}
}

// spareProcessors gives Go more processors than the machine has, where it has few:
// the operating system then shares them out and prefers the thread that a key woke,
// instead of leaving the key to wait for a time slice of the background's. GOMAXPROCS
// in the environment wins.
func spareProcessors() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(max(4, runtime.NumCPU()+2))
	}
}

// explore opens the explorer.
func (p *program) explore(ctx context.Context) error {
	if err := p.check(); err != nil {
		return err
	}
	fromStdin := slices.Contains(p.from, evidence.Stdin)
	switch {
	case p.lines && fromStdin:
		return errors.New("--plain takes its commands from standard input, so evidence has to come from a file")
	case p.lines:
	// Where standard input is evidence, keys come from the terminal itself.
	case terminal(p.Out) == nil || terminal(p.In) == nil && !fromStdin:
		return errors.New("the explorer needs a terminal; --plain explores in lines, and aksight report writes to files and pipes")
	}
	settings, err := p.settings()
	if err != nil {
		return err
	}
	catalogue, err := p.catalogue(&settings)
	if err != nil {
		return err
	}
	waivers, err := p.waiverFiles(&settings)
	if err != nil {
		return err
	}
	inspection, err := p.open(sourceOptions{
		config: settings.Rules.Values(), rules: catalogue, waivers: waivers.Load, now: p.now,
	})
	if err != nil {
		return err
	}
	if p.lines {
		return plain.Run(ctx, plain.Options{
			Inspection: inspection, In: p.In, Out: p.Out, Interactive: terminal(p.In) != nil, Width: widthOf(p.Out),
			ASCII: settings.ASCII, Shell: shellOf(settings), Keys: keysOf(settings), Now: p.now,
		})
	}
	spareProcessors()
	spareCollections()
	environ := os.Environ()
	if p.plain() {
		environ = append(environ, "NO_COLOR=1")
	}
	return ui.Run(ctx, ui.Options{
		Inspection: inspection, Waivers: waivers, Tool: "aksight " + version(), Theme: settings.Theme, ASCII: settings.ASCII,
		Shell: shellOf(settings), Keys: keysOf(settings), Environ: environ,
	})
}

// keysOf are the keys that the settings give to actions.
func keysOf(settings config.Config) map[string][]string {
	keys := make(map[string][]string, len(settings.Keys))
	for action, own := range settings.Keys {
		keys[action] = own
	}
	return keys
}
