package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/export"
)

func (p *program) blastCommand() *cobra.Command {
	kinds := slices.Concat(access.Kinds, access.GraphKinds, network.Kinds)
	slices.Sort(kinds)
	opts := &accessOptions{kinds: slices.Compact(kinds)}
	cmd := &cobra.Command{
		Use:   "blast NAMESPACE/POD",
		Short: "Tell what somebody who is in a pod has in reach",
		Long: `blast tells what somebody who is in a pod has in reach, as a tree: what its service account
may and what that leads to, the Secrets that it is given, its node and the identities that
the node hands out, its own identity in Azure with its roles, and its network.

` + accessScope,
		Example: `  aksight blast shop/web-0 --cluster pay-weu-01
  aksight blast shop/web-0 --context pay-weu-01 -o json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			namespace, name, is := strings.Cut(args[0], "/")
			if !is || namespace == "" || name == "" {
				return fmt.Errorf("%s: name the pod as NAMESPACE/POD", args[0])
			}
			return p.answer(cmd.Context(), opts, func(w *access.World, a *export.Access) error {
				a.Question.Pod = args[0]
				tree := w.Blast(model.Ref{Kind: model.KindPod, Namespace: namespace, Name: name})
				if tree == nil {
					return fmt.Errorf("no pod %s was read in the cluster", args[0])
				}
				a.AddTree(tree)
				return nil
			})
		},
	}
	return p.accessFlags(cmd, opts)
}
