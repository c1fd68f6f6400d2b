package page

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// A found is one judgement of a cluster or one of its node pools, as lists show it.
type found struct {
	rule   *model.Rule
	part   string
	object model.Ref // zero for what is on the cluster or a node pool
	judged model.Judged
	says   string
	reason string
}

// foundKey names a judgement within its cluster.
type foundKey struct {
	rule, part string
	object     model.Ref
}

// on names what of the cluster the judgement is on; empty for the cluster itself.
func (f *found) on() string {
	if f.object.Kind == model.KindInside {
		return ""
	}
	return Address{Part: f.part, Object: f.object}.on()
}

// line says a judgement on one line, for the clipboard.
func (f *found) line(cluster string) string {
	words := severityWord(f.judged) + ": " + f.rule.Title + " (" + f.rule.ID + ", " + findingTitle(cluster, f.on()) + ")"
	if f.says != "" {
		words += ": " + f.says
	}
	return words
}

// foundScope says how the judgements of a table are shown.
type foundScope uint8

const (
	findingsOfCluster foundScope = iota
	findingsOfPool
)

// findingRows are one cluster's judgements, or one node pool's.
type findingRows struct {
	list   []found
	order  []int32
	inside bool // some are on what runs in the cluster
}

// with returns the rows with those of what runs in the cluster.
func (r *findingRows) with(inside *store.Inside, rules []*model.Rule) *findingRows {
	if r == nil || inside == nil || len(inside.Judgements) == 0 {
		return r
	}
	all := &findingRows{list: slices.Clone(r.list), inside: true}
	for i := range inside.Judgements {
		on := &inside.Judgements[i]
		for rule, judged := range on.Judged {
			if judged.Verdict != model.NotJudged && rule < len(rules) {
				all.list = append(all.list, found{rule: rules[rule], object: on.Ref, judged: judged})
			}
		}
	}
	return all
}

// findingTable lists a cluster's judgements. They are a few hundred at most, so
// that it sorts and filters on the spot.
type findingTable struct {
	scope  foundScope
	table  widget.Table[foundKey]
	rows   *findingRows
	filter listFilter
	list   widget.Rect
}

const (
	foundSeverity = iota
	foundTitle
	foundPart
	foundRule
)

func (t *findingTable) init(scope foundScope) {
	t.scope = scope
	t.filter = newListFilter("", append(words("rule", "topic", "pool", "ns", "kind", "on", "verdict", "cis", "is"), severityField()))
	t.table.SortBy(foundSeverity, true)
}

// explainCluster explains all of a cluster's judgements; call it in a command.
func explainCluster(in *inspect.Inspection, cluster *store.Cluster) (*findingRows, []model.Finding, error) {
	rules := in.Rules().Rules()
	rows := &findingRows{}
	var findings []model.Finding
	subject, err := in.Subject(cluster, -1)
	if err != nil {
		return nil, nil, err
	}
	cluster.Each(func(pool, rule int, judged model.Judged) {
		f := found{rule: rules[rule], judged: judged}
		if pool >= 0 && pool < len(cluster.Summary.Pools) {
			f.part = cluster.Summary.Pools[pool].Name
		}
		if judged.Verdict != model.Pass && judged.Verdict != model.Pending {
			subject.Pool = pool
			finding := in.Explain(subject, rule)
			f.says, f.reason = finding.Says, finding.Reason
			if judged.Verdict == model.Fail {
				findings = append(findings, finding)
			}
		}
		rows.list = append(rows.list, f)
	})
	return rows, findings, nil
}

func (t *findingTable) set(rows *findingRows) {
	t.rows = rows
	t.arrange()
}

func (t *findingTable) setFilter(text string) {
	t.filter.set(text)
	t.arrange()
}

func (t *findingTable) sort(id action.ID) {
	if id == action.Sort && t.table.SortNext() || id == action.Reverse && t.table.SortReverse() {
		t.arrange()
	}
}

