package kube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// secretListsAtOnce is how many namespaces are asked for their Secrets at once: the
// answers are short, and the way is what takes time.
const secretListsAtOnce = 16

// readSecrets lists Secrets namespace by namespace: the columns that are read name no
// namespace, and more than the columns is never asked for. One question to all of them
// comes first, which tells whether they may be listed, and whether there are any.
func (r *reader) readSecrets(ctx context.Context, kind model.ObjectKind) {
	if err := r.listSecrets(ctx, kind); err != nil {
		r.fail(ctx, kind.Kind, r.problem(err, kind.Kind))
		return
	}
	r.emit(ctx, source.Complete{Scope: r.scope(kind.Kind), At: r.opts.Now()})
	if r.follow {
		r.watches.Go(func() { r.followSecrets(ctx, kind) })
	}
}

func (r *reader) listSecrets(ctx context.Context, kind model.ObjectKind) error {
	first, err := r.secretsPage(ctx, kind, "", 1, "")
	if err != nil || len(first.Rows) == 0 {
		return err
	}
	namespaces, err := r.namespaces(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	turns := make(chan struct{}, secretListsAtOnce)
	var lists sync.WaitGroup
	for _, namespace := range namespaces {
		turns <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		lists.Go(func() {
			defer func() { <-turns }()
			if err := r.secretsOf(ctx, kind, namespace); err != nil {
				cancel(err)
			}
		})
	}
	lists.Wait()
	return context.Cause(ctx)
}

// namespaces waits for the names of the namespaces.
func (r *reader) namespaces(ctx context.Context) ([]string, error) {
	select {
	case <-r.named:
		r.reach.Lock()
		defer r.reach.Unlock()
		return slices.Clone(r.names), r.unnamed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// remember notes the names of namespaces, also of those that come later.
func (r *reader) remember(namespaces []*model.Object) {
	r.reach.Lock()
	defer r.reach.Unlock()
	for _, namespace := range namespaces {
		if at, known := slices.BinarySearch(r.names, namespace.Name); !known {
			r.names = slices.Insert(r.names, at, namespace.Name)
		}
	}
}

// secretsOf lists the Secrets of a namespace.
func (r *reader) secretsOf(ctx context.Context, kind model.ObjectKind, namespace string) error {
	next := ""
	for {
		page, err := r.secretsPage(ctx, kind, namespace, pageSize, next)
		if err != nil {
			return err
		}
		objects, err := page.secrets(namespace, r.opts.Now())
		if err != nil {
			return err
		}
		if len(objects) > 0 {
			r.emit(ctx, source.Objects{Cluster: r.cluster.ID, Kind: kind.Kind, Version: "v1", List: objects})
		}
		if next = page.Metadata.Continue; next == "" {
			return nil
		}
	}
}

// table is a list in the columns that the API server prints.
type table struct {
	Kind     string   `json:"kind"`
	Metadata listMeta `json:"metadata"`
	Columns  []struct {
		Name string `json:"name"`
	} `json:"columnDefinitions"`
	Rows []struct {
		Cells []any `json:"cells"`
	} `json:"rows"`
}

func (r *reader) secretsPage(ctx context.Context, kind model.ObjectKind, namespace string, limit int, next string) (table, error) {
	path := groupPath(kind.Group, kind.Versions[0]) + "/"
	if namespace != "" {
		path += "namespaces/" + url.PathEscape(namespace) + "/"
	}
	query := url.Values{"limit": {strconv.Itoa(limit)}, "includeObject": {"None"}}
	if next != "" {
		query.Set("continue", next)
	}
	var page table
	answer, _, err := r.askAgain(ctx, kind.Kind, request{path: path + kind.Resource, query: query, accept: asTable})
	if failure, is := errors.AsType[*statusError](err); is && failure.Code == http.StatusNotFound {
		return page, nil // the namespace is gone
	}
	if err != nil {
		return page, err
	}
	defer buffers.Put(answer)
	// An answer in another form might hold values: nothing of it is decoded.
	if err := json.Unmarshal(answer.Bytes(), &page); err != nil || page.Kind != "Table" {
		return table{}, &brokenError{err: errors.New("the API server sends Secrets in another form than the columns that were asked for")}
	}
	return page, nil
}

// secrets makes objects of a table's rows.
func (t table) secrets(namespace string, now time.Time) ([]*model.Object, error) {
	at := func(column string) int {
		return slices.IndexFunc(t.Columns, func(c struct {
			Name string `json:"name"`
		}) bool {
			return c.Name == column
		})
	}
	name, kind, data, age := at("Name"), at("Type"), at("Data"), at("Age")
	if len(t.Columns) > 0 && (name < 0 || kind < 0) {
		return nil, &brokenError{err: errors.New("the columns of Secrets name neither name nor type")}
	}
	objects := make([]*model.Object, 0, len(t.Rows))
	for _, row := range t.Rows {
		cell := func(column int) string {
			if column < 0 || column >= len(row.Cells) {
				return ""
			}
			return fmt.Sprint(row.Cells[column])
		}
		keys, _ := strconv.Atoi(cell(data))
		if cell(name) == "" {
			return nil, &brokenError{err: errors.New("a Secret without a name")}
		}
		summary := model.SecretSummary{Type: cell(kind), Keys: keys}
		kept := object.Secret(namespace, cell(name), summary, created(cell(age), now), now)
		objects = append(objects, kept)
	}
	return objects, nil
}

// ageUnits are the units of printed ages.
var ageUnits = map[rune]time.Duration{
	's': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'y': 365 * 24 * time.Hour,
}

// created is when an object was made whose age is printed such as 5m, 3h20m or 41d:
// about then, since ages are rounded. It is zero for an age that is not known.
func created(age string, now time.Time) time.Time {
	at, number, digits := now, 0, 0
	for _, r := range age {
		unit, is := ageUnits[r]
		switch {
		case r >= '0' && r <= '9' && digits < 5:
			number, digits = number*10+int(r-'0'), digits+1
		case is && digits > 0:
			at = at.Add(time.Duration(-number) * unit)
			number, digits = 0, 0
		default:
			return time.Time{}
		}
	}
	if age == "" || digits > 0 {
		return time.Time{}
	}
	return at
}
