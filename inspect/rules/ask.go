package rules

import (
	"time"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// Check judges in Go, for a rule whose condition needs a graph or a library. It is a
// pure function of what it is asked, and holds no part of it afterwards. What the rule
// names under reads was read to its end when it is called.
type Check func(Ask) Answer

// Ask is what a check is asked about: a subject inside a cluster.
type Ask struct {
	*object.Subject

	Rule   *model.Rule
	Now    time.Time
	Config map[string]any
	// Azure is what was read of the rights in the cluster's subscription, or nil.
	Azure *azurerbac.View
	// Explain is set where somebody looks: the answer's evidence counts only then.
	Explain bool
}

// Answer is what a check says of a subject.
type Answer struct {
	Verdict model.Verdict
	// Severity of a failure where it is not the rule's own; Reason then tells why it is
	// not. For the other verdicts Reason says why it does not apply or could not be read.
	Severity *model.Severity
	Reason   string
	// Failing are the elements at fault, Found whatever else a rule's says, worse, fix and
	// patches want to name. Both hold what decoded JSON does.
	Failing []any
	Found   map[string]any
	// Evidence proves it, beside the rule's own paths.
	Evidence []model.Evidence
}

// Passed is the answer where nothing is wrong.
func Passed() Answer { return Answer{Verdict: model.Pass} }

// Failed is the answer where something is, with what was found.
func Failed(found map[string]any, evidence ...model.Evidence) Answer {
	return Answer{Verdict: model.Fail, Found: found, Evidence: evidence}
}

// NotApplicable is the answer where the rule has nothing to say, and why.
func NotApplicable(reason string) Answer {
	return Answer{Verdict: model.NotApplicable, Reason: reason}
}

// CouldNotRead is the answer where something that decides was not read, and why.
func CouldNotRead(reason string) Answer { return Answer{Verdict: model.CouldNotRead, Reason: reason} }

// As gives the answer's failure another severity, and says why.
func (a Answer) As(severity model.Severity, because string) Answer {
	a.Severity, a.Reason = &severity, because
	return a
}
