package page

import (
	"cmp"
	"io"
	"slices"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/export"
	"github.com/aksight/aksight/ui/widget"
)

// Forms are those that it can be written in: its texts where it has some, and those of
// every list.
func (l *Listing) Forms() []export.ListingForm {
	var forms []export.ListingForm
	for _, text := range l.Texts {
		forms = append(forms, export.ListingForm{
			Name: text.Name, For: text.For, End: text.End,
			Write: func(w io.Writer, _ export.Listing) error { return text.Write(w) },
		})
	}
	return append(forms, export.ListingForms...)
}

// writes writes a text as it is.
func writes(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// List is the list as it is written: with the columns that were on the screen, or all.
func (l *Listing) List(all bool) export.Listing {
	extract := l.Extract
	if !all {
		extract = extract.Only()
	}
	list := export.Listing{Rows: extract.Rows}
	for _, column := range extract.Columns {
		list.Columns = append(list.Columns, export.ListingColumn{Title: column.Title, Number: column.Number})
	}
	return list
}

// rowsListing is a list of rows of words, each with a cell for every title.
func rowsListing(name string, titles []string, rows [][]string) *Listing {
	if len(rows) == 0 {
		return nil
	}
	extract := widget.Extract{Len: len(rows), Rows: slices.Values(rows)}
	for _, title := range titles {
		extract.Columns = append(extract.Columns, widget.Extracted{Title: title, Shown: true})
	}
	return &Listing{Name: name, Extract: extract}
}

// settingsListing is a sheet as a list: a row for each setting and for each finding
// on it, or nil where nothing was read.
func settingsListing(name string, s *sheet) *Listing {
	if s == nil {
		return nil
	}
	return rowsListing(name, []string{"Section", "Setting", "Value", "Path", "Severity", "Finding", "Rule"}, s.settings())
}

// jsonListing is a document as a list: a row for each value in sight and for each
// finding, and the document itself.
func jsonListing(name string, v *jsonView) *Listing {
	if v.doc == nil {
		return nil
	}
	var rows [][]string
	for _, at := range v.shown {
		l := &v.doc.lines[at]
		if l.found < 0 && !l.isValue() {
			continue
		}
		row := []string{v.doc.pathOf(int(at)), "", "", "", ""}
		if l.isValue() {
			row[1] = unquoteJSON(l.text)
		}
		if l.found >= 0 {
			finding := &v.doc.findings[l.found]
			row[2], row[3], row[4] = severityWord(finding.Judged()), cmp.Or(finding.Says, finding.Rule.Title), finding.Rule.ID
		}
		rows = append(rows, row)
	}
	list := rowsListing(name, []string{"Path", "Value", "Severity", "Finding", "Rule"}, rows)
	if list != nil {
		list.Texts = []ListingText{{Name: "Document", For: "other tools: as it was read, secrets hidden", End: ".json", Write: writes(v.doc.text())}}
	}
	return list
}

// Export returns what proves the finding, and the finding as a text.
func (p *findingPage) Export(*Context) *Listing {
	f := p.finding
	if f == nil {
		return nil
	}
	var rows [][]string
	row := func(path, value string) {
		rows = append(rows, []string{f.Rule.ID, f.Cluster.Name(), f.Part, severityWord(f.Judged()), cmp.Or(f.Says, f.Rule.Title), path, value})
	}
	for _, e := range f.Evidence {
		value := "not there"
		if !e.Absent {
			value = plain(e.Value)
		}
		row(e.Path, value)
	}
	if len(rows) == 0 {
		row("", "")
	}
	name := f.Rule.ID + " on " + findingTitle(f.Cluster.Name(), f.Part)
	list := rowsListing(name, []string{"Rule", "Cluster", "Part", "Verdict", "Finding", "Path", "Value"}, rows)
	list.Texts = []ListingText{{Name: "Text", For: "tickets: why it matters and what proves it", End: ".txt", Write: writes(findingText(f))}}
	return list
}

// Export returns the lines of all panels, with what they leave out.
func (p *posturePage) Export(*Context) *Listing {
	if p.posture == nil || p.posture.clusters == 0 {
		return nil
	}
	rows := [][]string{{"Estate", "", "", p.posture.sums()}}
	for i := range p.posture.panels {
		panel := &p.posture.panels[i]
		for _, row := range panel.rows {
			rows = append(rows, []string{panel.title, row.name, markWords[row.mark], row.value})
		}
		if panel.note != "" {
			rows = append(rows, []string{panel.title, "", "", panel.note})
		}
	}
	list := rowsListing("posture", []string{"Panel", "Line", "Worst", "Value"}, rows)
	list.Texts = []ListingText{{Name: "Text", For: "tickets and mails", End: ".txt", Write: writes(p.posture.text())}}
	return list
}

// settings are the lines of a sheet as rows.
func (s *sheet) settings() [][]string {
	var rows [][]string
	section, setting := "", line{}
	for at := range s.lines {
		l := &s.lines[at]
		if l.heading != "" {
			section = l.heading
			continue
		}
		if l.label != "" {
			setting = *l
		}
		row := []string{section, setting.label, setting.value, setting.path, "", "", ""}
		if l.finding >= 0 {
			finding := &s.findings[l.finding]
			row[4] = severityWord(model.Judged{Verdict: finding.Verdict, Severity: finding.Severity, Waived: finding.Waived})
			row[5], row[6] = finding.Says, finding.Rule.ID
			if finding.Says == "" {
				row[5] = finding.Rule.Title
			}
		}
		rows = append(rows, row)
	}
	return rows
}
