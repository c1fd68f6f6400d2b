package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/evidence"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/world"
	"github.com/aksight/aksight/ui/export"
)

func (p *program) accessCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "access", Short: "Compare who can do what, and make it less", Args: cobra.NoArgs}
	cmd.AddCommand(p.accessDiffCommand(), p.accessLeastCommand())
	return cmd
}

func (p *program) accessDiffCommand() *cobra.Command {
	output := "table"
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Tell what differs between two captures in who can do what",
		Long: `diff tells what differs between two captures (bundles that aksight capture wrote, or folders of
evidence) in who can do what: who gets to the cluster, its nodes, its Secrets and rights in
Azure, which powers and which grants were gained or lost, and who joined or left a group.
With --cluster it looks at some clusters alone.

What was read in one capture alone looks like a difference: below stands what each lacks.

Exit codes: 0 nothing differs; 1 an error; 2 something does; 3 nothing does, and something could not be read.`,
		Example: `  aksight access diff monday.aksight.tar.gz today.aksight.tar.gz
  aksight access diff old new --cluster pay-weu-01 -o json`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			writers := map[string]func(io.Writer, *export.AccessDiff) error{"table": export.AccessDiffTable, "json": export.AccessDiffJSON}
			write, known := writers[output]
			if !known {
				return fmt.Errorf("--output %s: use table or json", output)
			}
			diff, err := p.accessDiff(cmd.Context(), args[0], args[1])
			if err != nil {
				return err
			}
			if err := write(p.Out, diff); err != nil {
				return err
			}
			return differs(diff)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", output, "`form`: table or json")
	complete(cmd, "output", []string{"table", "json"})
	return cmd
}

// differs is the exit code of what was found.
func differs(diff *export.AccessDiff) error {
	if slices.ContainsFunc(diff.Answers, func(c export.ClusterDiff) bool { return c.Gone || c.New || len(c.Differences) > 0 }) {
		return statusError(exitFindings)
	}
	if len(diff.Coverage.CouldNotRead) > 0 {
		return statusError(exitUnread)
	}
	return nil
}

// accessDiff opens both captures and compares the clusters that are in either.
func (p *program) accessDiff(ctx context.Context, old, later string) (*export.AccessDiff, error) {
	chosen, err := p.selection()
	if err != nil {
		return nil, err
	}
	before, err := p.openCapture(ctx, old, &chosen)
	if err != nil {
		return nil, err
	}
	after, err := p.openCapture(ctx, later, &chosen)
	if err != nil {
		return nil, err
	}
	diff := &export.AccessDiff{
		Question: export.DiffQuestion{Old: old, New: later}, Answers: []export.ClusterDiff{}, Coverage: export.AccessCoverage{CouldNotRead: []export.Gap{}},
	}
	kinds := slices.Concat(access.Kinds, access.GraphKinds)
	lacks := func(of string, w *access.World, cluster string) {
		for _, gap := range w.Coverage(kinds...) {
			diff.Coverage.CouldNotRead = append(diff.Coverage.CouldNotRead, export.Gap{What: gap.What + " of " + cluster + " in the " + of + " capture", Why: gap.Why})
		}
	}
	for _, cluster := range before.Clusters {
		id := cluster.Resource.ID
		was, is := world.Of(before, id), world.Of(after, id)
		found := export.ClusterDiff{Cluster: id, Gone: is == nil, Differences: []export.DiffDifference{}}
		if is != nil {
			found.Differs(access.Differences(was, is))
			lacks("old", was, id.Name())
			lacks("new", is, id.Name())
		}
		diff.Answers = append(diff.Answers, found)
	}
	for _, cluster := range after.Clusters {
		if before.Cluster(cluster.Resource.ID) == nil {
			diff.Answers = append(diff.Answers, export.ClusterDiff{Cluster: cluster.Resource.ID, New: true, Differences: []export.DiffDifference{}})
		}
	}
	return diff, nil
}

// openCapture reads saved files whole, with what they hold of the inside of clusters.
func (p *program) openCapture(ctx context.Context, path string, chosen *export.Selection) (*store.Snapshot, error) {
	saved, err := evidence.Open(evidence.Options{Paths: []string{path}, Stdin: p.In, Subscriptions: p.subscriptions, At: time.Time{}, Now: p.now})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	in := inspect.New(inspect.Options{
		Source: narrowed(saved, sourceOptions{selection: *chosen}), Rules: embedded, AllChildren: true,
		Now: saved.JudgedAt,
	})
	in.Start(ctx)
	if err := in.Wait(ctx); err != nil {
		return nil, err
	}
	if err := in.ReadInsides(ctx, func(*store.Cluster) bool { return false }); err != nil {
		return nil, err
	}
	snapshot := in.Store.Snapshot()
	if len(snapshot.Clusters) == 0 {
		if snapshot.Problem != nil {
			return nil, fmt.Errorf("%s: %w", path, snapshot.Problem)
		}
		return nil, fmt.Errorf("%s: it holds no such cluster", path)
	}
	return snapshot, nil
}
