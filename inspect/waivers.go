package inspect

import (
	"context"
	"slices"
	"time"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/waive"
	"github.com/aksight/aksight/model"
)

// Waivers returns the waivers that hold now. The first call reads them.
func (i *Inspection) Waivers() *waive.Set {
	if set := i.waivers.Load(); set != nil {
		return set
	}
	return i.loadWaivers()
}

// SetWaivers has other waivers hold from now on: every failure's mark is made anew.
func (i *Inspection) SetWaivers(set *waive.Set) {
	i.marking.Lock()
	defer i.marking.Unlock()
	i.setWaivers(set)
}

func (i *Inspection) setWaivers(set *waive.Set) {
	none := len(i.Waivers().All()) == 0 && len(set.All()) == 0
	i.waivers.Store(set)
	if none {
		return
	}
	i.Store.Mark(func(c *store.Cluster, judged []model.Judged, pools [][]model.Judged) {
		waive.Clear(judged)
		for _, pool := range pools {
			waive.Clear(pool)
		}
		names := make([]string, len(c.Summary.Pools))
		for n := range names {
			names[n] = c.Summary.Pools[n].Name
		}
		i.mark(waive.Judgements{Cluster: c.Resource.ID, Pools: names, Judged: judged, ByPool: pools})
	})
	i.Store.MarkInside(i.markInside)
}

// lookForEnds is how often it is looked whether a waiver has ended.
const lookForEnds = time.Minute

// endWaivers makes marks anew when a waiver ends, until the context does. It looks at
// the clock time and again rather than to wait for a day's end: a laptop may sleep
// through that.
func (i *Inspection) endWaivers(ctx context.Context) {
	look := time.NewTicker(lookForEnds)
	defer look.Stop()
	for last := i.now(); ; {
		select {
		case <-look.C:
			last = i.endedSince(last)
		case <-ctx.Done():
			return
		}
	}
}

// endedSince makes the marks anew if a waiver has ended since, or holds again since the
// clock was set back. It returns the moment that it has looked at.
func (i *Inspection) endedSince(last time.Time) time.Time {
	i.marking.Lock()
	defer i.marking.Unlock()
	now, set := i.now(), i.Waivers()
	if slices.ContainsFunc(set.All(), func(w *model.Waiver) bool { return w.Holds(last) != w.Holds(now) }) {
		i.setWaivers(set)
	}
	return now
}

// Refresh reads the whole estate again, and the user's own files, which may have changed
// too. It returns at once. Waivers hold from then on; the rules stay, since what was
// judged goes by their places: FileProblems tells that their files have changed.
func (i *Inspection) Refresh() {
	i.run.Go(func() {
		if i.readRules != nil {
			problems := i.readRules()
			i.rulesNow.Store(&problems)
		}
		i.SetWaivers(i.readWaivers())
	})
	i.Schedule.Refresh(source.Scope{Breadth: source.Estate})
}

// Waiver returns the waiver of a rule's failure on a cluster, or on one of its node
// pools, and whether it holds; nil where there is none.
func (i *Inspection) Waiver(rule string, cluster model.ID, part string) (waiver *model.Waiver, holds bool) {
	return i.Waivers().Find(rule, cluster, part, i.now())
}

// judge weighs every rule on a subject, beside the rights in its subscription, and marks
// what is waived.
func (i *Inspection) judge(s model.Subject, azure *azurerbac.View) (cluster []model.Judged, pools [][]model.Judged) {
	s.Calendar = Calendar()
	env := i.env()
	env.Azure = azure
	cluster, pools = i.Rules().Judge(s, env)
	if len(i.Waivers().All()) == 0 {
		return cluster, pools
	}
	// Subjects that are judged alike share their judgements.
	cluster, pools = slices.Clone(cluster), slices.Clone(pools)
	for n := range pools {
		pools[n] = slices.Clone(pools[n])
	}
	names := make([]string, len(pools))
	for n, profile := range s.Cluster.PoolTrees() {
		names[n] = document.Text(profile, "name")
	}
	i.mark(waive.Judgements{Cluster: s.Cluster.ID, Pools: names, Judged: cluster, ByPool: pools})
	return cluster, pools
}

func (i *Inspection) mark(j waive.Judgements) {
	i.Waivers().Mark(j, func(rule string) int {
		_, at := i.Rules().Find(rule)
		return at
	}, i.now())
}

// FileProblem is a file of the user's that could not be used, or not whole.
type FileProblem struct{ What, Why string }

// FileProblems lists what is wrong in the user's rule and waiver files. It reads them
// where nothing has yet.
func (i *Inspection) FileProblems() []FileProblem {
	var problems []FileProblem
	wrong := i.Rules().Problems()
	if now := i.rulesNow.Load(); now != nil && len(*now) > 0 {
		wrong = *now
	}
	for _, problem := range wrong {
		problems = append(problems, FileProblem{"a rule of yours", problem.Error()})
	}
	for _, problem := range i.Waivers().Problems() {
		problems = append(problems, FileProblem{"a waiver", problem.Error()})
	}
	return problems
}
