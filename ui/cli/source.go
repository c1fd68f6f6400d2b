package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/azure"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/evidence"
	"github.com/aksight/aksight/inspect/pace"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/waive"
	"github.com/aksight/aksight/model"
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
	// rightsWhenWanted reads rights in Azure only where they are asked for.
	rightsWhenWanted bool
	// kinds are what is read of what runs in clusters, where that is not every kind.
	kinds []model.Kind
	// follow keeps clusters current that are opened.
	follow bool
	// prompt shows what a user must do to sign in.
	prompt func(string)
}

// open wires the source that the flags name, live, the demo or saved files, into an
// inspection.
func (p *program) open(opts sourceOptions) (*inspect.Inspection, error) {
	if opts.rules == nil {
		opts.rules = embedded
	}
	pacer := pace.New()
	wired := inspect.Options{
		RuleFiles: p.rereadRules(),
		Rules:     opts.rules, Waivers: opts.waivers, Calls: &source.Calls{}, Pacer: pacer, Now: opts.now, Config: opts.config,
		AllChildren: opts.allChildren, NoChildren: opts.noChildren, RightsWhenWanted: opts.rightsWhenWanted,
		Follow: opts.follow, InsideKinds: opts.kinds,
		Narrowed: strings.Join(opts.selection.Clusters, ", "),
	}
	if len(p.from) > 0 {
		saved, err := p.openFiles(pacer)
		if err != nil {
			return nil, err
		}
		judged := saved.JudgedAt()
		wired.Source, wired.AllChildren = narrowed(saved, opts), true // they cost nothing
		wired.Now = func() time.Time { return judged }
		return inspect.New(wired), nil
	}
	if p.context != "" {
		alone, err := p.openContext(opts, wired.Calls, pacer)
		if err != nil {
			return nil, err
		}
		wired.Source, wired.NoChildren, wired.RightsWhenWanted = alone, true, false // Azure is not asked
		return inspect.New(wired), nil
	}
	estate, err := p.openAzure(opts, wired.Calls, pacer)
	if err != nil {
		return nil, err
	}
	wired.Source = narrowed(p.withInsides(estate, opts, wired.Calls, pacer), opts)
	return inspect.New(wired), nil
}

// narrowed leaves in what was selected.
func narrowed(estate source.Source, opts sourceOptions) source.Source {
	if len(opts.selection.Clusters) == 0 {
		return estate
	}
	return source.Narrow(estate, opts.selection.HasCluster)
}

// openFiles opens the files that --from names.
func (p *program) openFiles(pacer *pace.Pacer) (*evidence.Source, error) {
	at, err := p.moment(p.now())
	if err != nil {
		return nil, err
	}
	saved, err := evidence.Open(evidence.Options{
		Paths: p.from, Stdin: p.In, Subscriptions: p.subscriptions, At: at, Now: p.now, Pacer: pacer,
	})
	if err != nil {
		return nil, fmt.Errorf("--from: %w", err)
	}
	return saved, nil
}

// openAzure opens Azure, or the demo in its place.
func (p *program) openAzure(opts sourceOptions, calls *source.Calls, pacer *pace.Pacer) (*azure.Source, error) {
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
	if len(opts.selection.Clusters) > 0 {
		asked.Selected = opts.selection.HasCluster
	}
	return azure.New(asked)
}
