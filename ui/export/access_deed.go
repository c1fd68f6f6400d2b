package export

import (
	"fmt"
	"io"
	"time"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/model"
)

// AccessDeed is something that was done to who has access.
type AccessDeed struct {
	At    time.Time `json:"at"`
	What  string    `json:"what"`
	By    string    `json:"by,omitempty"`
	Whom  string    `json:"whom,omitempty"`
	Where string    `json:"where,omitempty"`
	// Source is where it stands.
	Source   string          `json:"source"`
	Severity *model.Severity `json:"severity,omitempty"`
	Failed   bool            `json:"failed,omitempty"`
}

// AddTimeline adds what was done, and what no source tells of it.
func (a *Access) AddTimeline(w *access.World, since time.Time) {
	a.Deeds = []AccessDeed{}
	for _, deed := range w.Timeline(since) {
		added := AccessDeed{At: deed.At.UTC(), What: deed.What, By: deed.Who, Whom: deed.Whom, Where: deed.Where, Source: deed.Source, Failed: deed.Failed}
		if deed.Marked {
			added.Severity = &deed.Severity
		}
		a.Deeds = append(a.Deeds, added)
	}
	for _, gap := range w.TimelineGaps() {
		a.Coverage.NeverTold = append(a.Coverage.NeverTold, Gap{gap.What, gap.Why})
	}
}

// accessDeeds writes what was done, for people.
func accessDeeds(w io.Writer, deeds []AccessDeed) {
	if len(deeds) == 0 {
		fmt.Fprintln(w, "nothing that was read")
		return
	}
	fmt.Fprintln(w, "WHEN\tWHAT\tWHOM\tBY\tWHERE\tSOURCE")
	for _, deed := range deeds {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", deed.At.Format("2006-01-02 15:04"), clean(deed.What), clean(deed.Whom), clean(deed.By), clean(deed.Where), deed.Source)
	}
}
