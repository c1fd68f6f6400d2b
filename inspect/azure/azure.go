// Package azure reads an estate from Azure: Resource Graph for the rows, Azure
// Resource Manager to confirm each document and for what hangs under a cluster.
// Every request is a read, and passes one guard before it leaves the process.
package azure

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/aksight/aksight/inspect/pace"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// Options set a source up. The zero value reads the public cloud, or the one that
// the Azure CLI is set to, with the Azure CLI's login.
type Options struct {
	// Auth is how to sign in: cli (where empty), environment, workload, managed,
	// device or browser.
	Auth string
	// Tenant is the tenant's GUID or domain; the login's own where empty.
	Tenant string
	// Cloud is AzureCloud (or public), AzureUSGovernment (usgov), AzureChinaCloud
	// (china), or one that the Azure CLI knows; the Azure CLI's where empty.
	Cloud string
	// ARMEndpoint and GraphEndpoint replace the cloud's own.
	ARMEndpoint   string
	GraphEndpoint string
	// CAFile names a PEM file of certificates to trust beside the system's.
	CAFile string
	// Subscriptions limits the estate to these, by GUID or name; all where empty.
	Subscriptions []string
	// Selected tells which clusters are wanted, so that nothing of the others' own is asked
	// for; all where nil.
	Selected func(cluster model.ID) bool
	// Calls logs each request; none where nil.
	Calls *source.Calls
	// Transport carries the requests; HTTP where nil.
	Transport policy.Transporter
	// Credential signs the requests; one by Auth where nil.
	Credential azcore.TokenCredential
	// Identity replaces what Identity tells.
	Identity *source.Identity
	// SignInFile is where device and browser note who signed in, so that the next
	// start need not ask; the user signs in at each start where it is empty.
	SignInFile string
	// Prompt shows what a user must do to sign in.
	Prompt func(string)
	// Now is the clock; time.Now where nil.
	Now func() time.Time
	// Pacer lets decoding give way to keys; it may be nil.
	Pacer *pace.Pacer
	// Version of the product, for the User-Agent header.
	Version string
}

// Source reads from Azure. It is safe for concurrent use.
type Source struct {
	opts  Options
	cloud cloudConfig
	arm   *url.URL
	graph *url.URL
	// pipelines are those of the hosts: each wants tokens of its own.
	pipelines [services]runtime.Pipeline
	signIn    *signIn
	versions  versions
	previews  versions
	budgets   budgets
	regions   regions
	userAg    string

	now   func() time.Time
	sleep func(context.Context, time.Duration) error

	// decoding is held while a page is decoded, so that many reads at once do not
	// take every core from the screen.
	decoding chan struct{}
	buffers  sync.Pool

	mu sync.Mutex
	// names of subscriptions and their spelling, by GUID in lower case.
	names map[string]string
	// documents of clusters as last read, which their children's reads start from.
	clusters map[model.ID]*model.Resource
	// named is what the rights of each subscription name, which further reads start from.
	named     map[namedBy]*mentions
	directory directory
}

