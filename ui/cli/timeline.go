package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/ui/export"
)

func (p *program) timelineCommand() *cobra.Command {
	const longest = 3650
	opts := &accessOptions{kinds: access.Kinds, activity: true}
	days := 30
	cmd := &cobra.Command{
		Use:   "timeline",
		Short: "Tell who got access to a cluster lately, latest first",
		Long: `timeline tells who got access to a cluster in the last days, latest first: from the dates of
role assignments, the creation and the last writers of roles and bindings in Kubernetes, and
the activity log (roles assigned and deleted, admin kubeconfigs fetched, commands run through
Azure). Each line cites its source; below them stands what none of them can tell.

` + accessScope,
		Example: `  aksight timeline --cluster pay-weu-01
  aksight timeline --days 90 --demo --cluster pay-weu-01 -o json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if days < 1 || days > longest {
				return errors.New("--days: give 1 to 3650")
			}
			return p.answer(cmd.Context(), opts, func(w *access.World, a *export.Access) error {
				a.Question.Days = days
				a.AddTimeline(w, p.now().AddDate(0, 0, -days))
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&days, "days", days, "how many `days` back")
	return p.accessFlags(cmd, opts)
}
