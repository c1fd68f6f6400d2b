package model

import "fmt"

// Verdict is what a rule says of a subject.
type Verdict uint8

// The four verdicts, after the two states that are none.
const (
	// NotJudged is the zero value: the rule is not about such a subject.
	NotJudged Verdict = iota
	// Pending: what the rule needs is not read yet.
	Pending
	Pass
	Fail
	NotApplicable
	CouldNotRead
)

var verdictNames = [...]string{"notJudged", "pending", "pass", "fail", "notApplicable", "couldNotRead"}

// String returns the verdict's name in the report's JSON.
func (v Verdict) String() string { return verdictNames[v] }

// MarshalText writes the verdict's name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a verdict's name; the two states are none.
func (v *Verdict) UnmarshalText(text []byte) error {
	for i, name := range verdictNames[Pass:] {
		if name == string(text) {
			*v = Pass + Verdict(i)
			return nil
		}
	}
	return fmt.Errorf("%q is not a verdict: use pass, fail, notApplicable or couldNotRead", text)
}

// Severity is how bad a failure is, for a default production cluster on the internet.
type Severity uint8

// The severities, least first.
const (
	Info Severity = iota
	Low
	Medium
	High
	Critical
)

// Severities lists them worst first, as screens do.
var Severities = [...]Severity{Critical, High, Medium, Low, Info}

var severityNames = [...]string{"info", "low", "medium", "high", "critical"}

// String returns the severity's name.
func (s Severity) String() string { return severityNames[s] }

// MarshalText writes the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a severity's name.
func (s *Severity) UnmarshalText(text []byte) error {
	for i, name := range severityNames {
		if name == string(text) {
			*s = Severity(i)
			return nil
		}
	}
	return fmt.Errorf("%q is not a severity: use critical, high, medium, low or info", text)
}

// Judged is a verdict with the severity it has in this context. Severity counts
// only where the verdict is Fail.
type Judged struct {
	Verdict  Verdict
	Severity Severity
	// Waived is set for a failure that somebody accepted until a day: it stays a
	// failure, and is counted apart.
	Waived bool
}

// Failing reports whether it is a failure that no waiver covers.
func (j Judged) Failing() bool { return j.Verdict == Fail && !j.Waived }

// Counts adds up judgements: failures by severity, and what they do not cover.
type Counts struct {
	Failed       [len(Severities)]int // indexed by Severity; without the waived ones
	Waived       int
	Passed       int
	Pending      int
	CouldNotRead int
	NotApplied   int
}

// Add counts one judgement.
func (c *Counts) Add(j Judged) {
	switch j.Verdict {
	case Fail:
		if j.Waived {
			c.Waived++
			return
		}
		c.Failed[j.Severity]++
	case Pass:
		c.Passed++
	case NotApplicable:
		c.NotApplied++
	case CouldNotRead:
		c.CouldNotRead++
	case Pending:
		c.Pending++
	case NotJudged:
	}
}

// Merge adds other's counts.
func (c *Counts) Merge(other Counts) {
	for i, n := range other.Failed {
		c.Failed[i] += n
	}
	c.Waived += other.Waived
	c.Passed += other.Passed
	c.Pending += other.Pending
	c.CouldNotRead += other.CouldNotRead
	c.NotApplied += other.NotApplied
}

// Failures is the number of failures of every severity, without the waived ones.
func (c *Counts) Failures() int {
	total := 0
	for _, n := range c.Failed {
		total += n
	}
	return total
}

// Complete reports whether everything that applies was read, so that the counts
// are exact and not "at least".
func (c *Counts) Complete() bool { return c.Pending == 0 && c.CouldNotRead == 0 }

// Subtract takes other's counts away again.
func (c *Counts) Subtract(other Counts) {
	for i, n := range other.Failed {
		c.Failed[i] -= n
	}
	c.Waived -= other.Waived
	c.Passed -= other.Passed
	c.Pending -= other.Pending
	c.CouldNotRead -= other.CouldNotRead
	c.NotApplied -= other.NotApplied
}

// Compare orders counts by how bad they are: negative where c is worse than other.
func (c *Counts) Compare(other *Counts) int {
	for _, severity := range Severities {
		if c.Failed[severity] != other.Failed[severity] {
			return other.Failed[severity] - c.Failed[severity]
		}
	}
	return 0
}
