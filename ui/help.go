package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// help lists the keys; typing searches.
type help struct {
	input widget.Input
	here  map[action.ID]action.Offer
	lines widget.Prose
	// names is set where there is room for the actions' names beside what they do.
	names bool
}

// roomForNames is how wide a screen shows them.
const roomForNames = 100

func newHelp(a *App) *help {
	h := &help{here: map[action.ID]action.Offer{}}
	h.input.Hint = "type to search the keys"
	for _, offer := range a.offers() {
		h.here[offer.ID] = offer
	}
	h.fill(a)
	return h
}

// fill lists the actions that match what is typed, by group.
func (h *help) fill(a *App) {
	h.names = a.width >= roomForNames
	var blocks []widget.Block
	words := strings.Fields(strings.ToLower(h.input.Value()))
	for _, group := range action.Groups {
		first := true
		for _, is := range a.keys.Actions() {
			if is.Group != group || !h.matches(is, words) {
				continue
			}
			if first {
				if len(blocks) > 0 {
					blocks = append(blocks, widget.Block{})
				}
				blocks = append(blocks, widget.Block{Text: string(group), Style: themes.Strong, Pre: true})
				first = false
			}
			blocks = append(blocks, h.line(a, is))
		}
	}
	if len(blocks) == 0 {
		blocks = append(blocks, widget.Block{Text: "No key does that.", Style: themes.Muted})
	}
	h.lines.Set(blocks)
}

// only is the action that is left where what is typed leaves one that works here, so
// that those without a key can be done from here too; or empty.
func (h *help) only(a *App) action.ID {
	words := strings.Fields(strings.ToLower(h.input.Value()))
	var only action.ID
	for _, is := range a.keys.Actions() {
		if len(words) == 0 || !h.matches(is, words) {
			continue
		}
		if only != "" {
			return ""
		}
		only = is.ID
		offer, here := h.here[is.ID]
		if !here && !is.Everywhere || offer.Not != "" || is.ID.IsMove() {
			return ""
		}
	}
	return only
}

func (h *help) matches(is action.Action, words []string) bool {
	text := strings.ToLower(is.Name + " " + is.Help + " " + strings.Join(is.Keys, " "))
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// line shows one action; those that do not work on the page are faint, and one that
// does not work just now says why.
func (h *help) line(a *App, is action.Action) widget.Block {
	names := make([]string, len(is.Keys))
	for i, key := range is.Keys {
		names[i] = keyName(key, a.glyphs)
	}
	keys := strings.Join(names, " ")
	if is.ID == action.Number {
		keys = names[0] + " to " + names[len(names)-1]
	}
	offer, here := h.here[is.ID]
	key, text := themes.Accent, themes.Text
	switch {
	case !here && !is.Everywhere && !is.Quiet:
		key, text = themes.Faint, themes.Faint
	case offer.Not != "":
		key = themes.Faint
	}
	const keyWidth, nameWidth = 18, 16
	block := widget.Block{Indent: 2, Spans: []widget.Span{
		{Text: pad(keys, keyWidth, a.glyphs), Style: key},
	}}
	if h.names {
		block.Spans = append(block.Spans, widget.Span{Text: pad(is.Name, nameWidth, a.glyphs), Style: themes.Muted})
	}
	block.Spans = append(block.Spans, widget.Span{Text: is.Help, Style: text})
	if offer.Not != "" {
		block.Spans = append(block.Spans, widget.Span{Text: " " + offer.Not, Style: themes.Warning})
	}
	return block
}

func pad(text string, width int, glyphs *widget.Glyphs) string {
	return text + strings.Repeat(" ", max(1, width-widget.Width(text, glyphs.ASCII)))
}

func (h *help) key(a *App, msg tea.KeyPressMsg, name string) tea.Cmd {
	switch name {
	case "enter":
		a.close()
		if id := h.only(a); id != "" {
			return a.act(id, "")
		}
		return nil
	case "esc":
		a.close()
		return nil
	case "?", "q":
		if h.input.Value() == "" {
			a.close()
			return nil
		}
	}
	if id, moves := move(name); moves {
		h.lines.Do(id)
		return nil
	}
	if h.input.Update(msg) {
		h.fill(a)
		h.lines.Do(action.Top)
	}
	return nil
}

func (h *help) paste(a *App, msg tea.PasteMsg) tea.Cmd {
	if h.input.Update(msg) {
		h.fill(a)
	}
	return nil
}

func (h *help) mouse(_ *App, m widget.Mouse) tea.Cmd {
	h.lines.Mouse(m)
	return nil
}

func (h *help) draw(a *App, c *widget.Canvas, area widget.Rect) {
	if h.names != (a.width >= roomForNames) {
		h.fill(a)
	}
	area = area.Inset(margin, 0)
	pen := c.Line(area, 0)
	pen.Write("Help", themes.Strong)
	pen.Skip(3)
	h.input.Draw(c, &pen, themes.Text, true)
	_, rest := area.Top(2)
	h.lines.Draw(c, rest)
}

func (h *help) hints(a *App) [][2]string {
	hints := [][2]string{{upDown(a.glyphs), "scroll"}, {"esc", "close"}}
	if h.only(a) != "" {
		hints = append([][2]string{{"enter", "do it"}}, hints...)
	}
	return hints
}
