package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/inspect/evidence"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/ui"
	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/page"
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
	settings, problems := p.settingsAround()
	catalogue, err := p.catalogue(&settings)
	if err != nil {
		return err
	}
	chosen, err := p.selectionOf(catalogue)
	if err != nil {
		return err
	}
	waivers, err := p.waiverFiles(&settings)
	if err != nil {
		return err
	}
	inspection, err := p.open(sourceOptions{
		config: settings.Rules.Values(), rules: catalogue, waivers: waivers.Load, now: p.now, selection: chosen, follow: true,
	})
	if err != nil {
		return err
	}
	then := p.begin(&chosen)
	state, err := config.OpenState()
	if err != nil { // nothing is kept then
		problems = append(problems, config.Problem{Where: "state", Say: err.Error()})
	}
	if p.lines {
		for _, problem := range problems {
			fmt.Fprintln(p.Err, "aksight: "+problem.Error()+"; the defaults hold in its place")
		}
		return plain.Run(ctx, plain.Options{
			Inspection: inspection, Then: then, In: p.In, Out: p.Out, Interactive: terminal(p.In) != nil, Width: widthOf(p.Out),
			ASCII: settings.ASCII, Shell: shellOf(settings), Keys: settings.Remap(), Waivers: waivers, State: state, Now: p.now,
		})
	}
	spareProcessors()
	held := func() holding { return holdingOf(inspection.Store.Snapshot()) }
	spareCollections(ctx, held, inspection.Between)
	settleMemory(ctx, held, inspection.Wait)
	environ := os.Environ()
	if p.plain() {
		environ = append(environ, "NO_COLOR=1")
	}
	return ui.Run(ctx, ui.Options{
		Then:       then,
		Inspection: inspection, Waivers: waivers, Tool: "aksight " + version(), Theme: settings.Theme.Always, Themes: ownThemes(),
		Insist: p.theme != "", State: state, Restore: settings.Restores() && !p.fresh,
		Colours: ui.Colours{Dark: settings.Theme.Dark, Light: settings.Theme.Light},
		ASCII:   settings.ASCII, Shell: shellOf(settings), Keys: settings.Remap(), Environ: environ,
		Troubles: troubles(problems),
		FirstRun: func() bool { return firstRun(state) },
	})
}

// troubles are what is wrong with the settings, as the explorer shows it.
func troubles(problems []config.Problem) []page.Trouble {
	list := make([]page.Trouble, 0, len(problems))
	for _, problem := range problems {
		list = append(list, page.Trouble{
			What: problem.Where, Kind: "settings",
			Problem: &source.Problem{What: problem.Say, Do: "the defaults hold in their place: aksight config edit mends it"},
		})
	}
	return list
}
