// Package inspect looks at an estate: it joins a source, the scheduler that reads
// it, the store that keeps it and the rules that judge it.
package inspect

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/checks"
	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/inside"
	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/pace"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/schedule"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/waive"
	"github.com/aksight/aksight/model"
)

// Inspection is one look at one estate. Its methods are safe for concurrent use;
// those that decode documents take microseconds to milliseconds and belong in a
// command, not in a frame.
type Inspection struct {
	Source   source.Source
	Store    *store.Store
	Schedule *schedule.Scheduler
	Calls    *source.Calls
	// Inside opens clusters; nil where the source cannot look into them.
	Inside *inside.Opener
	// Narrowed says which clusters the source was narrowed to, or is empty.
	Narrowed string

	pacer  *pace.Pacer
	rules  func() *rules.Catalogue
	now    func() time.Time
	config map[string]any
	follow bool
	start  sync.Once
	// context is that of Start, with which everything ends.
	context context.Context
	run     sync.WaitGroup

	readRules   func() []error
	rulesNow    atomic.Pointer[[]error] // what readRules said last
	readWaivers func() *waive.Set       // as often as asked
	loadWaivers func() *waive.Set       // once
	waivers     atomic.Pointer[waive.Set]
	// marking is held by who has the marks of waivers made anew.
	marking sync.Mutex
}

// Options set an inspection up.
type Options struct {
	Source source.Source
	// Rules returns the catalogue; it is called when the first document is judged.
	Rules func() *rules.Catalogue
	// RuleFiles reads the user's own rule files once more, when the estate is read again:
	// what is wrong now, where they are not any more what Rules was made of. Nil where
	// there are none.
	RuleFiles func() []error
	// Waivers reads the waivers; it is called when the first document is judged and
	// when the estate is read again. Nil where there are none.
	Waivers func() *waive.Set
	Calls   *source.Calls
	// Narrowed says which clusters the source was narrowed to, or is empty.
	Narrowed string
	// Now is the clock; time.Now where nil.
	Now func() time.Time
	// Config is what rules read as config.
	Config map[string]any
	// NoChildren leaves the reads out that cost calls of their own a cluster.
	NoChildren bool
	// RightsWhenWanted reads who holds which rights only in the subscriptions for which
	// WantRights asks, also where NoChildren is set.
	RightsWhenWanted bool
	// Pacer lets reading and judging give way to keys; nil where nobody is at them. The
	// source must hold the same one.
	Pacer *pace.Pacer
	// AllChildren reads them for every cluster, however many there are.
	AllChildren bool
	// Follow keeps the clusters that are opened current.
	Follow bool
	// InsideKinds are what the source reads of what runs in clusters, where that is not
	// every kind. Then nothing is judged: rules would find most of it missing.
	InsideKinds []model.Kind
}

// New returns an inspection that reads nothing before Start.
func New(opts Options) *Inspection {
	i := &Inspection{
		Source: opts.Source, Calls: opts.Calls, Narrowed: opts.Narrowed,
		pacer: opts.Pacer, rules: opts.Rules, now: opts.Now, config: opts.Config, follow: opts.Follow,
	}
	i.readRules, i.readWaivers = opts.RuleFiles, opts.Waivers
	if i.readWaivers == nil {
		i.readWaivers = func() *waive.Set { return nil }
	}
	i.loadWaivers = sync.OnceValue(i.readWaivers)
	if i.now == nil {
		i.now = time.Now
	}
	if i.Calls == nil {
		i.Calls = &source.Calls{}
	}
	i.Store = store.New(
		i.judge,
		func(kind model.Kind) bool { return i.Rules().Joins(kind) },
		opts.Pacer,
	)
	kinds, rights := model.ChildKinds, model.RightsKinds
	if opts.NoChildren {
		kinds = nil
		if !opts.RightsWhenWanted {
			rights = nil
		}
	}
	i.Schedule = schedule.New(schedule.Options{
		Source: opts.Source, Sink: i.Store.Send, Started: i.Store.Started,
		Children: kinds, Rights: rights, RightsWhenWanted: opts.RightsWhenWanted, AllChildren: opts.AllChildren,
	})
	if insider, can := opts.Source.(source.Insider); can {
		judge := i.judgeInside
		if len(opts.InsideKinds) > 0 {
			judge = func(_, _ *object.View, _ []store.Judgement, _ func()) []store.Judgement { return nil }
		}
		i.Inside = inside.New(inside.Options{
			Source: insider, Judge: judge, Cluster: i.document, Put: i.Store.PutInside,
			Kinds: opts.InsideKinds, Follow: opts.Follow, Pacer: opts.Pacer,
		})
	}
	return i
}

