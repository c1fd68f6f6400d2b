package page

import (
	"strconv"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/ui/widget"
)

// Within leavingSoon days a version's end of support is worth a reader's eye, within
// leavingNow it is urgent.
const (
	leavingSoon = 90
	leavingNow  = 30
)

// A standing is how a version stands somewhere, in a few words.
type standing struct {
	mark  widget.Mark
	words string
	// weight orders standings, the worst highest.
	weight int
}

// standingOf says how a version stands on a cluster: what Azure lists decides, the
// calendar adds the days.
func standingOf(v *inspect.Versions, cluster *store.Cluster, version string, now time.Time) standing {
	return standingIn(v.Support(cluster, version), v.RegionOf(cluster), now)
}

func standingIn(s lifecycle.Support, region inspect.Region, now time.Time) standing {
	ends := s.Ends()
	left := lifecycle.DaysLeft(ends, now)
	switch {
	case s.Minor == "":
		return standing{widget.UnreadMark, "version not told", 3}
	case region.Resource == nil || s.Newest < 0:
		if !ends.IsZero() && left < 0 {
			return standing{widget.UnreadMark, "ended by the calendar; region not read", 4}
		}
		return standing{widget.UnreadMark, "region not read", 3}
	case !s.Listed && lifecycle.Number(s.Minor) > s.Newest:
		return standing{widget.UnreadMark, "newer than the region's list", 3}
	case !s.Covered && lifecycle.Number(s.Minor)+3 >= s.Newest:
		return standing{widget.HighMark, "platform support only", 8}
	case !s.Covered:
		return standing{widget.CriticalMark, "out of support", 9}
	case s.Offered.Preview:
		return standing{widget.MediumMark, "a preview", 6}
	case ends.IsZero():
		return standing{widget.PassMark, "supported", 1}
	case left < 0:
		return standing{widget.MediumMark, "supported, past its date", 6}
	case left <= leavingNow:
		return standing{widget.HighMark, "supported, " + daysLeft(left), 7}
	case left <= leavingSoon:
		return standing{widget.MediumMark, "supported, " + daysLeft(left), 5}
	default:
		return standing{widget.PassMark, "supported, " + daysLeft(left), 1}
	}
}

func daysLeft(left int) string {
	switch left {
	case 0:
		return "until today"
	case 1:
		return "1 day left"
	default:
		return strconv.Itoa(left) + " days left"
	}
}

// endWords says a last day of support and how far it is.
func endWords(last, now time.Time) string {
	if last.IsZero() {
		return "not in the calendar"
	}
	left := lifecycle.DaysLeft(last, now)
	if left < 0 {
		return "ended on " + last.Format(time.DateOnly) + ", " + plural(-left, "day", "days") + " ago"
	}
	return "until " + last.Format(time.DateOnly) + ", " + daysLeft(left)
}

// planWords says a support plan in plain words.
func planWords(plan string) string {
	switch strings.ToLower(plan) {
	case "", "kubernetesofficial":
		return "community"
	case "akslongtermsupport":
		return "long-term"
	default:
		return plan
	}
}
