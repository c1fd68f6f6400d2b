package expr

import (
	"time"

	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/model"
)

// Support is what expressions see of how a cluster's Kubernetes version stands.
// Dates that the calendar does not tell are left out.
func Support(s model.Subject) map[string]any {
	of := lifecycle.OfCluster(s)
	patches := make([]string, 0, len(of.Offered.Patches))
	for _, patch := range of.Offered.Patches {
		patches = append(patches, patch.Version)
	}
	numbers := make([]int64, 0, len(of.Numbers))
	for _, number := range of.Numbers {
		numbers = append(numbers, int64(number))
	}
	support := map[string]any{
		"version": of.Version,
		"minor":   of.Minor,
		"number":  int64(lifecycle.Number(of.Minor)),
		"plan":    of.Plan,
		"plans":   append([]string{}, of.Offered.Plans...),
		"listed":  of.Listed,
		"covered": of.Covered,
		"preview": of.Offered.Preview,
		"patches": patches,
		"numbers": numbers,
		"oldest":  int64(of.Oldest),
		"newest":  int64(of.Newest),
	}
	for name, day := range map[string]time.Time{
		"endOfLife": of.Life.EndOfLife, "longTermEnd": of.Life.LongTermEnd, "ends": of.Ends(),
	} {
		if !day.IsZero() {
			support[name] = day
		}
	}
	return support
}

// Plain turns a variable's value into the types of decoded JSON, as Program.Value does;
// a day becomes its date.
func Plain(value any) any {
	switch value := value.(type) {
	case time.Time:
		return value.Format(time.DateOnly)
	case []string:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = item
		}
		return items
	case []int64:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = item
		}
		return items
	default:
		return value
	}
}
