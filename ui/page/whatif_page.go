package page

import (
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/world"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
)

// newWhatIfPage makes the page of who would lose what if something were taken away. Where
// there are several ways to take a right away, each has a tab.
func newWhatIfPage(at Address) Page {
	takings := readTakings(at.Part)
	if len(takings) == 0 {
		takings = []taking{{""}}
	}
	var parts []tabPart
	for i, t := range takings {
		name := t.title()
		parts = append(parts, tabPart{name: name, title: name, page: newLossesPage(partAt(at, name, i == 0), t)})
	}
	if len(parts) == 1 {
		return parts[0].page
	}
	return newTabbedPage(at, func(*Context) string { return whatIfTitle }, parts...)
}

const whatIfTitle = "what if"

// newLossesPage makes the page, or the tab, of one taking.
func newLossesPage(at Address, t taking) Page {
	at.Part = strings.Join(t, "&")
	p := newReachPage(at, whatIfTitle, "loss", "lines", func(s *store.Snapshot) recordRows[reachRow] {
		w := world.Of(s, at.ID)
		if w == nil {
			return recordRows[reachRow]{empty: "the cluster is not there any more"}
		}
		change, says, err := t.change(w)
		if err != nil {
			return recordRows[reachRow]{empty: err.Error()}
		}
		return lossRows(w, at.ID, change, says)
	})
	p.columns[0].Title, p.table.Columns[0].Title = "Who loses what", "Who loses what"
	p.feed.name += " " + at.Part
	p.act = func(c *Context, _ *reachRow, id action.ID) bool {
		if id == action.Preview {
			c.Back()
		}
		return id == action.Preview
	}
	p.offers = func(*reachRow) []action.Offer { return []action.Offer{{ID: action.Preview, Says: "back"}} }
	return p
}

// lossRows tell who would lose what, and which ways would close.
func lossRows(w *access.World, cluster model.ID, change access.Change, says []string) recordRows[reachRow] {
	after := w.Without(change)
	losses := w.LossesTo(after)
	result := recordRows[reachRow]{
		empty: "nobody that was read would lose anything: others give the same",
		foot:  coverageOf(w, slices.Concat(access.Kinds, access.GraphKinds)...),
		head:  []string{"If this went: " + strings.Join(says, "; ") + ". It is a preview: nothing is changed."},
	}
	workloads := 0
	for i := range losses {
		workloads += len(losses[i].Workloads)
		result.rows = appendLoss(result.rows, w, cluster, &losses[i])
	}
	result.head = append(result.head, lossSums(w, after, losses, workloads)...)
	if change.LocalAccounts {
		result.head = append(result.head, "Admin certificates that were handed out before stay good until the cluster's certificates are rotated.")
	}
	return result
}

// lossSums say how many lose something, and how many still get where they get now.
func lossSums(w, after *access.World, losses []access.Loss, workloads int) []string {
	if len(losses) == 0 {
		return nil
	}
	line := plural(len(losses), "identity loses", "identities lose") + " something"
	if workloads > 0 {
		line += ", and " + plural(workloads, "workload runs", "workloads run") + " as one of them"
	}
	var ways []string
	for _, destination := range destinations {
		closed := 0
		for i := range losses {
			if slices.Contains(losses[i].Places, destination.place) {
				closed++
			}
		}
		if closed > 0 {
			left := len(after.Graph().WhoReaches(destination.place))
			ways = append(ways, destination.name+" by "+thousands(left)+" instead of "+thousands(len(w.Graph().WhoReaches(destination.place))))
		}
	}
	if len(ways) > 0 {
		line += ". Reached: " + strings.Join(ways, ", ")
	}
	return []string{line + "."}
}

func appendLoss(rows []reachRow, w *access.World, cluster model.ID, loss *access.Loss) []reachRow {
	telling := access.Telling(loss.Powers)
	who := reachRow{order: len(rows), text: w.PlaceName(access.At(loss.Subject)), to: placeAt(cluster, access.At(loss.Subject))}
	who.why = joinWords(", ", orEmpty(len(loss.Places) > 0, plural(len(loss.Places), "way closes", "ways close")),
		orEmpty(len(telling) > 0, plural(len(telling), "power goes", "powers go")))
	for i := range telling {
		who.severity, who.marked = max(who.severity, telling[i].Severity), true
	}
	rows = append(rows, who)
	name := "of " + who.text
	add := func(row reachRow) {
		row.order, row.depth, row.under = len(rows), 1, name
		rows = append(rows, row)
	}
	for _, place := range loss.Places {
		add(reachRow{text: "no longer gets to " + w.PlaceName(place), why: "no way is left", to: placeAt(cluster, place)})
	}
	for _, ref := range loss.Workloads {
		add(reachRow{text: "runs as it: " + ref.String(), why: "see whether it needs what goes", to: objectAt(cluster, ref)})
	}
	for i := range telling {
		held := &telling[i]
		add(reachRow{text: "loses: " + held.Title + " in " + held.Where(), why: held.Why, severity: held.Severity, marked: true})
	}
	return rows
}
