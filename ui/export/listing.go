package export

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Listing is a list of the explorer to be written.
type Listing struct {
	Columns []ListingColumn
	// Rows yields the cells of each row, one for every column; they count until the next.
	Rows iter.Seq[[]string]
}

// ListingColumn is a column of a list.
type ListingColumn struct {
	Title string
	// Number is set where the cells are numbers, or empty where they are not known.
	Number bool
}

// ListingForm is a form that a list can be written in.
type ListingForm struct {
	Name string
	// For says in a word what it is for.
	For string
	// End is the end of a file's name.
	End   string
	Write func(io.Writer, Listing) error
}

// ListingForms are the forms of a list.
var ListingForms = []ListingForm{
	{"CSV", "spreadsheets", ".csv", listingCSV},
	{"JSON", "programs", ".json", listingJSON},
	{"Markdown", "tickets and chats", ".md", listingMarkdown},
}

func listingCSV(w io.Writer, list Listing) error {
	out := newCSV(w)
	titles := make([]string, len(list.Columns))
	for i, column := range list.Columns {
		titles[i] = column.Title
	}
	out.row(titles...)
	for cells := range list.Rows {
		out.row(cells...)
		if out.err != nil {
			break
		}
	}
	return out.end()
}

// listingJSON writes an array of objects, one a line. The titles in camel case are
// the names; numbers that are not known are null.
func listingJSON(w io.Writer, list Listing) error {
	out := bufio.NewWriterSize(w, 64<<10)
	names := listingNames(list.Columns)
	encoder := newLineEncoder()
	separator := "[\n"
	for cells := range list.Rows {
		for i, cell := range cells {
			line, err := encoder.encode(listingValue(cell, list.Columns[i].Number))
			if err != nil {
				return err
			}
			begin := `, "`
			if i == 0 {
				begin = separator + `{"`
			}
			if _, err := out.WriteString(begin + names[i] + `": ` + string(line)); err != nil {
				return err
			}
		}
		_ = out.WriteByte('}') // Flush tells of an error
		separator = ",\n"
	}
	if separator == "[\n" {
		_, _ = out.WriteString("[") // likewise
	}
	_, _ = out.WriteString("\n]\n") // likewise
	return out.Flush()
}

func listingValue(cell string, number bool) any {
	if !number {
		return cell
	}
	if n, err := strconv.Atoi(cell); err == nil {
		return n
	}
	if cell == "" {
		return nil
	}
	return cell
}

// listingNames makes names for JSON of the titles, each once.
func listingNames(columns []ListingColumn) []string {
	names := make([]string, len(columns))
	seen := map[string]int{}
	for i, column := range columns {
		name := camel(column.Title)
		if name == "" {
			name = "column" + strconv.Itoa(i+1)
		}
		if seen[name]++; seen[name] > 1 {
			name += strconv.Itoa(seen[name])
		}
		names[i] = name
	}
	return names
}

// camel writes a title as a name: "API server" becomes apiServer.
func camel(title string) string {
	var name strings.Builder
	for word := range strings.FieldsFuncSeq(title, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		word = strings.ToLower(word)
		if name.Len() > 0 {
			word = capital(word)
		}
		name.WriteString(word)
	}
	return name.String()
}

func listingMarkdown(w io.Writer, list Listing) error {
	m := &markdown{out: bufio.NewWriterSize(w, 64<<10)}
	for _, column := range list.Columns {
		m.printf("| %s ", escape(column.Title))
	}
	m.printf("|\n")
	for _, column := range list.Columns {
		if column.Number {
			m.printf("| ---: ")
		} else {
			m.printf("| --- ")
		}
	}
	m.printf("|\n")
	for cells := range list.Rows {
		for _, cell := range cells {
			m.printf("| %s ", escape(cell))
		}
		m.printf("|\n")
	}
	return m.out.Flush()
}

// FileName makes a file's name of what is exported and when.
func FileName(name, end string, now time.Time) string {
	var safe strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			safe.WriteRune(r)
		case !strings.HasSuffix(safe.String(), "-"):
			safe.WriteByte('-')
		}
		if safe.Len() >= longestName {
			break
		}
	}
	return strings.TrimRight("aksight-"+strings.Trim(safe.String(), "-"), "-") + now.Format("-20060102-150405") + end
}

const longestName = 80

// Save writes a new file in a folder, for its owner alone, and returns its path. A
// file that is there already is never touched: the name then gets a number.
func Save(folder, name string, write func(io.Writer) error) (string, error) {
	base, end := strings.TrimSuffix(name, filepath.Ext(name)), filepath.Ext(name)
	for number := 1; ; number++ {
		path := filepath.Join(folder, name)
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) && number < 1000 {
			name = fmt.Sprintf("%s-%d%s", base, number+1, end)
			continue
		}
		if err != nil {
			return "", fmt.Errorf("%s cannot be written: %w", path, err)
		}
		if err := errors.Join(write(file), file.Close()); err != nil {
			_ = os.Remove(path) // the error is what counts
			return "", fmt.Errorf("%s was not written: %w", path, err)
		}
		return path, nil
	}
}
