package page

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/world"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// everyNamespace stands for any namespace in the address of a question.
const everyNamespace = "*"

// asked is a question on who can do something, as the address of its page holds it:
// VERB RESOURCE and a namespace, * for any; or the title of a preset.
type asked struct {
	preset   *access.Preset
	question access.Question
	anywhere bool
}

// readAsked reads a question. The error says what is wrong with it.
func readAsked(part string) (asked, error) {
	if preset := access.FindPreset(part); preset != nil {
		return asked{preset: preset}, nil
	}
	words := strings.Fields(part)
	if len(words) < 2 || len(words) > 3 {
		return asked{}, fmt.Errorf("%q is no question: write a verb, a resource and perhaps a namespace, as in get secrets shop", part)
	}
	q, err := access.Ask(words[0], words[1])
	is := asked{question: q}
	if len(words) == 3 {
		is.anywhere = words[2] == everyNamespace
		if !is.anywhere {
			is.question.Namespace = words[2]
		}
	}
	return is, err
}

// says is the question in words.
func (a *asked) says() string {
	switch {
	case a.preset != nil:
		return a.preset.Title
	case a.anywhere:
		return a.question.String() + " in any namespace"
	case a.question.Namespace != "":
		return a.question.String()
	default:
		return a.question.String() + " in the whole cluster"
	}
}

// whoCanRow is one who may do what was asked.
type whoCanRow struct {
	access.Answer
	// name, kind, how, by and where say the answer in words.
	name, kind, how, by, where string
	// findings are what rules say against it.
	findings marked
}

func (r *whoCanRow) state() string {
	switch {
	case r.Eligible():
		return "eligible"
	case r.Narrowed():
		return "with a condition"
	default:
		return "active"
	}
}

// role is the one that lets it directly; zero where none does.
func (r *whoCanRow) role() model.Ref {
	if !r.Direct() || r.Reason == nil || r.Reason.Masters() {
		return model.Ref{}
	}
	return r.Reason.RoleRef
}

// given is the binding that gives the right, or makes the first such step possible, and
// the identity that it gives it to; the binding is nil where none does.
func (r *whoCanRow) given() (access.Subject, *access.Binding) {
	switch {
	case r.Reason != nil && r.Reason.Masters():
		return r.Subject, nil
	case r.Reason != nil:
		return r.Reason.As, r.Reason.Binding
	}
	for i := range r.Path {
		if hop := &r.Path[i]; hop.Binding() != nil && hop.From.Kind == access.AtSubject {
			return hop.From.Subject, hop.Binding()
		}
	}
	return r.Subject, nil
}

// takings are what might be taken away: what gives the right, or makes the first step of
// the way possible.
func (r *whoCanRow) takings() []taking {
	switch {
	case !r.Direct():
		return takingsOfHop(&r.Path[0])
	case r.Power != nil:
		return takingsOf(r.Power, r.Subject)
	case r.Reason.Masters():
		return nil
	default:
		return []taking{{takeableBinding(r.Reason.Binding)}, {takeableMember(r.Reason.As, r.Subject)}}
	}
}

