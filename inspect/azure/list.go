package azure

import (
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// makeResource makes a resource of a list's row; nil leaves the row out.
type makeResource func(json.RawMessage) (*model.Resource, error)

// pages follows a list of Azure Resource Manager to its end and hands its resources
// out page by page.
func (r *reader) pages(u *url.URL, limited string, read makeResource) error {
	return r.pagesOf(request{method: http.MethodGet, url: u, limited: limited}, read)
}

// pagesOf follows a list of any service.
func (r *reader) pagesOf(first request, read makeResource) error {
	seen := map[string]bool{}
	for req := first; ; {
		seen[req.url.String()] = true
		answer, err := r.ask(req)
		page, err := r.rows(answer, err, read)
		if err != nil || page.next == "" {
			return err
		}
		next, err := r.nextPage(req.to, page.next)
		if err != nil {
			return err
		}
		if seen[next.String()] {
			return &source.Problem{
				What: "Azure's link to the next page leads back to a page that was read",
				Do:   "the rest of the list was not read; read again in a while",
			}
		}
		req.url = next
	}
}

// rows decodes an answer's page and hands its resources out, also those before the
// place where it broke.
func (r *reader) rows(a *answer, asked error, read makeResource) (page, error) {
	if a == nil {
		return page{}, asked
	}
	defer r.release(a)
	resources, p, err := r.decode(a.body.Bytes(), read)
	for _, resource := range resources {
		if err := r.emit(source.Upsert{Resource: resource}); err != nil {
			return p, err
		}
	}
	if asked != nil {
		// The connection broke; that the JSON is cut off follows from it.
		return p, asked
	}
	return p, err
}

// decode decodes a page while no other read does.
func (r *reader) decode(body []byte, read makeResource) (resources []*model.Resource, p page, err error) {
	select {
	case r.decoding <- struct{}{}:
		defer func() { <-r.decoding }()
	case <-r.ctx.Done():
		return nil, page{}, r.ctx.Err()
	}
	turn := r.opts.Pacer.Begin()
	defer func() { turn.End() }()
	var odd error
	p, err = decodePage(body, func(raw json.RawMessage) error {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		turn = turn.Next()
		resource, err := read(raw)
		switch {
		case err != nil && odd == nil:
			// One odd row must not hide those after it.
			odd = err
		case resource != nil:
			resources = append(resources, resource)
		}
		return nil
	})
	if err == nil {
		err = odd
	}
	return resources, p, err
}