// Start begins to read, and returns at once. Everything ends with the context. Only
// the first call does anything.
func (i *Inspection) Start(ctx context.Context) {
	i.start.Do(func() {
		i.context = ctx
		i.run.Go(func() { i.Store.Run(ctx) })
		i.run.Go(func() { i.endWaivers(ctx) })
		i.Schedule.Start(ctx)
		if i.follow {
			i.run.Go(func() { i.openGiven(ctx) })
		}
	})
}

// Wait returns when everything wanted was read and judged, or with the context's
// error.
func (i *Inspection) Wait(ctx context.Context) error {
	if err := i.Schedule.Wait(ctx); err != nil {
		return fmt.Errorf("read the estate: %w", err)
	}
	if err := i.Store.Settle(ctx); err != nil {
		return fmt.Errorf("judge the estate: %w", err)
	}
	return nil
}

// Attend says that somebody presses keys: the background gives way for a moment.
func (i *Inspection) Attend() { i.pacer.Attend() }

// Between waits for the next key's frame to be out; see pace.Pacer.
func (i *Inspection) Between(ctx context.Context) bool { return i.pacer.Between(ctx) }

// Turn waits until a core may be had for a piece of background work, and holds it
// until done is called. The work must not wait for other such work.
func (i *Inspection) Turn() (done func()) {
	return i.pacer.Begin().End
}

// TurnNow is Turn for work that somebody waits for.
func (i *Inspection) TurnNow() (done func()) {
	return i.pacer.BeginNow().End
}

// WantRights reads who holds which rights in a cluster's subscription, however large the
// estate is; Wait waits for it.
func (i *Inspection) WantRights(cluster model.ID) { i.Schedule.WantRights(cluster) }

// WantActivity reads the activity log of a cluster's subscription: nobody else asks for it.
func (i *Inspection) WantActivity(cluster model.ID) {
	if guid := cluster.Subscription(); guid != "" {
		i.Schedule.Refresh(source.Scope{Breadth: source.Children, ID: model.SubscriptionID(guid), Kind: model.KindActivityEvent})
	}
}

// Rules returns the catalogue. The first call loads it, which takes milliseconds.
func (i *Inspection) Rules() *rules.Catalogue { return i.rules() }

// Now is the moment as of which everything is judged.
func (i *Inspection) Now() time.Time { return i.now() }

func (i *Inspection) env() rules.Env {
	return rules.Env{Now: i.now(), Config: i.config, Checks: checks.All()}
}

// envOf is what rules may know of a cluster beside its documents.
func (i *Inspection) envOf(cluster model.ID) rules.Env {
	env := i.env()
	if of := i.Store.Snapshot().Subscription(model.SubscriptionID(cluster.Subscription())); of != nil {
		env.Azure = of.Azure
	}
	return env
}

// Subject decodes a cluster's documents for judging and explaining; pool is an
// index in the cluster's pools, or -1 for the cluster itself.
func (i *Inspection) Subject(cluster *store.Cluster, pool int) (model.Subject, error) {
	decoded, err := document.Decode(cluster.Resource)
	if err != nil {
		return model.Subject{}, err
	}
	s := cluster.Subject(decoded, func(model.Kind) bool { return true })
	s.Pool, s.Calendar = pool, Calendar()
	return azurerbac.Round(s, i.envOf(decoded.ID).Azure), nil
}

// Calendar returns when Kubernetes versions leave support, as far as it is known.
func Calendar() *model.Calendar {
	calendar, _ := lifecycle.Embedded() // a test loads it
	return calendar
}

// Explain says why a rule judges the subject as it does, and who waived it.
func (i *Inspection) Explain(s model.Subject, rule int) model.Finding {
	finding := i.Rules().Explain(rule, s, i.envOf(s.Cluster.ID))
	if finding.Verdict == model.Fail {
		finding.Waiver, finding.Waived = i.Waiver(finding.Rule.ID, finding.Cluster, finding.Part)
	}
	return finding
}

// Plans returns the ways to mend a rule's failure on the subject.
func (i *Inspection) Plans(s model.Subject, rule int, shell fix.Shell, answers map[string]string) []model.Plan {
	return fix.Plans(i.Rules().Rules()[rule], s, i.fixOptions(shell, answers))
}

func (i *Inspection) fixOptions(shell fix.Shell, answers map[string]string) fix.Options {
	return fix.Options{Shell: shell, Answers: answers, Now: i.now(), Config: i.config}
}
