package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aksight/aksight/ui/export"
)

// outputValues are the forms of a report, ruleOutputs those of a list of rules.
var (
	outputValues = []string{"table", "json", "csv", "md", "html", "sarif"}
	ruleOutputs  = []string{"table", "json", "md"}
)

// output is a form of the report and the file that it goes to: "" for standard output.
type output struct{ form, path string }

// formOf tells the form by the end of a file's name.
var formOf = map[string]string{
	".json": "json", ".csv": "csv", ".md": "md", ".markdown": "md", ".html": "html", ".htm": "html",
	".sarif": "sarif", ".txt": "table",
}

// parseOutputs reads the values of --output, FORM or FORM=FILE, and that of --file.
func parseOutputs(values []string, file string) ([]output, error) {
	if len(values) == 0 && file == "" {
		values = []string{"table"}
	}
	var outputs []output
	free := -1 // the one without a file
	for _, value := range values {
		form, path, named := strings.Cut(value, "=")
		switch {
		case !slices.Contains(outputValues, form):
			return nil, fmt.Errorf("--output %s: use %s, or one of them with a file, such as html=report.html", value, strings.Join(outputValues, ", "))
		case named && path == "":
			return nil, fmt.Errorf("--output %s: name a file after the =, such as %s=report.%s", value, form, form)
		case path == "-":
			path = ""
		}
		if path == "" {
			if free >= 0 {
				return nil, fmt.Errorf("only one report can go to standard output: give the others a file, such as --output %s=report.%s", form, form)
			}
			free = len(outputs)
		}
		outputs = append(outputs, output{form, path})
	}
	if file != "" {
		var err error
		if outputs, err = placed(outputs, free, file); err != nil {
			return nil, err
		}
	}
	return outputs, checkFiles(outputs)
}

// placed gives the report without a file the one of --file, whose name tells the form
// where no --output does.
func placed(outputs []output, free int, file string) ([]output, error) {
	switch {
	case free >= 0:
		outputs[free].path = file
	case len(outputs) > 0:
		return nil, errors.New("--file is for a report without a file, and every --output names one: leave --file out")
	default:
		form, known := formOf[strings.ToLower(filepath.Ext(file))]
		if !known {
			return nil, fmt.Errorf("--file %s: its name does not tell the form: add --output %s", file, strings.Join(outputValues, "|"))
		}
		outputs = append(outputs, output{form, file})
	}
	return outputs, nil
}

// checkFiles refuses files that cannot be written, before anything is read.
func checkFiles(outputs []output) error {
	seen := map[string]bool{}
	for _, out := range outputs {
		if out.path == "" {
			continue
		}
		path := filepath.Clean(out.path)
		if seen[path] {
			return fmt.Errorf("two reports cannot go to one file, %s: give each its own", out.path)
		}
		seen[path] = true
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return fmt.Errorf("%s is a folder: name a file in it", out.path)
		}
		info, err := os.Stat(filepath.Dir(path))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("%s cannot be written: there is no folder %s; make it first", out.path, filepath.Dir(path))
		case err != nil:
			return fmt.Errorf("%s cannot be written: %w", out.path, err)
		case !info.IsDir():
			return fmt.Errorf("%s cannot be written: %s is not a folder", out.path, filepath.Dir(path))
		}
	}
	return nil
}

// writeAll writes the report in every form that was asked for: files first.
func (p *program) writeAll(written *export.Report, outputs []output, opts *reportOptions, ascii bool) error {
	for _, out := range outputs {
		if out.path == "" {
			continue
		}
		watched, done := p.watchWriting(written, out, opts.quiet)
		err := replaceFile(out.path, func(w io.Writer) error {
			return writeForm(w, watched, out.form, export.TableOptions{ASCII: ascii})
		})
		done()
		if err != nil {
			return err
		}
		if !opts.quiet {
			fmt.Fprintf(p.Err, "wrote %s\n", oneLine(out.path))
		}
	}
	at := slices.IndexFunc(outputs, func(out output) bool { return out.path == "" })
	if at < 0 {
		return nil
	}
	table := p.table()
	table.ASCII = ascii
	watched, done := p.watchWriting(written, outputs[at], opts.quiet)
	defer done()
	return writeForm(p.Out, watched, outputs[at].form, table)
}

func writeForm(w io.Writer, written *export.Report, form string, table export.TableOptions) error {
	switch form {
	case "json":
		return export.JSON(w, written)
	case "csv":
		return export.CSV(w, written)
	case "md":
		return export.Markdown(w, written)
	case "html":
		return export.HTML(w, written)
	case "sarif":
		return export.SARIF(w, written)
	default:
		return export.Table(w, written, table)
	}
}

// replaceFile writes a file as a whole or not at all, for its owner alone: a report
// tells where an estate is weak. What is not a plain file, such as a pipe, is written to.
func replaceFile(path string, write func(io.Writer) error) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return writeInto(path, write)
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, err)
	}
	out := bufio.NewWriterSize(file, 64<<10)
	err = write(out)
	err = errors.Join(err, out.Flush(), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name()) // the error is what counts
		return fmt.Errorf("%s was not written: %w", path, err)
	}
	return nil
}

func writeInto(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, err)
	}
	if err := errors.Join(write(file), file.Close()); err != nil {
		return fmt.Errorf("%s was not written: %w", path, err)
	}
	return nil
}
