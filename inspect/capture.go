package inspect

import (
	"time"

	"github.com/aksight/aksight/inspect/evidence"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// Capture returns what a bundle of the estate as it is known now is written from; an
// ID limits it to that cluster or subscription. Evidence that is captured once more stays
// what it was: of its own moment, and of those who captured it.
func (i *Inspection) Capture(within model.ID, tool string, at time.Time) evidence.Capture {
	captured := evidence.Capture{
		Snapshot: i.Store.Snapshot(), Within: within, Identity: i.Source.Identity(), At: at, Tool: tool,
	}
	if captured.Identity.Mode == source.Evidence {
		captured.At = captured.Identity.CapturedAt
	}
	return captured
}
