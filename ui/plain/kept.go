package plain

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/page"
)

// recall reads the user's bookmarks and filters.
func (s *session) recall() {
	var err error
	if s.bookmarks, err = config.Remembered[[]page.Bookmark](s.opts.State, page.KeptBookmarks); err != nil {
		s.out.line(err.Error())
	}
	if s.filters, err = config.Remembered[[]page.SavedFilter](s.opts.State, page.KeptFilters); err != nil {
		s.out.line(err.Error())
	}
}

// keep changes what is kept, here and for later runs.
func keep[T any](s *session, name string, value *T, change func(T) T) {
	*value = change(*value)
	if s.opts.State == nil {
		return
	}
	if _, err := config.Remember(s.opts.State, name, func(kept *T) { *kept = change(*kept) }); err != nil {
		s.out.line("It is lost at the end of this run: " + err.Error())
	}
}

// estateKey names the estate, for what is kept of it.
func (s *session) estateKey() string { return page.EstateKey(s.opts.Inspection.Source.Identity()) }

// bookmark marks the page, with its filter and order.
func (s *session) bookmark() {
	key := s.estateKey()
	if key == "" {
		s.out.line("It is not known yet which estate this is: mark the page once you are signed in.")
		return
	}
	here, _ := page.BookmarksOf(s.bookmarks, key)
	current := s.visits[len(s.visits)-1]
	at := page.AddressOf(current.at, current.page)
	if mark := page.Marked(here, at); mark != nil {
		s.out.line("This page is marked already, as " + mark.Name + ": go bookmarks lists what is marked.")
		return
	}
	titles := make([]string, len(s.visits))
	for i, v := range s.visits {
		titles[i] = v.page.Title(s.with())
	}
	mark := page.NewBookmark(s.bookmarks, key, titles, "›", at, s.opts.Now())
	keep(s, page.KeptBookmarks, &s.bookmarks, func(marks []page.Bookmark) []page.Bookmark { return append(slices.Clip(marks), mark) })
	s.out.line("Marked " + mark.Name + ": go bookmarks lists what is marked.")
}

// changeBookmark gives a bookmark another name; without one it is deleted.
func (s *session) changeBookmark(id, name string) {
	keep(s, page.KeptBookmarks, &s.bookmarks, func(marks []page.Bookmark) []page.Bookmark { return page.ChangeBookmark(marks, id, name) })
	s.current().Update(s.with(), page.Changed{})
}

// saveFilter keeps the page's filter under a name; where none is set, the one of that
// name is deleted.
func (s *session) saveFilter(_ context.Context, name string) {
	filterable, can := s.current().(page.Filterable)
	switch {
	case !can:
		s.out.line("There is nothing to filter here.")
		return
	case name == "":
		s.out.line("save NAME keeps the filter of this page under a name.")
		return
	}
	one := page.SavedFilter{Name: name, Kind: s.visits[len(s.visits)-1].at.Kind, Text: filterable.FilterText()}
	known := slices.ContainsFunc(s.filters, func(other page.SavedFilter) bool { return other.Name == one.Name && other.Kind == one.Kind })
	if one.Text == "" && !known {
		s.out.line("There is no filter to save: /WORDS sets one.")
		return
	}
	keep(s, page.KeptFilters, &s.filters, func(filters []page.SavedFilter) []page.SavedFilter { return page.SaveFilter(filters, one) })
	if one.Text == "" {
		s.out.line("Deleted the filter " + name + ".")
		return
	}
	s.out.line("Saved the filter " + name + ": go " + name + " sets it.")
}

// listFilters says which filters are saved, and what they are.
func (s *session) listFilters(context.Context, string) {
	if len(s.filters) == 0 {
		s.out.line("No filter is saved: save NAME keeps the one of this page.")
	}
	for _, one := range s.filters {
		s.out.line(fmt.Sprintf("%s: %s, on %s", one.Name, one.Text, one.Kind))
	}
}

// own goes to what the user has given that name: a bookmark, or a filter of this page or
// of one that it can open.
func (s *session) own(ctx context.Context, name string) bool {
	here, _ := page.BookmarksOf(s.bookmarks, s.estateKey())
	for _, mark := range here {
		if strings.EqualFold(mark.Name, name) {
			s.enter(ctx, mark.At)
			s.show(ctx)
			return true
		}
	}
	kind := s.visits[len(s.visits)-1].at.Kind
	_, can := s.current().(page.Filterable)
	for _, one := range s.filters {
		if strings.EqualFold(one.Name, name) && one.Kind == kind && can {
			s.filter(ctx, one.Text)
			return true
		}
	}
	for _, one := range s.filters {
		if strings.EqualFold(one.Name, name) && one.Opens() {
			s.enter(ctx, page.Address{Kind: one.Kind, Filter: one.Text})
			s.show(ctx)
			return true
		}
	}
	return false
}
