package model

import "time"

// Finding is a judgement made when somebody looks: why, and what proves it.
type Finding struct {
	Rule    *Rule
	Cluster ID
	// Part names the node pool, or is empty for the cluster itself.
	Part string
	// Object is the Kubernetes object that was judged, or the inside of the cluster as a
	// whole; zero for a finding on the cluster's own documents.
	Object   Ref
	Verdict  Verdict
	Severity Severity
	// Waiver covers the failure, or covered it until it expired; else it is nil.
	Waiver *Waiver
	// Waived is set while the waiver holds.
	Waived bool
	// Says is the finding in a few words.
	Says string
	// Reason tells why the verdict is what it is: for a failure the context that set
	// its severity, else why it does not apply or could not be read.
	Reason   string
	Evidence []Evidence
	// Condition is the CEL that decided.
	Condition string
	// ReadAt, APIVersion and Via tell how the document that decided was read.
	ReadAt     time.Time
	APIVersion string
	Via        string
}

// Judged returns the finding's judgement.
func (f *Finding) Judged() Judged {
	return Judged{Verdict: f.Verdict, Severity: f.Severity, Waived: f.Waived}
}

// Evidence is one value of the document.
type Evidence struct {
	// Path in the document, such as properties.networkProfile.networkPolicy.
	Path string
	// Of is the resource whose document it is, where that is not the cluster.
	Of ID
	// Object is the Kubernetes object whose document it is, where that is not the one
	// that was judged.
	Object Ref
	// Value as decoded from JSON; nil where Absent.
	Value  any
	Absent bool
}

// Judgement holds what each rule says of one Kubernetes object, or of the inside of a
// cluster as a whole.
type Judgement struct {
	Ref Ref
	// Judged is by the rule's place in the catalogue; rules on other kinds are NotJudged.
	Judged []Judged
	Counts Counts
}
