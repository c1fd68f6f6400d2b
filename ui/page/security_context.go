package page

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/glossary"
)

// A contextColumn is a pod or one of its containers.
type contextColumn struct {
	title string
	base  []string // the parts of its path in the document
	tree  map[string]any
	pod   bool
}

// A contextCell is what one line says of one column.
type contextCell struct {
	value string
	faint bool
	none  bool // the setting is not one of this column
	path  string
	// findings are places in the context's findings, the worst first.
	findings []int
}

// A contextRow is a setting across the pod and its containers.
type contextRow struct {
	key         string // names the row
	label, term string
	cells       []contextCell
}

// findings of a row, each once, the worst first.
func (r *contextRow) findings(all []model.Finding) []int {
	var list []int
	for i := range r.cells {
		for _, f := range r.cells[i].findings {
			if !slices.Contains(list, f) {
				list = append(list, f)
			}
		}
	}
	return worstOfFirst(all, list)
}

func worstOfFirst(all []model.Finding, list []int) []int {
	slices.SortStableFunc(list, func(a, b int) int { return weight(all[b].Judged()) - weight(all[a].Judged()) })
	return list
}

// A securityContext is a workload's security context, line by line, with the findings
// where they stand.
type securityContext struct {
	columns  []contextColumn
	rows     []contextRow
	findings []model.Finding
}

// newSecurityContext lays a workload's security context out; nil for what runs no pods.
func newSecurityContext(o *model.Object, tree map[string]any, findings []model.Finding) *securityContext {
	template := object.Template(o.Kind, tree)
	if template == nil {
		return nil
	}
	c := &securityContext{findings: findings}
	c.columns = contextColumns(o.Kind, template)
	for i := range securityLines {
		c.rows = append(c.rows, c.row(&securityLines[i]))
	}
	c.place()
	return c
}

// contextColumns are the pod and its containers, the ordinary ones first.
func contextColumns(kind model.Kind, template map[string]any) []contextColumn {
	base := []string{"spec"}
	switch kind {
	case model.KindPod:
	case model.KindCronJob:
		base = []string{"spec", "jobTemplate", "spec", "template", "spec"}
	default:
		base = []string{"spec", "template", "spec"}
	}
	spec := mapAt(template, "spec")
	columns := []contextColumn{{title: "Pod", base: base, tree: spec, pod: true}}
	for _, list := range []struct{ key, role string }{{"containers", ""}, {"initContainers", "init"}, {"ephemeralContainers", "ephemeral"}} {
		for _, container := range listAt(spec, list.key) {
			name := textAt(container, "name")
			title := joinWords(" ", list.role, name)
			if list.role == "init" && textAt(container, "restartPolicy") == "Always" {
				title = "sidecar " + name
			}
			columns = append(columns, contextColumn{title: title, base: append(slices.Clone(base), list.key, name), tree: container})
		}
	}
	return columns
}

func (c *securityContext) row(l *securityLine) contextRow {
	row := contextRow{key: l.label, label: l.label, term: l.term, cells: make([]contextCell, len(c.columns))}
	for i := range c.columns {
		column, cell := &c.columns[i], &row.cells[i]
		paths, say := l.container, l.say
		if column.pod {
			paths, say = l.pod, l.podSay
		}
		if len(paths) == 0 {
			cell.none = true
			continue
		}
		value, there := document.Lookup(column.tree, paths[0])
		cell.value, cell.faint, cell.path = say(value, there, column.tree), !there, joinBase(column.base)+"."+paths[0]
		if !there && l.inherits && !column.pod {
			if value, has := document.Lookup(c.columns[0].tree, l.pod[0]); has {
				cell.value = l.podSay(value, true, c.columns[0].tree) + " (the pod's)"
			}
		}
	}
	return row
}

func joinBase(base []string) string {
	if n := len(base); n > 1 && strings.HasSuffix(base[n-2], "ontainers") {
		return strings.Join(base[:n-1], ".") + "[" + base[n-1] + "]"
	}
	return strings.Join(base, ".")
}

// place puts each finding on the lines that its evidence leads to. One that leads to
// none has a line of its own at the end.
func (c *securityContext) place() {
	for at := range c.findings {
		placed := false
		for _, evidence := range c.findings[at].Evidence {
			if evidence.Object == (model.Ref{}) && evidence.Of == "" && c.put(at, pathParts(evidence.Path)) {
				placed = true
			}
		}
		if !placed {
			c.extra(at)
		}
	}
	for i := range c.rows {
		for j := range c.rows[i].cells {
			worstOfFirst(c.findings, c.rows[i].cells[j].findings)
		}
	}
}

// put puts a finding on the cell whose property the path leads to, into or out of; it
// reports whether there is one.
func (c *securityContext) put(finding int, path []string) bool {
	column := -1
	for i := range c.columns { // containers are deeper than the pod, and come later
		if hasPrefix(path, c.columns[i].base) {
			column = i
		}
	}
	if column < 0 {
		return false
	}
	inside := path[len(c.columns[column].base):]
	best, deepest := -1, -1
	for i := range securityLines {
		paths := securityLines[i].container
		if c.columns[column].pod {
			paths = securityLines[i].pod
		}
		for _, p := range paths {
			parts := strings.Split(p, ".")
			if hasPrefix(inside, parts) && len(parts) > deepest {
				best, deepest = i, len(parts)
			}
		}
	}
	if best < 0 {
		return false
	}
	cell := &c.rows[best].cells[column]
	if !slices.Contains(cell.findings, finding) {
		cell.findings = append(cell.findings, finding)
	}
	return true
}

func hasPrefix(path, prefix []string) bool {
	return len(path) >= len(prefix) && slices.Equal(path[:len(prefix)], prefix)
}

// extra makes a line for a finding whose property no setting stands for: what network
// policies leave open, what is not there, who else may use it.
func (c *securityContext) extra(finding int) {
	f := &c.findings[finding]
	row := contextRow{key: f.Rule.ID, label: string(f.Rule.Topic), cells: make([]contextCell, len(c.columns))}
	for i := range row.cells {
		row.cells[i].none = i > 0
	}
	row.cells[0] = contextCell{value: cmp.Or(f.Says, f.Rule.Title), path: f.Rule.ID, findings: []int{finding}}
	c.rows = append(c.rows, row)
}

// sheet is the security context with the pod and its containers one under the other.
func (c *securityContext) sheet() *sheet {
	s := &sheet{findings: c.findings}
	for i := range c.findings {
		s.counts.Add(c.findings[i].Judged())
	}
	for column := range c.columns {
		title := c.columns[column].title
		if column > 0 {
			title = "Container " + title
		}
		s.lines = append(s.lines, line{heading: title, finding: -1})
		for i := range c.rows {
			s.lines = append(s.lines, c.rows[i].lines(column)...)
		}
	}
	for i := range s.lines {
		if s.lines[i].finding < 0 {
			s.lines[i].about = glossary.Get(s.lines[i].term)
		}
	}
	return s
}

// lines are a row's lines in one column: the setting, and a line for each further
// finding on it.
func (r *contextRow) lines(column int) []line {
	cell := &r.cells[column]
	if cell.none {
		return nil
	}
	first := line{label: r.label, value: cell.value, term: r.term, faint: cell.faint, path: cell.path, finding: -1}
	if r.key == cell.path { // a line of its own: the remark says it
		first.value = ""
	}
	lines := []line{first}
	for n, finding := range cell.findings {
		if n == 0 {
			lines[0].finding = finding
			continue
		}
		lines = append(lines, line{path: cell.path, term: r.term, finding: finding})
	}
	return lines
}
