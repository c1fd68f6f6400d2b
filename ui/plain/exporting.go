package plain

import (
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aksight/aksight/ui/export"
	"github.com/aksight/aksight/ui/page"
	"github.com/aksight/aksight/ui/widget"
)

// sheetWidth is wide enough for every column of a list.
const sheetWidth, sheetHeight = 400, 50

// export writes what the page lists into a file of the current folder.
func (s *session) export(form string) {
	exporter, can := s.current().(page.Exporter)
	if !can {
		s.out.line("There is no list to export here.")
		return
	}
	// A page lays its list out when it is drawn.
	c := s.with()
	canvas := widget.NewCanvas(sheetWidth, sheetHeight, s.context.Glyphs)
	s.current().Draw(c, canvas, canvas.Area())
	c.Effects() // nobody looks at what was drawn
	list := exporter.Export(c)
	if list == nil {
		s.out.line("There is no list to export here.")
		return
	}
	forms := list.Forms()
	at := 0
	if form != "" {
		at = slices.IndexFunc(forms, func(f export.ListingForm) bool {
			return strings.EqualFold(f.Name, form) || strings.EqualFold(f.End, "."+form)
		})
	}
	if at < 0 {
		names := make([]string, len(forms))
		for i := range forms {
			names[i] = strings.ToLower(forms[i].Name)
		}
		s.out.line("It can be written as " + strings.Join(names, ", ") + ".")
		return
	}
	folder, err := s.opts.Folder()
	if err == nil {
		var path string
		path, err = export.Save(folder, export.FileName(list.Name, forms[at].End, s.opts.Now()), func(w io.Writer) error {
			return forms[at].Write(w, list.List(true))
		})
		if err == nil {
			s.out.line("Wrote " + filepath.Base(path) + " into " + filepath.Dir(path) + ".")
			return
		}
	}
	s.out.line("Not exported: " + err.Error())
}
