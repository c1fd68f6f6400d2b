package model

import "fmt"

// Nature says what a change does to what runs.
type Nature string

// The natures, mildest first.
const (
	InPlace  Nature = "inPlace"
	Reimage  Nature = "reimage"
	NewPool  Nature = "newPool"
	Recreate Nature = "recreate"
	Downtime Nature = "downtime"
)

var natureWords = map[Nature]string{
	InPlace:  "in place",
	Reimage:  "re-images nodes",
	NewPool:  "new pool and drain",
	Recreate: "new cluster",
	Downtime: "downtime",
}

// Words says the nature in plain words.
func (n Nature) Words() string { return natureWords[n] }

// UnmarshalText reads a nature's name.
func (n *Nature) UnmarshalText(text []byte) error {
	if _, known := natureWords[Nature(text)]; !known {
		return fmt.Errorf("%q is not a nature: use inPlace, reimage, newPool, recreate or downtime", text)
	}
	*n = Nature(text)
	return nil
}

// FixOption is one way to mend a rule's failure, as its file writes it. Commands
// are templates: {{name}} is a value of With or Ask or one that every fix has
// (group, cluster, id, subscription, location, nodeGroup, pool, newPool, version);
// {{name...}} spreads a list over several words. Each word is quoted as a whole.
type FixOption struct {
	Title string `yaml:"title"`
	// When is a CEL condition: the option is offered where it holds or is empty.
	When string `yaml:"when"`
	// Needs must hold before any command is shown.
	Needs []Need `yaml:"needs"`
	// Confirm lists what the reader has to make sure of, because no document tells.
	Confirm []string `yaml:"confirm"`
	Ask     []Ask    `yaml:"ask"`
	// With names values for the templates: CEL over r, cluster, egress, ask, now.
	With    map[string]string `yaml:"with"`
	Impact  string            `yaml:"impact"`
	Lockout string            `yaml:"lockout"`
	Cost    string            `yaml:"cost"`
	Steps   []Step            `yaml:"steps"`
	// Effect is a JSON merge patch on the subject's document; "{{name}}" as a whole
	// value stands for that value.
	Effect map[string]any `yaml:"effect"`
	// ClusterEffect is a merge patch on the cluster's document, for a pool's rule.
	ClusterEffect map[string]any `yaml:"clusterEffect"`
	// ChildEffect changes documents that hang under the cluster.
	ChildEffect []ChildEffect `yaml:"childEffect"`
	// Reveals names rules that do not apply before the fix and fail after it: what
	// to look at next.
	Reveals []string `yaml:"reveals"`
	// Verify says how to see that it worked, beside reading the cluster again.
	Verify string `yaml:"verify"`
}

// ChildEffect is what a fix does to the cluster's children of one kind.
type ChildEffect struct {
	Kind Kind `yaml:"kind"`
	// Name is the last part of the document's ID, or a Kubernetes object's name; "{{name}}"
	// inside it is filled in. A document of that name is made where there is none. Empty
	// means every document.
	Name string `yaml:"name"`
	// Namespace is that of a Kubernetes object, the judged one's where it is empty.
	Namespace string `yaml:"namespace"`
	// Patch is a JSON merge patch on the document.
	Patch map[string]any `yaml:"patch"`
	// Removed takes the document away.
	Removed bool `yaml:"removed"`
	// Each repeats the effect; see Step.
	Each string `yaml:"each"`
	// When is a CEL condition: the effect is there where it holds or is empty.
	When string `yaml:"when"`
}

// Need is a precondition checked on what was read.
type Need struct {
	That string `yaml:"that"` // CEL
	Says string `yaml:"says"` // in a few words
	Else string `yaml:"else"` // what to do first where it does not hold
	Rule string `yaml:"rule"` // the rule whose fix does that
}

// Ask is a value that only the reader knows.
type Ask struct {
	Name    string `yaml:"name"`
	Says    string `yaml:"says"`
	Example string `yaml:"example"`
	// Type is what the value must look like: text, cidr, guid, resourceID, name,
	// file, address, number, url, weekday, time, offset.
	Type string `yaml:"type"`
	// When is a CEL condition: the value is asked for where it holds or is empty.
	When string `yaml:"when"`
}

// Step is one command of a fix.
type Step struct {
	Says string `yaml:"says"`
	Run  string `yaml:"run"`
	// Patch is CEL that gives a patch for kubectl to apply, in the place of Run: a strategic
	// merge patch, or a merge patch where the kind knows no other. It is of the judged
	// object, or of the one that Target names. What it does is also its effect.
	Patch  string  `yaml:"patch"`
	Target *Target `yaml:"target"`
	// When is a CEL condition: the step is part of the plan where it holds or is empty.
	When string `yaml:"when"`
	// Each is a CEL list of objects: the step is repeated for each of them, with
	// {{each.KEY}} standing for its values.
	Each      string `yaml:"each"`
	Extension string `yaml:"extension"`
	Nature    Nature `yaml:"nature"`
	OneWay    bool   `yaml:"oneWay"`
	Undo      string `yaml:"undo"`
	UndoSays  string `yaml:"undoSays"`
	// Wait says what must have happened before the next step.
	Wait string `yaml:"wait"`
}

// Target names a Kubernetes object that a step changes. Name and Namespace are
// templates; an empty namespace is that of the judged object.
type Target struct {
	Kind      Kind   `yaml:"kind"`
	Name      string `yaml:"name"`
	Namespace string `yaml:"namespace"`
}

// Check is how a precondition stands.
type Check uint8

// The states of a precondition.
const (
	CheckUnknown Check = iota // it could not be told from what was read
	CheckHolds
	CheckFails
)

// Plan is a fix filled in for one subject: ready to be read, and to be copied once
// it is Ready.
type Plan struct {
	Title   string
	Needs   []CheckedNeed
	Confirm []string
	Asks    []AskedValue
	Impact  string
	Lockout string
	Cost    string
	// Keeper says who else keeps the object as it is, such as Helm, Flux or Argo CD: the
	// change then belongs where that takes it from. Empty where nothing tells of one.
	Keeper string
	// Natures of the steps, mildest first, each once.
	Natures []Nature
	// Steps is empty while a need does not hold.
	Steps []PlannedStep
	// Reveals names the rules to look at next; see FixOption.
	Reveals []string
	Verify  string
}

// CheckedNeed is a precondition and how it stands.
type CheckedNeed struct {
	Need
	State Check
}

// AskedValue is a value that the reader gives, with what is given so far.
type AskedValue struct {
	Ask
	Value   string
	Problem string // why the value will not do, or ""
}

// PlannedStep is a command with its values, quoted for one shell.
type PlannedStep struct {
	Says      string
	Command   string
	Extension string
	Nature    Nature
	OneWay    bool
	Undo      string
	UndoSays  string
	Wait      string
	// Patch is the change as YAML, where the step patches a Kubernetes object. Command is
	// empty for a step that is made by hand.
	Patch string
	// Missing names the asked values that the command still lacks; they stand in it
	// as <name>.
	Missing []string
}

// Blocked returns the preconditions that do not hold or are not known.
func (p *Plan) Blocked() []CheckedNeed {
	var blocked []CheckedNeed
	for _, need := range p.Needs {
		if need.State != CheckHolds {
			blocked = append(blocked, need)
		}
	}
	return blocked
}
