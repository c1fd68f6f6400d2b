// Package cli is the command line.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// The exit codes.
const (
	exitClean    = 0
	exitError    = 1
	exitFindings = 2 // findings at or above the threshold
	exitUnread   = 3 // no such findings, but something could not be read
)

// Streams are what a command reads from and writes to.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
}

// Run carries out one command line, the program's own name first, and returns the
// exit code.
func Run(ctx context.Context, line []string, streams Streams) int {
	p := &program{Streams: streams, now: time.Now}
	if len(line) == 0 {
		return p.run(ctx, nil)
	}
	p.plugin = isPlugin(line[0])
	return p.run(ctx, line[1:])
}

// program is one run of aksight.
type program struct {
	Streams
	flags
	now func() time.Time
	// plugin is set where kubectl started the program.
	plugin bool
	// ownRules are the user's rule files, once it is known where they lie; or nil.
	ownRules *ownRules
}

func (p *program) run(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if code, is := errors.AsType[statusError](err); is {
		return int(code)
	}
	if err == nil {
		return exitClean
	}
	// Nobody reads any more, as in "aksight report | head": nothing to complain of.
	if !errors.Is(err, syscall.EPIPE) {
		text := oneLine(err.Error())
		if p.plugin {
			text = asPlugin(root, text)
		}
		fmt.Fprintln(p.Err, "aksight: "+text)
	}
	return exitError
}

// statusError ends a command that worked with a code other than 0.
type statusError int

// Error makes statusError an error.
func (c statusError) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// oneLine keeps an error to one line, whatever it wraps.
func oneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "aksight",
		Short: "Explore the security of Azure Kubernetes Service",
		Long: `aksight explores the security of Azure Kubernetes Service in the terminal: what is
insecure in your clusters, why it matters, and the exact commands that mend it.
It reads only; commands are copied, never run.

Without a command it opens the explorer on what your Azure login can see.
Try it without Azure: aksight demo`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 || len(p.from) > 0 {
				return p.files(cmd, args)
			}
			return unknownCommand(cmd, args[0])
		},
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.explore(cmd.Context())
		},
	}
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; %s --help lists the flags", err, cmd.CommandPath())
	})
	p.register(root)
	root.AddCommand(p.demoCommand(), p.reportCommand(), p.captureCommand(), p.rulesCommand(), p.waiversCommand(), p.explainCommand(),
		p.whoCanCommand(), p.canCommand(), p.pathsCommand(), p.blastCommand(), p.whatIfCommand(), p.timelineCommand(), p.accessCommand(),
		p.readerRoleCommand(), p.configCommand(), p.manCommand(), p.versionCommand())
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	if p.plugin {
		nameAsPlugin(root)
	}
	return root
}

// unknownCommand is the error for a word that is no command, with the likely ones.
func unknownCommand(cmd *cobra.Command, word string) error {
	hint := cmd.CommandPath() + " --help lists the commands"
	cmd.SuggestionsMinimumDistance = 2
	if likely := cmd.SuggestionsFor(word); len(likely) > 0 {
		hint = "did you mean " + strings.Join(likely, " or ") + "?"
	}
	return fmt.Errorf("there is no command %q; %s", word, hint)
}

// noArguments refuses words after a command that takes none.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments, and got %q; %s --help tells more", cmd.CommandPath(), args[0], cmd.CommandPath())
	}
	return nil
}
