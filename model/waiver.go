package model

import "time"

// Waiver is somebody's word to accept a rule's failures on some resources for a
// while.
type Waiver struct {
	// Rule is the rule's ID.
	Rule string
	// Resource is an ARM ID in which a star stands for any characters; case does not
	// matter.
	Resource string
	// Part is a node pool's name, with stars too; empty for all that the rule judges on
	// the resource.
	Part   string
	Owner  string
	Reason string
	// Until is the last day on which it holds, at midnight UTC.
	Until time.Time
	// File and Line say where it was read.
	File string
	Line int
}

// Holds reports whether the waiver still holds at a moment.
func (w *Waiver) Holds(now time.Time) bool { return now.Before(w.Until.AddDate(0, 0, 1)) }

// UntilText is the last day as waiver files write it.
func (w *Waiver) UntilText() string { return w.Until.Format(time.DateOnly) }
