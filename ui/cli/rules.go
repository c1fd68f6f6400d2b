package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/export"
)

func (p *program) rulesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List, explain and try the rules",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return unknownCommand(cmd, args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.rulesListCommand(), p.rulesShowCommand(), p.rulesTestCommand(), p.rulesNewCommand(), p.rulesCommandsCommand())
	return cmd
}

func (p *program) rulesListCommand() *cobra.Command {
	output := "table"
	all := false
	cmd := &cobra.Command{
		Use:   "list [FOLDER]...",
		Short: "List the rules, your own too",
		Long: `list lists the rules, with your own of the settings or of the folders: all, or those that
--rule, --topic and --severity select. A rule has a severity of its own and may have others
where something makes it worse; --severity goes by all of them. --all names the checks too that are
planned, each with what it still needs to read.`,
		Example: `  aksight rules list
  aksight rules list --topic network --severity high
  aksight rules list --rule 'AKS-NODE-*' --output json
  aksight rules list our-rules`,
		ValidArgsFunction: completeWith(cobra.ShellCompDirectiveFilterDirs),
		RunE: func(_ *cobra.Command, folders []string) error {
			p.ruleFolders = append(p.ruleFolders, folders...)
			catalogue, err := p.ownCatalogue()
			if err != nil {
				return err
			}
			list, err := p.selectRules(catalogue.Rules())
			if err != nil {
				return err
			}
			var planned []rules.Coming
			if all {
				if planned, err = p.selectComing(); err != nil {
					return err
				}
			}
			switch output {
			case "table":
				return export.RuleTable(p.Out, list, planned, p.table())
			case "json":
				return export.RuleJSON(p.Out, list, planned)
			case "md":
				return export.RuleMarkdown(p.Out, list, planned)
			default:
				return fmt.Errorf("--output %s: use %s", output, strings.Join(ruleOutputs, ", "))
			}
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", output, "`form`: table, json or md")
	cmd.Flags().BoolVar(&all, "all", false, "list the checks too that are planned and not here yet")
	complete(cmd, "output", ruleOutputs)
	return cmd
}

// selectComing returns the planned checks that the flags select.
func (p *program) selectComing() ([]rules.Coming, error) {
	chosen, err := p.selection()
	if err != nil {
		return nil, err
	}
	later, err := rules.Later()
	if err != nil {
		return nil, err
	}
	var planned []rules.Coming
	for _, coming := range later {
		if chosen.HasRule(&model.Rule{ID: coming.ID, Topic: coming.Topic, Severity: coming.Severity}) {
			planned = append(planned, coming)
		}
	}
	return planned, nil
}

// selectRules returns the rules that the flags select.
func (p *program) selectRules(all []*model.Rule) ([]*model.Rule, error) {
	chosen, err := p.selection()
	if err != nil {
		return nil, err
	}
	if err := chosen.CheckRules(all); err != nil {
		return nil, err
	}
	var list []*model.Rule
	for _, rule := range all {
		if chosen.HasRule(rule) {
			list = append(list, rule)
		}
	}
	return list, nil
}

func (p *program) rulesShowCommand() *cobra.Command {
	output := showOutputs[0]
	cmd := &cobra.Command{
		Use:   "show ID|FOLDER",
		Short: "Explain one rule, or each rule of a folder",
		Long: `show explains one rule of the catalogue, of the settings' folders or of those of --rules;
or each of your own rules in a folder, of which --rule, --topic and --severity select some.`,
		Example: `  aksight rules show AKS-NET-001
  aksight rules show our-rules`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("%s takes one rule's ID, such as AKS-NET-001, or a folder with your own rules", cmd.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: p.completeRules,
		RunE: func(_ *cobra.Command, args []string) error {
			if !slices.Contains(showOutputs, output) {
				return fmt.Errorf("--output %s: use %s", output, strings.Join(showOutputs, ", "))
			}
			list, err := p.rulesNamed(args[0])
			if err != nil {
				return err
			}
			for i, rule := range list {
				if i > 0 {
					fmt.Fprintln(p.Out)
				}
				if err := p.showRule(rule, output); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", output, "`form`: text or md")
	complete(cmd, "output", showOutputs)
	return cmd
}

// rulesNamed returns the rule with that ID, or those of the folder with that path that
// the flags select. What is wrong with a folder's files is said on standard error.
func (p *program) rulesNamed(name string) ([]*model.Rule, error) {
	id := strings.ToUpper(name)
	if known, _ := embedded().Find(id); known == nil && isFolder(name) == nil {
		return p.rulesOf(name)
	}
	catalogue, err := p.ownCatalogue()
	if err != nil {
		return nil, err
	}
	rule, _ := catalogue.Find(id)
	switch {
	case rule != nil:
		return []*model.Rule{rule}, nil
	case strings.ContainsAny(name, `/\`):
		return nil, fmt.Errorf("%s: %w", name, isFolder(name))
	default:
		return nil, fmt.Errorf("there is no rule %s; aksight rules list lists them", name)
	}
}

// rulesOf returns the rules of one folder.
func (p *program) rulesOf(folder string) ([]*model.Rule, error) {
	p.ruleFolders = []string{folder}
	catalogue, err := p.ownCatalogue()
	if err != nil {
		return nil, err
	}
	own := slices.DeleteFunc(slices.Clone(catalogue.Rules()), func(rule *model.Rule) bool { return !rule.Own })
	switch {
	case len(own) > 0:
		return p.selectRules(own)
	case len(catalogue.Problems()) > 0:
		return nil, fmt.Errorf("%s: no rule file in it can be used", folder)
	default:
		return nil, fmt.Errorf("%s: there is no rule file (*.md)", folder)
	}
}

// showOutputs are the forms that a rule is explained in.
var showOutputs = []string{"text", "md"}

// completeRules offers the rules' IDs to the shell.
func (f *flags) completeRules(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	quiet := program{Streams: Streams{Err: io.Discard}, flags: *f}
	catalogue, err := quiet.ownCatalogue()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var offers []string
	for _, rule := range catalogue.Rules() {
		offers = append(offers, rule.ID+"\t"+rule.Title)
	}
	return offers, cobra.ShellCompDirectiveNoFileComp
}

func (p *program) showRule(rule *model.Rule, output string) error {
	if output == "md" {
		return export.RulePage(p.Out, rule)
	}
	commands, err := fix.Commands(rule)
	if err != nil {
		return err
	}
	return export.Rule(p.Out, rule, commands, p.table())
}

func (p *program) rulesCommandsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "commands",
		Short: "Print every command that a fix can print, one JSON object a line",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			catalogue, err := rules.Embedded()
			if err != nil {
				return err
			}
			out := bufio.NewWriter(p.Out)
			encoder := json.NewEncoder(out)
			encoder.SetEscapeHTML(false)
			for _, rule := range catalogue.Rules() {
				commands, err := printable(rule)
				if err != nil {
					return err
				}
				for _, command := range commands {
					if err := encoder.Encode(command); err != nil {
						return err
					}
				}
			}
			return out.Flush()
		},
	}
}
