package export

import (
	"fmt"
	"io"

	"github.com/aksight/aksight/inspect/access"
)

// AccessLoss is what somebody would lose.
type AccessLoss struct {
	Subject string `json:"subject"`
	Kind    string `json:"kind"`
	// Powers are those that would go, Reaches the places that no way would lead to any more.
	Powers  []string `json:"powers"`
	Reaches []string `json:"reaches"`
	// Workloads are what runs as the service account.
	Workloads []string `json:"workloads,omitempty"`
}

// AddLosses adds who would lose what.
func (a *Access) AddLosses(w *access.World, losses []access.Loss) {
	a.Losses = make([]AccessLoss, 0, len(losses))
	for i := range losses {
		loss := &losses[i]
		added := AccessLoss{Subject: w.Name(loss.Subject), Kind: w.Kind(loss.Subject), Powers: []string{}, Reaches: []string{}}
		for _, held := range loss.Powers {
			added.Powers = append(added.Powers, held.Title+" in "+held.Where())
		}
		for _, place := range loss.Places {
			added.Reaches = append(added.Reaches, w.PlaceName(place))
		}
		for _, ref := range loss.Workloads {
			added.Workloads = append(added.Workloads, ref.String())
		}
		a.Losses = append(a.Losses, added)
	}
}

// accessLosses writes who would lose what, for people.
func accessLosses(w io.Writer, losses []AccessLoss) {
	if len(losses) == 0 {
		fmt.Fprintln(w, "nobody that was read would lose anything")
	}
	for _, loss := range losses {
		fmt.Fprintf(w, "%s %s\n", loss.Kind, clean(loss.Subject))
		for _, place := range loss.Reaches {
			fmt.Fprintf(w, "  no longer gets to %s\n", clean(place))
		}
		for _, power := range loss.Powers {
			fmt.Fprintf(w, "  loses: %s\n", clean(power))
		}
		for _, workload := range loss.Workloads {
			fmt.Fprintf(w, "  runs: %s\n", clean(workload))
		}
	}
}
