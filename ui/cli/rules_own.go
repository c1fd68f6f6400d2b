package cli

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/ruletest"
	"github.com/aksight/aksight/ui/config"
)

func (p *program) rulesTestCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "test [FOLDER]...",
		Short: "Try your own rules: their examples, and what their fixes mend",
		Long: `test reads every rule file of the folders (those of --rules or of the settings where
none is named), runs its examples, applies each fix's effect to the failing ones and
expects a pass. What is wrong is named as FILE:LINE: REASON, and the exit code is 1.`,
		Example: `  aksight rules new ACME-GOV-001 > rules/acme-gov-001.md
  aksight rules test rules`,
		ValidArgsFunction: completeWith(cobra.ShellCompDirectiveFilterDirs),
		RunE: func(_ *cobra.Command, folders []string) error {
			folders, err := p.testFolders(folders)
			if err != nil {
				return err
			}
			return p.testRules(folders)
		},
	}
}

// completeWith has the shell complete folders or files.
func completeWith(how cobra.ShellCompDirective) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) { return nil, how }
}

// testFolders are the folders to try.
func (p *program) testFolders(folders []string) ([]string, error) {
	if len(folders) == 0 {
		folders = p.ruleFolders
	}
	if len(folders) == 0 {
		settings, err := p.settings()
		if err != nil {
			return nil, err
		}
		if folders, err = settings.RuleFolders(); err != nil {
			return nil, err
		}
	}
	if len(folders) == 0 {
		return nil, errors.New("name the folder with your rules, or set rules.folders in the settings")
	}
	for _, folder := range folders {
		if err := isFolder(folder); err != nil {
			return nil, fmt.Errorf("%s: %w", folder, err)
		}
	}
	return folders, nil
}

func (p *program) testRules(folders []string) error {
	base, err := rules.Embedded()
	if err != nil {
		return err
	}
	files, unread := config.RuleFiles(folders)
	if len(files)+len(unread) == 0 {
		return fmt.Errorf("%s: there is no rule file (*.md)", strings.Join(folders, ", "))
	}
	catalogue := base.With(files, unread...)
	broken := 0
	for _, problem := range catalogue.Problems() {
		broken++
		fmt.Fprintln(p.Out, "FAIL  "+oneLine(problem.Error()))
	}
	tried := 0
	for _, file := range files {
		rule := catalogue.OfFile(file.Name)
		if rule == nil {
			continue // it stands among the problems
		}
		tried++
		result := ruletest.Try(catalogue, rule.ID, file.Text)
		if len(result.Problems) > 0 {
			broken++
		}
		for _, problem := range result.Problems {
			fmt.Fprintln(p.Out, "FAIL  "+oneLine(problem.Error()))
		}
		if len(result.Problems) == 0 {
			fmt.Fprintf(p.Out, "ok    %s  %s, %s\n", file.Name, counted(result.Examples, "example"), counted(result.Fixes, "fix tried", "fixes tried"))
		}
	}
	if broken > 0 {
		fmt.Fprintf(p.Out, "\n%d of %s broken\n", broken, counted(len(files)+len(unread), "file"))
		return statusError(exitError)
	}
	fmt.Fprintf(p.Out, "\n%s, all as their examples say\n", counted(tried, "rule"))
	return nil
}

// counted says a number of things; the plural adds an s where it is not given.
func counted(n int, one string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + one
	case len(many) > 0:
		return fmt.Sprintf("%d %s", n, many[0])
	default:
		return fmt.Sprintf("%d %ss", n, one)
	}
}

// starter is a rule file to begin with.
//
//go:embed starter.md
var starter string

// starterWorkload is one on what runs in clusters.
//
//go:embed starter_workload.md
var starterWorkload string

// starters are the rule files to begin with, by their subject.
var starters = map[string]string{"cluster": starter, "workload": starterWorkload}

func (p *program) rulesNewCommand() *cobra.Command {
	subject := "cluster"
	cmd := &cobra.Command{
		Use:   "new ID",
		Short: "Print a rule file to start from",
		Example: `  aksight rules new ACME-GOV-001 > rules/acme-gov-001.md
  aksight rules new ACME-GOV-002 --subject workload > rules/acme-gov-002.md`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("%s takes the new rule's ID, such as ACME-GOV-001", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			id := strings.ToUpper(args[0])
			base, err := rules.Embedded()
			if err != nil {
				return err
			}
			if taken, _ := base.Find(id); taken != nil {
				return fmt.Errorf("%s is a rule of aksight's own: choose another ID", id)
			}
			begin, known := starters[subject]
			if !known {
				return fmt.Errorf("--subject %s: use cluster or workload", subject)
			}
			text := strings.Replace(begin, "{{ID}}", id, 1)
			if _, err := rules.Parse(strings.ToLower(id)+".md", []byte(text)); err != nil {
				return fmt.Errorf("the ID %s will not do: use one such as ACME-GOV-001", args[0])
			}
			_, err = fmt.Fprint(p.Out, text)
			return err
		},
	}
	cmd.Flags().StringVar(&subject, "subject", subject, "what it judges: cluster or `workload`")
	complete(cmd, "subject", []string{"cluster", "workload"})
	return cmd
}
