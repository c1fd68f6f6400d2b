package page

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// versionUse is a control plane or a node pool that runs the version.
type versionUse struct {
	key      versionKey
	cluster  *store.Cluster
	version  string
	standing standing
}

// versionUses are those that run one minor version: each cluster followed by its pools.
type versionUses struct {
	list          []versionUse
	subscriptions []string
}

// The columns.
const (
	useCluster = iota
	usePool
	useVersion
	useStanding
	usePlan
	useRegion
	useSubscription
)

func newVersionUses(v *inspect.Versions, use inspect.VersionUse, s *store.Snapshot, now time.Time) *versionUses {
	uses := &versionUses{}
	for _, cluster := range use.Clusters {
		uses.list = append(uses.list, versionUse{
			key: versionKey{cluster: cluster.Resource.ID}, cluster: cluster, version: cluster.Summary.Version,
			standing: standingOf(v, cluster, cluster.Summary.Version, now),
		})
	}
	for _, pool := range use.Pools {
		summary := &pool.Cluster.Summary.Pools[pool.Pool]
		stands := standing{mark: widget.NoMark, words: "as its control plane"}
		if own, control := lifecycle.Number(summary.Version), lifecycle.Number(pool.Cluster.Summary.Version); own >= 0 && own < control {
			stands = standing{widget.MediumMark, "behind its control plane, " + pool.Cluster.Summary.Version, 5}
		}
		uses.list = append(uses.list, versionUse{
			key: versionKey{pool.Cluster.Resource.ID, summary.Name}, cluster: pool.Cluster,
			version: cmp.Or(summary.Version, pool.Cluster.Summary.Version), standing: stands,
		})
	}
	// The worst clusters first, each with its pools below it.
	weights := map[model.ID]int{}
	for i := range uses.list {
		weights[uses.list[i].key.cluster] = max(weights[uses.list[i].key.cluster], uses.list[i].standing.weight)
	}
	slices.SortStableFunc(uses.list, func(a, b versionUse) int {
		return cmp.Or(
			cmp.Compare(weights[b.key.cluster], weights[a.key.cluster]),
			foldCompare(a.cluster.Summary.Name, b.cluster.Summary.Name),
			cmp.Compare(a.key.cluster, b.key.cluster),
		)
	})
	uses.subscriptions = make([]string, len(uses.list))
	for i := range uses.list {
		uses.subscriptions[i] = subscriptionName(s, uses.list[i].cluster.Resource.Parent)
	}
	return uses
}

// worst is the worst standing of the control planes.
func (u *versionUses) worst() (worst standing, known bool) {
	for i := range u.list {
		if u.list[i].key.pool == "" && u.list[i].standing.weight > worst.weight {
			worst, known = u.list[i].standing, true
		}
	}
	return worst, known
}

// The properties whose lines lead to a version's page, of a cluster and of a pool.
const (
	versionPath     = "properties.currentKubernetesVersion"
	poolVersionPath = "currentOrchestratorVersion"
)

// onVersion reports whether a rule judges a Kubernetes version.
func onVersion(rule *model.Rule) bool {
	return len(rule.Evidence) > 0 && (rule.Evidence[0] == versionPath || rule.Evidence[0] == poolVersionPath)
}

// openVersion opens the page of a version that runs on a cluster.
func openVersion(c *Context, cluster model.ID, version string) {
	minor := lifecycle.Minor(version)
	if minor == "" {
		c.Say(widget.UnreadMark, "the document does not tell the Kubernetes version")
		return
	}
	c.Open(Address{Kind: Version, ID: cluster, Part: minor})
}

// upgradesOf returns what a cluster may be upgraded to, or nil where that was not read.
func upgradesOf(cluster *store.Cluster) []string {
	for _, resource := range cluster.Children[model.KindUpgradeProfile] {
		if lifecycle.ProfileOwner(resource.ID) != "" {
			continue
		}
		decoded, err := document.Decode(resource)
		if err != nil {
			return nil
		}
		versions, _ := lifecycle.Upgrades(model.Subject{
			Pool: -1, Children: map[model.Kind][]*model.Document{model.KindUpgradeProfile: {decoded}},
		})
		return versions
	}
	return nil
}

// Len is the number of control planes and pools.
func (u *versionUses) Len() int { return len(u.list) }

// Key names the control plane or the pool.
func (u *versionUses) Key(row int) versionKey { return u.list[row].key }

// Cell writes a cell.
func (u *versionUses) Cell(row, column int, pen *widget.Pen) {
	use := &u.list[row]
	switch column {
	case useCluster:
		style := themes.Text
		if use.key.pool != "" {
			style = themes.Faint
		}
		pen.Write(use.cluster.Summary.Name, style)
	case usePool:
		pen.Write(use.key.pool, themes.Text)
	case useVersion:
		writeKnown(pen, use.version, themes.Text)
	case useStanding:
		pen.Mark(use.standing.mark)
		pen.Skip(1)
		style := themes.Faint
		if use.standing.mark != widget.NoMark {
			style = use.standing.mark.Style() &^ themes.Bold
		}
		pen.Write(use.standing.words, style)
	case usePlan:
		if use.key.pool == "" {
			pen.Write(planWords(use.cluster.Summary.Plan), themes.Muted)
		}
	case useRegion:
		pen.Write(use.cluster.Summary.Location, themes.Muted)
	case useSubscription:
		pen.Write(u.subscriptions[row], themes.Muted)
	}
}

// field tells the filter a row's value of a word.
func (u *versionUses) field(row int) func(string) string {
	use := &u.list[row]
	summary := &use.cluster.Summary
	return func(field string) string {
		switch field {
		case "cluster":
			return summary.Name
		case "pool":
			return use.key.pool
		case "version":
			return use.version
		case "state":
			return use.standing.words
		case "plan":
			return planWords(summary.Plan)
		case "region":
			return summary.Location
		case "sub":
			return u.subscriptions[row]
		default:
			return strings.Join([]string{summary.Name, use.key.pool, use.version, summary.Location, u.subscriptions[row]}, " ")
		}
	}
}
