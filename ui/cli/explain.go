package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/ui/export"
	"github.com/aksight/aksight/ui/glossary"
)

func (p *program) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain [TERM]",
		Short: "Say what a term means",
		Long: `Says in plain words what a term of Azure Kubernetes Service, or of aksight, means and
why it matters. Without a term it lists them; a rule's ID explains the rule.`,
		Example: `  aksight explain local accounts
  aksight explain IMDS
  aksight explain AKS-NET-001`,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var offers []string
			for _, term := range glossary.All() {
				offers = append(offers, term.ID+"\t"+term.Name)
			}
			return offers, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return export.Terms(p.Out, glossary.All())
			}
			return p.explainTerm(strings.Join(args, " "))
		},
	}
}

func (p *program) explainTerm(name string) error {
	if term := glossary.Find(name); term != nil {
		return export.Term(p.Out, term, p.table())
	}
	if strings.HasPrefix(strings.ToUpper(name), "AKS-") {
		catalogue, err := rules.Embedded()
		if err != nil {
			return err
		}
		if rule, _ := catalogue.Find(strings.ToUpper(name)); rule != nil {
			return p.showRule(rule, showOutputs[0])
		}
	}
	hint := "aksight explain lists the terms"
	if likely := glossary.Like(name, 3); len(likely) > 0 {
		names := make([]string, len(likely))
		for i, term := range likely {
			names[i] = `"` + term.Name + `"`
		}
		hint = "did you mean " + strings.Join(names, " or ") + "?"
	}
	return fmt.Errorf("the glossary has no %q; %s", name, hint)
}