func newWhoCanPage(at Address) Page {
	against := func(r *whoCanRow) *marked { return &r.findings }
	return newRecordsPage(at, records[whoCanRow]{
		title: "who can", one: "answer", many: "answers", list: "who can " + at.Part, live: at.ID, terms: accessTerms,
		columns: []recordColumn[whoCanRow]{
			{
				Column:  widget.Column{Title: "Who", Min: 22, Weight: 2, Max: 48},
				cell:    func(r *whoCanRow, pen *widget.Pen) { pen.Write(r.name, themes.Text) },
				compare: func(a, b *whoCanRow) int { return cmp.Compare(a.name, b.name) },
			},
			{
				Column:  widget.Column{Title: "Kind", Min: 15, Priority: 3},
				cell:    func(r *whoCanRow, pen *widget.Pen) { pen.Write(r.kind, themes.Muted) },
				compare: func(a, b *whoCanRow) int { return cmp.Compare(a.kind, b.kind) },
			},
			{
				Column:  widget.Column{Title: "How", Min: 24, Weight: 3, Max: 64},
				cell:    func(r *whoCanRow, pen *widget.Pen) { pen.Write(r.how, r.style()) },
				compare: func(a, b *whoCanRow) int { return cmp.Or(len(a.Path)-len(b.Path), cmp.Compare(a.how, b.how)) },
			},
			findingColumn(against),
			{
				Column:  widget.Column{Title: "Where", Min: 14, Weight: 1, Max: 30, Priority: 1},
				cell:    func(r *whoCanRow, pen *widget.Pen) { pen.Write(r.where, themes.Muted) },
				compare: func(a, b *whoCanRow) int { return cmp.Compare(a.where, b.where) },
			},
			{
				Column:  widget.Column{Title: "State", Min: 9, Max: 16, Priority: 4},
				cell:    func(r *whoCanRow, pen *widget.Pen) { pen.Write(r.state(), themes.Muted) },
				compare: func(a, b *whoCanRow) int { return cmp.Compare(a.state(), b.state()) },
			},
			{
				Column:  widget.Column{Title: "Since", Min: 10, Priority: 2},
				cell:    func(r *whoCanRow, pen *widget.Pen) { writeKnown(pen, sinceText(r.Since()), themes.Muted) },
				compare: func(a, b *whoCanRow) int { return a.Since().Compare(b.Since()) }, down: true,
			},
		},
		fields: []recordField[whoCanRow]{
			{Field: filter.Field{Name: "kind"}, of: func(r *whoCanRow) string { return r.kind }},
			{Field: filter.Field{Name: "ns"}, of: func(r *whoCanRow) string { return r.where }},
			{Field: filter.Field{Name: "state"}, of: (*whoCanRow).state},
			findingField(against),
		},
		key: func(r *whoCanRow) string { return r.String() + " by " + r.by },
		say: func(r *whoCanRow) string {
			return joinWords(", ", r.kind+" "+r.name+" "+r.how, r.where, orEmpty(r.state() != "active", r.state()),
				orEmpty(!r.Since().IsZero(), "since "+sinceText(r.Since())), r.findings.ids())
		},
		detail: func(r *whoCanRow) []string { return r.findings.lines() },
		open: func(r *whoCanRow) (Address, bool) {
			return Address{Kind: Holder, ID: at.ID, Part: subjectPart(r.Subject)}, true
		},
		act: func(c *Context, r *whoCanRow, id action.ID) bool {
			switch {
			case r == nil:
				return false
			case id == action.Preview:
				openWhatIf(c, at.ID, r.takings()...)
				return true
			default:
				given, _ := r.given()
				return opensRole(c, at.ID, r.role(), id) || r.findings.opensFindings(c, at.ID, given, id)
			}
		},
		offers: func(r *whoCanRow) []action.Offer {
			if r == nil {
				return nil
			}
			offers := []action.Offer{whatIfOffer()}
			if r.role() != (model.Ref{}) {
				offers = slices.Insert(offers, 0, action.Offer{ID: action.Role})
			}
			return r.findings.offer(offers)
		},
		judge: func(in *inspect.Inspection, s *store.Snapshot, rows *recordRows[whoCanRow]) {
			markRows(in, s, at.ID, rows.rows, func(found *inspect.AccessFindings, _ *access.World, r *whoCanRow) []*inspect.AccessFinding {
				return found.About(r.given())
			}, against)
		},
		load: func(_ context.Context, s *store.Snapshot) recordRows[whoCanRow] { return whoCanRows(s, at) },
	})
}

func (r *whoCanRow) style() themes.Style {
	if r.Direct() {
		return themes.Text
	}
	return themes.Muted
}

func whoCanRows(s *store.Snapshot, at Address) recordRows[whoCanRow] {
	is, err := readAsked(at.Part)
	if err != nil {
		return recordRows[whoCanRow]{empty: sentence(err.Error())}
	}
	w := world.Of(s, at.ID)
	if w == nil {
		return recordRows[whoCanRow]{empty: "the cluster is not there any more"}
	}
	var answers []access.Answer
	if is.preset != nil {
		answers = w.Answers(is.preset, true)
	} else {
		answers = w.WhoGets(w.WhoCan(is.question, is.anywhere))
	}
	result := recordRows[whoCanRow]{
		head: []string{"Who can " + is.says() + "?"}, empty: "nobody that was read",
		foot: coverageOf(w, slices.Concat(access.Kinds, access.GraphKinds)...),
	}
	for i := range answers {
		result.rows = append(result.rows, newWhoCanRow(w, &answers[i]))
	}
	return result
}

