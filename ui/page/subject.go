package page

import (
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/widget"
)

// poolIndex finds a node pool by its name: -1 for the cluster itself.
func poolIndex(cluster *store.Cluster, part string) (pool int, known bool) {
	if part == "" {
		return -1, true
	}
	for at := range cluster.Summary.Pools {
		if cluster.Summary.Pools[at].Name == part {
			return at, true
		}
	}
	return -1, false
}

// judgedAt is how a rule judges a cluster, or one of its node pools.
func judgedAt(cluster *store.Cluster, pool, rule int) model.Judged {
	switch {
	case pool < 0 && rule < len(cluster.Judged):
		return cluster.Judged[rule]
	case pool >= 0 && pool < len(cluster.Pools) && rule < len(cluster.Pools[pool]):
		return cluster.Pools[pool][rule]
	default:
		return model.Judged{}
	}
}

// verify reads a cluster again.
func verify(c *Context, id model.ID) {
	if identity := c.Inspection.Source.Identity(); identity.Mode == source.Evidence {
		c.Say(widget.InfoMark, "evidence stays what it was on "+identity.CapturedAt.Format("2006-01-02")+": verify with aksight on Azure itself")
		return
	}
	c.Inspection.Schedule.Refresh(source.Scope{Breadth: source.Cluster, ID: id})
	c.Say(widget.PendingMark, "reading "+id.Name()+" again")
}
