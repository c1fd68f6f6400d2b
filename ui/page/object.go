package page

import (
	"cmp"
	"context"
	"slices"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// newObjectPage makes the page of one object inside a cluster: its document, and what
// was found on it; for what runs pods its security context and the pods too.
func newObjectPage(at Address) Page {
	runs := slices.Contains(workloadKinds, at.Object.Kind)
	first := "yaml"
	if runs {
		first = "security"
	}
	own := func(name string) Address { return partAt(at, name, name == first) }
	loading := &objectLoading{at: at.Base()}
	var parts []tabPart
	if runs {
		parts = append(parts, tabPart{name: "security", title: "Security context", page: newContextTab(own("security"), loading)})
	}
	if runs && at.Object.Kind != model.KindPod {
		parts = append(parts, tabPart{name: "pods", title: "Pods", page: newPodsTab(own("pods")), count: insideCount(at.ID, func(inside *store.Inside) (int, widget.Mark) {
			return len(podsOf(inside.View, at.Object)), widget.NoMark
		})})
	}
	is := func(ref model.Ref) bool { return ref == at.Object }
	parts = append(parts,
		tabPart{name: "yaml", title: "YAML", page: &yamlTab{at: own("yaml"), objectLoading: loading}},
		tabPart{name: findingsTab, title: "Findings", page: newFindingsList(own(findingsTab), false, is), count: insideCount(at.ID, func(inside *store.Inside) (int, widget.Mark) {
			return countsMark(inside, is)
		})},
	)
	return newTabbedPage(at, func(*Context) string { return at.Object.Name }, parts...).withEvents(at.Object)
}

// objectLoading reads what the tabs of an object's page share.
type objectLoading struct {
	at     Address
	busy   bool
	object *model.Object // as last loaded
	judged []model.Judged
	loaded bool
	none   string // why there is nothing to show
}

// objectLoaded is an object that was decoded, with what rules say of it.
type objectLoaded struct {
	object   *model.Object
	judged   []model.Judged
	findings []model.Finding
	context  *securityContext
	document *jsonDocument
	head     string
	none     string
}

// follow loads the object anew where it or its judgements have changed.
func (l *objectLoading) follow(c *Context) {
	if l.busy {
		return
	}
	cluster := c.Snapshot.Cluster(l.at.ID)
	inside, why := insideOf(c.Snapshot, l.at.ID)
	if inside == nil {
		l.none = why
		return
	}
	o := inside.View.Find(l.at.Object)
	var judged []model.Judged
	if judgement := judgementOf(inside, l.at.Object); judgement != nil {
		judged = judgement.Judged
	}
	if l.loaded && o == l.object && slices.Equal(judged, l.judged) {
		return
	}
	l.busy = true
	in, ref := c.Inspection, l.at.Object
	c.Run("object", func(context.Context) any { return loadObject(in, cluster, ref, o, judged) })
}

func (l *objectLoading) take(msg objectLoaded) {
	l.busy, l.loaded = false, true
	l.object, l.judged, l.none = msg.object, msg.judged, msg.none
}

func loadObject(in *inspect.Inspection, cluster *store.Cluster, ref model.Ref, o *model.Object, judged []model.Judged) objectLoaded {
	loaded := objectLoaded{object: o, judged: judged}
	view := cluster.Inside.View
	switch {
	case o == nil && view.Reads[ref.Kind].State == model.ReadDone:
		loaded.none = ref.String() + " is not there any more: press esc to go back"
		return loaded
	case o == nil:
		loaded.none = joinWords(": ", ref.String()+" "+readWord(view.Reads[ref.Kind]), view.Reads[ref.Kind].Why)
		return loaded
	}
	loaded.head = headOf(view, o)
	findings, err := explainObject(in, cluster, ref)
	if err != nil {
		loaded.none = err.Error()
		return loaded
	}
	loaded.findings = findings
	if o.Secret != nil {
		loaded.none = "Of a Secret its name, type, number of keys and age are read, never its document: " +
			joinWords(", ", o.Secret.Type, plural(o.Secret.Keys, "key", "keys"), age(o)+" old")
		return loaded
	}
	tree, err := object.Tree(o)
	if err != nil {
		loaded.none = err.Error()
		return loaded
	}
	if o.Typed != nil { // typed objects do not say what they are
		tree["apiVersion"], tree["kind"] = o.APIVersion, string(o.Kind)
	}
	loaded.context = newSecurityContext(o, tree, findings)
	loaded.document = newYAMLDocument(tree, findings)
	return loaded
}

// headOf says what an object is, and who keeps it.
func headOf(view *object.View, o *model.Object) string {
	words := joinWords(" ", string(o.Kind), said("in", o.Namespace))
	if o.Pod != nil {
		row := workloadRow{Object: o}
		pods := "pods: " + row.pods()
		if o.Kind == model.KindPod {
			pods = joinWords(", ", row.pods(), said("on node", o.Pod.Node))
		}
		words = joinWords(", ", words, pods, "service account "+o.Pod.ServiceAccount)
	}
	if top := view.TopOwner(o); top != o {
		words += "; of " + string(top.Kind) + " " + top.Name + ", which rules judge"
	}
	return joinWords("; ", words, said("kept by", o.Labels["app.kubernetes.io/managed-by"]), age(o)+" old")
}

// findingKeys does what an action asks of a finding on a line; it reports whether it did.
func findingKeys(c *Context, at Address, finding *model.Finding, id action.ID) bool {
	if finding == nil {
		return false
	}
	on := objectFinding{ref: at.Object, rule: finding.Rule, judged: finding.Judged()}
	if id == action.Open {
		c.Open(on.address(Finding, at.ID))
		return true
	}
	return on.act(c, at.ID, id)
}

// lineOffers are the actions on a line, which may have a finding.
func lineOffers(at Address, finding *model.Finding) []action.Offer {
	if finding == nil {
		return action.Offers(action.Explain)
	}
	on := objectFinding{ref: at.Object, rule: finding.Rule, judged: finding.Judged()}
	return append(action.Offers(action.Open), on.offers()...)
}

// yamlTab shows an object's document.
type yamlTab struct {
	*objectLoading
	at   Address
	view jsonView
	area widget.Rect
}

// Title names the tab.
func (t *yamlTab) Title(*Context) string { return t.at.Object.Name }

// Update takes a message.
func (t *yamlTab) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown, Changed:
		t.follow(c)
	case Hidden:
		t.busy = false
	case objectLoaded:
		t.take(msg)
		first := t.view.doc == nil
		t.view.set(msg.document)
		if first && msg.document != nil {
			t.view.jump(true)
		}
	case Filtered:
		t.view.search(msg.Text)
	case widget.Mouse:
		if m, inside := msg.In(t.area); inside {
			t.view.wheel(m)
		}
	case action.Intent:
		t.intent(c, msg.ID)
	}
}

