package page

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// exposureRow is a line of the tree from the outside inward: a door, a service behind
// it, or a workload that it leads to.
type exposureRow struct {
	depth int
	// place is the row's in the tree, and key its name.
	place int
	key   string
	// what says the row's object; ref leads to it.
	what string
	ref  model.Ref
	door *network.Door
	// from and note are what the columns say.
	from, note string
}

// reach says from where the row's door can be reached.
func (r *exposureRow) reach() string { return r.door.Reach.String() }

// guards says what stands between the outside and the door.
func (r *exposureRow) guards() string {
	if r.depth > 0 {
		return ""
	}
	var parts []string
	if sources := r.door.AllSources(); len(sources) > 0 {
		parts = append(parts, plural(len(sources), "source range", "source ranges"))
	} else if r.door.Reach == network.Internet {
		parts = append(parts, "any address")
	}
	if r.door.TLS != network.TLSUnsaid {
		parts = append(parts, r.door.TLS.String())
	}
	if r.door.WAF != network.WAFUnsaid {
		parts = append(parts, r.door.WAF.String())
	}
	return strings.Join(parts, ", ")
}

func (r *exposureRow) mark() widget.Mark {
	switch {
	case r.depth > 0:
		return widget.NotMark
	case r.door.Open():
		return widget.HighMark
	case r.door.Reach == network.Internet:
		return widget.MediumMark
	case r.door.Reach == network.UnknownPlaces:
		return widget.UnreadMark
	default:
		return widget.PassMark
	}
}

func newExposurePage(at Address) Page {
	return newRecordsPage(at, records[exposureRow]{
		title: "exposure", one: "way in", many: "lines", list: "ways into a cluster", live: at.ID, terms: exposureTerms,
		columns: []recordColumn[exposureRow]{
			{
				Column: widget.Column{Title: "From outside inward", Min: 30, Weight: 3, Max: 70},
				cell: func(r *exposureRow, pen *widget.Pen) {
					pen.Skip(3 * r.depth)
					if r.depth == 0 {
						pen.Mark(r.mark())
						pen.Skip(1)
						pen.Write(r.what, themes.Strong)
						return
					}
					pen.Write(pen.Glyphs().Separator+" ", themes.Faint)
					pen.Write(r.what, themes.Text)
				},
				compare: func(a, b *exposureRow) int { return cmp.Compare(a.place, b.place) },
			},
			{
				Column: widget.Column{Title: "Reached from", Min: 12, Priority: 1},
				cell: func(r *exposureRow, pen *widget.Pen) {
					if r.depth == 0 {
						pen.Write(r.reach(), r.mark().Style()&^themes.Bold)
					}
				},
				compare: func(a, b *exposureRow) int { return cmp.Or(cmp.Compare(a.door.Reach, b.door.Reach), a.place-b.place) },
			},
			{
				Column:  widget.Column{Title: "Address", Min: 14, Weight: 1, Max: 32, Priority: 2},
				cell:    func(r *exposureRow, pen *widget.Pen) { pen.Write(r.from, themes.Muted) },
				compare: func(a, b *exposureRow) int { return cmp.Or(cmp.Compare(a.from, b.from), a.place-b.place) },
			},
			{
				Column:  widget.Column{Title: "Guarded by", Min: 16, Weight: 1, Max: 40},
				cell:    func(r *exposureRow, pen *widget.Pen) { pen.Write(cmp.Or(r.guards(), r.note), themes.Muted) },
				compare: func(a, b *exposureRow) int { return cmp.Or(cmp.Compare(a.guards(), b.guards()), a.place-b.place) },
			},
		},
		fields: []recordField[exposureRow]{
			{Field: filter.Field{Name: "from"}, of: (*exposureRow).reach},
			{Field: filter.Field{Name: "ns"}, of: func(r *exposureRow) string { return r.ref.Namespace }},
			{Field: filter.Field{Name: "guard"}, of: (*exposureRow).guards},
		},
		key: func(r *exposureRow) string { return r.key },
		say: func(r *exposureRow) string {
			return strings.Repeat("  ", r.depth) + joinWords(", ", r.what, r.from, orEmpty(r.depth == 0, "reached from "+r.reach()), cmp.Or(r.guards(), r.note))
		},
		open: func(r *exposureRow) (Address, bool) {
			return Address{Kind: Object, ID: at.ID, Object: r.ref}, r.ref.Kind != ""
		},
		load: func(_ context.Context, s *store.Snapshot) recordRows[exposureRow] { return exposureRows(s, at.ID) },
	})
}

func orEmpty(is bool, text string) string {
	if is {
		return text
	}
	return ""
}

// exposureTerms are explained on the pages on the network.
var exposureTerms = []string{"network-policy", "namespace"}

// exposureRows lay the ways into a cluster out, a line a step.
func exposureRows(s *store.Snapshot, id model.ID) recordRows[exposureRow] {
	inside, why := insideOf(s, id)
	if inside == nil {
		return recordRows[exposureRow]{empty: why}
	}
	result := recordRows[exposureRow]{empty: "nothing here can be reached from outside of the cluster", foot: unreadOf(inside.View, network.ExposureKinds...)}
	add := func(row exposureRow) {
		row.place = len(result.rows)
		row.key = strconv.Itoa(row.depth) + " " + row.what + " " + row.door.String() + " " + row.door.Kind.String()
		result.rows = append(result.rows, row)
	}
	open := 0
	for _, door := range network.Exposed(inside.View).Doors {
		if door.Open() {
			open++
		}
		add(exposureRow{door: door, what: door.Kind.String() + " " + door.Namespace + "/" + door.Name, ref: door.Ref, from: strings.Join(door.Addresses, ", ")})
		told := map[string]bool{}
		for _, route := range door.Routes {
			backend := route.Backend
			if backend == nil {
				continue
			}
			if route.Host != "" || backend.Service != nil && backend.Service.Ref != door.Ref {
				row := exposureRow{depth: 1, door: door, what: joinWords(" ", route.Host+route.Path, serviceWords(backend.Namespace, backend.Name))}
				if backend.Service != nil {
					row.ref = backend.Service.Ref
				} else {
					row.note = "no such service"
				}
				if !told[row.what] {
					told[row.what] = true
					add(row)
				}
			}
			for _, workload := range backend.Workloads {
				row := exposureRow{depth: 2, door: door, what: workload.String(), ref: workload.Ref, note: "service account " + network.Account(workload)}
				if !told[row.what] {
					told[row.what] = true
					add(row)
				}
			}
		}
	}
	result.head = []string{plural(open, "way in is", "ways in are") + " open to everybody on the internet"}
	return result
}

// serviceWords says a service behind a route.
func serviceWords(namespace, name string) string {
	if name == "" {
		return ""
	}
	return "to Service " + namespace + "/" + name
}