func (t *findingTable) mouse(m widget.Mouse) (open bool) {
	switch t.table.Mouse(m) {
	case widget.PressedOpen:
		return true
	case widget.PressedSort:
		t.arrange()
	case widget.PressedRow, widget.PressedNothing:
	}
	return false
}

// arrange filters and sorts. What passed and what does not apply is left out until
// the filter asks for a verdict.
func (t *findingTable) arrange() {
	if t.rows == nil {
		return
	}
	anyVerdict := t.filter.asks("verdict")
	column, descending := t.table.Sorted()
	list := t.rows.list
	order, _ := widget.Order(context.Background(), len(list), func(row int) bool {
		return (anyVerdict || needsEye(list[row].judged.Verdict)) && t.filter.query.Match(list[row].field)
	}, func(a, b int) int {
		by := list[a].compare(&list[b], column)
		if descending {
			by = -by
		}
		return cmp.Or(by, weight(list[b].judged)-weight(list[a].judged), cmp.Compare(list[a].rule.ID, list[b].rule.ID), cmp.Compare(list[a].part, list[b].part), list[a].object.Compare(list[b].object))
	})
	t.rows.order = order
	t.table.Set(t.rows, order)
}

// needsEye reports whether a verdict is in lists without being asked for.
func needsEye(v model.Verdict) bool {
	return v == model.Fail || v == model.CouldNotRead || v == model.Pending
}

func (f *found) compare(other *found, column int) int {
	switch column {
	case foundSeverity:
		return weight(f.judged) - weight(other.judged)
	case foundTitle:
		return foldCompare(f.rule.Title, other.rule.Title)
	case foundPart:
		return cmp.Or(f.object.Compare(other.object), foldCompare(f.part, other.part))
	default:
		return cmp.Compare(f.rule.ID, other.rule.ID)
	}
}

func (f *found) field(name string) string {
	switch name {
	case "sev":
		if f.judged.Verdict == model.Fail {
			return f.judged.Severity.String()
		}
		return ""
	case "pool":
		return f.part
	case "is":
		return isWords(f.judged)
	case "ns", "kind", "on":
		return refField(f.object, name)
	default:
		return ruleField(f.rule, f.judged, name, f.on()+" "+f.says)
	}
}

// ruleField is what the filter's words mean for a judgement by its rule.
func ruleField(rule *model.Rule, judged model.Judged, name, more string) string {
	switch name {
	case "":
		return rule.ID + " " + rule.Title + " " + more
	case "rule":
		return rule.ID
	case "topic":
		return string(rule.Topic)
	case "verdict":
		return judged.Verdict.String()
	case "cis":
		return rule.Maps["cis-aks-1.8"]
	}
	return ""
}

func (t *findingTable) status() (status string, wrong bool) {
	all := 0
	if t.rows != nil {
		all = len(t.rows.list)
	}
	return t.filter.status(t.table.Len(), all, "checks")
}

func (t *findingTable) selected() *found {
	at := t.table.Selected()
	if at < 0 || t.rows == nil {
		return nil
	}
	return &t.rows.list[at]
}

// Len is the number of judgements.
func (r *findingRows) Len() int { return len(r.list) }

// Key names the judgement.
func (r *findingRows) Key(row int) foundKey {
	return foundKey{r.list[row].rule.ID, r.list[row].part, r.list[row].object}
}

// Cell writes a cell.
func (r *findingRows) Cell(row, column int, pen *widget.Pen) {
	f := &r.list[row]
	switch column {
	case foundSeverity:
		severityCell(pen, f.judged)
	case foundTitle:
		pen.Write(f.rule.Title, themes.Text)
		if f.says != "" && pen.Left() > 12 {
			pen.Write("  "+f.says, themes.Muted)
		}
	case foundPart:
		on := f.on()
		if on == "" {
			pen.Write("cluster", themes.Faint)
			return
		}
		pen.Write(on, themes.Text)
	case foundRule:
		pen.Write(f.rule.ID, themes.Muted)
	}
}

