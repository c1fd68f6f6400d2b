package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/inspect/azure"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/kube"
	"github.com/aksight/aksight/inspect/pace"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/export"
	"github.com/aksight/aksight/ui/page"
)

// currentContext asks for the context that the kubeconfig has as its current one.
const currentContext = "-"

// checkContext refuses flags that contradict --context and --kubeconfig.
func (f *flags) checkContext() error {
	if f.kubeconfig != "" && (f.demo || len(f.from) > 0) {
		return errors.New("--kubeconfig is for clusters that are asked: neither the demo nor saved files ask any")
	}
	if f.context == "" {
		return nil
	}
	for _, other := range []struct {
		flag  string
		given bool
	}{
		{"the demo", f.demo}, {"--from", len(f.from) > 0}, {"--subscription", len(f.subscriptions) > 0}, {"--cluster", len(f.clusters) > 0},
		{"--tenant", f.tenant != ""}, {"--cloud", f.cloud != ""}, {"--arm-endpoint", f.armEndpoint != ""},
		{"--graph-endpoint", f.graphEndpoint != ""}, {"--ca-file", f.caFile != ""},
	} {
		if other.given {
			return fmt.Errorf("--context and %s exclude each other: a context is one cluster, and asks no Azure", other.flag)
		}
	}
	return nil
}

func (p *program) kubeOptions(opts sourceOptions, connector kube.Connector, calls *source.Calls, pacer *pace.Pacer) kube.Options {
	return kube.Options{Connector: connector, Calls: calls, Now: p.now, Pacer: pacer, Version: version(), Kinds: opts.kinds}
}

// ownContext is the context that --context asks for.
func (p *program) ownContext() *kube.Kubeconfig {
	own := &kube.Kubeconfig{Path: p.kubeconfig, Context: p.context}
	if own.Context == currentContext {
		own.Context = ""
	}
	return own
}

// begin is the page that the explorer begins with, above the estate: what runs in the
// cluster of a context, since somebody asked for that one.
func (p *program) begin(chosen *export.Selection) page.Address {
	if filter := filterText(chosen); filter != "" {
		return page.Address{Kind: page.Findings, Tab: "all", Filter: filter}
	}
	if p.context != "" {
		if name, problem := p.ownContext().Current(); problem == nil {
			return page.Address{Kind: page.Cluster, ID: model.KubeconfigID(name), Tab: "inside"}
		}
	}
	return page.Address{}
}

// openContext opens the cluster of a kubeconfig's context alone.
func (p *program) openContext(opts sourceOptions, calls *source.Calls, pacer *pace.Pacer) (source.Source, error) {
	own := p.ownContext()
	name, problem := own.Current()
	if problem != nil {
		return nil, problem
	}
	return kube.NewAlone(name, p.kubeOptions(opts, own, calls, pacer)), nil
}

// withInsides lets an estate's clusters be looked into: nothing is asked of one before
// somebody opens it.
func (p *program) withInsides(estate *azure.Source, opts sourceOptions, calls *source.Calls, pacer *pace.Pacer) source.Source {
	connector := &kube.AKS{Azure: estate, Own: &kube.Kubeconfig{Path: p.kubeconfig}, Now: p.now}
	if p.demo {
		connector.Own = nil // no cluster of the demo is the user's
		connector.Transport = demo.RoundTripper(demo.NewKubernetesHandler(demo.Options{Now: opts.now, Scale: p.scale, Pacer: pacer}))
	}
	return source.Join(estate, kube.New(p.kubeOptions(opts, connector, calls, pacer)))
}

func (p *program) readerRoleCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "reader-role [USER]",
		Short: "Print the ClusterRole that lets what runs in a cluster be read",
		Long: `reader-role prints a ClusterRole that reads every kind that aksight reads inside a
cluster but Secrets, with the binding that gives it to USER: a name as the API server
knows it, with Entra ID the user's object ID. Whoever runs the cluster applies it with
kubectl apply -f.

On clusters with Azure RBAC the role Azure Kubernetes Service RBAC Reader gives the same
without the RBAC objects.`,
		Example: `  aksight reader-role 1a7d3b90-5c24-4e6f-8f1b-c05e92ad7461 > reader-role.yaml`,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			user := ""
			if len(args) > 0 {
				user = args[0]
			}
			_, err := fmt.Fprint(p.Out, kube.ReaderRole(user))
			return err
		},
	}
}
