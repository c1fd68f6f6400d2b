package plain

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/glossary"
	"github.com/aksight/aksight/ui/page"
)

// verb is a command that the screen has no key for.
type verb struct {
	name string
	also []string // shorter ways to write it
	// takes names what is typed after it, or is empty.
	takes string
	says  string
	do    func(s *session, ctx context.Context, rest string)
}

// verbs lists them in the order of help.
func verbs() []verb {
	return []verb{
		{"go", []string{":"}, "NAME", "Go to a page, a subscription, a cluster or a term.", (*session).goTo},
		{"list", []string{"l"}, "", "Say this page again.", func(s *session, ctx context.Context, _ string) { s.show(ctx) }},
		{"more", []string{"m"}, "", "Say the next lines of a list.", func(s *session, _ context.Context, _ string) { s.more() }},
		{"filter", []string{"/"}, "WORDS", "Keep only the lines that match, such as sev:high !system; filter alone clears it.", (*session).filter},
		{"save", nil, "NAME", "Keep the filter under a name, for go NAME; with no filter set, delete the one of that name.", (*session).saveFilter},
		{"filters", nil, "", "Say which filters are saved.", (*session).listFilters},
		{"set", nil, "NAME VALUE", "Fill in a field of a fix or a waiver, or the name of a bookmark.", (*session).set},
		{"wait", nil, "", "Wait until all that was asked for is read.", func(s *session, ctx context.Context, _ string) {
			s.waitAll(ctx)
			s.follow(ctx)
			s.showChange(ctx)
		}},
		{"status", nil, "", "Say what is still being read.", (*session).status},
		{"where", nil, "", "Say where this page is.", func(s *session, _ context.Context, _ string) { s.out.line(s.trail()) }},
	}
}

// command carries out one line.
func (s *session) command(ctx context.Context, line string) {
	line = strings.TrimSpace(line)
	if line == "" {
		return
	}
	first, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	if n, err := strconv.Atoi(first); err == nil && rest == "" {
		s.onRow(ctx, n, action.Open)
		return
	}
	// As on the screen, what is typed after / and : needs no blank before it.
	if (first[0] == '/' || first[0] == ':') && len(first) > 1 {
		first, rest = line[:1], strings.TrimSpace(line[1:])
	}
	for _, v := range verbs() {
		if strings.EqualFold(first, v.name) || slices.Contains(v.also, first) {
			v.do(s, ctx, rest)
			return
		}
	}
	for _, view := range s.shown.Views {
		if strings.EqualFold(view.Name, line) {
			view.Choose(s.with())
			s.tell(ctx, page.Changed{})
			s.show(ctx)
			return
		}
	}
	if id := s.meaning(first); id != "" {
		s.act(ctx, id, rest)
		return
	}
	s.out.line(fmt.Sprintf("There is no command %q: help lists them.", first))
}

// meaning is the action that a word stands for: by its key on the screen, its name,
// or its name in settings.
func (s *session) meaning(word string) action.ID {
	if ids := s.keys.For(action.Normal(word)); len(ids) > 0 {
		return s.offered(ids)
	}
	for _, a := range s.keys.Actions() {
		if strings.EqualFold(string(a.ID), word) || strings.EqualFold(a.Name, word) {
			return a.ID
		}
	}
	return ""
}

// offered is the one of several actions on a key that works on this page.
func (s *session) offered(ids []action.ID) action.ID {
	for _, id := range ids {
		if s.offer(id) != nil {
			return id
		}
	}
	return ids[0]
}

func (s *session) offer(id action.ID) *action.Offer {
	offers := s.current().Offers(s.with())
	for i := range offers {
		if offers[i].ID == id {
			return &offers[i]
		}
	}
	return nil
}

// onScreens are actions that only a screen has a use for.
var onScreens = []action.ID{
	action.Sort, action.Reverse, action.Number, action.Mark, action.NextTab, action.PrevTab,
	action.JumpBack, action.JumpForward, action.Palette, action.Theme, action.Tour, action.Columns,
}

// act does an action, on the row of that number where one is given.
func (s *session) act(ctx context.Context, id action.ID, rest string) {
	switch id {
	case action.Quit:
		s.done = true
		return
	case action.Help:
		s.help()
		return
	case action.Back:
		s.back(ctx)
		return
	case action.Filter:
		s.filter(ctx, rest)
		return
	case action.Palette:
		s.goTo(ctx, rest)
		return
	case action.Bookmark:
		s.bookmark()
		return
	case action.Export:
		s.export(rest)
		return
	case action.Capture:
		s.out.line("Evidence is written by a command of its own: aksight capture.")
		return
	}
	if id.IsMove() || slices.Contains(onScreens, id) {
		s.out.line("That is for screens: a number chooses a line here.")
		return
	}
	if id == action.Explain && rest != "" {
		if _, err := strconv.Atoi(rest); err != nil {
			s.term(ctx, rest)
			return
		}
	}
	if rest == "" || id == action.CopyAll {
		s.intend(ctx, id)
		return
	}
	n, err := strconv.Atoi(rest)
	if err != nil {
		s.out.line(fmt.Sprintf("%s takes the number of a line, not %q.", id, rest))
		return
	}
	s.onRow(ctx, n, id)
}

