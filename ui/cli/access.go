package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/export"
)

// accessOptions are the flags of the commands on access.
type accessOptions struct {
	output    string
	namespace string
	anywhere  bool
	name      string
	to        string
	quiet     bool
	// kinds are what is read of the cluster's inside.
	kinds []model.Kind
}

const accessScope = `It asks Kubernetes RBAC: role bindings and cluster role bindings, with the groups that
everybody has. What Azure roles allow (Azure RBAC for Kubernetes), and who belongs to
which group of Entra ID, is not read.`

func (p *program) whoCanCommand() *cobra.Command {
	opts := &accessOptions{kinds: access.Kinds}
	cmd := &cobra.Command{
		Use:   "who-can VERB RESOURCE",
		Short: "Tell who may do something in a cluster, and by which binding",
		Long: `who-can tells who may do something in a cluster, by which binding and role, and since
when. RESOURCE is what kubectl takes (pods, deploy, pods/exec, widgets.example.com) or a
path (/metrics).

` + accessScope + `

Exit codes: 0 somebody was found, or nobody; 1 an error; 3 something could not be read.`,
		Example: `  aksight who-can get secrets -n shop --cluster pay-weu-01
  aksight who-can create pods/exec -A --context pay-weu-01
  aksight who-can list secrets -A --demo --cluster pay-weu-01 -o json`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			q, err := access.Ask(args[0], args[1])
			if err != nil {
				return err
			}
			q.Namespace, q.Name = opts.namespace, opts.name
			if opts.anywhere && opts.namespace != "" {
				return errors.New("-n names one namespace and -A stands for all of them: use one")
			}
			return p.answer(cmd.Context(), opts, func(view *object.View, a *export.Access) {
				a.Question.Verb, a.Question.Group, a.Question.Resource, a.Question.Subresource = q.Verb, q.Group, q.Resource, q.Subresource
				a.Question.Path, a.Question.Name, a.Question.Namespace, a.Question.Anywhere = q.Path, q.Name, q.Namespace, opts.anywhere
				for _, holder := range access.Of(view).WhoCan(q, opts.anywhere) {
					for _, reason := range holder.Reasons {
						a.Answers = append(a.Answers, export.Answer(holder.Subject, reason))
					}
				}
			})
		},
	}
	cmd.Flags().StringVarP(&opts.namespace, "namespace", "n", "", "`namespace` to look in; without it and -A, a right in the whole cluster")
	cmd.Flags().BoolVarP(&opts.anywhere, "all-namespaces", "A", false, "count rights in any namespace")
	cmd.Flags().StringVar(&opts.name, "name", "", "`name` of the object; without it a right on all of them")
	return p.accessFlags(cmd, opts)
}

