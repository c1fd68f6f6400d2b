// Package inspect looks at an estate: it joins a source, the scheduler that reads
// it, the store that keeps it and the rules that judge it.
package inspect

import (
	"time"

	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/schedule"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// Inspection is one look at one estate.
type Inspection struct {
	Source   source.Source
	Rules    *rules.Catalogue
	Store    *store.Store
	Schedule *schedule.Scheduler
	Calls    *source.Calls

	now    func() time.Time
	config map[string]any
}

// Options set an inspection up.
type Options struct {
	Source source.Source
	Rules  *rules.Catalogue
	Calls  *source.Calls
	// Now is the clock; time.Now where nil.
	Now func() time.Time
	// Config is what rules read as config.
	Config map[string]any
	// NoChildren leaves the reads out that cost calls of their own a cluster.
	NoChildren bool
}

// New returns an inspection that reads nothing before Start.
func New(opts Options) *Inspection { panic("not yet") }

// Subject decodes a cluster's documents for judging and explaining; pool is an
// index in the cluster's pools, or -1 for the cluster itself.
func (i *Inspection) Subject(cluster *store.Cluster, pool int) (model.Subject, error) {
	panic("not yet")
}

// Explain says why a rule judges a cluster or a pool as it does.
func (i *Inspection) Explain(cluster *store.Cluster, pool, rule int) model.Finding {
	panic("not yet")
}

// Plans returns the ways to mend a rule's failure.
func (i *Inspection) Plans(cluster *store.Cluster, pool, rule int, shell fix.Shell, answers map[string]string) []model.Plan {
	panic("not yet")
}

// Change is one verdict that a fix would change.
type Change struct {
	Rule   *model.Rule
	Part   string
	Before model.Judged
	After  model.Judged
}

// Preview returns every verdict that the plan would change.
func (i *Inspection) Preview(cluster *store.Cluster, pool, rule, plan int, answers map[string]string) ([]Change, error) {
	panic("not yet")
}
