// Package export writes what was found: a table and a page for people, JSON and CSV
// for programs, Markdown for tickets, SARIF for code scanning.
package export

import (
	"iter"
	"time"

	"github.com/aksight/aksight/model"
)

// Schema names the form of the JSON report. Fields may be added to a version; a
// change of meaning makes a new one.
const Schema = "aksight.report/1"

// Report is one look at an estate, ready to be written. The sequences make each
// result when it is asked for, so that a report of any size takes little memory.
type Report struct {
	Generated time.Time
	Source    Source
	Coverage  Coverage
	Summary   Summary
	// Selection is what the report was narrowed to.
	Selection Selection
	// Rules are those that were asked for, with what came of each, by ID.
	Rules []RuleSum
	// Results yields every verdict in a stable order: by cluster, then by part, then
	// by rule.
	Results iter.Seq[Result]
	// Findings yields the failures alone, worst first, those of one rule together; after
	// them the waived ones, in the same order.
	Findings iter.Seq[Result]
	// Unread yields the verdicts that could not be given, those of one rule together.
	Unread iter.Seq[Result]
}

// RuleSum is a rule and what came of it.
type RuleSum struct {
	Rule   *model.Rule
	Counts model.Counts
}

// Source tells of what the report is, and as whom it was read.
type Source struct {
	Mode       string     `json:"mode"`
	Tool       string     `json:"tool"`
	User       string     `json:"user,omitempty"`
	Tenant     string     `json:"tenant,omitempty"`
	Cloud      string     `json:"cloud,omitempty"`
	CapturedAt *time.Time `json:"capturedAt,omitempty"`
}

// Coverage tells what was read, and what was not.
type Coverage struct {
	Resources     int `json:"resources"`
	Subscriptions int `json:"subscriptions"`
	Clusters      int `json:"clusters"`
	Pools         int `json:"pools"`
	// CouldNotRead lists the reads that failed; it is never nil.
	CouldNotRead []Gap `json:"couldNotRead"`
}

// Gap is a read that failed.
type Gap struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Summary adds up the results.
type Summary struct {
	Verdicts Verdicts `json:"verdicts"`
	// Findings counts the failures that nobody waived.
	Findings Findings `json:"findings"`
	// Waived counts the failures that somebody accepted until a day.
	Waived int `json:"waived"`
}

// Verdicts counts the results by verdict.
type Verdicts struct {
	Pass          int `json:"pass"`
	Fail          int `json:"fail"`
	NotApplicable int `json:"notApplicable"`
	CouldNotRead  int `json:"couldNotRead"`
}

// Findings counts the failures by severity, without the waived ones.
type Findings struct {
	Critical int `json:"critical"`
	High     int `json:"high"`
	Medium   int `json:"medium"`
	Low      int `json:"low"`
	Info     int `json:"info"`
}

// Of returns the number of failures of one severity.
func (f Findings) Of(severity model.Severity) int {
	switch severity {
	case model.Critical:
		return f.Critical
	case model.High:
		return f.High
	case model.Medium:
		return f.Medium
	case model.Low:
		return f.Low
	default:
		return f.Info
	}
}

// Exact reports whether the report covers everything it was asked for.
func (r *Report) Exact() bool {
	return len(r.Coverage.CouldNotRead) == 0 && r.Summary.Verdicts.CouldNotRead == 0
}

// Worst reports whether there is a finding at or above the severity.
func (r *Report) Worst(threshold model.Severity) bool {
	for _, severity := range model.Severities {
		if severity >= threshold && r.Summary.Findings.Of(severity) > 0 {
			return true
		}
	}
	return false
}

// Result is one rule's verdict on one cluster or one of its node pools.
type Result struct {
	Rule     string   `json:"rule"`
	Resource model.ID `json:"resource"`
	// Part names a node pool, or says the Kubernetes object that Object is.
	Part string `json:"part,omitempty"`
	// Object stands in JSON in the place of Resource and Part, where the verdict is on a
	// Kubernetes object.
	Object   *Object        `json:"-"`
	Verdict  model.Verdict  `json:"verdict"`
	Severity model.Severity `json:"severity"`
	Title    string         `json:"title"`
	Reason   string         `json:"reason"`
	Evidence []Evidence     `json:"evidence"`
	// Waived is there for a failure that somebody accepted until a day.
	Waived *Waived `json:"waived,omitempty"`
	// Plan, Fix, Asks, Blocked and NoFix are there for failures only. Fix is then
	// never nil: no steps mean that Blocked or NoFix says why.
	Plan    *Plan     `json:"plan,omitempty"`
	Fix     []Step    `json:"fix,omitzero"`
	Asks    []Ask     `json:"asks,omitempty"`
	Blocked []Blocked `json:"blocked,omitempty"`
	NoFix   string    `json:"noFix,omitempty"`

	// Says and Where are for people: the finding in a few words, and the cluster's
	// subscription by name.
	Says  string `json:"-"`
	Where string `json:"-"`
	// About is the rule itself.
	About *model.Rule `json:"-"`
	// Expired is the waiver that covered a failure until it ended, or nil.
	Expired *Waived `json:"-"`
}

// Waived tells who accepted a failure, why, and until which day.
type Waived struct {
	Owner  string `json:"owner"`
	Reason string `json:"reason"`
	Until  string `json:"until"`
	File   string `json:"file"`
}

// Evidence is one value that proves a verdict.
type Evidence struct {
	Path string `json:"path"`
	// Resource is the one whose document the path is in, where that is not the cluster;
	// Object the Kubernetes object, where that is not the one that was judged.
	Resource model.ID `json:"resource,omitempty"`
	Object   *Object  `json:"object,omitempty"`
	Value    any      `json:"value"`
	Absent   bool     `json:"absent,omitempty"`
	// Short is the value for people: what matters of it, in one line.
	Short string `json:"-"`
}

// Plan is what a reader weighs before running a fix.
type Plan struct {
	Title   string   `json:"title,omitempty"`
	Impact  string   `json:"impact,omitempty"`
	Lockout string   `json:"lockout,omitempty"`
	Cost    string   `json:"cost,omitempty"`
	Confirm []string `json:"confirm,omitempty"`
	Verify  string   `json:"verify,omitempty"`
	// Keeper says who else keeps the object as it is, such as Helm: the change belongs
	// where that takes it from.
	Keeper string `json:"keeper,omitempty"`
	// Reveals names rules to look at next: what they judge is there only afterwards.
	Reveals []string `json:"reveals,omitempty"`
}

// Step is one command of a fix.
type Step struct {
	Command string `json:"command"`
	// Patch is the change as YAML, where the command patches a Kubernetes object.
	Patch     string       `json:"patch,omitempty"`
	Extension string       `json:"extension,omitempty"`
	Nature    model.Nature `json:"nature"`
	Undo      string       `json:"undo,omitempty"`
	UndoSays  string       `json:"undoSays,omitempty"`
	OneWay    bool         `json:"oneWay,omitempty"`
	Says      string       `json:"says,omitempty"`
	Wait      string       `json:"wait,omitempty"`
}

// Ask is a value that only the reader knows; it stands as <name> in the commands.
type Ask struct {
	Name    string `json:"name"`
	Says    string `json:"says,omitempty"`
	Example string `json:"example,omitempty"`
}

// Blocked is a precondition that keeps a fix's commands from being shown.
type Blocked struct {
	Needs string `json:"needs"`
	// Do says what to do about it, and First names the rule whose fix does that.
	Do    string `json:"do,omitempty"`
	First string `json:"first,omitempty"`
	// Unknown is set where it could not be told from what was read.
	Unknown bool `json:"unknown,omitempty"`
}
