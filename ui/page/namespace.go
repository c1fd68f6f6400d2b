package page

import (
	"cmp"
	"context"
	"slices"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// The tabs of a namespace's page, as addresses name them.
const (
	workloadsTab = "workloads"
	servicesTab  = "services"
	networkTab   = "network"
	accountsTab  = "accounts"
	secretsTab   = "secrets"
	policiesTab  = "policies"
	accessTab    = "access"
	findingsTab  = "findings"
)

// newNamespacePage makes the page of one namespace: what runs in it, what it is given,
// and what was found.
func newNamespacePage(at Address) Page {
	namespace := at.Object.Name
	part := func(name, title string, maker Maker, count func(*store.Inside) (int, widget.Mark)) tabPart {
		return tabPart{name: name, title: title, page: maker(partAt(at, name, name == workloadsTab)), count: insideCount(at.ID, count)}
	}
	return newTabbedPage(at, func(*Context) string { return namespace },
		part(workloadsTab, "Workloads", newWorkloadsTab, func(inside *store.Inside) (int, widget.Mark) {
			return len(workloadsIn(inside.View, namespace)), widget.NoMark
		}),
		part(servicesTab, "Services", newServicesTab, nil),
		part(networkTab, "Network", newNetworkTab, nil),
		part(accountsTab, "Accounts", newAccountsTab, nil),
		part(secretsTab, "Secrets", newSecretsTab, nil),
		part(policiesTab, "Policies", newPoliciesTab, nil),
		part(accessTab, "Access", newNamespaceAccess, nil),
		part(findingsTab, "Findings", newNamespaceFindings, func(inside *store.Inside) (int, widget.Mark) {
			return countsMark(inside, func(ref model.Ref) bool { return namespaceOf(ref) == namespace })
		}),
	).withEvents(model.Ref{Kind: model.KindNamespace, Name: namespace})
}

// insideCount is a number on a tab: none while nobody has looked into the cluster.
func insideCount(id model.ID, count func(*store.Inside) (int, widget.Mark)) func(*Context) (int, widget.Mark) {
	// Counting goes through all that runs in the cluster: once for each of its states.
	if count == nil {
		return nil
	}
	var of *store.Inside
	var n int
	var mark widget.Mark
	return func(c *Context) (int, widget.Mark) {
		inside, _ := insideOf(c.Snapshot, id)
		if inside == nil {
			return -1, widget.NoMark
		}
		if inside != of {
			of = inside
			n, mark = count(inside)
		}
		return n, mark
	}
}

// countsMark adds up the findings on some objects: their number and the mark of the
// worst.
func countsMark(inside *store.Inside, keep func(model.Ref) bool) (int, widget.Mark) {
	if inside.Judgements == nil {
		return -1, widget.NoMark
	}
	var counts model.Counts
	for i := range inside.Judgements {
		if keep(inside.Judgements[i].Ref) {
			counts.Merge(inside.Judgements[i].Counts)
		}
	}
	if worst, failing := worstOf(&counts); failing {
		return counts.Failures(), SeverityMark(worst)
	}
	return counts.Failures(), widget.NoMark
}

// workloadRow is a workload of a namespace.
type workloadRow struct {
	*model.Object
	counts model.Counts
}

// pods says how many of a workload's pods run.
func (r *workloadRow) pods() string {
	switch {
	case r.Pod == nil:
		return "not told"
	case r.Kind == model.KindPod:
		return cmp.Or(r.Pod.Phase, "not told")
	case r.Kind == model.KindCronJob || r.Kind == model.KindJob:
		return "job"
	default:
		return thousands(r.Pod.Available) + " of " + thousands(r.Pod.Wanted)
	}
}

func (r *workloadRow) account() string {
	if r.Pod == nil {
		return ""
	}
	return r.Pod.ServiceAccount
}

// images are the images of a workload's containers, each once.
func (r *workloadRow) images() string {
	if r.Pod == nil {
		return ""
	}
	var all []string
	for _, container := range r.Pod.Containers {
		if !slices.Contains(all, container.Image) {
			all = append(all, container.Image)
		}
	}
	return joinWords(", ", all...)
}

func newWorkloadsTab(at Address) Page {
	columns := []recordColumn[workloadRow]{
		{
			Column:  widget.Column{Title: "Workload", Min: 20, Weight: 2, Max: 44},
			cell:    func(r *workloadRow, pen *widget.Pen) { pen.Write(r.Name, themes.Text) },
			compare: func(a, b *workloadRow) int { return cmp.Compare(a.Name, b.Name) },
		},
		{
			Column:  widget.Column{Title: "Kind", Min: 11, Max: 21},
			cell:    func(r *workloadRow, pen *widget.Pen) { pen.Write(string(r.Kind), themes.Muted) },
			compare: func(a, b *workloadRow) int { return cmp.Compare(a.Kind, b.Kind) },
		},
		{
			Column:  widget.Column{Title: "Pods", Min: 9, Priority: 1},
			cell:    func(r *workloadRow, pen *widget.Pen) { pen.Write(r.pods(), themes.Text) },
			compare: func(a, b *workloadRow) int { return filter.Natural(a.pods(), b.pods()) },
		},
		{
			Column:  widget.Column{Title: "Service account", Min: 15, Weight: 1, Max: 28, Priority: 2},
			cell:    func(r *workloadRow, pen *widget.Pen) { pen.Write(r.account(), themes.Muted) },
			compare: func(a, b *workloadRow) int { return cmp.Compare(a.account(), b.account()) },
		},
		{
			Column:  widget.Column{Title: "Images", Min: 24, Weight: 3, Max: 70, Priority: 3},
			cell:    func(r *workloadRow, pen *widget.Pen) { pen.Write(r.images(), themes.Muted) },
			compare: func(a, b *workloadRow) int { return cmp.Compare(a.images(), b.images()) },
		},
	}
	sort := len(columns)
	columns = append(columns, severityRecords(func(r *workloadRow) *model.Counts { return &r.counts }, shownSeverities...)...)
	columns[sort].compare = func(a, b *workloadRow) int { return -a.counts.Compare(&b.counts) }
	return newRecordsPage(at, records[workloadRow]{
		title: "workloads", one: "workload", many: "workloads", list: "workloads", live: at.ID, terms: namespaceTerms,
		columns: columns, sort: sort,
		fields: []recordField[workloadRow]{
			{Field: filter.Field{Name: "kind"}, of: func(r *workloadRow) string { return string(r.Kind) }},
			{Field: filter.Field{Name: "sa"}, of: (*workloadRow).account},
			{Field: filter.Field{Name: "image"}, of: (*workloadRow).images},
			{Field: severityField(), of: func(r *workloadRow) string { return worstWord(&r.counts) }},
		},
		key: func(r *workloadRow) string { return string(r.Kind) + "/" + r.Name },
		say: func(r *workloadRow) string {
			return joinWords(", ", string(r.Kind)+" "+r.Name, "pods: "+r.pods(), "service account "+r.account(), r.images()) + "; " + severityLine(&r.counts)
		},
		open: func(r *workloadRow) (Address, bool) { return objectAt(at.ID, r.Ref), true },
		load: func(_ context.Context, s *store.Snapshot) recordRows[workloadRow] {
			return namespaceParts(s, at, workloadKinds, "no workloads in this namespace", func(inside *store.Inside) []workloadRow {
				var rows []workloadRow
				counts := countsByRef(inside)
				for _, o := range workloadsIn(inside.View, at.Object.Name) {
					rows = append(rows, workloadRow{o, counts[o.Ref]})
				}
				return rows
			})
		},
	})
}

// namespaceParts makes the rows of one tab of a namespace's page.
func namespaceParts[R any](s *store.Snapshot, at Address, kinds []model.Kind, empty string, rows func(*store.Inside) []R) recordRows[R] {
	inside, why := insideOf(s, at.ID)
	if inside == nil {
		return recordRows[R]{empty: why}
	}
	result := recordRows[R]{rows: rows(inside), empty: empty, foot: unreadOf(inside.View, kinds...)}
	if len(result.foot) > 0 {
		result.empty = "none in what was read"
	}
	return result
}

// countsByRef are the findings on each object that was judged.
func countsByRef(inside *store.Inside) map[model.Ref]model.Counts {
	counts := make(map[model.Ref]model.Counts, len(inside.Judgements))
	for i := range inside.Judgements {
		counts[inside.Judgements[i].Ref] = inside.Judgements[i].Counts
	}
	return counts
}

// objectAt is the address of an object's page.
func objectAt(cluster model.ID, ref model.Ref) Address {
	switch ref.Kind {
	case model.KindInside:
		return Address{Kind: Cluster, ID: cluster, Tab: "inside"}
	case model.KindNamespace:
		return namespaceAt(cluster, ref.Name)
	default:
		return Address{Kind: Object, ID: cluster, Object: ref}
	}
}

// decoded returns the objects of a kind in a namespace as a type of k8s.io/api, those
// that cannot be decoded left out.
func decoded[T any](view *object.View, kind model.Kind, namespace string, each func(*model.Object, *T)) {
	for _, o := range view.InNamespace(kind, namespace) {
		if typed, err := object.As[T](o); err == nil {
			each(o, typed)
		}
	}
}
