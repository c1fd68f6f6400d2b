package cli

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/audit"
	"github.com/aksight/aksight/inspect/leastprivilege"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/ui/export"
)

func (p *program) accessLeastCommand() *cobra.Command {
	opts := &accessOptions{kinds: access.Kinds, manifests: true}
	var files []string
	name := ""
	cmd := &cobra.Command{
		Use:   "least SUBJECT --audit FILE",
		Short: "Write the smallest roles that cover what an audit log shows somebody used",
		Long: `least writes the smallest Role for each namespace and the smallest ClusterRole, with their
bindings, that cover every request of SUBJECT that an audit log shows, as YAML for kubectl.
Comments above them tell what SUBJECT holds today and did not use, and what it was refused.
Nothing is applied.

FILE is an audit log as Kubernetes writes it, or what AKS sends to Log Analytics (tables
AKSAudit, AKSAuditAdmin and AzureDiagnostics, exported as JSON or CSV) or to a storage
account; packed with gzip or not. kube-audit-admin leaves out get, list and watch: take
kube-audit. SUBJECT is user:NAME, group:NAME, sa:NAMESPACE/NAME or oid:ID; of a group it is
what its members used.

Exit codes: 0 roles were written; 1 an error; 3 something could not be read.`,
		Example: `  aksight access least sa:shop/web --audit kube-audit.json --cluster pay-weu-01
  aksight access least user:ana@contoso.example --audit mon.gz --audit tue.gz --context pay-weu-01 -o json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			named, err := access.Parse(args[0])
			if err != nil {
				return err
			}
			if len(files) == 0 {
				return errors.New("--audit FILE tells what was used: give an audit log of the cluster")
			}
			if name == "" {
				name = roleNameOf(named)
			}
			return p.answer(cmd.Context(), opts, func(w *access.World, a *export.Access) error {
				a.Question.Subject, a.Question.Audit = named.String(), files
				return least(w, a, named, files, name)
			})
		},
	}
	cmd.Flags().StringArrayVar(&files, "audit", nil, "`file` of an audit log; may be given several times")
	cmd.Flags().StringVar(&name, "role-name", "", "`name` of the roles and bindings (default: the subject's, and -least)")
	cmd.Flags().StringVarP(&opts.output, "output", "o", "yaml", "`form`: yaml or json")
	cmd.Flags().BoolVarP(&opts.quiet, "quiet", "q", false, "show no progress")
	complete(cmd, "output", []string{"yaml", "json"})
	return cmd
}

// least answers with the roles for what the files show.
func least(w *access.World, a *export.Access, named access.Subject, files []string, name string) error {
	subject, err := oneSubject(w, named)
	if err != nil {
		return err
	}
	names := []string{named.Name}
	if p := w.Principal(subject); p != nil {
		names = append(names, p.ID, p.UPN)
	}
	if subject.Kind == access.ServiceAccount {
		names = nil // the name alone is not its own
	}
	use := leastprivilege.Of(subject, names...)
	log := &audit.Log{}
	elsewhere := 0
	for _, file := range files {
		if err := readAudit(log, file, func(e *audit.Event) {
			if e.Cluster != "" && !w.Cluster.ID.Kubeconfig() && !e.Cluster.Equal(w.Cluster.ID) {
				elsewhere++
				return
			}
			use.Take(e)
		}); err != nil {
			return err
		}
	}
	if use.Requests == 0 {
		return nothingUsed(w, use, log, elsewhere, named)
	}
	held := use.Held(w, log.Changes)
	a.Least = &export.AccessLeast{
		Requests: use.Requests, Refused: use.Refused, From: &use.From, To: &use.To,
		Roles: use.Roles(name), Unused: held.Unused, UsedInPart: held.Wider, RefusedRequests: use.RefusedRequests(),
	}
	a.Coverage.CouldNotRead = append(a.Coverage.CouldNotRead, auditGaps(log, elsewhere)...)
	return nil
}

// readAudit reads a file of an audit log.
func readAudit(log *audit.Log, path string, use func(*audit.Event)) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("--audit: %w", err)
	}
	defer file.Close()
	return log.Read(path, file, func(e *audit.Event) error {
		use(e)
		return nil
	})
}

// nothingUsed says why there are no roles to write.
func nothingUsed(w *access.World, use *leastprivilege.Use, log *audit.Log, elsewhere int, named access.Subject) error {
	problem := &source.Problem{What: fmt.Sprintf("The log shows no request that %s was allowed, among %d", named, log.Events)}
	switch {
	case log.Events == 0 && len(log.Wrong) > 0:
		problem.What = "No audit event could be read: " + log.Wrong[0].String()
		problem.Do = "give an audit log of Kubernetes, or an export of AKSAudit or AzureDiagnostics as JSON or CSV"
	case log.Events == 0:
		problem.What, problem.Do = "The files hold no audit event", "give an audit log of Kubernetes, or an export of AKSAudit or AzureDiagnostics as JSON or CSV"
	case elsewhere == log.Events:
		problem.What, problem.Do = "The log is of other clusters than "+w.Cluster.ID.Name(), "choose its cluster with --cluster NAME"
	case use.Refused > 0:
		problem.Do = fmt.Sprintf("%s of it were refused: %s", counted(use.Refused, "request"), strings.Join(use.RefusedRequests(), ", "))
	default:
		problem.Do = "check the name, as the log writes it, and give a log of a longer time"
	}
	return problem
}

// auditGaps are what the log leaves open.
func auditGaps(log *audit.Log, elsewhere int) []export.Gap {
	var gaps []export.Gap
	if log.Changes {
		gaps = append(gaps, export.Gap{What: "get, list and watch", Why: "kube-audit-admin leaves them out: the roles lack what was only read; export kube-audit"})
	}
	if log.Malformed > 0 {
		gap := export.Gap{What: counted(log.Malformed, "entry", "entries") + " of the log", Why: "malformed"}
		if len(log.Wrong) > 0 {
			gap.Why = log.Wrong[0].String()
		}
		gaps = append(gaps, gap)
	}
	if elsewhere > 0 {
		gaps = append(gaps, export.Gap{What: counted(elsewhere, "event"), Why: "of other clusters"})
	}
	return gaps
}

// notInNames are the characters that names of objects do not have.
var notInNames = regexp.MustCompile(`[^a-z0-9.-]+`)

// roleNameOf makes a name for roles out of a subject's.
func roleNameOf(s access.Subject) string {
	const longest = 200
	name := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(s.Name), "-"), "-.")
	return name[:min(len(name), longest)] + "-least"
}