func newWhoCanRow(w *access.World, a *access.Answer) whoCanRow {
	row := whoCanRow{Answer: *a, name: w.Name(a.Subject), kind: w.Kind(a.Subject), where: "whole cluster"}
	if w.Unresolved(a.Subject) {
		row.kind = "unresolved " + row.kind
	}
	if size := w.Size(a.Subject); size != "" {
		row.name += " (" + size + ")"
	}
	switch {
	case !a.Direct():
		steps := make([]string, len(a.Path))
		for i := range a.Path {
			steps[i] = a.Path[i].Says()
		}
		row.how = strings.Join(steps, " › ")
		row.by = row.how
	case a.Reason.Masters():
		row.how = "needs no binding"
	default:
		row.where = w.Scope(a.Reason.Binding)
		row.how, row.by = "role "+a.Reason.RoleRef.Name, a.Reason.String()
		if a.Power != nil {
			row.how = a.Power.Title + ": " + row.how
		}
	}
	return row
}

// insideView is what was read inside a cluster, or nil.
func insideView(s *store.Snapshot, id model.ID) *object.View {
	inside, _ := insideOf(s, id)
	if inside == nil {
		return nil
	}
	return inside.View
}

// Asking is what a question on who can do something begins with, asked from a page.
func (at Address) Asking() string {
	if at.Object.Kind == model.KindSecret {
		return "get secrets " + at.Object.Namespace
	}
	return ""
}

// more ends a question that is not whole yet.
const more = " …"

// Unfinished is the text of a question that is not whole yet, to go on from.
func Unfinished(question string) string { return strings.TrimSuffix(question, more) + " " }

// Questions lists who-can questions that begin as the text does, with what may follow:
// the presets, then verbs, then what the cluster serves, then its namespaces. Of a text
// that is a whole question, ask is what the address of its page holds.
func Questions(s *store.Snapshot, cluster model.ID, text string, yield func(question, says string, ask string)) {
	text = strings.ToLower(strings.TrimLeft(text, " "))
	for i := range access.Presets {
		preset := &access.Presets[i]
		if strings.HasPrefix(strings.ToLower(preset.Title), strings.TrimSpace(text)) {
			yield(preset.Title, "anywhere in the cluster", preset.Title)
		}
	}
	words := strings.Fields(text)
	if text == "" || !strings.HasSuffix(text, " ") && len(words) > 0 {
		if len(words) == 0 {
			words = []string{""}
		}
	} else {
		words = append(words, "")
	}
	last := words[len(words)-1]
	before := strings.Join(words[:len(words)-1], " ")
	switch len(words) {
	case 1:
		for _, verb := range access.Verbs {
			if strings.HasPrefix(verb, last) {
				yield(verb+more, "then a resource, such as secrets", "")
			}
		}
	case 2:
		served := access.Resources(insideView(s, cluster))
		for _, resource := range served {
			if strings.HasPrefix(resource, last) {
				yield(before+" "+resource, "in the whole cluster", before+" "+resource)
			}
		}
		if slices.Contains(served, last) || strings.Contains(last, ".") || strings.HasPrefix(last, "/") {
			yield(before+" "+last+" "+everyNamespace, "in any namespace", before+" "+last+" "+everyNamespace)
		}
	case 3:
		if strings.HasPrefix(everyNamespace, last) {
			yield(before+" "+everyNamespace, "in any namespace", before+" "+everyNamespace)
		}
		if view := insideView(s, cluster); view != nil {
			for _, o := range view.Objects[model.KindNamespace] {
				if strings.HasPrefix(o.Name, last) {
					yield(before+" "+o.Name, "in the namespace "+o.Name, before+" "+o.Name)
				}
			}
		}
	}
}
