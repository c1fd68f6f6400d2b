package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/export"
)

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
	outputs    []string
	file       string
	failOn     threshold
	noChildren bool
	kubernetes bool
	quiet      bool
}

func (p *program) reportCommand() *cobra.Command {
	opts := &reportOptions{failOn: threshold{severity: model.High}}
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Judge the estate once and write what was found",
		Long: `report reads the estate once, judges it and writes what was found: a table or a page
(html) for people, JSON and CSV for programs, Markdown (md) for tickets, SARIF for code
scanning. docs/report.md describes them all.

--cluster, --subscription, --rule, --topic and --severity narrow it; the exit code
goes by what is left.

Exit codes:
  0  clean: no finding at or above --fail-on, and everything was read
  1  an error: nothing could be judged, or nothing was selected
  2  findings at or above --fail-on
  3  no such findings, but something could not be read`,
		Example: `  aksight report
  aksight report --output json --fail-on medium > report.json
  aksight report --output html=report.html --output sarif=aksight.sarif
  aksight report --cluster 'prod-*' --severity high --file report.md
  aksight report --subscription prod-payments --topic network
  aksight report --from clusters.json
  aksight report --demo`,
		Args: p.files,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.report(cmd.Context(), opts)
		},
	}
	cmd.Flags().StringArrayVarP(&opts.outputs, "output", "o", nil,
		"`form`: "+strings.Join(outputValues, ", ")+" (default table); as FORM=FILE into a file, and then several times")
	cmd.Flags().StringVar(&opts.file, "file", "", "`file` to write to instead of standard output; its name may tell the form")
	cmd.Flags().Var(&opts.failOn, "fail-on", "exit with 2 for findings of this severity or worse: "+strings.Join(thresholdValues, ", "))
	cmd.Flags().BoolVar(&opts.noChildren, "no-children", false,
		"leave out what costs calls for each cluster, such as diagnostic settings")
	cmd.Flags().BoolVar(&opts.kubernetes, "kubernetes", false,
		"ask the Kubernetes API of each cluster what runs in it, too")
	cmd.Flags().BoolVarP(&opts.quiet, "quiet", "q", false, "show no progress, and do not tell which files were written")
	complete(cmd, "output", outputValues)
	complete(cmd, "fail-on", thresholdValues)
	return cmd
}

func (p *program) report(ctx context.Context, opts *reportOptions) error {
	outputs, err := parseOutputs(opts.outputs, opts.file)
	if err != nil {
		return err
	}
	if err := p.check(); err != nil {
		return err
	}
	settings, err := p.settings()
	if err != nil {
		return err
	}
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
	// Everything is judged as of one moment, so that the parts of a report agree.
	now := p.now().Truncate(time.Second)
	leftOut := p.leftOut(opts.noChildren)
	inspection, err := p.open(sourceOptions{
		config:     settings.Rules.Values(),
		rules:      catalogue,
		waivers:    waivers.Load,
		noChildren: leftOut != "", allChildren: true,
		selection: chosen,
		now:       func() time.Time { return now },
		prompt:    func(message string) { fmt.Fprintln(p.Err, message) },
	})
	if err != nil {
		return err
	}
	if err := p.readAll(ctx, inspection, opts.kubernetes, opts.quiet); err != nil {
		return err
	}
	snapshot := inspection.Store.Snapshot()
	if snapshot.Problem != nil && len(snapshot.Clusters) == 0 {
		return snapshot.Problem
	}
	missed, err := missedClusters(&chosen, snapshot)
	if err != nil {
		return err
	}
	written := export.Collect(export.Inputs{
		Inspection: inspection,
		Snapshot:   snapshot,
		Now:        inspection.Now(),
		Shell:      shellOf(settings),
		Tool:       "aksight " + version(),
		LeftOut:    leftOut,
		Selection:  chosen,
		Missed:     missed,
	})
	if err := p.writeAll(written, outputs, opts, settings.ASCII); err != nil {
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
func (p *program) leftOut(noChildren bool) string {
	switch {
	case len(p.from) > 0:
		return "" // files cost no calls
	case noChildren:
		return "left out by --no-children"
	case p.scale > 0:
		// Azure's limits hold for the demo too: one call a second would take hours.
		return "left out of a demo with --scale"
	default:
		return ""
	}
}