func (t *yamlTab) intent(c *Context, id action.ID) {
	if t.view.move(id) || findingKeys(c, t.at, t.finding(), id) {
		return
	}
	switch id {
	case action.Copy:
		if text, what := t.view.copied(); text != "" {
			c.Copy(text, what)
		}
	case action.CopyAll:
		if t.view.doc != nil {
			c.CopyText(t.view.doc.text(), "the document")
		}
	case action.Explain:
		openTerms(c, workloadTerms...)
	case action.Refresh, action.Verify:
		readInside(c, t.at.ID)
	}
}

// finding is the one on the selected line, or nil.
func (t *yamlTab) finding() *model.Finding {
	at := t.view.line()
	if at < 0 || t.view.doc.lines[at].found < 0 {
		return nil
	}
	return &t.view.doc.findings[t.view.doc.lines[at].found]
}

// FilterText is what is looked for.
func (t *yamlTab) FilterText() string { return t.view.filter }

// FilterStatus says how many lines match.
func (t *yamlTab) FilterStatus() (status string, wrong bool) { return t.view.status(), false }

// FilterHelp says what can be looked for.
func (t *yamlTab) FilterHelp() string { return "any text" }

// Settling reports whether what the page shows is still being made.
func (t *yamlTab) Settling() bool { return t.busy && !t.loaded }

// Offers lists what works here.
func (t *yamlTab) Offers(*Context) []action.Offer {
	return append(lineOffers(t.at, t.finding()), action.Offer{ID: action.Filter, Says: "search"}, action.Offer{ID: action.Copy, Says: "copy value"},
		action.Offer{ID: action.CopyAll}, action.Offer{ID: action.Verify, Says: "read again"}, action.Offer{ID: action.Refresh})
}

