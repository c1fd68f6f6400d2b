package page

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/podsecurity"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// namespaceTerms are explained on the pages of namespaces.
var namespaceTerms = []string{"namespace", "workload", "pod-security-standards", "network-policy", "severity"}

// namespaceRow is a namespace of a cluster.
type namespaceRow struct {
	name            string
	object          *model.Object // nil where the namespace itself was not read
	system          bool
	workloads, pods int
	standing        *podsecurity.Namespace // nil while not all that it takes was read
	cover           *network.Namespace     // nil while not all that it takes was read
	engine          network.Engine
	exposed         int // workloads that the internet reaches; -1 while that is not known
	counts          model.Counts
}

// met is the level of the pod security standards that the namespace's pods meet.
func (r *namespaceRow) met() string {
	switch {
	case r.standing == nil:
		return notReadYet
	case r.standing.Pods == 0:
		return "no pods"
	default:
		return string(r.standing.Meets)
	}
}

// covered is the share of pods that network policies cover: of the direction that is
// covered less; -1 where there are no pods, -2 while that is not known.
func (r *namespaceRow) covered() int {
	if r.cover == nil {
		return -2
	}
	return min(r.cover.Percent(network.Ingress), r.cover.Percent(network.Egress))
}

// coverWords says how far network policies cover the namespace.
func (r *namespaceRow) coverWords() string {
	switch {
	case r.cover == nil:
		return notReadYet
	case r.cover.Pods == 0:
		return "no pods"
	}
	words := "in " + percent(r.cover.Percent(network.Ingress)) + ", out " + percent(r.cover.Percent(network.Egress))
	if r.engine == network.NoEngine && r.cover.Selected != [2]int{} {
		words += ", which nothing enforces"
	}
	return words
}

func percent(n int) string { return strconv.Itoa(n) + "%" }

// The labels that say which level of the pod security standards a namespace enforces.
const (
	enforceLabel = "pod-security.kubernetes.io/enforce"
	auditLabel   = "pod-security.kubernetes.io/audit"
	warnLabel    = "pod-security.kubernetes.io/warn"
)

// enforced is the level of the pod security standards that the namespace holds pods to.
func (r *namespaceRow) enforced() string {
	if r.object == nil {
		return notReadYet
	}
	return cmp.Or(r.object.Labels[enforceLabel], "none")
}

// levelRank orders the levels, the weakest first.
func levelRank(level string) int {
	return slices.Index([]string{"none", "privileged", "baseline", "restricted"}, level)
}

func levelStyle(level string) themes.Style {
	switch level {
	case "restricted":
		return themes.Pass
	case "baseline":
		return themes.Text
	case notReadYet:
		return themes.Unread
	default:
		return themes.Medium
	}
}

func (r *namespaceRow) kind() string {
	if r.system {
		return "system"
	}
	return "user"
}

// systemNamespace reports whether the cluster, rather than its users, keeps a namespace.
func systemNamespace(name string, labels map[string]string) bool {
	return expr.IsSystemNamespace(name) || strings.HasPrefix(name, "kube-") || strings.HasPrefix(name, "aks-istio-") ||
		labels["kubernetes.azure.com/managedby"] == "aks" || labels["control-plane"] == "true" && labels["kubernetes.io/cluster-service"] == "true"
}

