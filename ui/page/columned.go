package page

import "github.com/aksight/aksight/ui/widget"

// Columned is a page with a table whose columns a user can choose.
type Columned interface {
	// Columns returns the name that a choice is kept under, and the columns as they
	// stand; no name where no table is shown just now.
	Columns() (name string, columns []widget.Chosen)
}

// Choice is what the user has chosen of the columns of a table.
func (c *Context) Choice(name string) widget.Choice { return c.Choices[name] }

// The tables of a cluster's page.
const (
	columnsOfPools = "node pools"
	columnsOfFound = "findings of a cluster"
)

// tabNames name the tables of the findings' page.
var tabNames = [...]string{byRule: "findings by rule", byCluster: "findings by cluster", flat: "findings", ofRule: "findings of a rule"}

func (p *estate) columnsName() string       { return "subscriptions" }
func (p *findingsPage) columnsName() string { return tabNames[p.tab] }
func (p *requestsPage) columnsName() string { return "requests" }
func (p *problemsPage) columnsName() string { return "errors" }
func (p *versionsPage) columnsName() string { return "versions" }
func (p *versionPage) columnsName() string  { return "clusters of a version" }

func (p *clusters) columnsName() string {
	if p.at.ID != "" {
		return "clusters of a subscription"
	}
	return "clusters"
}

// Columns returns the columns of the list of subscriptions.
func (p *estate) Columns() (name string, columns []widget.Chosen) {
	return p.columnsName(), p.table.Chosen()
}

// Columns returns the columns of the list of clusters.
func (p *clusters) Columns() (name string, columns []widget.Chosen) {
	return p.columnsName(), p.table.Chosen()
}

// Columns returns the columns of the active tab's list.
func (p *findingsPage) Columns() (name string, columns []widget.Chosen) {
	return p.columnsName(), p.table.Chosen()
}

// Columns returns the columns of the list of requests.
func (p *requestsPage) Columns() (name string, columns []widget.Chosen) {
	return p.columnsName(), p.table.Chosen()
}

// Columns returns the columns of the list of errors.
func (p *problemsPage) Columns() (name string, columns []widget.Chosen) {
	return p.columnsName(), p.table.Chosen()
}

// Columns returns the columns of the list of versions.
func (p *versionsPage) Columns() (name string, columns []widget.Chosen) {
	return p.columnsName(), p.table.Chosen()
}

// Columns returns the columns of the list of clusters.
func (p *versionPage) Columns() (name string, columns []widget.Chosen) {
	return p.columnsName(), p.table.Chosen()
}

// Columns returns the columns of the active tab's list.
func (p *clusterPage) Columns() (name string, columns []widget.Chosen) {
	switch p.tabs.Active {
	case tabPools:
		return columnsOfPools, p.pools.table.Chosen()
	case tabFindings:
		return columnsOfFound, p.found.table.Chosen()
	default:
		return "", nil
	}
}
