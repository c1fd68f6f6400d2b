package page

import (
	"slices"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// Placed is a page that one can come back to in a later run: its address then says
// the tab, the order and the row too.
type Placed interface {
	Place() Address
}

// Base is the address of the page itself, without what is set in its list.
func (at Address) Base() Address {
	at.Filter, at.Sort, at.Row = "", "", ""
	return at
}

// Gone says what an address leads to that is not there any more, in an estate that was
// read; empty where it is there, or where that is not known.
func Gone(at Address, s *store.Snapshot) string {
	if at.ID == "" || s.Estate.State != model.ReadDone || s.Problem != nil {
		return ""
	}
	subscription := s.Subscription(model.SubscriptionID(at.ID.Subscription()))
	switch {
	case subscription == nil:
		return "the subscription"
	case subscription.Problem != nil || subscription.Read.State != model.ReadDone:
		return "" // it could not be read: that does not say that it is gone
	case at.ID.ResourceGroup() == "":
		return ""
	}
	cluster := s.Cluster(at.ID)
	if cluster == nil {
		return at.ID.Name()
	}
	known := func(pool model.PoolSummary) bool { return pool.Name == at.Part }
	if at.Part != "" && at.ofPool() && !cluster.Resource.Partial && !slices.ContainsFunc(cluster.Summary.Pools, known) {
		return "the node pool " + at.Part
	}
	return ""
}

// ofPool reports whether the address's part names a node pool.
func (at Address) ofPool() bool {
	switch at.Kind {
	case Pool, Finding, Fix, Waive:
		return at.Object == model.Ref{}
	default:
		return false
	}
}

// Place is where the list was left.
func (p *estate) Place() Address {
	return Address{Kind: Estate, Sort: p.table.Order(), Row: p.table.RowName()}
}

// Place is where the list was left.
func (p *clusters) Place() Address {
	at := p.at
	at.Sort, at.Row = p.table.Order(), p.table.RowName()
	return at
}

// Place is where the active tab's list was left.
func (p *findingsPage) Place() Address {
	at := p.at
	for name, tab := range findingsTabs {
		if tab == p.tab && name != "" {
			at.Tab = name
		}
	}
	at.Sort, at.Row = p.table.Order(), p.table.RowName()
	return at
}

// Place is where the active tab was left.
func (p *clusterPage) Place() Address {
	at := p.at
	for name, tab := range clusterTabs {
		if tab == p.tabs.Active && name != "" {
			at.Tab = name
		}
	}
	switch p.tabs.Active {
	case tabSettings:
		if entry := p.entry(); entry != nil {
			at.Row = entry.Key
		}
	case tabPools:
		at.Row = p.pools.table.RowName()
	case tabInside:
		at.Row = p.inside.row()
	case tabFindings:
		at.Sort, at.Row = p.found.table.Order(), p.found.table.RowName()
	}
	return at
}

// Place is where the sheet was left.
func (p *poolPage) Place() Address {
	at := p.at
	if row := p.lines.Selected(); row >= 0 {
		at.Row = p.lines.Entries()[row].Key
	}
	return at
}
