package page

import (
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/widget"
)

// settingsListing is a sheet as a list: a row for each setting and for each finding
// on it, or nil where nothing was read.
func settingsListing(name string, s *sheet) *Listing {
	if s == nil || len(s.lines) == 0 {
		return nil
	}
	rows := s.settings()
	extract := widget.Extract{Len: len(rows)}
	for _, title := range []string{"Section", "Setting", "Value", "Path", "Severity", "Finding", "Rule"} {
		extract.Columns = append(extract.Columns, widget.Extracted{Title: title, Shown: true})
	}
	extract.Rows = func(yield func([]string) bool) {
		for _, row := range rows {
			if !yield(row) {
				return
			}
		}
	}
	return &Listing{name, extract}
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
