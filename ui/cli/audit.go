package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/audit"
)

// auditEndings are what the names of files in a folder end with that are read as logs.
var auditEndings = []string{".json", ".jsonl", ".ndjson", ".log", ".csv", ".gz"}

// auditFiles lists the files that are meant: those of a folder in the order of their
// names, as Azure lays a storage account out by days and hours.
func auditFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case path == "-":
			files = append(files, path)
			continue
		case err != nil:
			return nil, fmt.Errorf("--audit: %w", err)
		case !info.IsDir():
			files = append(files, path)
			continue
		}
		before := len(files)
		err = filepath.WalkDir(path, func(path string, entry fs.DirEntry, err error) error {
			name := strings.ToLower(entry.Name())
			if err == nil && entry.Type().IsRegular() && slices.ContainsFunc(auditEndings, func(ending string) bool { return strings.HasSuffix(name, ending) }) {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("--audit: %w", err)
		}
		if len(files) == before {
			return nil, fmt.Errorf("--audit %s: the folder holds no file that ends with %s", path, strings.Join(auditEndings, ", "))
		}
	}
	return files, nil
}

// readAudit reads the files of a log and hands each event to use. A log in which there is
// no event is an error that says what to give.
func (p *program) readAudit(paths []string, use func(*audit.Event) error) (*audit.Log, error) {
	files, err := auditFiles(paths)
	if err != nil {
		return nil, err
	}
	log := &audit.Log{}
	for _, file := range files {
		if err := p.readAuditFile(log, file, use); err != nil {
			return nil, err
		}
	}
	if log.Events > 0 {
		return log, nil
	}
	const give = "give the API server's audit.log, what a query of AKSAudit, AKSAuditAdmin or AzureDiagnostics (kube-audit) gives as JSON or CSV, or what a diagnostic setting writes to storage"
	switch {
	case len(log.Wrong) > 0:
		return nil, fmt.Errorf("--audit: no request could be read of the log: %s; %s", log.Wrong[0], give)
	case log.Others > 0:
		return nil, fmt.Errorf("--audit: there are %d entries, and all are of other logs; %s", log.Others, give)
	default:
		return nil, errors.New("--audit: the log is empty; " + give)
	}
}

func (p *program) readAuditFile(log *audit.Log, file string, use func(*audit.Event) error) error {
	if file == "-" {
		if p.In == nil {
			return errors.New("--audit: there is no standard input to read from")
		}
		return log.Read("standard input", p.In, use)
	}
	text, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("--audit: %w", err)
	}
	defer func() { _ = text.Close() }() // it was only read
	return log.Read(file, io.Reader(text), use)
}
