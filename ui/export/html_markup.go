package export

import (
	"bufio"
	"html"
	"strings"
)

// markup is HTML that stands in this program's text. A constant is one without saying so,
// and a text that was read is none: the compiler keeps names out of what is written as it is.
type markup string

// hole is where a value goes: into text, or between the quotes of an attribute.
const hole = "{}"

// htmlWriter writes markup with escaped values in its holes. It is no template: those of
// the library call methods by their names, for which the linker has to keep every
// method of every type in the program, a fifth of its size.
type htmlWriter struct {
	out *bufio.Writer
	err error
}

// put writes markup with the values in its holes, in their order.
func (h *htmlWriter) put(text markup, values ...string) {
	for _, value := range values {
		before, after, _ := strings.Cut(string(text), hole)
		h.write(before)
		h.write(html.EscapeString(value))
		text = markup(after)
	}
	h.write(string(text))
}

// putIf writes markup around a value, unless there is none.
func (h *htmlWriter) putIf(text markup, value string) {
	if value != "" {
		h.put(text, value)
	}
}

// list writes markup for each value, with the separator between two.
func (h *htmlWriter) list(text, separator markup, values []string) {
	for i, value := range values {
		if i > 0 {
			h.put(separator)
		}
		h.put(text, value)
	}
}

func (h *htmlWriter) write(text string) {
	if h.err == nil {
		_, h.err = h.out.WriteString(text)
	}
}

// linkTo is an address as a link may have it: on the web, and nothing that runs.
func linkTo(address string) string {
	if strings.HasPrefix(address, "https://") {
		return address
	}
	return "#"
}