func newNamespacesPage(at Address) Page {
	columns := []recordColumn[namespaceRow]{
		{
			Column: widget.Column{Title: "Namespace", Min: 18, Weight: 3, Max: 40},
			cell: func(r *namespaceRow, pen *widget.Pen) {
				pen.Write(r.name, themes.Text)
				if r.system {
					pen.Write("  system", themes.Faint)
				}
			},
			compare: func(a, b *namespaceRow) int { return cmp.Compare(a.name, b.name) },
		},
		{
			Column:  widget.Column{Title: "Workloads", Min: 9, Right: true, Priority: 2},
			cell:    func(r *namespaceRow, pen *widget.Pen) { countOf(pen, r.workloads, themes.Text) },
			compare: func(a, b *namespaceRow) int { return cmp.Compare(a.workloads, b.workloads) }, down: true,
		},
		{
			Column:  widget.Column{Title: "Pods", Min: 5, Right: true, Priority: 1},
			cell:    func(r *namespaceRow, pen *widget.Pen) { countOf(pen, r.pods, themes.Text) },
			compare: func(a, b *namespaceRow) int { return cmp.Compare(a.pods, b.pods) }, down: true,
		},
		{
			Column:  widget.Column{Title: "Enforced", Min: 10},
			cell:    func(r *namespaceRow, pen *widget.Pen) { pen.Write(r.enforced(), levelStyle(r.enforced())) },
			compare: func(a, b *namespaceRow) int { return levelRank(a.enforced()) - levelRank(b.enforced()) },
		},
		{
			Column: widget.Column{Title: "Met", Min: 10, Priority: 3},
			cell: func(r *namespaceRow, pen *widget.Pen) {
				style := levelStyle(r.met())
				if levelRank(r.met()) >= levelRank(r.enforced()) && r.met() != "privileged" {
					style = themes.Text
				}
				pen.Write(r.met(), style)
			},
			compare: func(a, b *namespaceRow) int { return levelRank(a.met()) - levelRank(b.met()) },
		},
		{
			Column:  widget.Column{Title: "Policies", Min: 8, Right: true},
			cell:    (*namespaceRow).coverCell,
			compare: func(a, b *namespaceRow) int { return a.covered() - b.covered() },
		},
		{
			Column: widget.Column{Title: "Exposed", Min: 7, Right: true, Priority: 1},
			cell: func(r *namespaceRow, pen *widget.Pen) {
				if r.exposed < 0 {
					pen.Write(pen.Glyphs().Ellipsis, themes.Unread)
					return
				}
				countOf(pen, r.exposed, themes.High)
			},
			compare: func(a, b *namespaceRow) int { return a.exposed - b.exposed }, down: true,
		},
	}
	sort := len(columns)
	columns = append(columns, severityRecords(func(r *namespaceRow) *model.Counts { return &r.counts }, shownSeverities...)...)
	columns[sort].compare = func(a, b *namespaceRow) int { return -a.counts.Compare(&b.counts) }
	return newRecordsPage(at, records[namespaceRow]{
		title: "namespaces", one: "namespace", many: "namespaces", list: "namespaces", live: at.ID, terms: namespaceTerms,
		columns: columns, sort: sort,
		fields: []recordField[namespaceRow]{
			{Field: filter.Field{Name: "is"}, of: (*namespaceRow).kind},
			{Field: filter.Field{Name: "enforced"}, of: (*namespaceRow).enforced},
			{Field: filter.Field{Name: "met"}, of: (*namespaceRow).met},
			{Field: filter.Field{Name: "policies"}, of: (*namespaceRow).coverWords},
			{Field: severityField(), of: func(r *namespaceRow) string { return worstWord(&r.counts) }},
		},
		key:  func(r *namespaceRow) string { return r.name },
		say:  (*namespaceRow).say,
		open: func(r *namespaceRow) (Address, bool) { return namespaceAt(at.ID, r.name), true },
		load: func(_ context.Context, s *store.Snapshot) recordRows[namespaceRow] { return namespaceRows(s, at.ID) },
	})
}

// namespaceAt is the address of a namespace's page.
func namespaceAt(cluster model.ID, name string) Address {
	return Address{Kind: Namespace, ID: cluster, Object: model.Ref{Kind: model.KindNamespace, Name: name}}
}

// worstWord is the worst severity of findings, for filters.
func worstWord(counts *model.Counts) string {
	if worst, failing := worstOf(counts); failing {
		return worst.String()
	}
	return ""
}

func (r *namespaceRow) say() string {
	name := r.name
	if r.system {
		name += " (system)"
	}
	return joinWords(", ", name+": "+plural(r.workloads, "workload", "workloads"), plural(r.pods, "pod", "pods"),
		"pod security enforced: "+r.enforced(), "met: "+r.met(), "network policies: "+r.coverWords(), r.exposedWords()) + "; " + severityLine(&r.counts)
}

func (r *namespaceRow) exposedWords() string {
	switch {
	case r.exposed < 0:
		return "exposure " + notReadYet
	case r.exposed == 0:
		return "nothing reached from the internet"
	default:
		return plural(r.exposed, "workload", "workloads") + " reached from the internet"
	}
}

