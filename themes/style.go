// Package themes names colours by what they mean and turns YAML files of colours
// into the escape sequences that a terminal understands.
package themes

// Style is how a cell looks: a token for the text, one for what is behind it, and
// attributes. A token by itself is a Style: themes.Muted|themes.Bold. Styles hold
// no colours, so that a page keeps them while the theme changes.
type Style uint32

// The tokens. The zero value is plain text.
const (
	Text     Style = iota // what is read
	Strong                // what is read first
	Muted                 // labels and what may be skipped
	Faint                 // hints, empty parts of bars
	Accent                // the product's own colour: keys, the selected tab
	Link                  // addresses that can be opened
	Border                // rules between parts
	Critical              // severity
	High                  // severity
	Medium                // severity
	Low                   // severity
	Info                  // severity
	Pass                  // the check passes
	Unread                // could not be read, or not read yet
	Warning               // a caution in words
	Danger                // an error in words
	Added                 // in a comparison: what comes
	Removed               // in a comparison: what goes
	String                // in documents: text values
	Number                // in documents: numbers and booleans
	Key                   // in documents: names
	Selected              // behind the selected row
	Marked                // behind rows chosen with space
	Match                 // behind what a search found
	Overlay               // behind boxes over the page
	Badge                 // behind small labels such as read-only
	count                 // how many there are
)

// The attributes.
const (
	Bold Style = 1 << (16 + iota)
	Dim
	Italic
	Underline
	Reverse
)

const attributes = Bold | Dim | Italic | Underline | Reverse

// On returns the style with that token behind the text.
func (s Style) On(background Style) Style {
	return s&^(0xff<<8) | (background&0xff)<<8
}

// Foreground returns the token of the text.
func (s Style) Foreground() Style { return s & 0xff }

// Background returns the token behind the text; Text where there is none.
func (s Style) Background() Style { return s >> 8 & 0xff }

// Attributes returns the attributes alone.
func (s Style) Attributes() Style { return s & attributes }

// names are the tokens as theme files spell them.
var names = [count]string{
	"text", "strong", "muted", "faint", "accent", "link", "border",
	"critical", "high", "medium", "low", "info", "pass", "unread",
	"warning", "danger", "added", "removed", "string", "number", "key",
	"selected", "marked", "match", "overlay", "badge",
}

// backgrounds tells which tokens stand behind text.
func (s Style) isBackground() bool { return s >= Selected && s < count }