// New returns a source that has not asked Azure anything yet. It fails only where
// the options contradict themselves or name what does not exist.
func New(opts Options) (*Source, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	cloud, err := findCloud(opts)
	if err != nil {
		return nil, err
	}
	arm, err := parseEndpoint("--arm-endpoint", cloud.arm)
	if err != nil {
		return nil, err
	}
	graph, err := parseEndpoint("--graph-endpoint", cloud.graph)
	if err != nil {
		return nil, err
	}
	client, err := newHTTPClient(opts.CAFile)
	if err != nil {
		return nil, err
	}
	signIn, err := newSignIn(opts, cloud, client)
	if err != nil {
		return nil, err
	}
	transport := opts.Transport
	if transport == nil {
		transport = client
	}
	outbound := &outbound{
		guard: guard{arm: arm, graph: graph},
		next:  stay(transport),
		calls: opts.Calls,
		now:   opts.Now,
	}
	s := &Source{
		opts:     opts,
		cloud:    cloud,
		arm:      arm,
		graph:    graph,
		signIn:   signIn,
		now:      opts.Now,
		sleep:    sleep,
		decoding: make(chan struct{}, 1),
		buffers:  sync.Pool{New: func() any { return new(bytes.Buffer) }},
		names:    map[string]string{},
		clusters: map[model.ID]*model.Resource{},
		named:    map[namedBy]*mentions{},
		versions: versions{known: aksVersions()},
		previews: versions{known: aksPreviews()},
	}
	s.userAg = strings.TrimSuffix("aksight/"+opts.Version, "/")
	for to, audience := range map[service]string{toARM: cloud.audience, toGraph: strings.TrimSuffix(cloud.directory, "/")} {
		s.pipelines[to] = runtime.NewPipeline("aksight", opts.Version, runtime.PipelineOptions{
			PerRetry: []policy.Policy{
				runtime.NewBearerTokenPolicy(signIn, []string{audience + "/.default"}, nil),
			},
		}, &policy.ClientOptions{
			// Reads retry by themselves, so that each wait is seen.
			Retry:     policy.RetryOptions{MaxRetries: -1},
			Telemetry: policy.TelemetryOptions{Disabled: true},
			Transport: outbound,
		})
	}
	return s, nil
}

// Identity tells who signed in, once a first token came.
func (s *Source) Identity() source.Identity {
	if s.opts.Identity != nil {
		return *s.opts.Identity
	}
	return s.signIn.identity()
}

// Read answers a scope. It ends with Complete or Failed, or without either where
// the context was cancelled.
func (s *Source) Read(ctx context.Context, scope source.Scope) iter.Seq[source.Event] {
	return func(yield func(source.Event) bool) {
		r := &reader{Source: s, ctx: ctx, scope: scope, yield: yield}
		err := r.read()
		switch {
		case r.stopped || ctx.Err() != nil:
		case err != nil:
			yield(source.Failed{Scope: scope, Why: s.problem(err, scope), At: s.now()})
		default:
			yield(source.Complete{Scope: scope, At: s.now()})
		}
	}
}

// errStopped ends a read that nobody listens to any more.
var errStopped = errors.New("no longer wanted")

// reader is one read under way.
type reader struct {
	*Source
	ctx     context.Context
	scope   source.Scope
	yield   func(source.Event) bool
	stopped bool
}

func (r *reader) read() error {
	switch r.scope.Breadth {
	case source.Estate:
		return r.readEstate()
	case source.Subscription:
		return r.readSubscription()
	case source.Cluster:
		return r.readCluster()
	case source.Children:
		if r.scope.Kind.Rights() {
			return r.readRights()
		}
		return r.readChildren()
	default:
		return &source.Problem{What: "Azure has no such scope"}
	}
}

// emit hands an event over.
func (r *reader) emit(event source.Event) error {
	if r.stopped || r.ctx.Err() != nil {
		return errStopped
	}
	if !r.yield(event) {
		r.stopped = true
		return errStopped
	}
	return nil
}

// remember keeps a cluster's document for the reads of its children.
func (s *Source) remember(cluster *model.Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clusters[cluster.Key()] = cluster
}

// forget drops a cluster that is gone.
func (s *Source) forget(cluster model.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clusters, cluster.Fold())
}

// known returns a cluster's document as last read, or nil.
func (s *Source) known(cluster model.ID) *model.Resource {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clusters[cluster.Fold()]
}

// name keeps a subscription's name for messages.
func (s *Source) name(guid, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[strings.ToLower(guid)] = name
}

// nameOf returns a subscription's name, or its GUID where the name is not known.
func (s *Source) nameOf(guid string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name := s.names[strings.ToLower(guid)]; name != "" {
		return name
	}
	return guid
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