// onRow does an action on a row.
func (s *session) onRow(ctx context.Context, n int, id action.ID) {
	if n < 1 || n > len(s.shown.Rows) {
		if len(s.shown.Rows) == 0 {
			s.out.line("There are no numbered lines here.")
			return
		}
		s.out.line(fmt.Sprintf("There is no line %d: they go from 1 to %d.", n, len(s.shown.Rows)))
		return
	}
	s.shown.Rows[n-1].Choose()
	s.intend(ctx, id)
}

// intend hands an intent to the page, and says what came of it.
func (s *session) intend(ctx context.Context, id action.ID) {
	offer := s.offer(id)
	switch {
	case offer == nil:
		is, _ := s.keys.Get(id)
		s.out.line(fmt.Sprintf("There is nothing to %s here.", is.Name))
		return
	case offer.Not != "":
		s.out.line(offer.Not)
		return
	}
	before, depth := s.current(), len(s.visits)
	s.tell(ctx, action.Intent{ID: id})
	if s.current() != before || len(s.visits) != depth {
		s.show(ctx)
		return
	}
	if s.field && (id == action.Open || id == action.Rename) {
		s.out.line("Fill it in with: set NAME VALUE")
	}
	s.showChange(ctx)
}

// back clears the filter, or goes to the page before.
func (s *session) back(ctx context.Context) {
	if filterable, can := s.current().(page.Filterable); can && filterable.FilterText() != "" {
		s.tell(ctx, page.Filtered{})
		s.out.line("The filter is cleared.")
		s.show(ctx)
		return
	}
	if !s.leave(ctx) {
		s.out.line("This is the first page: quit leaves.")
		return
	}
	s.show(ctx)
}

func (s *session) filter(ctx context.Context, text string) {
	filterable, can := s.current().(page.Filterable)
	if !can {
		s.out.line("There is nothing to filter here.")
		return
	}
	s.tell(ctx, page.Filtered{Text: text})
	status, wrong := filterable.FilterStatus()
	if wrong {
		s.out.line(status + ". It knows " + filterable.FilterHelp())
		return
	}
	s.show(ctx)
	s.out.line(status)
}

func (s *session) set(ctx context.Context, rest string) {
	filler, can := s.current().(page.Filler)
	name, value, _ := strings.Cut(rest, " ")
	if !can || name == "" {
		s.out.line("set NAME VALUE fills in a field of a fix or a waiver, or the name of a bookmark; there is none here.")
		return
	}
	if err := filler.Fill(s.with(), name, strings.TrimSpace(value)); err != nil {
		s.out.line(err.Error())
		return
	}
	s.tell(ctx, page.Changed{})
	s.showChange(ctx)
}

func (s *session) status(context.Context, string) {
	text := s.progress()
	if text == "" {
		text = "All that was asked for is read."
	}
	s.out.line(fmt.Sprintf("%s %d requests were made.", strings.TrimSuffix(text, ".")+".", s.opts.Inspection.Calls.Total()))
}

// term explains a word of the glossary.
func (s *session) term(ctx context.Context, name string) {
	term := glossary.Find(name)
	if term == nil {
		if likely := glossary.Like(name, 1); len(likely) > 0 {
			s.out.line(fmt.Sprintf("The glossary has no %q; the nearest is %s.", name, likely[0].Name))
			return
		}
		s.out.line(fmt.Sprintf("The glossary has no %q: go glossary lists its terms.", name))
		return
	}
	s.enter(ctx, page.Address{Kind: page.Term, Term: term.ID})
	s.show(ctx)
}

// help lists the commands that work here.
func (s *session) help() {
	s.out.line("A number opens the line of that number. With a number after it, a command is about that line, as in: x 3")
	c := s.with()
	offers := s.current().Offers(c)
	for _, a := range s.keys.Actions() {
		at := slices.IndexFunc(offers, func(o action.Offer) bool { return o.ID == a.ID })
		if a.Quiet || a.ID == action.Export || at < 0 && !a.Everywhere || a.ID.IsMove() || slices.Contains(onScreens, a.ID) || a.ID == action.Filter {
			continue
		}
		name := a.Name
		if at >= 0 && offers[at].Says != "" {
			name = offers[at].Says
		}
		names := string(a.ID)
		if key := s.keys.Key(a.ID); key != "" && key != names {
			names = key + " or " + names
		}
		if !strings.EqualFold(name, string(a.ID)) {
			names += " (" + name + ")"
		}
		s.out.line(names + ": " + a.Help)
	}
	for _, v := range verbs() {
		names := strings.Join(append([]string{v.name}, v.also...), " or ")
		if v.takes != "" {
			names += " " + v.takes
		}
		s.out.line(names + ": " + v.says)
	}
	if _, can := s.current().(page.Exporter); can {
		s.out.line(s.keys.Key(action.Export) + " or " + string(action.Export) + " FORM: Write the list as it is filtered and sorted to a file: csv, json or markdown.")
	}
	s.out.line(s.keys.Key(action.Explain) + " TERM: Explain a term of the glossary, as in: explain imds")
	if filterable, can := s.current().(page.Filterable); can {
		s.out.line("The filter of this page knows " + filterable.FilterHelp())
	}
	if len(s.shown.Views) > 1 {
		s.views()
	}
}
