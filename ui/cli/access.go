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
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/world"
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
	preset    string
	steps     bool
	quiet     bool
	// write writes the answer where it has forms of its own.
	write func(io.Writer, *export.Access) error
	// activity has the activity log read.
	activity bool
	// kinds are what is read of the cluster's inside.
	kinds []model.Kind
}

const accessScope = `It asks Kubernetes RBAC and, for a cluster of Azure, what Azure's role assignments allow in
it and on it, with deny assignments, conditions and the roles that somebody may take for a
while (eligible), and who belongs to which group of Entra ID. What could not be read is
said below the answer.`

// withSteps reads what paths need beside roles and bindings.
func (o *accessOptions) withSteps() {
	o.kinds = slices.Concat(access.Kinds, access.GraphKinds)
}

func (p *program) whoCanCommand() *cobra.Command {
	opts := &accessOptions{kinds: access.Kinds}
	cmd := &cobra.Command{
		Use:   "who-can VERB RESOURCE",
		Short: "Tell who may do something in a cluster, by which binding or Azure role",
		Long: `who-can tells who may do something in a cluster, by which binding or role assignment and
role, and since when. RESOURCE is what kubectl takes (pods, deploy, pods/exec,
widgets.example.com) or a path (/metrics). In its place --preset asks one of the questions
that matter most, anywhere in the cluster. --paths adds who gets there step by step.

` + accessScope + `

Exit codes: 0 somebody was found, or nobody; 1 an error; 3 something could not be read.`,
		Example: `  aksight who-can get secrets -n shop --cluster pay-weu-01
  aksight who-can create pods/exec -A --context pay-weu-01
  aksight who-can --preset admin-kubeconfig --demo --cluster pay-weu-01
  aksight who-can list secrets -A --paths --demo --cluster pay-weu-01 -o json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if opts.preset != "" {
				return cobra.NoArgs(cmd, args)
			}
			return cobra.ExactArgs(2)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if opts.steps {
				opts.withSteps()
			}
			if opts.anywhere && opts.namespace != "" {
				return errors.New("-n names one namespace and -A stands for all of them: use one")
			}
			if opts.preset != "" {
				return p.askPreset(cmd.Context(), opts)
			}
			q, err := access.Ask(args[0], args[1])
			if err != nil {
				return err
			}
			q.Namespace, q.Name = opts.namespace, opts.name
			return p.answer(cmd.Context(), opts, func(w *access.World, a *export.Access) error {
				a.Question.Verb, a.Question.Group, a.Question.Resource, a.Question.Subresource = q.Verb, q.Group, q.Resource, q.Subresource
				a.Question.Path, a.Question.Name, a.Question.Namespace, a.Question.Anywhere = q.Path, q.Name, q.Namespace, opts.anywhere
				answers := w.WhoCan(q, opts.anywhere)
				if opts.steps {
					answers = w.WhoGets(answers)
				}
				a.Add(w, answers)
				return nil
			})
		},
	}
	cmd.Flags().StringVarP(&opts.namespace, "namespace", "n", "", "`namespace` to look in; without it and -A, a right in the whole cluster")
	cmd.Flags().BoolVarP(&opts.anywhere, "all-namespaces", "A", false, "count rights in any namespace")
	cmd.Flags().StringVar(&opts.name, "name", "", "`name` of the object; without it a right on all of them")
	cmd.Flags().StringVar(&opts.preset, "preset", "", "`question`: "+strings.Join(presetNames(), ", "))
	cmd.Flags().BoolVar(&opts.steps, "paths", false, "add who gets there step by step; reads pods and service accounts too")
	complete(cmd, "preset", presetNames())
	return p.accessFlags(cmd, opts)
}

func presetNames() []string {
	names := make([]string, len(access.Presets))
	for i := range access.Presets {
		names[i] = access.Presets[i].Name
	}
	return names
}

// askPreset answers one of the questions that have a name.
func (p *program) askPreset(ctx context.Context, opts *accessOptions) error {
	preset := access.FindPreset(opts.preset)
	switch {
	case preset == nil:
		return fmt.Errorf("--preset %s: use %s", opts.preset, strings.Join(presetNames(), ", "))
	case opts.namespace != "" || opts.name != "":
		return errors.New("--preset asks about the whole cluster: leave -n and --name out")
	}
	return p.answer(ctx, opts, func(w *access.World, a *export.Access) error {
		a.Question.Preset, a.Question.Anywhere = preset.Name, true
		a.Add(w, w.Answers(preset, opts.steps))
		return nil
	})
}

func (p *program) canCommand() *cobra.Command {
	opts := &accessOptions{kinds: access.Kinds}
	matrix := false
	cmd := &cobra.Command{
		Use:   "can SUBJECT [VERB RESOURCE]",
		Short: "Tell what somebody may do in a cluster that is worth something",
		Long: `can tells which powers somebody has in a cluster: rights that read Secrets, run code in
pods, take tokens, change rights, take nodes or the whole cluster. With a VERB and a
RESOURCE it tells whether somebody may do that, and why; with --matrix all that somebody may
do, resource by resource and verb by verb. SUBJECT is user:NAME, group:NAME,
sa:NAMESPACE/NAME or oid:ID; a user principal name, a display name and an object ID of
Entra ID all name the same.

` + accessScope,
		Example: `  aksight can sa:shop/web --cluster pay-weu-01
  aksight can sa:shop/web --matrix --cluster pay-weu-01
  aksight can user:ana@contoso.example list secrets -n shop --cluster pay-weu-01
  aksight can group:developers --context pay-weu-01 -o json`,
		Args: func(_ *cobra.Command, args []string) error {
			if matrix && len(args) != 1 {
				return errors.New("--matrix tells of every resource: give a SUBJECT alone")
			}
			if len(args) != 1 && len(args) != 3 {
				return errors.New("give a SUBJECT, or a SUBJECT, a VERB and a RESOURCE")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			named, err := access.Parse(args[0])
			if err != nil {
				return err
			}
			var q *access.Question
			if len(args) == 3 {
				asked, err := access.Ask(args[1], args[2])
				if err != nil {
					return err
				}
				asked.Namespace, asked.Name = opts.namespace, opts.name
				q = &asked
			}
			return p.answer(cmd.Context(), opts, func(w *access.World, a *export.Access) error {
				subject, err := oneSubject(w, named)
				if err != nil {
					return err
				}
				a.Question.Subject = named.String()
				if matrix {
					a.AddMatrix(w, subject)
					return nil
				}
				if q == nil {
					a.AddPowers(w, subject, access.Telling(w.HeldBy(subject)))
					return nil
				}
				a.Question.Verb, a.Question.Group, a.Question.Resource, a.Question.Subresource = q.Verb, q.Group, q.Resource, q.Subresource
				a.Question.Path, a.Question.Name, a.Question.Namespace = q.Path, q.Name, q.Namespace
				reasons := w.Can(subject, *q)
				answers := make([]access.Answer, len(reasons))
				for i := range reasons {
					answers[i] = access.Answer{Subject: subject, Reason: &reasons[i]}
				}
				a.Add(w, answers)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&matrix, "matrix", false, "tell of every resource and verb")
	cmd.Flags().StringVarP(&opts.namespace, "namespace", "n", "", "`namespace` to ask about; without it the whole cluster")
	cmd.Flags().StringVar(&opts.name, "name", "", "`name` of the object; without it a right on all of them")
	return p.accessFlags(cmd, opts)
}

// oneSubject finds whom a subject means. The error lists several that have the name.
func oneSubject(w *access.World, named access.Subject) (access.Subject, error) {
	found := w.Resolve(named)
	if len(found) == 1 {
		return found[0], nil
	}
	said := make([]string, len(found))
	for i, s := range found {
		said[i] = fmt.Sprintf("%s oid:%s", w.Kind(s), s.Name)
	}
	return named, fmt.Errorf("%s is the name of several: name one by its object ID: %s", named, strings.Join(said, ", "))
}

// destinations are the places that paths lead to, by the value of --to.
var destinations = map[string]access.Place{
	"cluster-admin": access.Everything, "node": access.NodeRoot, "secrets": access.AllSecrets, "azure": {Kind: access.AtAzure},
}

func (p *program) pathsCommand() *cobra.Command {
	opts := &accessOptions{to: "cluster-admin"}
	opts.withSteps()
	values := []string{"cluster-admin", "node", "secrets", "azure"}
	cmd := &cobra.Command{
		Use:   "paths [SUBJECT]",
		Short: "Tell by which steps somebody gets to more than they were given",
		Long: `paths tells the shortest way from somebody to the whole cluster, the nodes, all Secrets
or an identity in Azure, step by step, each with the binding, role assignment or pod that
makes it possible. Without a SUBJECT it tells everybody who gets there, nearest first. As
mermaid, dot and paths it writes the ways as one drawing: for Mermaid, for Graphviz, and
as JSON (aksight.paths/1).

` + accessScope,
		Example: `  aksight paths group:developers --cluster pay-weu-01
  aksight paths --to node --context pay-weu-01
  aksight paths --demo --cluster pay-weu-01 -o mermaid`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			to, known := destinations[opts.to]
			if !known {
				return fmt.Errorf("--to %s: use %s", opts.to, strings.Join(values, ", "))
			}
			var named *access.Subject
			if len(args) > 0 {
				subject, err := access.Parse(args[0])
				if err != nil {
					return err
				}
				named = &subject
			}
			return p.answer(cmd.Context(), opts, func(w *access.World, a *export.Access) error {
				a.Question.To = opts.to
				if named == nil {
					for _, reach := range w.Graph().WhoReaches(to) {
						a.Add(w, []access.Answer{{Subject: reach.Subject, Path: reach.Path}})
						a.Paths = append(a.Paths, reach.Path)
					}
					return nil
				}
				a.Question.Subject = named.String()
				from, err := oneSubject(w, *named)
				if err != nil {
					return err
				}
				if path, is := w.Graph().Path(access.At(from), to); is {
					a.Add(w, []access.Answer{{Subject: from, Path: path}})
					a.Paths = append(a.Paths, path)
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&opts.to, "to", opts.to, "`place` to get to: "+strings.Join(values, ", "))
	complete(cmd, "to", values)
	p.accessFlags(cmd, opts)
	cmd.Flags().Lookup("output").Usage = "`form`: table, json, mermaid, dot or paths"
	complete(cmd, "output", []string{"table", "json", "mermaid", "dot", "paths"})
	return cmd
}

func (p *program) accessFlags(cmd *cobra.Command, opts *accessOptions) *cobra.Command {
	cmd.Flags().StringVarP(&opts.output, "output", "o", "table", "`form`: table or json")
	cmd.Flags().BoolVarP(&opts.quiet, "quiet", "q", false, "show no progress")
	complete(cmd, "output", []string{"table", "json"})
	return cmd
}

// accessWriter returns what writes an answer in a form. Only paths can be drawn.
func (o *accessOptions) writer() (func(io.Writer, *access.World, *export.Access) error, error) {
	if o.write != nil {
		return func(out io.Writer, _ *access.World, a *export.Access) error { return o.write(out, a) }, nil
	}
	plain := map[string]func(io.Writer, *export.Access) error{"table": export.AccessTable, "json": export.AccessJSON}
	if write, known := plain[o.output]; known {
		return func(out io.Writer, _ *access.World, a *export.Access) error { return write(out, a) }, nil
	}
	drawn := map[string]string{"mermaid": "mermaid", "dot": "dot", "paths": "json"}
	if form, known := drawn[o.output]; known && o.to != "" {
		return func(out io.Writer, w *access.World, a *export.Access) error {
			return export.Drawings[form](out, w.Draw(a.Paths...))
		}, nil
	}
	if o.to != "" {
		return nil, fmt.Errorf("--output %s: use table, json, mermaid, dot or paths", o.output)
	}
	return nil, fmt.Errorf("--output %s: use table or json", o.output)
}

// answer reads one cluster's rights and writes what is asked of them.
func (p *program) answer(ctx context.Context, opts *accessOptions, ask func(*access.World, *export.Access) error) error {
	write, err := opts.writer()
	if err != nil {
		return err
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
		noChildren: true, rightsWhenWanted: true, kinds: opts.kinds, selection: chosen, now: func() time.Time { return now },
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
	if opts.activity {
		inspection.WantActivity(cluster.Resource.ID)
	}
	w, unreachable, err := p.worldOf(ctx, inspection, cluster.Resource.ID)
	if err != nil {
		return err
	}
	a := &export.Access{Question: export.AccessQuestion{Cluster: cluster.Resource.ID}}
	if err := ask(w, a); err != nil {
		return err
	}
	a.Coverage.CouldNotRead = append(a.Coverage.CouldNotRead, gapsOf(w, unreachable, opts.kinds)...)
	if err := write(p.Out, w, a); err != nil {
		return err
	}
	if len(a.Coverage.CouldNotRead) > 0 {
		return statusError(exitUnread)
	}
	return nil
}

// worldOf reads a cluster's inside and, beside it, the rights in its subscription. Where
// the inside cannot be reached, Azure's side answers alone.
func (p *program) worldOf(ctx context.Context, in *inspect.Inspection, id model.ID) (*access.World, *source.Problem, error) {
	if !id.Kubeconfig() {
		in.WantRights(id)
	}
	if err := in.OpenInside(id); err != nil {
		return nil, nil, err
	}
	if err := in.WaitInside(ctx, id); err != nil {
		return nil, nil, err
	}
	if err := in.Wait(ctx); err != nil {
		return nil, nil, err
	}
	snapshot := in.Store.Snapshot()
	w := world.Of(snapshot, id)
	if w == nil || snapshot.Cluster(id).Inside == nil {
		return nil, nil, errors.New("the cluster is gone")
	}
	problem := snapshot.Cluster(id).Inside.Problem
	if problem != nil && w.Azure == nil {
		return nil, nil, problem
	}
	return w, problem, nil
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

// gapsOf tells what an answer lacks: what runs in a cluster that cannot be reached as
// one thing, and all else by itself.
func gapsOf(w *access.World, unreachable *source.Problem, kinds []model.Kind) []export.Gap {
	var gaps []export.Gap
	if unreachable != nil {
		gaps = append(gaps, export.Gap{What: "what Kubernetes itself grants", Why: unreachable.Error()})
		kinds = nil
	}
	for _, gap := range w.Coverage(kinds...) {
		gaps = append(gaps, export.Gap{What: gap.What, Why: gap.Why})
	}
	return gaps
}
