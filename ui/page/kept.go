package page

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/source"
)

// The names that the user's bookmarks and filters are kept under, by every face.
const (
	KeptBookmarks = "bookmarks"
	KeptFilters   = "filters"
)

// EstateKey names an estate for what is kept of it: demo and evidence are apart from
// what is live, and one tenant from another. It is empty until that is known.
func EstateKey(identity source.Identity) string {
	if identity.Mode == "" || identity.Mode == source.Live && identity.Tenant == "" {
		return ""
	}
	return string(identity.Mode) + " " + identity.Tenant
}

// AddressOf is where a page is now, as it can be come back to: with its filter, order
// and row.
func AddressOf(at Address, p Page) Address {
	if placed, can := p.(Placed); can {
		at = placed.Place()
	}
	if filterable, can := p.(Filterable); can {
		at.Filter = filterable.FilterText()
	}
	return at
}

// BookmarksOf are the bookmarks of an estate, and how many there are of others.
func BookmarksOf(all []Bookmark, estate string) (here []Bookmark, elsewhere int) {
	for _, mark := range all {
		if mark.Estate == estate {
			here = append(here, mark)
		}
	}
	return here, len(all) - len(here)
}

// NewBookmark marks a page; titles are those of the pages from the first one to it, and
// all are the bookmarks so far.
func NewBookmark(all []Bookmark, estate string, titles []string, separator string, at Address, now time.Time) Bookmark {
	name := titles[len(titles)-1]
	if at.Filter != "" {
		name += " / " + at.Filter
	}
	return Bookmark{
		ID: strconv.FormatInt(now.UnixNano(), 36) + "-" + strconv.Itoa(len(all)), Estate: estate, Name: name,
		Where: strings.Join(titles, " "+separator+" "), At: at, Added: now,
	}
}

// Marked returns the bookmark of a page, or nil: the row does not make it another page.
func Marked(here []Bookmark, at Address) *Bookmark {
	at.Row = ""
	for i := range here {
		was := here[i].At
		was.Row = ""
		if was == at {
			return &here[i]
		}
	}
	return nil
}

// ChangeBookmark gives a bookmark another name; without one it is deleted.
func ChangeBookmark(marks []Bookmark, id, name string) []Bookmark {
	marks = slices.Clone(marks)
	if name == "" {
		return slices.DeleteFunc(marks, func(mark Bookmark) bool { return mark.ID == id })
	}
	for i := range marks {
		if marks[i].ID == id {
			marks[i].Name = name
		}
	}
	return marks
}

// SavedFilter is a filter that the user has given a name, of one kind of page: the
// words of the filter language differ between them.
type SavedFilter struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	Text string `json:"text"`
}

// SaveFilter keeps a filter in the place of one of its name; one without text is
// deleted.
func SaveFilter(filters []SavedFilter, one SavedFilter) []SavedFilter {
	filters = slices.DeleteFunc(slices.Clone(filters), func(other SavedFilter) bool {
		return other.Name == one.Name && other.Kind == one.Kind
	})
	if one.Text != "" {
		filters = append(filters, one)
	}
	return filters
}

// Opens reports whether the filter can open its page by itself.
func (f *SavedFilter) Opens() bool {
	return slices.Contains([]Kind{Estate, Clusters, Findings, Requests, Problems, Versions, Glossary}, f.Kind)
}
