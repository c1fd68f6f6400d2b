package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/export"
)

// taken are the flags that say what would be taken away.
type taken struct {
	bindings, assignments, members []string
	localAccounts                  bool
}

func (p *program) whatIfCommand() *cobra.Command {
	opts, from := &accessOptions{}, &taken{}
	opts.withSteps()
	cmd := &cobra.Command{
		Use:   "what-if",
		Short: "Tell who would lose what if a binding, a role or a member went",
		Long: `what-if tells who would lose which powers, and which ways to the cluster, its nodes, its
Secrets and rights in Azure would close, if something were taken away: a binding, a role
assignment, a member of a group, the local accounts. It changes nothing. Workloads that run
as a service account that loses something are named.

` + accessScope,
		Example: `  aksight what-if --binding ClusterRoleBinding/ci-deployer --cluster pay-weu-01
  aksight what-if --binding RoleBinding/shop/developers --context NAME
  aksight what-if --member sg-platform=tom@contoso.example --cluster pay-weu-01
  aksight what-if --disable-local-accounts --demo --cluster pay-weu-01`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if len(from.bindings)+len(from.assignments)+len(from.members) == 0 && !from.localAccounts {
				return errors.New("say what would go: --binding, --assignment, --member or --disable-local-accounts")
			}
			return p.answer(cmd.Context(), opts, func(w *access.World, a *export.Access) error {
				change, err := from.change(w)
				if err != nil {
					return err
				}
				a.Question.Without = from.words()
				a.AddLosses(w, w.LossesTo(w.Without(change)))
				return nil
			})
		},
	}
	cmd.Flags().StringArrayVar(&from.bindings, "binding", nil, "`KIND/[NAMESPACE/]NAME` of a binding that would go")
	cmd.Flags().StringArrayVar(&from.assignments, "assignment", nil, "`ID` of a role assignment that would go")
	cmd.Flags().StringArrayVar(&from.members, "member", nil, "`GROUP=WHO` that would be taken out of the group")
	cmd.Flags().BoolVar(&from.localAccounts, "disable-local-accounts", false, "local accounts would be disabled")
	return p.accessFlags(cmd, opts)
}

// words say what would be taken away.
func (t *taken) words() []string {
	var words []string
	for _, binding := range t.bindings {
		words = append(words, "binding "+binding)
	}
	for _, assignment := range t.assignments {
		words = append(words, "role assignment "+assignment)
	}
	for _, member := range t.members {
		words = append(words, "member "+member)
	}
	if t.localAccounts {
		words = append(words, "local accounts")
	}
	return words
}

// change finds what would be taken away. What is not there is an error: nobody would
// lose anything by it, and the answer would look good.
func (t *taken) change(w *access.World) (access.Change, error) {
	change := access.Change{LocalAccounts: t.localAccounts}
	for _, text := range t.bindings {
		ref, err := bindingRef(text)
		if err != nil {
			return change, err
		}
		if !hasBinding(w, func(b *access.Binding) bool { return b.Ref == ref }) {
			return change, fmt.Errorf("--binding %s: no such binding was read", text)
		}
		change.Bindings = append(change.Bindings, ref)
	}
	for _, text := range t.assignments {
		id := model.ID(text)
		if !hasBinding(w, func(b *access.Binding) bool { return b.Assignment != nil && b.Assignment.ID.Equal(id) }) {
			return change, fmt.Errorf("--assignment %s: no such role assignment counts in the cluster", text)
		}
		change.Assignments = append(change.Assignments, id)
	}
	for _, text := range t.members {
		group, who, is := strings.Cut(text, "=")
		if !is {
			return change, fmt.Errorf("--member %s: write GROUP=WHO", text)
		}
		of, err := oneSubject(w, access.Subject{Kind: access.Group, Name: group})
		if err != nil {
			return change, err
		}
		member, err := memberOf(w, of, who)
		if err != nil {
			return change, err
		}
		change.Members = append(change.Members, azurerbac.Membership{Group: of.Name, By: member})
	}
	return change, nil
}

func hasBinding(w *access.World, is func(*access.Binding) bool) bool {
	return slices.ContainsFunc(w.Index().Bindings, is)
}

// bindingRef reads KIND/NAME or KIND/NAMESPACE/NAME.
func bindingRef(text string) (model.Ref, error) {
	parts := strings.Split(text, "/")
	switch {
	case len(parts) == 2 && strings.EqualFold(parts[0], string(model.KindClusterRoleBinding)):
		return model.Ref{Kind: model.KindClusterRoleBinding, Name: parts[1]}, nil
	case len(parts) == 3 && strings.EqualFold(parts[0], string(model.KindRoleBinding)):
		return model.Ref{Kind: model.KindRoleBinding, Namespace: parts[1], Name: parts[2]}, nil
	default:
		return model.Ref{}, fmt.Errorf("--binding %s: write ClusterRoleBinding/NAME or RoleBinding/NAMESPACE/NAME", text)
	}
}

// memberOf returns the object ID of who belongs to a group directly.
func memberOf(w *access.World, group access.Subject, who string) (string, error) {
	if w.Azure == nil {
		return "", errors.New("--member: nothing was read of Entra ID")
	}
	members, _ := w.Azure.Members(group.Name)
	for _, id := range members {
		if p := w.Azure.Principal(id); strings.EqualFold(id, who) || p != nil && (strings.EqualFold(p.UPN, who) || strings.EqualFold(p.Name, who) || strings.EqualFold(p.Label(), who)) {
			return id, nil
		}
	}
	return "", fmt.Errorf("--member: %s is no direct member of %s that was read", who, w.Name(group))
}
