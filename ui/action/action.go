// Package action is the one registry of what a user can do: keys, names, help. Key
// dispatch, the help page, the palette, the footer and docs/keys.md all read it.
package action

// ID names an action, in settings and in code.
type ID string

// The actions.
const (
	Open        ID = "open"
	Back        ID = "back"
	JumpBack    ID = "jump-back"
	JumpForward ID = "jump-forward"
	NextTab     ID = "next-tab"
	PrevTab     ID = "previous-tab"
	Number      ID = "number"

	Up       ID = "up"
	Down     ID = "down"
	Left     ID = "left"
	Right    ID = "right"
	Top      ID = "top"
	Bottom   ID = "bottom"
	PageUp   ID = "page-up"
	PageDown ID = "page-down"
	HalfUp   ID = "half-page-up"
	HalfDown ID = "half-page-down"

	Filter  ID = "filter"
	Palette ID = "palette"
	Help    ID = "help"
	Sort    ID = "sort"
	Reverse ID = "reverse"
	Mark    ID = "mark"

	Findings ID = "findings"
	Explain  ID = "explain"
	Fix      ID = "fix"
	Preview  ID = "preview"
	Verify   ID = "verify"
	Waive    ID = "waive"
	Copy     ID = "copy"
	CopyAll  ID = "copy-all"
	Shell    ID = "shell"
	Ask      ID = "ask"
	Capture  ID = "capture"
	Export   ID = "export"
	Draw     ID = "draw"
	Role     ID = "role"
	Events   ID = "events"

	Theme    ID = "theme"
	Bookmark ID = "bookmark"
	Rename   ID = "rename"
	Delete   ID = "delete"
	Columns  ID = "columns"
	Refresh  ID = "refresh"
	Tour     ID = "tour"
	Quit     ID = "quit"
)

// Group is where help lists an action.
type Group string

// The groups, in the order of help.
const (
	Going   Group = "Going about"
	Moving  Group = "Moving"
	Finding Group = "Finding"
	Mending Group = "Looking and mending"
	Program Group = "Program"
)

// Groups lists the groups in the order of help.
var Groups = []Group{Going, Moving, Finding, Mending, Program}

// Action is one thing a user can do.
type Action struct {
	ID ID
	// Keys as Bubble Tea names them; the first is the one that is shown.
	Keys []string
	// Name is a word or two, for the footer.
	Name string
	// Help is a sentence, for the help page and the palette.
	Help  string
	Group Group
	// Everywhere is set for what works on every page without being offered.
	Everywhere bool
	// Quiet keeps an action out of the footer and the palette.
	Quiet bool
}

// Offer is an action that works on a page at this moment.
type Offer struct {
	ID ID
	// Says replaces the action's name in the footer, or is empty.
	Says string
	// Not is why it does not work just now, in a sentence, or empty. Such an offer
	// is left out of the footer, and its key tells the reason.
	Not string
}

// Offers returns offers of the actions as they are.
func Offers(ids ...ID) []Offer {
	offers := make([]Offer, len(ids))
	for i, id := range ids {
		offers[i].ID = id
	}
	return offers
}

// Intent is what a page is asked to do.
type Intent struct {
	ID ID
	// N is the digit where ID is Number.
	N int
}

// IsMove reports whether the action moves the cursor, which widgets handle.
func (id ID) IsMove() bool {
	switch id {
	case Up, Down, Left, Right, Top, Bottom, PageUp, PageDown, HalfUp, HalfDown:
		return true
	default:
		return false
	}
}
