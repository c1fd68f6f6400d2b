package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// keptColours are themes that were chosen in the explorer. They hold as long as the
// settings say what they said then: who changes the settings later means it.
type keptColours struct {
	Over  Colours `json:"over"`
	Wants Colours `json:"wants"`
}

// KeptTheme says which theme was chosen in the explorer over the settings; empty for
// none.
func KeptTheme(state *config.State, settings Colours) string {
	kept, err := config.Remembered[keptColours](state, stateTheme)
	if err != nil || kept.Over != settings {
		return ""
	}
	if kept.Wants.Always != "" {
		return kept.Wants.Always
	}
	var parts []string
	if kept.Wants.Dark != settings.Dark {
		parts = append(parts, "dark: "+kept.Wants.Dark)
	}
	if kept.Wants.Light != settings.Light {
		parts = append(parts, "light: "+kept.Wants.Light)
	}
	return strings.Join(parts, ", ")
}

// remember takes the themes that were kept.
func (l *look) remember(state *config.State) []page.Trouble {
	kept, err := config.Remembered[keptColours](state, stateTheme)
	if err != nil {
		return []page.Trouble{stateTrouble(state, err)}
	}
	if kept.Over == l.settings && kept.Wants != (Colours{}) {
		l.want(kept.Wants)
	}
	return nil
}

// themeChooser lists the themes: the one under the cursor is the one that is shown.
type themeChooser struct {
	table widget.Table[string]
	rows  themeRows
}

// themeRow is a theme that can be chosen; the first stands for the settings.
type themeRow struct {
	name  string
	theme *themes.Theme // nil where it is broken
	says  string
}

type themeRows []themeRow

const asSet = "as in the settings"

func (a *App) openThemes() tea.Cmd {
	if a.look.choose() == "mono" && a.look.wants.Always != "mono" {
		return a.say(widget.InfoMark, "colours are turned off by NO_COLOR, CLICOLOR=0, --no-color or the terminal: there is no theme to choose")
	}
	t := &themeChooser{}
	settings := a.look
	settings.wants = settings.settings
	t.rows = append(t.rows, themeRow{name: asSet, says: settings.choose()})
	t.rows[0].theme, _ = a.look.library.Load(t.rows[0].says) // broken settings were told of at the start
	for _, name := range a.look.library.Names() {
		row := themeRow{name: name, says: "dark"}
		theme, err := a.look.library.Load(name)
		switch {
		case err != nil:
			row.says = err.Error()
		case name == "mono":
			row.theme, row.says = theme, "no colours"
		default:
			row.theme = theme
			if !theme.Dark {
				row.says = "light"
			}
		}
		t.rows = append(t.rows, row)
	}
	t.table.Columns = []widget.Column{{Title: "Theme", Min: 20, Fixed: true}, {Title: "For a terminal that is", Min: 22, Weight: 1, Fixed: true}}
	t.table.Set(t.rows, nil)
	t.table.Select(a.look.theme.Name)
	a.overlay = t
	return nil
}

// show shows the theme under the cursor.
func (t *themeChooser) show(a *App) {
	if theme := t.rows[t.table.Selected()].theme; theme != nil {
		a.look.theme = theme
	}
}

func (t *themeChooser) key(a *App, _ tea.KeyPressMsg, name string) tea.Cmd {
	switch name {
	case "esc":
		return t.leave(a)
	case "enter":
		return t.choose(a)
	}
	for _, id := range a.keys.For(name) {
		switch {
		case id.IsMove():
			t.table.Do(id)
			t.show(a)
			return nil
		case id == action.Theme || id == action.Quit: // the key that opened it closes it
			return t.leave(a)
		}
	}
	return nil
}

// leave shows the theme as it was, or as the terminal has asked for it since.
func (t *themeChooser) leave(a *App) tea.Cmd {
	a.look.back()
	a.close()
	return nil
}

// choose keeps the theme under the cursor: for the terminal's present background where
// the theme follows it, else for every terminal.
func (t *themeChooser) choose(a *App) tea.Cmd {
	row := t.rows[t.table.Selected()]
	if row.theme == nil {
		return a.say(widget.UnreadMark, row.says)
	}
	wants, says := a.look.wants, "theme "+row.name
	switch {
	case row.name == asSet:
		wants, says = a.look.settings, "the theme is as in the settings: "+row.theme.Name
	case wants.Always != "":
		wants.Always = row.name
	case a.look.light:
		wants.Light = row.name
		says += " on light terminals"
	default:
		wants.Dark = row.name
		says += " on dark terminals"
	}
	a.close()
	a.look.theme = row.theme
	a.look.want(wants)
	over := a.look.settings
	return tea.Batch(a.say(widget.PassMark, says), keep(a, stateTheme, func(kept *keptColours) {
		*kept = keptColours{Over: over, Wants: wants}
		if wants == over {
			*kept = keptColours{}
		}
	}))
}

func (t *themeChooser) paste(*App, tea.PasteMsg) tea.Cmd { return nil }

func (t *themeChooser) mouse(a *App, m widget.Mouse) tea.Cmd {
	switch t.table.Mouse(m) {
	case widget.PressedOpen:
		return t.choose(a)
	case widget.PressedRow:
		t.show(a)
	case widget.PressedNothing, widget.PressedSort:
	}
	return nil
}

func (t *themeChooser) size(*App) (width, height int) { return 50, len(t.rows) + 1 }

func (t *themeChooser) draw(_ *App, c *widget.Canvas, area widget.Rect) { t.table.Draw(c, area) }

func (t *themeChooser) hints(a *App) [][2]string {
	return [][2]string{{upDown(a.glyphs), "show"}, {"enter", "keep"}, {"esc", "back to how it was"}}
}

// Len is the number of themes.
func (r themeRows) Len() int { return len(r) }

// Key is the theme's name.
func (r themeRows) Key(row int) string { return r[row].name }

// Cell writes a cell.
func (r themeRows) Cell(row, column int, pen *widget.Pen) {
	style := themes.Text
	if r[row].theme == nil {
		style = themes.Unread
	}
	if column == 0 {
		pen.Write(r[row].name, style)
		return
	}
	if style == themes.Text {
		style = themes.Muted
	}
	pen.Write(r[row].says, style)
}
