package page

import (
	"slices"
	"strings"
	"unicode"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/glossary"
)

// A line is one row of a sheet: a heading, a setting, or a further finding on the
// setting above it.
type line struct {
	heading string
	label   string
	value   string
	// term is the glossary's entry that explains the setting, or empty.
	term string
	// about is that entry, where the line has no finding to explain it.
	about *glossary.Term
	// faint marks a value that is a default or was not read, not one that is set.
	faint bool
	// path is what y copies beside the value and what the JSON tab looks for.
	path string
	// finding is the place in the sheet's findings, or -1.
	finding int
	// more counts the further verdicts on the same setting that need no line of their own.
	more int
}

// A sheet is one subject's settings with the findings where they stand.
type sheet struct {
	lines    []line
	findings []model.Finding
	counts   model.Counts
}

// A sheetSource is what a sheet is built from.
type sheetSource struct {
	doc      *model.Document
	tree     map[string]any
	sections []section
	rules    []*model.Rule
	judged   []model.Judged
	explain  func(rule int) model.Finding
	// children says the value of a line that comes from another read.
	children func(kind model.Kind) (words string, set bool)
	// preview is the cluster's document in a preview api-version, or nil, and
	// previewTree the subject's part of it.
	preview     *model.Document
	previewTree map[string]any
}

// carrying returns the document that carries a setting.
func (src *sheetSource) carrying(s *setting) (*model.Document, map[string]any) {
	if s.preview && src.preview != nil && src.previewTree != nil {
		if _, there := document.Lookup(src.tree, s.paths[0]); !there {
			return src.preview, src.previewTree
		}
	}
	return src.doc, src.tree
}

// build lays the sheet out. Every rule's verdict stands on exactly one line; what
// needs a reader's eye has a line of its own.
func (src *sheetSource) build() *sheet {
	s := &sheet{}
	placed := src.place()
	for at := range src.sections {
		lines := src.section(s, at, placed)
		if len(lines) == 0 {
			continue
		}
		s.lines = append(s.lines, line{heading: src.sections[at].title, finding: -1})
		for i := range lines {
			if lines[i].finding < 0 {
				lines[i].about = glossary.Get(lines[i].term)
			}
		}
		s.lines = append(s.lines, lines...)
	}
	for _, judged := range src.judged {
		s.counts.Add(judged)
	}
	return s
}

// spot is where on a sheet a rule stands: the line of a section, or the section
// alone where no line has its property.
type spot struct{ section, line int }

// place finds each rule's spot.
func (src *sheetSource) place() map[spot][]int {
	paths := map[string]spot{}
	topics := map[model.Topic]int{}
	for i := range src.sections {
		for _, topic := range src.sections[i].topics {
			topics[topic] = i
		}
		for j := range src.sections[i].lines {
			setting := &src.sections[i].lines[j]
			for _, path := range setting.paths {
				paths[strings.ToLower(path)] = spot{i, j}
			}
			if setting.child != "" {
				paths[strings.ToLower(string(setting.child))] = spot{i, j}
			}
		}
	}
	placed := map[spot][]int{}
	for rule, r := range src.rules {
		if rule >= len(src.judged) || src.judged[rule].Verdict == model.NotJudged {
			continue
		}
		at, found := spot{topics[r.Topic], -1}, false
		if len(r.Evidence) > 0 {
			var where spot
			if where, found = paths[normalPath(r.Evidence[0])]; found {
				at = where
			}
		}
		if !found && len(r.Reads) > 0 {
			if where, is := paths[strings.ToLower(string(r.Reads[0]))]; is {
				at = where
			}
		}
		placed[at] = append(placed[at], rule)
	}
	return placed
}

// normalPath brings the ways to write a property's path to one.
func normalPath(path string) string {
	path = strings.NewReplacer("['", ".", "']", "", "[\"", ".", "\"]", "", "[]", "", "?", "").Replace(path)
	return strings.ToLower(strings.TrimPrefix(path, "r."))
}

