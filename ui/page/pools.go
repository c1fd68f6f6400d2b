package page

import (
	"strings"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// poolTable lists a cluster's node pools.
type poolTable struct {
	table widget.Table[string]
	rows  *poolRows
}

const (
	poolName = iota
	poolMode
	poolOS
	poolSize
	poolCount
	poolVersionColumn
	poolImage
	poolCritical // and the other severities after it
)

// poolRows are the node pools of one cluster.
type poolRows struct {
	pools  []model.PoolSummary
	counts []model.Counts
}

func (t *poolTable) set(cluster *store.Cluster) {
	rows := &poolRows{pools: cluster.Summary.Pools, counts: make([]model.Counts, len(cluster.Summary.Pools))}
	cluster.Each(func(pool, _ int, judged model.Judged) {
		if pool >= 0 && pool < len(rows.counts) {
			rows.counts[pool].Add(judged)
		}
	})
	t.rows = rows
	t.table.Set(rows, nil)
}

func (t *poolTable) selected() string {
	at := t.table.Selected()
	if at < 0 || t.rows == nil {
		return ""
	}
	return t.rows.pools[at].Name
}

// Len is the number of node pools.
func (r *poolRows) Len() int { return len(r.pools) }

// Key is the node pool's name.
func (r *poolRows) Key(row int) string { return r.pools[row].Name }

// Cell writes a cell.
func (r *poolRows) Cell(row, column int, pen *widget.Pen) {
	pool := &r.pools[row]
	switch column {
	case poolName:
		pen.Write(pool.Name, themes.Text)
		if pool.Spot {
			pen.Write(" spot", themes.Muted)
		}
	case poolMode:
		pen.Write(pool.Mode, themes.Muted)
	case poolOS:
		pen.Write(poolOSWord(pool), themes.Text)
	case poolSize:
		pen.Write(strings.TrimPrefix(pool.VMSize, "Standard_"), themes.Muted)
	case poolCount:
		pen.Int(pool.Nodes, themes.Text)
	case poolVersionColumn:
		writeKnown(pen, pool.Version, themes.Text)
	case poolImage:
		writeKnown(pen, pool.Image, themes.Muted)
	default:
		severity := shownSeverities[column-poolCritical]
		countCell(pen, r.counts[row].Failed[severity], judgedAtAll(&r.counts[row]), severity)
	}
}

func poolOSWord(pool *model.PoolSummary) string {
	switch {
	case pool.SKU != "":
		return pool.SKU
	case pool.OS != "":
		return pool.OS
	default:
		return notReturned
	}
}

func (t *poolTable) draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	t.table.Columns = append([]widget.Column{
		poolName:          {Title: "Node pool", Min: 12, Max: 20, Weight: 2},
		poolMode:          {Title: "Mode", Min: 6, Priority: 2},
		poolOS:            {Title: "OS", Min: 11, Max: 14, Weight: 1},
		poolSize:          {Title: "VM size", Min: 12, Max: 20, Weight: 1, Priority: 1},
		poolCount:         {Title: "Nodes", Min: 5, Right: true},
		poolVersionColumn: {Title: "Version", Min: 8},
		poolImage:         {Title: "Node image", Min: 20, Max: 40, Weight: 2, Priority: 3},
	}, severityColumns(c.Glyphs, shownSeverities)...)
	for i := range t.table.Columns {
		t.table.Columns[i].Fixed = true
	}
	t.table.Empty = "no node pools"
	t.table.Draw(canvas, area)
}
