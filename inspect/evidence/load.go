package evidence

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/textfile"
	"github.com/aksight/aksight/model"
)

// errStopped ends a read that nobody listens to any more.
var errStopped = errors.New("no longer wanted")

// loader reads all files into a holding, and hands clusters out as they come.
type loader struct {
	*Source
	ctx  context.Context
	emit func(source.Event) error
	h    *holding
	// wrong are the files with something wrong.
	wrong map[string]bool
	// first is what was wrong with the first of them, and where.
	first string
}

// load reads the files. What is wrong with one of them is told, and the rest is read.
func (l *loader) load() error {
	for number, in := range l.inputs {
		if err := l.ctx.Err(); err != nil {
			return err
		}
		var err error
		if in.manifest != nil {
			err = l.bundle(in)
		} else {
			err = l.loose(number+1, in)
		}
		if err != nil {
			return err
		}
	}
	return l.finish()
}

// problem tells what is wrong with a file.
func (l *loader) problem(file string, why error, do string) error {
	what := "could not be used"
	if place, is := errors.AsType[*placeError](why); is {
		what = "is damaged " + placeWords(place)
		why = place.err
	}
	if len(l.wrong) == 0 {
		l.first = fmt.Sprintf("%.200q %s: %s", file, what, words(why))
	}
	l.wrong[file] = true
	return l.emit(source.Failed{
		Scope: source.Scope{Breadth: source.File, ID: model.ID(file)}, At: l.captured,
		Why: &source.Problem{What: "It " + what + ": " + words(why), Do: do, Err: why},
	})
}

// nothing says why no file could be used.
func (l *loader) nothing() string {
	switch others := len(l.wrong) - 1; others {
	case 0:
		return "No file could be used: " + l.first
	case 1:
		return "No file could be used: " + l.first + "; nor could 1 more"
	default:
		return fmt.Sprintf("No file could be used: %s; nor could %d more", l.first, others)
	}
}

func placeWords(place *placeError) string {
	if place.line == 0 {
		return fmt.Sprintf("at byte %d", place.offset)
	}
	return fmt.Sprintf("at byte %d (line %d)", place.offset, place.line)
}

// words says an error without the path, which stands beside it.
func words(err error) string {
	switch path, is := errors.AsType[*fs.PathError](err); {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file or folder"
	case errors.Is(err, fs.ErrPermission):
		return "you may not read it"
	case is:
		return path.Err.Error()
	}
	return err.Error()
}

// upsert hands a cluster's document out, with what was wrong with reading it.
func (l *loader) upsert(c *cluster) error {
	err := l.emit(source.Upsert{Resource: c.resource})
	if err != nil || c.problem == nil {
		return err
	}
	return l.emit(source.Failed{Scope: source.Scope{Breadth: source.Cluster, ID: c.id}, Why: c.problem, At: l.captured})
}

// loose reads a file that is no bundle.
func (l *loader) loose(number int, in *input) error {
	file := &looseFile{number: number, name: in.name, at: in.at, wants: l.wants, others: map[string]int{}}
	if in.failed != nil {
		return l.problem(in.name, in.failed, in.do())
	}
	text, done, err := in.open()
	if err != nil {
		return l.problem(in.name, err, "")
	}
	defer done()
	var stopped error
	told := map[string]bool{}
	damaged := false
	read := decode
	plain := bufio.NewReaderSize(&stoppable{ctx: l.ctx, r: textfile.InUTF8(text)}, textfile.BufferSize)
	if isYAML(plain) {
		read = decodeYAML
	}
	read(plain, func(found found) error {
		if stopped != nil {
			return nil //nolint:nilerr // nobody listens any more: nothing is wrong with the file
		}
		turn := l.opts.Pacer.Begin()
		changed, err := file.take(l.h, found)
		turn.End()
		if err == nil && changed != nil {
			stopped = l.upsert(changed)
		}
		return err
	}, func(err error) {
		damaged = true
		// A file that is no evidence at all would say the same of each of its documents.
		if why := errors.Unwrap(err); stopped == nil && why != nil && !told[why.Error()] {
			told[why.Error()] = true
			stopped = l.problem(in.name, err, "the rest of what was given is used; save this file again")
		}
	})
	if file.objects != nil {
		l.h.loose = append(l.h.loose, looseInside{path: in.name, apart: in.given(), inside: file.objects})
	}
	switch {
	case l.ctx.Err() != nil:
		return l.ctx.Err()
	case stopped != nil:
		return stopped
	case file.used == 0 && !damaged && len(file.others) == 0 && file.nothing(l.h):
	case file.used == 0 && !damaged:
		return l.useless(in.name, file.others)
	}
	return nil
}

