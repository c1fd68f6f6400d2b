package rules

import (
	"slices"
	"sync"
	"time"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/model"
)

// Env is what rules may know beside the documents. Config holds settings such as
// broadPrefix; a rule reads it as config.
type Env struct {
	Now    time.Time
	Config map[string]any
	// Checks are what rules name that judge in Go, by their names.
	Checks map[string]Check
	// Azure is what was read of the rights in the cluster's subscription, or nil.
	Azure *azurerbac.View
	// Pause, where set, is called between the objects inside a cluster: other work may
	// have the core then.
	Pause func()
}

// Catalogue is a set of rules, ready to judge. It is safe for concurrent use.
type Catalogue struct {
	rules []*model.Rule
	byID  map[string]int
	// problems are what is wrong in the user's own files.
	problems []error

	// onEstate are the programs of the rules on clusters and their pools, onInside those of
	// the rules on what runs in them.
	onEstate, onInside programs
	alike              alike
}

// Rules returns the rules in the order of their IDs: their places are the indexes
// of judgements.
func (c *Catalogue) Rules() []*model.Rule { return c.rules }

// Find returns the rule with that ID and its place, or nil and -1.
func (c *Catalogue) Find(id string) (*model.Rule, int) {
	if at, known := c.byID[id]; known {
		return c.rules[at], at
	}
	return nil, -1
}

// Joins reports whether a rule joins that child kind.
func (c *Catalogue) Joins(kind model.Kind) bool {
	return slices.ContainsFunc(c.rules, func(r *model.Rule) bool {
		return slices.Contains(r.Reads, kind) || slices.Contains(r.MayRead, kind) ||
			r.Preview && kind == model.KindClusterPreview
	})
}

// joinsRights reports whether a rule on clusters looks at rights in Azure.
func (c *Catalogue) joinsRights() bool { return slices.ContainsFunc(azurerbac.RoundKinds, c.Joins) }

// programs are compiled rules, by their places.
type programs struct {
	once sync.Once
	of   []*program
}

// program returns a rule's compiled conditions, or nil where they do not compile:
// the rule then "could not read". Conditions are compiled at the first judgement,
// which keeps start-up free of it, and those on what runs in clusters only once somebody
// looks into one.
func (c *Catalogue) program(rule int) *program {
	inside := c.rules[rule].Inside()
	part := &c.onEstate
	if inside {
		part = &c.onInside
	}
	part.once.Do(func() {
		part.of = make([]*program, len(c.rules))
		for i, rule := range c.rules {
			if rule.Inside() != inside {
				continue
			}
			if p, err := compile(rule); err == nil {
				part.of[i] = p
			}
		}
	})
	return part.of[rule]
}

// Judge weighs every rule on a cluster and each of its pools. The subject's Pool is
// passed over. The first result is by rule, the second by pool and rule; rules of
// the other subject stay NotJudged in each. The lists are shared with subjects that are
// judged alike, and not to be changed.
func (c *Catalogue) Judge(s model.Subject, env Env) (cluster []model.Judged, pools [][]model.Judged) {
	if s.Cluster.ID.Kubeconfig() {
		return make([]model.Judged, len(c.rules)), nil // there is nothing of Azure's to judge
	}
	s.Pool = -1
	if env.Azure != nil && c.joinsRights() {
		s = azurerbac.Round(s, env.Azure)
	}
	vars := expr.NewVars(s, env.Now, env.Config, nil)
	defer vars.Release()
	fill := func(judged []model.Judged) { c.judgeAll(s, vars, judged) }
	cluster = c.alike.of(len(c.rules), fill)
	pools = make([][]model.Judged, len(s.Cluster.PoolTrees()))
	for i := range pools {
		s.Pool = i
		vars.Of(s)
		pools[i] = c.alike.of(len(c.rules), fill)
	}
	return cluster, pools
}

// judgeAll fills judged, which is by rule.
func (c *Catalogue) judgeAll(s model.Subject, vars *expr.Vars, judged []model.Judged) {
	for i, rule := range c.rules {
		if Judges(rule, s.Pool) {
			judged[i] = c.judge(i, s, vars).Judged
		}
	}
}

func (c *Catalogue) judge(rule int, s model.Subject, vars *expr.Vars) outcome {
	if p := c.program(rule); p != nil {
		return p.judge(s, vars)
	}
	return couldNotRead("the rule's condition does not compile")
}

// Judges reports whether the rule judges a cluster (pool -1) or a pool.
func Judges(rule *model.Rule, pool int) bool {
	return (rule.Subject == model.KindPool) == (pool >= 0) && !rule.Inside()
}

// Explain judges one rule on one subject and says why.
func (c *Catalogue) Explain(rule int, s model.Subject, env Env) model.Finding {
	r := c.rules[rule]
	s = azurerbac.Round(s, env.Azure)
	vars := expr.NewVars(s, env.Now, env.Config, nil)
	judged := c.judge(rule, s, vars)
	finding := model.Finding{
		Rule:      r,
		Cluster:   s.Cluster.ID,
		Verdict:   judged.Verdict,
		Severity:  judged.Severity,
		Says:      r.Says,
		Reason:    judged.reason,
		Condition: r.Fails,
	}
	if pool := s.PoolTree(); pool != nil {
		finding.Part = document.Text(pool, "name")
	}
	if p := c.program(rule); p != nil {
		if deciding, _ := p.deciding(s); deciding.Cluster != s.Cluster {
			s, vars = deciding, vars.On(deciding)
		}
		finding.Says = p.says.fill(vars)
		s = p.proving(s, vars)
	}
	prove(&finding, s)
	return finding
}