// severityCell writes a judgement's mark and word.
func severityCell(pen *widget.Pen, judged model.Judged) {
	mark := VerdictMark(judged)
	pen.Mark(mark)
	pen.Skip(1)
	pen.Write(severityWord(judged), mark.Style())
}

func (t *findingTable) columns() []widget.Column {
	least, most := t.widthOfOn()
	columns := []widget.Column{
		foundSeverity: {Title: "Severity", Min: 11, Max: 17, Weight: 1},
		foundTitle:    {Title: "Finding", Min: 44 - least + 10, Weight: 8},
		foundPart:     {Title: "On", Min: least, Max: most, Weight: 1},
		foundRule:     {Title: "Rule", Min: 12, Priority: 1},
	}
	if t.scope == findingsOfPool {
		columns[foundPart].Priority = 9
	}
	return columns
}

// widthOfOn is the room for what findings are on: node pools have short names, and
// objects long ones.
func (t *findingTable) widthOfOn() (least, most int) {
	if t.rows != nil && t.rows.inside {
		return 24, 44
	}
	return 10, 14
}

func (t *findingTable) draw(canvas *widget.Canvas, area widget.Rect) {
	foot, list := area.Bottom(2)
	t.list = list
	t.table.Columns = t.columns()
	t.table.Empty = "no findings"
	if t.filter.text != "" {
		t.table.Empty = "nothing matches the filter: esc clears it"
	}
	areas := splitArea(list)
	t.table.Draw(canvas, areas.list)
	if f := t.selected(); f != nil && areas.side.W > 0 {
		areas.divide(canvas)
		area := areas.side.Inset(2, 0)
		text := newProse(area.W, canvas.Glyphs)
		explainShort(text, &model.Finding{Rule: f.rule, Part: f.part, Object: f.object, Verdict: f.judged.Verdict, Severity: f.judged.Severity, Says: f.says, Reason: f.reason})
		(&scroll{}).draw(canvas, area, text.lines)
	}
	pen := canvas.Line(foot, 1)
	pen.Skip(2)
	t.rest(&pen)
}

// rest says what the list leaves out.
func (t *findingTable) rest(pen *widget.Pen) {
	left := t.left()
	if left == "" {
		return
	}
	pen.Write(left, themes.Muted)
	pen.Write("   / verdict:pass lists them", themes.Faint)
}

// left counts what the list leaves out, or is empty where it leaves nothing out.
func (t *findingTable) left() string {
	if t.rows == nil || t.filter.asks("verdict") {
		return ""
	}
	var counts model.Counts
	for i := range t.rows.list {
		counts.Add(t.rows.list[i].judged)
	}
	parts := []string{plural(counts.Passed, "check passes", "checks pass"), thousands(counts.NotApplied) + " not applicable"}
	if counts.Waived > 0 {
		parts = append(parts, thousands(counts.Waived)+" waived")
	}
	if left := uncovered(&counts); left != "" {
		parts = append(parts, left)
	}
	return strings.Join(parts, ", ")
}

// explainShort says what a finding is about, for the side of a list.
func explainShort(text *prose, finding *model.Finding) {
	judged := finding.Judged()
	mark := VerdictMark(judged)
	source := "  " + finding.Rule.ID
	if cis := cisNumber(finding.Rule); cis != "" {
		source += ", " + cis
	}
	text.marked(mark, span{severityWord(judged), mark.Style()}, span{source, themes.Muted})
	text.paragraph(finding.Rule.Title, themes.Strong)
	layWaiver(text, finding)
	if reason := reasonOf(finding); reason != "" && (finding.Reason != "" || finding.Verdict != model.Fail) {
		text.gap()
		text.paragraph(reason, themes.Text)
	}
	if finding.Verdict == model.Fail || finding.Verdict == model.CouldNotRead {
		text.heading("Why it matters")
		text.body(finding.Rule.Why)
		text.heading("What an attacker does")
		text.body(finding.Rule.Attack)
	}
}