func (p *program) canCommand() *cobra.Command {
	opts := &accessOptions{kinds: access.Kinds}
	cmd := &cobra.Command{
		Use:   "can SUBJECT",
		Short: "Tell what somebody may do in a cluster that is worth something",
		Long: `can tells which powers somebody has in a cluster: rights that read Secrets, run code in
pods, take tokens, change rights, take nodes or the whole cluster. SUBJECT is user:NAME,
group:NAME, sa:NAMESPACE/NAME or oid:ID.

` + accessScope,
		Example: `  aksight can sa:shop/web --cluster pay-weu-01
  aksight can group:developers --context pay-weu-01 -o json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			subject, err := access.Parse(args[0])
			if err != nil {
				return err
			}
			return p.answer(cmd.Context(), opts, func(view *object.View, a *export.Access) {
				a.Question.Subject = subject.String()
				for _, held := range access.Telling(access.HeldBy(view, subject.Identity())) {
					answer := export.AccessAnswer{Subject: export.SubjectName(subject), Kind: subject.Kind.String()}
					if len(held.By) > 0 {
						answer = export.Answer(subject, held.By[0])
					}
					answer.Namespace, answer.Power, answer.Severity = held.Namespace, held.Title, &held.Severity
					a.Answers = append(a.Answers, answer)
				}
			})
		},
	}
	return p.accessFlags(cmd, opts)
}

// destinations are the places that paths lead to, by the value of --to.
var destinations = map[string]access.Place{
	"cluster-admin": access.Everything, "node": access.NodeRoot, "secrets": access.AllSecrets, "azure": {Kind: access.AtAzure},
}

func (p *program) pathsCommand() *cobra.Command {
	opts := &accessOptions{to: "cluster-admin", kinds: slices.Concat(access.Kinds, access.GraphKinds)}
	values := []string{"cluster-admin", "node", "secrets", "azure"}
	cmd := &cobra.Command{
		Use:   "paths [SUBJECT]",
		Short: "Tell by which steps somebody gets to more than they were given",
		Long: `paths tells the shortest way from somebody to the whole cluster, the nodes, all Secrets
or an identity in Azure, step by step, each with the binding or the pod that makes it
possible. Without a SUBJECT it tells everybody who gets there, nearest first.

` + accessScope,
		Example: `  aksight paths group:developers --cluster pay-weu-01
  aksight paths --to node --context pay-weu-01`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			to, known := destinations[opts.to]
			if !known {
				return fmt.Errorf("--to %s: use %s", opts.to, strings.Join(values, ", "))
			}
			var from *access.Subject
			if len(args) > 0 {
				subject, err := access.Parse(args[0])
				if err != nil {
					return err
				}
				from = &subject
			}
			return p.answer(cmd.Context(), opts, func(view *object.View, a *export.Access) {
				a.Question.To = opts.to
				g := access.GraphOf(view)
				if from == nil {
					for _, reach := range g.WhoReaches(to) {
						a.Answers = append(a.Answers, export.AccessAnswer{
							Subject: export.SubjectName(reach.Subject), Kind: reach.Kind.String(), Steps: export.Steps(reach.Path),
						})
					}
					return
				}
				a.Question.Subject = from.String()
				if path, is := g.Path(access.At(*from), to); is {
					a.Answers = append(a.Answers, export.AccessAnswer{Subject: export.SubjectName(*from), Kind: from.Kind.String(), Steps: export.Steps(path)})
				}
			})
		},
	}
	cmd.Flags().StringVar(&opts.to, "to", opts.to, "`place` to get to: "+strings.Join(values, ", "))
	complete(cmd, "to", values)
	return p.accessFlags(cmd, opts)
}

func (p *program) accessFlags(cmd *cobra.Command, opts *accessOptions) *cobra.Command {
	cmd.Flags().StringVarP(&opts.output, "output", "o", "table", "`form`: table or json")
	cmd.Flags().BoolVarP(&opts.quiet, "quiet", "q", false, "show no progress")
	complete(cmd, "output", []string{"table", "json"})
	return cmd
}

// answer reads one cluster's inside and writes what is asked of it.
func (p *program) answer(ctx context.Context, opts *accessOptions, ask func(*object.View, *export.Access)) error {
	writers := map[string]func(io.Writer, *export.Access) error{"table": export.AccessTable, "json": export.AccessJSON}
	write, known := writers[opts.output]
	if !known {
		return fmt.Errorf("--output %s: use table or json", opts.output)
	}
	if err := p.check(); err != nil {
		return err
	}
	chosen, err := p.selection()
	if err != nil {
		return err
	}
	now := p.now().Truncate(time.Second)
	inspection, err := p.open(sourceOptions{
		noChildren: true, kinds: opts.kinds, selection: chosen, now: func() time.Time { return now },
		prompt: func(message string) { fmt.Fprintln(p.Err, message) },
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	inspection.Start(ctx)
	if err := inspection.Wait(ctx); err != nil {
		return err
	}
	cluster, err := only(inspection)
	if err != nil {
		return err
	}
	if err := inspection.OpenInside(cluster.Resource.ID); err != nil {
		return err
	}
	if err := inspection.WaitInside(ctx, cluster.Resource.ID); err != nil {
		return err
	}
	inside := inspection.Store.Snapshot().Cluster(cluster.Resource.ID).Inside
	switch {
	case inside == nil:
		return errors.New("the cluster is gone")
	case inside.Problem != nil:
		return inside.Problem
	}
	a := &export.Access{Question: export.AccessQuestion{Cluster: cluster.Resource.ID}}
	ask(inside.View, a)
	a.Coverage.CouldNotRead = unreadAccess(inside.View, opts.kinds)
	if err := write(p.Out, a); err != nil {
		return err
	}
	if len(a.Coverage.CouldNotRead) > 0 {
		return statusError(exitUnread)
	}
	return nil
}

// only returns the one cluster that was selected.
func only(in *inspect.Inspection) (*store.Cluster, error) {
	snapshot := in.Store.Snapshot()
	switch len(snapshot.Clusters) {
	case 1:
		return snapshot.Clusters[0], nil
	case 0:
		if snapshot.Problem != nil {
			return nil, snapshot.Problem
		}
		return nil, &source.Problem{What: "No such cluster was read", Do: "name one with --cluster NAME, or a kubeconfig's context with --context NAME"}
	}
	const several = 8
	var names []string
	for _, cluster := range snapshot.Clusters {
		names = append(names, cluster.Summary.Name)
	}
	slices.Sort(names)
	more := ""
	if len(names) > several {
		more = fmt.Sprintf(" and %d more", len(names)-several)
		names = names[:several]
	}
	return nil, fmt.Errorf("there are %d clusters: choose one with --cluster NAME: %s%s", len(snapshot.Clusters), strings.Join(names, ", "), more)
}

// unreadAccess tells which of the kinds an answer lacks.
func unreadAccess(view *object.View, kinds []model.Kind) []export.Gap {
	var gaps []export.Gap
	for _, kind := range kinds {
		if read := view.Reads[kind]; read.State != model.ReadDone {
			why := read.Why
			if why == "" {
				why = "it was not read to the end"
			}
			gaps = append(gaps, export.Gap{What: string(kind) + " objects", Why: why})
		}
	}
	return gaps
}
