package demo

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/model"
)

// storyNewest is the minor version that was the newest when the story was written. As
// newer ones come out, every version in it grows by as many: the cluster that nobody
// upgrades stays as far behind as it was.
const storyNewest = 37

// cadence is how many months apart new minor versions come after the calendar's end.
const cadence = 4

// release is a minor version of Kubernetes in AKS.
type release struct {
	minor              int
	patches            []string
	official, longTerm bool // covered by that support plan
	isPreview          bool
}

// lifecycles continues the calendar at its own pace, so that the demo of an old
// program has versions too that are in support.
func lifecycles(now time.Time) []model.Lifecycle {
	calendar, err := lifecycle.Embedded()
	if err != nil || len(calendar.Versions) == 0 {
		return nil
	}
	all := slices.Clone(calendar.Versions)
	for {
		last := all[len(all)-1]
		if last.Preview.After(now) {
			return all
		}
		all = append(all, model.Lifecycle{
			Minor:       "1." + strconv.Itoa(lifecycle.Number(last.Minor)+1),
			Preview:     last.Preview.AddDate(0, cadence, 0),
			Available:   last.Available.AddDate(0, cadence, 0),
			EndOfLife:   monthsOn(last.EndOfLife, cadence),
			LongTermEnd: monthsOn(last.LongTermEnd, cadence),
		})
	}
}

// monthsOn returns the last day of the month that many months after a day's.
func monthsOn(day time.Time, months int) time.Time {
	return time.Date(day.Year(), day.Month()+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC)
}

// patchesOf are the patch versions on offer of a minor version, by how many minor
// versions it is behind the newest.
func patchesOf(minor, behind int) []string {
	offered := [...][]int{{0}, {1, 2}, {3, 5}, {2, 4}, {6, 7}, {9, 10}, {12, 13}}
	behind = min(max(behind, 0), len(offered)-1)
	patches := make([]string, 0, 2)
	for _, patch := range offered[behind] {
		patches = append(patches, "1."+strconv.Itoa(minor)+"."+strconv.Itoa(patch))
	}
	return patches
}

// releases are what AKS offers in every region of the demo, oldest first.
func releases(now time.Time) []release {
	newest := storyNewest + drift(now)
	var all []release
	for _, life := range lifecycles(now) {
		minor := lifecycle.Number(life.Minor)
		r := release{
			minor:     minor,
			patches:   patchesOf(minor, newest-minor),
			official:  lifecycle.DaysLeft(life.EndOfLife, now) >= 0,
			longTerm:  !life.LongTermEnd.IsZero() && lifecycle.DaysLeft(life.LongTermEnd, now) >= 0,
			isPreview: life.Available.After(now),
		}
		if (r.official || r.longTerm) && !life.Preview.After(now) {
			all = append(all, r)
		}
	}
	return all
}

// drift is how many minor versions have come out since the story was written.
func drift(now time.Time) int {
	newest := storyNewest
	for _, life := range lifecycles(now) {
		if !life.Available.After(now) {
			newest = max(newest, lifecycle.Number(life.Minor))
		}
	}
	return newest - storyNewest
}

// drifted is a version of the story as it is told now.
func drifted(version string, by int) string {
	if by == 0 {
		return version
	}
	return "1." + strconv.Itoa(lifecycle.Number(version)+by) + version[strings.LastIndexByte(version, '.'):]
}