// coverCell writes the share of pods that network policies cover.
func (r *namespaceRow) coverCell(pen *widget.Pen) {
	covered := r.covered()
	switch {
	case covered == -2:
		pen.Write(pen.Glyphs().Ellipsis, themes.Unread)
	case covered < 0:
		pen.Write(pen.Glyphs().None, themes.Faint)
	case r.engine == network.NoEngine:
		pen.Write("not enf.", themes.Medium)
	case covered < 100 && !r.system:
		pen.Write(percent(covered), themes.Medium)
	default:
		pen.Write(percent(covered), themes.Text)
	}
}

// namespaceRows are the namespaces of a cluster; one that was not read is told of by
// what stands in it.
func namespaceRows(s *store.Snapshot, id model.ID) recordRows[namespaceRow] {
	inside, why := insideOf(s, id)
	if inside == nil {
		return recordRows[namespaceRow]{empty: why}
	}
	view := inside.View
	rows := map[string]*namespaceRow{}
	row := func(name string) *namespaceRow {
		if rows[name] == nil {
			rows[name] = &namespaceRow{name: name, system: systemNamespace(name, nil)}
		}
		return rows[name]
	}
	for _, o := range view.Objects[model.KindNamespace] {
		r := row(o.Name)
		r.object, r.system = o, systemNamespace(o.Name, o.Labels)
	}
	for _, kind := range workloadKinds {
		for _, o := range view.Objects[kind] {
			r := row(o.Namespace)
			if kind == model.KindPod {
				r.pods++
			}
			if o.Workload() {
				r.workloads++
			}
		}
	}
	for i := range inside.Judgements {
		judged := &inside.Judgements[i]
		if namespace := namespaceOf(judged.Ref); namespace != "" {
			row(namespace).counts.Merge(judged.Counts)
		}
	}
	result := recordRows[namespaceRow]{
		empty: "no namespaces in this cluster",
		foot:  unreadOf(view, append([]model.Kind{model.KindNamespace}, workloadKinds...)...),
		exact: view.Exact(),
	}
	describeNamespaces(view, rows)
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		result.rows = append(result.rows, *rows[name])
	}
	result.head = insideHead(inside)
	if network.EngineOf(view) == network.NoEngine && len(network.Of(view).Policies) > 0 {
		result.head = append(result.head, "no network policy engine: nothing enforces the policies that are there")
	}
	return result
}

// describeNamespaces says of each namespace what its pods meet, how far policies cover
// it and what the internet reaches; nothing where what it takes was not read.
func describeNamespaces(view *object.View, rows map[string]*namespaceRow) {
	if _, _, unread := view.Unread(podsecurity.Kinds...); !unread {
		standing := podsecurity.Of(view)
		for name, r := range rows {
			r.standing = standing.Namespace(name)
		}
	}
	if _, _, unread := view.Unread(network.Kinds...); !unread {
		analysis := network.Of(view)
		for name, r := range rows {
			r.cover, r.engine = analysis.Namespace(name), analysis.Engine
		}
	}
	_, _, unread := view.Unread(network.ExposureKinds...)
	exposure := network.Exposed(view)
	for name, r := range rows {
		r.exposed = -1
		if unread {
			continue
		}
		r.exposed = 0
		for _, o := range workloadsIn(view, name) {
			if exposure.FromInternet(o.Ref) {
				r.exposed++
			}
		}
	}
}

// workloadKinds are the kinds that run pods.
var workloadKinds = append([]model.Kind{model.KindPod}, model.ControllerKinds...)

// namespaceOf is the namespace that an object is in, or is; empty for neither.
func namespaceOf(ref model.Ref) string {
	if ref.Kind == model.KindNamespace {
		return ref.Name
	}
	return ref.Namespace
}

// insideHead says above a list how current it is.
func insideHead(inside *store.Inside) []string {
	words, _ := insideState(inside)
	if inside.Judgements == nil {
		words = joinWords("; ", words, "not judged yet")
	}
	return []string{words}
}

// workloadsIn are the objects of a namespace that run pods and that no other controls.
func workloadsIn(view *object.View, namespace string) []*model.Object {
	var all []*model.Object
	for _, kind := range workloadKinds {
		for _, o := range view.InNamespace(kind, namespace) {
			if o.Workload() {
				all = append(all, o)
			}
		}
	}
	return all
}
