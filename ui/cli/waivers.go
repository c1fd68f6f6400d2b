package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/waive"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/export"
)

func (p *program) waiversCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "waivers",
		Short: "List and check the waivers of findings",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return unknownCommand(cmd, args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.waiversListCommand(), p.waiversCheckCommand())
	return cmd
}

var waiverOutputs = []string{"table", "json"}

func (p *program) waiversListCommand() *cobra.Command {
	output := "table"
	cmd := &cobra.Command{
		Use:   "list [FILE]...",
		Short: "List the waivers, those that end first first",

		ValidArgsFunction: completeWith(cobra.ShellCompDirectiveDefault),
		RunE: func(_ *cobra.Command, files []string) error {
			set, err := p.waiverSet(files)
			if err != nil {
				return err
			}
			for _, problem := range set.Problems() {
				fmt.Fprintln(p.Err, "aksight: "+oneLine(problem.Error()))
			}
			switch output {
			case "table":
				return export.WaiverTable(p.Out, set, p.now(), p.table())
			case "json":
				return export.WaiverJSON(p.Out, set, p.now())
			default:
				return fmt.Errorf("--output %s: use %s", output, strings.Join(waiverOutputs, ", "))
			}
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", output, "`form`: table or json")
	complete(cmd, "output", waiverOutputs)
	return cmd
}

// waiverSet reads the waivers of the files, or those of the flag or the settings.
func (p *program) waiverSet(files []string) (*waive.Set, error) {
	p.waivers = append(p.waivers, files...)
	settings, err := p.settings()
	if err != nil {
		return nil, err
	}
	kept, err := p.waiverFiles(&settings)
	if err != nil {
		return nil, err
	}
	return kept.Load(), nil
}

func (p *program) waiversCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check [FILE]...",
		Short: "Read the estate and tell which waivers need a look",
		Long: `check reads the estate (live, --demo or --from) and tells which waivers need a look: those
that are malformed, have expired or end within 30 days, name a rule that there is not, match
nothing, or match only what does not fail any more.

Exit codes:
  0  every waiver holds and covers a finding
  1  an error: nothing could be checked
  2  some need a look`,
		Example: `  aksight waivers check
  aksight waivers check team/waivers.yaml --from estate.json`,
		ValidArgsFunction: completeWith(cobra.ShellCompDirectiveDefault),
		RunE: func(cmd *cobra.Command, files []string) error {
			return p.checkWaivers(cmd.Context(), files)
		},
	}
}

func (p *program) checkWaivers(ctx context.Context, files []string) error {
	if err := p.check(); err != nil {
		return err
	}
	set, err := p.waiverSet(files)
	if err != nil {
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
	now := p.now().Truncate(time.Second)
	inspection, err := p.open(sourceOptions{
		config: settings.Rules.Values(), rules: catalogue,
		waivers:    func() *waive.Set { return set },
		noChildren: p.leftOut(false) != "", allChildren: true,
		now:    func() time.Time { return now },
		prompt: func(message string) { fmt.Fprintln(p.Err, message) },
	})
	if err != nil {
		return err
	}
	if err := p.readAll(ctx, inspection, false, false); err != nil {
		return err
	}
	snapshot := inspection.Store.Snapshot()
	if snapshot.Problem != nil && len(snapshot.Clusters) == 0 {
		return snapshot.Problem
	}
	return p.tellWaivers(inspection, set, snapshot.Exact())
}

// tellWaivers writes what needs a look, one a line.
func (p *program) tellWaivers(inspection *inspect.Inspection, set *waive.Set, exact bool) error {
	look := len(set.Problems())
	for _, problem := range set.Problems() {
		fmt.Fprintln(p.Out, oneLine(problem.Error()))
	}
	good := 0
	for _, use := range inspection.WaiverUses() {
		says := needsLook(&use, inspection.Now(), exact)
		if says == "" {
			good++
			continue
		}
		look++
		waiver := use.Waiver
		fmt.Fprintln(p.Out, oneLine(fmt.Sprintf("%s:%d: %s of %s: %s", waiver.File, waiver.Line, waiver.Rule, waiver.Owner, says)))
	}
	if look > 0 {
		fmt.Fprintln(p.Out)
	}
	fmt.Fprintf(p.Out, "%s, %s\n", counted(look, "waiver needs a look", "waivers need a look"), counted(good, "is fine", "are fine"))
	if look > 0 {
		return statusError(exitFindings)
	}
	return nil
}

// needsLook says why somebody should look at a waiver, or nothing.
func needsLook(use *inspect.WaiverUse, now time.Time, exact bool) string {
	waiver := use.Waiver
	var says []string
	switch use.State {
	case waive.Expired:
		text := "it expired on " + waiver.UntilText()
		if use.Failures > 0 {
			text += ", and " + counted(use.Failures, "finding is back", "findings are back")
		}
		says = append(says, text)
	case waive.Expiring:
		says = append(says, fmt.Sprintf("it ends on %s, in %s", waiver.UntilText(), counted(waive.Days(waiver, now), "day")))
	case waive.Holds:
	}
	switch {
	case use.Rule == nil:
		says = append(says, "there is no such rule")
	case use.Judged == 0:
		says = append(says, matchesNothing(use, exact))
	case use.Failures == 0 && use.Unread == 0:
		says = append(says, "what it matches does not fail any more: take it out")
	}
	return strings.Join(says, "; ")
}

// matchesNothing says that a waiver matches nothing, and why that may be.
func matchesNothing(use *inspect.WaiverUse, exact bool) string {
	says := "it matches nothing"
	if !exact {
		says += " in what could be read"
	}
	resource := strings.ToLower(use.Waiver.Resource)
	switch {
	case use.Waiver.Part != "" && use.Rule.Subject != model.KindPool && !use.Rule.Inside():
		says += ": the rule judges clusters, so take part out"
	case !strings.Contains(resource, "*") && !strings.Contains(resource, "/managedclusters/"):
		says += ": a resource names a cluster; end it with /* to mean the clusters in it"
	}
	return says
}