// Draw draws the document.
func (t *yamlTab) Draw(_ *Context, canvas *widget.Canvas, area widget.Rect) {
	t.area = area
	if t.view.doc == nil {
		emptyText(canvas, area, 0, t.absence())
		return
	}
	t.view.draw(canvas, area)
}

func (l *objectLoading) absence() string {
	if l.none != "" {
		return l.none
	}
	return "reading…"
}

// Linear tells the document.
func (t *yamlTab) Linear(*Context) Linear {
	if t.view.doc == nil {
		return Linear{Intro: []string{t.absence()}}
	}
	return Linear{Rows: t.view.linear()}
}

// podsOf are the pods that a workload runs.
func podsOf(view *object.View, ref model.Ref) []*model.Object {
	var pods []*model.Object
	for _, pod := range view.InNamespace(model.KindPod, ref.Namespace) {
		if top := view.TopOwner(pod); top.Ref == ref || pod.Owner == ref {
			pods = append(pods, pod)
		}
	}
	return pods
}

// newPodsTab lists the pods of a workload.
func newPodsTab(at Address) Page {
	columns := []recordColumn[workloadRow]{
		{
			Column:  widget.Column{Title: "Pod", Min: 24, Weight: 2, Max: 60},
			cell:    func(r *workloadRow, pen *widget.Pen) { pen.Write(r.Name, themes.Text) },
			compare: func(a, b *workloadRow) int { return cmp.Compare(a.Name, b.Name) },
		},
		{
			Column:  widget.Column{Title: "State", Min: 10},
			cell:    func(r *workloadRow, pen *widget.Pen) { writeKnown(pen, r.pods(), themes.Text) },
			compare: func(a, b *workloadRow) int { return cmp.Compare(a.pods(), b.pods()) },
		},
		{
			Column:  widget.Column{Title: "Restarts", Min: 8, Right: true, Priority: 1},
			cell:    func(r *workloadRow, pen *widget.Pen) { countOf(pen, r.Pod.Restarts, themes.Text) },
			compare: func(a, b *workloadRow) int { return a.Pod.Restarts - b.Pod.Restarts }, down: true,
		},
		{
			Column:  widget.Column{Title: "Node", Min: 20, Weight: 1, Max: 44, Priority: 1},
			cell:    func(r *workloadRow, pen *widget.Pen) { pen.Write(r.Pod.Node, themes.Muted) },
			compare: func(a, b *workloadRow) int { return cmp.Compare(a.Pod.Node, b.Pod.Node) },
		},
		{
			Column:  widget.Column{Title: "Age", Min: 10, Right: true, Priority: 2},
			cell:    func(r *workloadRow, pen *widget.Pen) { pen.Write(age(r.Object), themes.Muted) },
			compare: func(a, b *workloadRow) int { return b.Created.Compare(a.Created) },
		},
	}
	return newRecordsPage(at, records[workloadRow]{
		title: "pods", one: "pod", many: "pods", list: "pods of a workload", live: at.ID, terms: workloadTerms,
		columns: columns,
		fields: []recordField[workloadRow]{
			{Field: filter.Field{Name: "state"}, of: (*workloadRow).pods},
			{Field: filter.Field{Name: "node"}, of: func(r *workloadRow) string { return r.Pod.Node }},
		},
		key: func(r *workloadRow) string { return r.Name },
		say: func(r *workloadRow) string {
			return joinWords(", ", "pod "+r.Name, r.pods(), said("on node", r.Pod.Node), plural(r.Pod.Restarts, "restart", "restarts"))
		},
		open: func(r *workloadRow) (Address, bool) { return objectAt(at.ID, r.Ref), true },
		load: func(_ context.Context, s *store.Snapshot) recordRows[workloadRow] {
			return namespaceParts(s, at, workloadKinds, "no pods of it run", func(inside *store.Inside) []workloadRow {
				var rows []workloadRow
				for _, pod := range podsOf(inside.View, at.Object) {
					if pod.Pod != nil {
						rows = append(rows, workloadRow{Object: pod})
					}
				}
				return rows
			})
		},
	})
}
