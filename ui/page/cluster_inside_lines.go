package page

import (
	"cmp"
	"strings"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/widget"
)

// insideState says how looking into a cluster stands.
func insideState(in *store.Inside) (words string, mark widget.Mark) {
	done, failed, objects := 0, 0, 0
	for _, kind := range model.ObjectKinds {
		switch in.View.Reads[kind.Kind].State {
		case model.ReadDone:
			done++
		case model.ReadFailed:
			failed++
		}
		objects += len(in.View.Objects[kind.Kind])
	}
	kinds := thousands(done+failed) + " of " + plural(len(model.ObjectKinds), "kind", "kinds") + ", " + plural(objects, "object", "objects")
	refused := ""
	if failed > 0 {
		refused = thousands(failed) + " of the kinds could not be read"
	}
	switch in.State {
	case store.Connecting:
		return "asking the API server", widget.PendingMark
	case store.ReadingInside:
		return joinWords("; ", "reading: "+kinds, refused), widget.PendingMark
	case store.Unreachable:
		return "could not be reached", widget.UnreadMark
	case store.Following:
		return joinWords("; ", "following: "+plural(objects, "object", "objects")+" read, what changes comes in", refused), markOr(failed > 0, widget.UnreadMark, widget.PassMark)
	default:
		return joinWords("; ", "read: "+plural(objects, "object", "objects"), refused), markOr(failed > 0, widget.UnreadMark, widget.PassMark)
	}
}

func markOr(is bool, then, otherwise widget.Mark) widget.Mark {
	if is {
		return then
	}
	return otherwise
}

// entries lays the tab out.
func (t *insideTab) entries() []widget.Entry {
	in := t.inside
	t.places = map[string]insidePlace{}
	var places, list []widget.Entry
	add := func(mark widget.Mark, label, value string, style themes.Style) {
		list = append(list, widget.Entry{Mark: mark, Label: label, Value: value, Style: style, Key: "connection " + label})
	}
	words, mark := insideState(in)
	add(mark, "state", words, themes.Text)
	if in.Problem != nil {
		add(widget.NoMark, "what happened", sentence(in.Problem.What), themes.Unread)
		if in.Problem.Do != "" {
			add(widget.NoMark, "what to do", sentence(in.Problem.Do), themes.Text)
		}
	}
	if t.refused() {
		add(widget.NoMark, "rights", "y copies a ClusterRole that reads all of it but Secrets", themes.Link)
	}
	add(widget.NoMark, "API server", cmp.Or(in.Address, t.contact.address, notReadYet), themes.Text)
	if in.View.Server != "" {
		add(widget.NoMark, "version", in.View.Server, themes.Text)
	}
	if in.User != "" {
		add(widget.NoMark, "it knows you as", in.User, themes.Text)
	}
	connection := append([]widget.Entry{{Head: true, Label: "Connection", Key: "# connection"}}, list...)
	if in.State == store.Unreachable && len(in.View.Reads) == 0 {
		return connection
	}
	places = append(places, widget.Entry{Head: true, Label: "What runs in it", Key: "# places"})
	for _, place := range insidePlaces {
		key := placeKey(place.label)
		t.places[key] = place
		places = append(places, widget.Entry{Label: place.label, Value: place.says(in), Style: themes.Text, Key: key})
	}
	if in.State == store.Unreachable {
		places, connection = connection, places
	}
	return append(append(places, connection...), kindEntries(in)...)
}

// kindEntries are a line for each kind that is read: those that could not be first.
func kindEntries(in *store.Inside) []widget.Entry {
	var failed, rest []widget.Entry
	var none []string
	for _, kind := range model.ObjectKinds {
		read := in.View.Reads[kind.Kind]
		entry := widget.Entry{Label: string(kind.Kind), Key: "kind " + string(kind.Kind), Style: themes.Text}
		n := len(in.View.Objects[kind.Kind])
		switch {
		case read.State == model.ReadFailed:
			entry.Mark, entry.Value, entry.Style = widget.UnreadMark, "could not read: "+read.Why, themes.Unread
			if n > 0 {
				entry.Value = thousands(n) + " from before; " + entry.Value
			}
			failed = append(failed, entry)
			continue
		case read.State != model.ReadDone:
			entry.Value, entry.Style = joinWords("; ", countWords(n), readWord(read)), themes.Unread
		case n == 0:
			none = append(none, string(kind.Kind))
			continue
		default:
			entry.Value = countWords(n)
		}
		rest = append(rest, entry)
	}
	var list []widget.Entry
	if len(failed) > 0 {
		list = append(list, widget.Entry{Head: true, Label: "Could not be read", Key: "# failed"})
		list = append(list, failed...)
	}
	list = append(list, widget.Entry{Head: true, Label: "Objects by kind", Key: "# kinds"})
	list = append(list, rest...)
	if len(none) > 0 {
		list = append(list, widget.Entry{Label: "none of", Value: strings.Join(none, ", "), Style: themes.Muted, Key: "none"})
	}
	return list
}

func countWords(n int) string {
	if n == 0 {
		return ""
	}
	return thousands(n)
}
