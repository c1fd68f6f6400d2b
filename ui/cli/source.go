package cli

import (
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/azure"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/pace"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/waive"
	"github.com/aksight/aksight/ui/export"
)

// sourceOptions are what an inspection depends on beside the flags.
type sourceOptions struct {
	config map[string]any
	// rules loads the rules, the embedded ones alone where nil; waivers reads the waivers.
	rules      func() *rules.Catalogue
	waivers    func() *waive.Set
	noChildren bool
	// allChildren reads what hangs under each cluster, however many there are.
	allChildren bool
	// now is the moment to judge by, and that the demo's dates are relative to.
	now func() time.Time
	// selection narrows what is read to some clusters.
	selection export.Selection
	// prompt shows what a user must do to sign in.
	prompt func(string)
}

// open wires the source that the flags name, live or the demo, into an inspection.
func (p *program) open(opts sourceOptions) (*inspect.Inspection, error) {
	if opts.rules == nil {
		opts.rules = embedded
	}
	calls := &source.Calls{}
	pacer := pace.New()
	asked := azure.Options{
		Auth: p.auth, Tenant: p.tenant, Cloud: p.cloud,
		ARMEndpoint: p.armEndpoint, GraphEndpoint: p.graphEndpoint, CAFile: p.caFile,
		Subscriptions: p.subscriptions,
		Calls:         calls, Prompt: opts.prompt, Now: p.now, Version: version(),
	}
	if p.demo {
		// The real collectors, over a handler in this process instead of a network.
		identity := demo.Identity()
		asked.Cloud = identity.Cloud
		asked.Identity = &identity
		asked.Credential = demo.Credential()
		asked.Transport = demo.Transport(demo.NewHandler(demo.Options{Now: opts.now, Scale: p.scale, Pacer: pacer}))
	}
	asked.Pacer = pacer
	if len(asked.Subscriptions) == 0 {
		asked.Subscriptions = subscriptionsOf(opts.selection.Clusters)
	}
	var estate source.Source
	estate, err := azure.New(asked)
	if err != nil {
		return nil, err
	}
	if len(opts.selection.Clusters) > 0 {
		estate = source.Narrow(estate, opts.selection.HasCluster)
	}
	return inspect.New(inspect.Options{
		Source: estate, Rules: opts.rules, Waivers: opts.waivers, Calls: calls,
		AllChildren: opts.allChildren,
		Pacer:       pacer,
		Now:         opts.now, Config: opts.config, NoChildren: opts.noChildren,
	}), nil
}
