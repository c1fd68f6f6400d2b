package rules

import (
	"time"

	"github.com/aksight/aksight/model"
)

// Env is what rules may know beside the documents. Config holds settings such as
// broadPrefix; a rule reads it as config.
type Env struct {
	Now    time.Time
	Config map[string]any
}

// Catalogue is a set of rules, ready to judge. It is safe for concurrent use.
type Catalogue struct {
	rules    []*model.Rule
	byID     map[string]int
	programs []*program
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

// Judge weighs every rule on a cluster and each of its pools. The subject's Pool is
// passed over. The first result is by rule, the second by pool and rule; rules of
// the other subject stay Pending in each.
func (c *Catalogue) Judge(s model.Subject, env Env) (cluster []model.Judged, pools [][]model.Judged) {
	panic("not yet")
}

// Explain judges one rule on one subject and says why.
func (c *Catalogue) Explain(rule int, s model.Subject, env Env) model.Finding {
	panic("not yet")
}
