package export

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/model"
)

// AccessDiff is what differs between two captures in who can do what.
type AccessDiff struct {
	Schema   string         `json:"schema"`
	Question DiffQuestion   `json:"question"`
	Answers  []ClusterDiff  `json:"answers"`
	Coverage AccessCoverage `json:"coverage"`
}

// DiffQuestion names the captures.
type DiffQuestion struct {
	Old string `json:"old"`
	New string `json:"new"`
}

// ClusterDiff is what differs in one cluster.
type ClusterDiff struct {
	Cluster model.ID `json:"cluster"`
	// Gone and New are set for a cluster that is in one capture alone.
	Gone        bool             `json:"gone,omitempty"`
	New         bool             `json:"new,omitempty"`
	Differences []DiffDifference `json:"differences"`
}

// DiffDifference is one difference.
type DiffDifference struct {
	Change string `json:"change"` // gained or lost
	What   string `json:"what"`   // way, power, grant, member
	Who    string `json:"who"`
	Says   string `json:"says"`
	By     string `json:"by,omitempty"`
}

// Differs adds what differs in a cluster.
func (d *ClusterDiff) Differs(all []access.Difference) {
	for _, one := range all {
		change := "lost"
		if one.Gained {
			change = "gained"
		}
		d.Differences = append(d.Differences, DiffDifference{Change: change, What: string(one.What), Who: one.Who, Says: one.Says, By: one.By})
	}
}

// AccessDiffJSON writes what differs as one JSON document.
func AccessDiffJSON(w io.Writer, d *AccessDiff) error {
	d.Schema = AccessSchema
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(d); err != nil {
		return fmt.Errorf("writing the differences: %w", err)
	}
	return nil
}

// AccessDiffTable writes what differs for people.
func AccessDiffTable(w io.Writer, d *AccessDiff) error {
	for _, cluster := range d.Answers {
		fmt.Fprintf(w, "%s\n", clean(cluster.Cluster.Name()))
		switch {
		case cluster.Gone:
			fmt.Fprintln(w, "  is in the old capture alone")
		case cluster.New:
			fmt.Fprintln(w, "  is in the new capture alone")
		case len(cluster.Differences) == 0:
			fmt.Fprintln(w, "  nothing differs")
		}
		for _, one := range cluster.Differences {
			sign := "-"
			if one.Change == "gained" {
				sign = "+"
			}
			line := fmt.Sprintf("  %s %s: %s", sign, clean(one.Who), clean(one.Says))
			if one.By != "" {
				line += " (" + clean(one.By) + ")"
			}
			fmt.Fprintln(w, line)
		}
	}
	for _, gap := range d.Coverage.CouldNotRead {
		fmt.Fprintf(w, "could not read %s: %s\n", clean(gap.What), clean(gap.Why))
	}
	return nil
}
