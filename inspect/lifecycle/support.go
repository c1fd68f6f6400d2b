package lifecycle

import (
	"cmp"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// Support is how a version stands, under a support plan and in one region.
type Support struct {
	// Version runs; Minor is its minor version, "" where it cannot be told.
	Version, Minor string
	Plan           string
	// Offered is the minor version as Azure lists it, where Listed.
	Offered Offered
	Listed  bool
	// Covered reports whether Azure lists the minor version under the plan.
	Covered bool
	// Numbers are the minor versions that the plan covers, but for previews, oldest
	// first. Oldest is the first of them, Newest the newest that is generally available;
	// -1 where Azure lists none.
	Numbers        []int
	Oldest, Newest int
	// Life are the calendar's dates, where Known.
	Life  model.Lifecycle
	Known bool
}

// Of tells how a version stands.
func Of(version, plan string, offer Offer, calendar *model.Calendar) Support {
	s := Support{
		Version: version, Minor: Minor(version), Plan: cmp.Or(plan, model.PlanOfficial), Oldest: -1, Newest: -1,
	}
	s.Offered, s.Listed = offer.Find(s.Minor)
	s.Covered = s.Listed && s.Offered.Covers(s.Plan)
	for _, offered := range offer.Minors {
		if offered.Preview {
			continue
		}
		s.Newest = Number(offered.Minor)
		if offered.Covers(s.Plan) {
			s.Numbers = append(s.Numbers, s.Newest)
		}
	}
	if len(s.Numbers) > 0 {
		s.Oldest = s.Numbers[0]
	}
	s.Life, s.Known = calendar.Find(s.Minor)
	return s
}

// OfCluster tells how a cluster's control plane stands.
func OfCluster(s model.Subject) Support {
	return Of(ClusterVersion(s.Cluster.Tree), document.Text(s.Cluster.Tree, "properties.supportPlan"),
		OfferOf(s.Children[model.KindKubernetesVersions]), s.Calendar)
}

// ClusterVersion is the version that a cluster runs, else the one that was asked for.
func ClusterVersion(cluster map[string]any) string {
	return cmp.Or(document.Text(cluster, "properties.currentKubernetesVersion"), document.Text(cluster, "properties.kubernetesVersion"))
}

// Ends is the last day of support under the plan, or zero where the calendar does not
// tell it.
func (s Support) Ends() time.Time { return EndOf(s.Life, s.Plan) }

// EndOf is a version's last day of support under a plan, or zero.
func EndOf(life model.Lifecycle, plan string) time.Time {
	if strings.EqualFold(plan, model.PlanLongTerm) {
		return life.LongTermEnd
	}
	return life.EndOfLife
}

// DaysLeft is how many days of support there are, today's among them, where the last
// one is that day; negative where it has passed.
func DaysLeft(last, now time.Time) int {
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	return int(last.Sub(today) / (24 * time.Hour))
}