// useless tells of a file in which there was nothing to look at.
func (l *loader) useless(name string, others map[string]int) error {
	if len(others) == 0 {
		// An empty list is what Azure prints where there is nothing; it does not say of what.
		return l.problem(name, errors.New("it holds an empty list, which does not say what of"), "aksight capture tells what is missing from what was not read")
	}
	types := slices.Sorted(maps.Keys(others))
	const several = 3
	more := ""
	if len(types) > several {
		more = fmt.Sprintf(" and %d more types", len(types)-several)
		types = types[:several]
	}
	return l.problem(name, fmt.Errorf("it holds only resources that aksight does not look at: %s%s", strings.Join(types, ", "), more), "")
}

// bundle reads a bundle.
func (l *loader) bundle(in *input) error {
	var all members
	if in.folder {
		all = &folderMembers{root: os.DirFS(in.path), left: in.manifest.Files}
	} else {
		text, done, err := in.open()
		if err != nil {
			return l.problem(in.name, err, "")
		}
		defer done()
		all = newTarMembers(&stoppable{ctx: l.ctx, r: text})
	}
	if _, err := readManifest(all); err != nil {
		return l.problem(in.name, err, "")
	}
	file := &bundleFile{name: in.name, wants: l.wants}
	var stopped error
	readMembers(all, in.manifest, func(path string, content []byte) error {
		if stopped != nil || l.ctx.Err() != nil {
			return nil //nolint:nilerr // nobody listens any more: nothing is wrong with the file
		}
		turn := l.opts.Pacer.Begin()
		changed, err := file.take(l.h, path, content)
		turn.End()
		if err == nil && changed != nil {
			stopped = l.upsert(changed)
		}
		return err
	}, func(path string, err error) {
		if stopped == nil && l.ctx.Err() == nil {
			stopped = l.problem(in.name+": "+path, err, "use the bundle as it was captured; the rest of it is used")
		}
	})
	if err := l.ctx.Err(); err != nil {
		return err
	}
	return stopped
}

// finish joins what belongs together and hands out what that changes.
func (l *loader) finish() error {
	l.h.place()
	none := allAbsent()
	for _, file := range l.h.files {
		scope := source.Scope{Breadth: source.File, ID: model.ID(file.Path)}
		if problem := file.Problem.problem(); problem != nil {
			if err := l.emit(source.Failed{Scope: scope, Why: problem, At: l.captured}); err != nil {
				return err
			}
		}
	}
	for _, held := range l.h.subscriptions {
		if held.resource == nil || !l.wants(held.resource.ID.Subscription(), held.label()) {
			continue
		}
		if err := l.emit(source.Upsert{Resource: held.resource}); err != nil {
			return err
		}
	}
	if err := l.placeRights(); err != nil {
		return err
	}
	for _, c := range l.h.order {
		if err := l.ctx.Err(); err != nil {
			return err
		}
		if l.h.finish(c, none) {
			if err := l.upsert(c); err != nil {
				return err
			}
		}
		if c.id.Kubeconfig() {
			continue // nothing of Azure's hangs under it
		}
		if err := l.emit(source.AllChildren{Cluster: c.id, Children: c.children, Reads: c.reads}); err != nil {
			return err
		}
	}
	return l.unoffered()
}
