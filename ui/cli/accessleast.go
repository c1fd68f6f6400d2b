package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/audit"
	"github.com/aksight/aksight/inspect/leastprivilege"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/export"
)

func (p *program) accessLeastCommand() *cobra.Command {
	opts := &accessOptions{kinds: append(slices.Clone(access.Kinds), model.KindNamespace)}
	var files []string
	name := ""
	cmd := &cobra.Command{
		Use:   "least SUBJECT --audit FILE...",
		Short: "Make the smallest roles that cover what an audit log shows that somebody used",
		Long: `least reads the audit log of a cluster and writes the smallest Role and ClusterRole, with their
bindings, that cover what somebody used, as YAML for kubectl apply; it applies nothing. On
standard error it says how many requests there were and when, which were refused, what of
the present rights the log shows no use of, which bindings could go, and what the log does
not tell. What the cluster's own roles give to everybody is left out.

SUBJECT is user:NAME, group:NAME, sa:NAMESPACE/NAME or oid:ID. FILE is the API server's
audit.log, JSON or CSV from Log Analytics (AKSAudit, AKSAuditAdmin, AzureDiagnostics), or what a
diagnostic setting writes to storage; gzip and folders are read too, - is standard input.
The log of kube-audit-admin has no get, list and watch: it tells nothing of them.

` + accessScope + `

Exit codes: 0 the roles were written; 1 an error, also where the log shows no request of the
subject; 3 something could not be read.`,
		Example: `  aksight access least sa:shop/web --audit audit.log --cluster pay-weu-01
  aksight access least user:ana@contoso.example --audit query.json --context pay-weu-01 -o json
  aksight access least sa:shop/web --audit insights-logs-kube-audit/ --from saved/ > web.yaml`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			named, err := access.Parse(args[0])
			if err != nil {
				return err
			}
			files = append(files, args[1:]...) // a shell's *.json after --audit
			if len(files) == 0 {
				return errors.New("give the log with --audit FILE")
			}
			opts.write = func(out io.Writer, a *export.Access) error {
				if err := export.LeastYAML(out, a); err != nil {
					return err
				}
				return export.LeastSummary(p.Err, a)
			}
			if opts.output == "json" {
				opts.write = export.AccessJSON
			} else if opts.output != "yaml" {
				return fmt.Errorf("--output %s: use yaml or json", opts.output)
			}
			return p.answer(cmd.Context(), opts, func(w *access.World, a *export.Access) error {
				subject, err := oneSubject(w, named)
				if err != nil {
					return err
				}
				use := leastprivilege.Of(w, subject)
				log, err := p.readAudit(files, func(e *audit.Event) error {
					use.Take(e)
					return cmd.Context().Err()
				})
				if err != nil {
					return err
				}
				if use.Requests+use.Refused+use.Impersonations == 0 {
					return nobody(named, use, log)
				}
				a.Question.Subject, a.Question.Audit = named.String(), files
				a.AddLeast(w, use, log, roleName(name, subject, use))
				return nil
			})
		},
	}
	cmd.Flags().StringArrayVar(&files, "audit", nil, "`file` or folder of the audit log; may be given several times")
	cmd.Flags().StringVar(&name, "name", "", "`name` of the roles and bindings; made of the subject's where it is left out")
	p.accessFlags(cmd, opts)
	cmd.Flags().Lookup("output").DefValue, opts.output = "yaml", "yaml"
	cmd.Flags().Lookup("output").Usage = "`form`: yaml or json"
	complete(cmd, "output", []string{"yaml", "json"})
	return cmd
}

// nobody says that a log has nothing of a subject, and whom it tells of.
func nobody(named access.Subject, use *leastprivilege.Use, log *audit.Log) error {
	if use.Elsewhere > 0 {
		return fmt.Errorf("the log has %d requests of %s, all to other clusters than %s: choose one with --cluster", use.Elsewhere, named, use.Cluster.Name())
	}
	whom := ""
	if len(use.Others) > 0 {
		whom = "; it tells of " + strings.Join(use.Others, ", ")
		if len(use.Others) > 1 {
			whom += " and maybe more"
		}
	}
	return fmt.Errorf("none of the %d requests in the log is of %s%s", log.Events, named, whom)
}

// roleName makes a name for roles of that of a subject.
func roleName(given string, s access.Subject, use *leastprivilege.Use) string {
	if given != "" {
		return given
	}
	name := s.Name
	if s.Kind == access.ServiceAccount {
		name = s.Namespace + "-" + s.Name
	} else if len(use.Names) > 1 {
		name = use.Names[1] // for people rather than the object ID
	}
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(name))
	const longest = 200
	return strings.Trim(name[:min(len(name), longest)], "-") + "-least"
}
