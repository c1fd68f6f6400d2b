package export

import (
	"bufio"
	"io"
	"strings"
	"unicode"

	"github.com/aksight/aksight/ui/glossary"
)

// Term explains one entry of the glossary for people.
func Term(w io.Writer, term *glossary.Term, opts TableOptions) error {
	t := newTable(bufio.NewWriter(w), opts)
	t.line(t.style("1", term.Name))
	if len(term.Also) > 0 {
		t.wrapped("  ", "also: "+strings.Join(term.Also, ", "))
	}
	t.part("What it is", term.Says)
	var see []string
	for _, id := range term.See {
		see = append(see, glossary.Get(id).Name)
	}
	t.part("See also", strings.Join(see, ", "))
	t.part("Learn more", term.URL())
	return t.out.Flush()
}

// Terms lists the glossary's terms, one a line, with their other names.
func Terms(w io.Writer, terms []*glossary.Term) error {
	out := bufio.NewWriter(w)
	for _, term := range terms {
		line := term.Name
		if len(term.Also) > 0 {
			line += " (" + strings.Join(term.Also, ", ") + ")"
		}
		if _, err := out.WriteString(line + "\n"); err != nil {
			return err
		}
	}
	return out.Flush()
}

// GlossaryMarkdown writes the glossary as a page.
func GlossaryMarkdown(w io.Writer, terms []*glossary.Term) error {
	m := &markdown{out: bufio.NewWriter(w)}
	m.printf("# Glossary\n\n%s, in plain words. In the explorer `x` explains the one under the cursor; "+
		"`aksight explain TERM` prints one.\n", capital(plural(len(terms), "term")))
	for _, term := range terms {
		m.printf("\n## %s\n\n", term.Name)
		if len(term.Also) > 0 {
			m.printf("*Also:* %s\n\n", strings.Join(term.Also, ", "))
		}
		m.printf("%s\n\n", term.Says)
		links := make([]string, 0, len(term.See)+1)
		for _, id := range term.See {
			name := glossary.Get(id).Name
			links = append(links, "["+name+"](#"+anchor(name)+")")
		}
		documentation := term.URL()
		if term.Page != "" {
			documentation = strings.TrimPrefix(term.Page, "docs/")
		}
		links = append(links, "[documentation]("+documentation+")")
		m.printf("See %s.\n", strings.Join(links, ", "))
	}
	return m.out.Flush()
}

// anchor is the fragment that a heading of a Markdown page gets.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		default:
			return -1
		}
	}, heading)
}
