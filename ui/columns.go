package ui

import (
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// columnChooser lists the columns of the page's table: the table behind it shows what
// is chosen as it is chosen.
type columnChooser struct {
	name   string
	before widget.Choice
	rows   columnRows
	table  widget.Table[string]
}

type columnRows []widget.Chosen

func (a *App) openColumns() tea.Cmd {
	columned, can := a.visits.current().page.(page.Columned)
	if !can {
		return a.sayHere(widget.NoMark, "there is no list with columns here")
	}
	name, columns := columned.Columns()
	if name == "" || len(columns) == 0 {
		return a.sayHere(widget.NoMark, "there is no list with columns here")
	}
	chooser := &columnChooser{name: name, before: a.choices[name], rows: columns}
	chooser.table.Columns = []widget.Column{{Min: 24, Weight: 1, Fixed: true}, {Min: 14, Fixed: true}}
	chooser.table.Set(chooser.rows, nil)
	a.overlay = chooser
	return nil
}

// choice is what the rows say.
func (r columnRows) choice() widget.Choice {
	var choice widget.Choice
	for _, column := range r {
		if column.On {
			choice.Shown = append(choice.Shown, column.Name)
		} else {
			choice.Hidden = append(choice.Hidden, column.Name)
		}
	}
	return choice
}

// choose shows a choice; the zero value is the table as it comes.
func (a *App) choose(name string, choice widget.Choice) {
	choices := maps.Clone(a.choices)
	if choices == nil {
		choices = map[string]widget.Choice{}
	}
	choices[name] = choice
	if choice.Shown == nil {
		delete(choices, name)
	}
	a.choices = choices
	a.dirty = true
}

func (p *columnChooser) key(a *App, msg tea.KeyPressMsg, name string) tea.Cmd {
	switch name {
	case "esc":
		a.choose(p.name, p.before)
		a.close()
		return nil
	case "enter":
		return p.keep(a)
	case "space":
		return p.toggle(a)
	case "shift+up", "K":
		return p.shift(a, -1)
	case "shift+down", "J":
		return p.shift(a, 1)
	case "backspace":
		a.choose(p.name, widget.Choice{})
		return p.reread(a)
	}
	for _, id := range a.meanings(msg) {
		switch {
		case id.IsMove():
			p.table.Do(id)
		case id == action.Columns:
			return p.keep(a)
		}
	}
	return nil
}

// toggle shows a column or takes it away; one always stays.
func (p *columnChooser) toggle(a *App) tea.Cmd {
	row := &p.rows[p.table.Selected()]
	on := 0
	for _, column := range p.rows {
		if column.On {
			on++
		}
	}
	if row.On && on == 1 {
		return a.say(widget.NoMark, "one column has to stay")
	}
	row.On = !row.On
	a.choose(p.name, p.rows.choice())
	return nil
}

// shift moves a column in the order.
func (p *columnChooser) shift(a *App, by int) tea.Cmd {
	at := p.table.Selected()
	to := at + by
	if to < 0 || to >= len(p.rows) {
		return nil
	}
	p.rows[at], p.rows[to] = p.rows[to], p.rows[at]
	p.table.Set(p.rows, nil)
	p.table.Select(p.rows[to].Name)
	a.choose(p.name, p.rows.choice())
	return nil
}

// reread lists the columns as the table has them now.
func (p *columnChooser) reread(a *App) tea.Cmd {
	if columned, can := a.visits.current().page.(page.Columned); can {
		a.draw() // the table takes its choice when it is drawn
		_, p.rows = columned.Columns()
		p.table.Set(p.rows, nil)
	}
	return nil
}

func (p *columnChooser) keep(a *App) tea.Cmd {
	choice := a.choices[p.name]
	name := p.name
	a.close()
	return keep(a, stateColumns, func(kept *map[string]widget.Choice) {
		if *kept == nil {
			*kept = map[string]widget.Choice{}
		}
		(*kept)[name] = choice
		if choice.Shown == nil {
			delete(*kept, name)
		}
	})
}

func (p *columnChooser) paste(*App, tea.PasteMsg) tea.Cmd { return nil }

func (p *columnChooser) mouse(a *App, m widget.Mouse) tea.Cmd {
	if p.table.Mouse(m) == widget.PressedOpen {
		return p.toggle(a)
	}
	return nil
}

// title stands over both columns of the box.
func (p *columnChooser) title() string { return "Columns of " + p.name }

// titleIndent is where the names of the columns begin.
const titleIndent = 2

func (p *columnChooser) size(a *App) (width, height int) {
	return max(44, titleIndent+widget.Width(p.title(), a.glyphs.ASCII)), len(p.rows) + 1
}

func (p *columnChooser) draw(a *App, c *widget.Canvas, area widget.Rect) {
	// The page behind was drawn before the box: it knows what has room.
	if columned, can := a.visits.current().page.(page.Columned); can {
		_, now := columned.Columns()
		for i := range p.rows {
			at := slices.IndexFunc(now, func(c widget.Chosen) bool { return c.Name == p.rows[i].Name })
			p.rows[i].Fits = at >= 0 && now[at].Fits
		}
	}
	p.table.Draw(c, area)
	pen := c.Line(area, 0)
	pen.Skip(titleIndent)
	pen.Write(p.title(), themes.Muted)
}

func (p *columnChooser) hints(*App) [][2]string {
	return [][2]string{{"space", "show or hide"}, {"J K", "move"}, {"enter", "keep"}, {"backspace", "as it came"}, {"esc", "back"}}
}

// Len is the number of columns.
func (r columnRows) Len() int { return len(r) }

// Key is the column's name.
func (r columnRows) Key(row int) string { return r[row].Name }

// Cell writes a cell.
func (r columnRows) Cell(row, column int, pen *widget.Pen) {
	chosen := r[row]
	switch {
	case column == 0 && chosen.On:
		pen.Mark(widget.PassMark)
		pen.Skip(1)
		pen.Write(chosen.Name, themes.Text)
	case column == 0:
		pen.Skip(pen.Glyphs().MarkWidth + 1)
		pen.Write(chosen.Name, themes.Muted)
	case chosen.On && !chosen.Fits:
		pen.Write("no room now", themes.Unread)
	}
}