// section lays one group out: its settings, then the findings without a setting.
func (src *sheetSource) section(s *sheet, at int, placed map[spot][]int) []line {
	var lines []line
	group := &src.sections[at]
	for i := range group.lines {
		setting := &group.lines[i]
		rules := src.worstFirst(placed[spot{at, i}])
		doc, tree := src.carrying(setting)
		if !setting.shown(tree) && !src.anyWrong(rules) {
			continue
		}
		first := line{label: setting.label, term: setting.term, path: setting.paths[0], finding: -1}
		if setting.child != "" {
			words, set := src.children(setting.child)
			first.value, first.faint = words, !set
		} else {
			words, set := setting.value(doc, tree)
			first.value, first.faint = words, !set
		}
		lines = append(lines, src.mark(s, first, rules)...)
	}
	for _, rule := range src.worstFirst(placed[spot{at, -1}]) {
		if !wrong(src.judged[rule]) {
			continue
		}
		lines = append(lines, src.mark(s, src.extra(rule), []int{rule})...)
	}
	return lines
}

// extra makes a line for a rule whose property no setting stands for.
func (src *sheetSource) extra(rule int) line {
	r := src.rules[rule]
	if len(r.Evidence) == 0 {
		return line{label: strings.ToLower(r.Title), finding: -1}
	}
	path := r.Evidence[0]
	value, there := document.Lookup(src.tree, path)
	words := "none"
	if there {
		words = plain(value)
	} else if src.doc.Partial {
		words = notReadYet
	}
	return line{label: labelOf(path), value: words, faint: !there, path: path, finding: -1}
}

// mark puts a setting's verdicts on its line: the worst beside it, every further
// failure on a line below.
func (src *sheetSource) mark(s *sheet, first line, rules []int) []line {
	lines := []line{first}
	for n, rule := range rules {
		if n > 0 && !wrong(src.judged[rule]) {
			lines[0].more++
			continue
		}
		finding := src.finding(rule)
		s.findings = append(s.findings, finding)
		if n == 0 {
			lines[0].finding = len(s.findings) - 1
			continue
		}
		lines = append(lines, line{path: first.path, term: first.term, finding: len(s.findings) - 1})
	}
	return lines
}

// finding explains a verdict; one that is pending or passed has nothing to explain.
func (src *sheetSource) finding(rule int) model.Finding {
	judged := src.judged[rule]
	if judged.Verdict == model.Pending || judged.Verdict == model.Pass {
		return model.Finding{
			Rule: src.rules[rule], Cluster: src.doc.ID, Verdict: judged.Verdict, Severity: judged.Severity,
			ReadAt: src.doc.ReadAt, APIVersion: src.doc.APIVersion, Via: src.doc.Via,
		}
	}
	return src.explain(rule)
}

// wrong reports whether a verdict needs a reader's eye: what is waived is never hidden.
func wrong(j model.Judged) bool { return j.Verdict == model.Fail || j.Verdict == model.CouldNotRead }

func (src *sheetSource) anyWrong(rules []int) bool {
	return slices.ContainsFunc(rules, func(rule int) bool { return wrong(src.judged[rule]) })
}

func (src *sheetSource) worstFirst(rules []int) []int {
	sorted := slices.Clone(rules)
	slices.SortStableFunc(sorted, func(a, b int) int { return weight(src.judged[b]) - weight(src.judged[a]) })
	return sorted
}

// weight orders judgements by how much they need a reader: failures by severity,
// then what could not be read, what is pending, what is waived, what passed, what does
// not apply.
func weight(j model.Judged) int {
	switch j.Verdict {
	case model.Fail:
		if j.Waived {
			return 3
		}
		return 10 + int(j.Severity)
	case model.CouldNotRead:
		return 5
	case model.Pending:
		return 4
	case model.Pass:
		return 2
	default:
		return 1
	}
}

// labelOf makes words of a path's last part: enableVnetIntegration becomes "enable
// vnet integration".
func labelOf(path string) string {
	path = strings.TrimSuffix(path, ".enabled")
	if at := strings.LastIndexAny(path, ".["); at >= 0 {
		path = path[at+1:]
	}
	var words strings.Builder
	runes := []rune(strings.Trim(path, "'\"[]"))
	for i, r := range runes {
		starts := unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if starts {
			words.WriteByte(' ')
		}
		if starts || i == 0 {
			if i+1 < len(runes) && unicode.IsUpper(runes[i+1]) {
				words.WriteRune(r)
				continue
			}
			r = unicode.ToLower(r)
		}
		words.WriteRune(r)
	}
	return words.String()
}
