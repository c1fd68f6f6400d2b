package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/export"
)

var outputValues = []string{"table", "json", "md"}

// threshold is the flag --fail-on.
type threshold struct {
	severity model.Severity
	never    bool
}

var thresholdValues = []string{"critical", "high", "medium", "low", "info", "none"}

// String returns the flag's value.
func (t *threshold) String() string {
	if t.never {
		return "none"
	}
	return t.severity.String()
}

// Set reads the flag's value.
func (t *threshold) Set(text string) error {
	if text == "none" {
		t.never = true
		return nil
	}
	t.never = false
	if err := t.severity.UnmarshalText([]byte(text)); err != nil {
		return errors.New("use " + strings.Join(thresholdValues, ", "))
	}
	return nil
}

// Type names the flag's values in the help.
func (t *threshold) Type() string { return "severity" }

// reportOptions are the flags of report.
type reportOptions struct {
	output     string
	failOn     threshold
	noChildren bool
}

func (p *program) reportCommand() *cobra.Command {
	opts := &reportOptions{output: "table", failOn: threshold{severity: model.High}}
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Judge the estate once and write what was found",
		Long: `report reads the estate once, judges it and writes what was found: a table for
people, JSON for programs (docs/report.md describes it), Markdown for tickets.

Exit codes:
  0  clean: no finding at or above --fail-on, and everything was read
  1  an error: nothing could be judged
  2  findings at or above --fail-on
  3  no such findings, but something could not be read`,
		Example: `  aksight report
  aksight report --output json --fail-on medium > report.json
  aksight report --subscription prod-payments --output md
  aksight report --demo`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.report(cmd.Context(), opts)
		},
	}
	cmd.Flags().StringVarP(&opts.output, "output", "o", opts.output, "`form`: table, json or md")
	cmd.Flags().Var(&opts.failOn, "fail-on", "exit with 2 for findings of this severity or worse: "+strings.Join(thresholdValues, ", "))
	cmd.Flags().BoolVar(&opts.noChildren, "no-children", false,
		"leave out what costs calls for each cluster, such as diagnostic settings")
	complete(cmd, "output", outputValues)
	complete(cmd, "fail-on", thresholdValues)
	return cmd
}

func (p *program) report(ctx context.Context, opts *reportOptions) error {
	if !slices.Contains(outputValues, opts.output) {
		return fmt.Errorf("--output %s: use %s", opts.output, strings.Join(outputValues, ", "))
	}
	if err := p.check(); err != nil {
		return err
	}
	settings, err := p.settings()
	if err != nil {
		return err
	}
	waivers, err := p.waiverFiles(&settings)
	if err != nil {
		return err
	}
	// Everything is judged as of one moment, so that the parts of a report agree.
	now := p.now().Truncate(time.Second)
	leftOut := p.leftOut(opts)
	inspection, err := p.open(sourceOptions{
		config:     settings.Rules.Values(),
		waivers:    waivers.Load,
		noChildren: leftOut != "", allChildren: true,
		now:    func() time.Time { return now },
		prompt: func(message string) { fmt.Fprintln(p.Err, message) },
	})
	if err != nil {
		return err
	}
	if err := p.readAll(ctx, inspection); err != nil {
		return err
	}
	snapshot := inspection.Store.Snapshot()
	if snapshot.Problem != nil && len(snapshot.Clusters) == 0 {
		return snapshot.Problem
	}
	written := export.Collect(export.Inputs{
		Inspection: inspection,
		Snapshot:   snapshot,
		Now:        now,
		Shell:      shellOf(settings),
		Tool:       "aksight " + version(),
		LeftOut:    leftOut,
	})
	if err := p.write(written, opts.output, settings.ASCII); err != nil {
		return err
	}
	switch {
	case !opts.failOn.never && written.Worst(opts.failOn.severity):
		return statusError(exitFindings)
	case !written.Exact():
		return statusError(exitUnread)
	}
	return nil
}

// leftOut says why what hangs under the clusters is not read, or nothing.
func (p *program) leftOut(opts *reportOptions) string {
	switch {
	case opts.noChildren:
		return "left out by --no-children"
	case p.scale > 0:
		// Azure's limits hold for the demo too: one call a second would take hours.
		return "left out of a demo with --scale"
	default:
		return ""
	}
}

func (p *program) write(written *export.Report, output string, ascii bool) error {
	switch output {
	case "json":
		return export.JSON(p.Out, written)
	case "md":
		return export.Markdown(p.Out, written)
	default:
		table := p.table()
		table.ASCII = ascii
		return export.Table(p.Out, written, table)
	}
}
