// Package page holds the screens of the explorer, one file each. A page is a plain
// struct: it takes a message, tells the context what is to happen, and draws itself
// into an area. It does no I/O and starts no goroutines; work goes through
// Context.Run. The app keeps a page while one can come back to it, so that its row,
// sort and filter are still there.
package page

import (
	"io"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// Page is one screen.
type Page interface {
	// Title is the page's part of the breadcrumb.
	Title(*Context) string
	// Update takes one of the messages below.
	Update(*Context, Msg)
	// Draw draws the page. Nothing outside the area is to be touched.
	Draw(*Context, *widget.Canvas, widget.Rect)
	// Offers lists the actions that work here, in the order of the footer; moving,
	// Back, Help, Palette and Quit are understood.
	Offers(*Context) []action.Offer
}

// Filterable is a page whose lines can be filtered. The app shows the input line
// and sends Filtered at every change.
type Filterable interface {
	// FilterText is the filter as it is set now.
	FilterText() string
	// FilterStatus says how many lines match, or what is wrong with the filter.
	FilterStatus() (status string, wrong bool)
	// FilterHelp lists the words that the filter knows, such as "sev: sub: version:".
	FilterHelp() string
}

// Settler is a list whose rows are filtered and sorted in the background. While
// Settling is true, the rows of the filter or the order that the user set are still
// to come: the app holds back keys that act on the selected row.
type Settler interface {
	Settling() bool
}

// Exporter is a page with a list that can be written to a file or the clipboard.
type Exporter interface {
	// Export returns the list as it is filtered and sorted now, or nil where nothing
	// is listed.
	Export(*Context) *Listing
}

// Listing is a list to be exported.
type Listing struct {
	// Name says what it lists, for the file's name and in messages: "clusters".
	Name string
	widget.Extract
	// Texts are what the list was made of, where that can be written whole.
	Texts []ListingText
}

// ListingText is a text that can be written in the place of a list.
type ListingText struct {
	// Name and For say what it is and what for, End is the end of a file's name.
	Name, For, End string
	Write          func(io.Writer) error
}

// listing returns a table's listing, or nil where it has no rows.
func listing[K comparable](name string, table *widget.Table[K]) *Listing {
	if table.Len() == 0 {
		return nil
	}
	return &Listing{Name: name, Extract: table.Extract()}
}

// Typist is a page with text fields. While Typing is true, the app sends it
// tea.KeyPressMsg for characters and for keys that edit, and tea.PasteMsg; enter,
// esc, tab and shift+tab come as intents, esc as action.Back.
type Typist interface {
	Typing() bool
}

// Msg is what a page is told: Shown, Hidden, Changed, Filtered, action.Intent,
// widget.Mouse (with places counted from the page's area), tea.KeyPressMsg and
// tea.PasteMsg while typing, or the result of its own work.
type Msg any

// Shown says that the page is on the screen now, for the first time or again.
type Shown struct{}

// Hidden says that another page is on the screen now. Work under way was cancelled.
type Hidden struct{}

// Changed says that Context.Snapshot is newer than at the last message.
type Changed struct{}

// Filtered says what the user typed as filter.
type Filtered struct{ Text string }

// Kind says which screen an address leads to.
type Kind string

// The screens.
const (
	Estate    Kind = "estate"
	Clusters  Kind = "clusters"
	Cluster   Kind = "cluster"
	Pool      Kind = "pool"
	Findings  Kind = "findings"
	Finding   Kind = "finding"
	Fix       Kind = "fix"
	Requests  Kind = "requests"
	Problems  Kind = "problems"
	Rule      Kind = "rule"
	Waive     Kind = "waive"
	Posture   Kind = "posture"
	Bookmarks Kind = "bookmarks"
	Glossary  Kind = "glossary"
	Term      Kind = "term"
	Versions  Kind = "versions"
	Version   Kind = "version"
	Nodes     Kind = "nodes"
	Node      Kind = "node"
	Sensors   Kind = "sensors"
	Sensor    Kind = "sensor"
	Exposure  Kind = "exposure"
	Policies  Kind = "policies"
	Access    Kind = "access"
	Holder    Kind = "holder"
	WhoCan    Kind = "who-can"
	Ways      Kind = "ways"
	Blast     Kind = "blast"
	Timeline  Kind = "timeline"
	WhatIf    Kind = "what-if"
	Role      Kind = "role"
	Events    Kind = "events"

	Namespaces Kind = "namespaces"
	Namespace  Kind = "namespace"
	// Object is an object inside a cluster: for a workload its security context too.
	Object Kind = "object"
)

// Address says where a page is. It is comparable.
type Address struct {
	Kind Kind
	// ID is the subscription or cluster that it shows; empty for the estate.
	ID model.ID
	// Part names a node pool, a minor version of Kubernetes, an identity, a question on
	// who can do something, or what might be taken away; or is empty.
	Part string
	// Object is the Kubernetes object that it shows, the role, which may be one of Azure,
	// or what the rule judges; zero where it shows none.
	Object model.Ref
	// Rule is a rule's ID, or empty.
	Rule string
	// Term is an entry of the glossary, or several with blanks between them; or empty.
	Term string
	// Tab is where to start on a page with tabs, or empty.
	Tab string
	// Filter is what to start with in a list, or empty.
	Filter string
	// Sort and Row are the order and the row of a list that was left, as Placed has
	// them, or empty.
	Sort string
	Row  string
}

// Maker makes the page at an address.
type Maker func(Address) Page

// Place is a page that the palette offers by name.
type Place struct {
	Name string // such as "clusters"
	Says string // in a sentence
	At   Address
}

// Makers are the pages by their kind.
type Makers map[Kind]Maker
