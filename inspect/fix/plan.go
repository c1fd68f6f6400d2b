// Package fix plans: it fills a rule's fixes in with the real values of one
// subject and checks their preconditions on what was read. It runs nothing.
package fix

import (
	"time"

	"github.com/aksight/aksight/model"
)

// Shell is whose quoting rules a command follows.
type Shell string

// The shells.
const (
	POSIX      Shell = "posix"
	PowerShell Shell = "powershell"
)

// Options are what a plan depends on beside the rule and the subject.
type Options struct {
	Shell Shell
	// Answers are the values that the reader gave, by the name of what was asked.
	Answers map[string]string
	Now     time.Time
	Config  map[string]any
}

// Plans returns the ways to mend the rule's failure on the subject, the recommended
// one first. A plan with a precondition that does not hold has no steps.
func Plans(rule *model.Rule, s model.Subject, opts Options) []model.Plan {
	panic("not yet")
}

// Preview returns the subject as it would be after the plan at that place in Plans.
// Values not given are taken from the examples of what is asked.
func Preview(rule *model.Rule, plan int, s model.Subject, opts Options) (model.Subject, error) {
	panic("not yet")
}
