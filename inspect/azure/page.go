package azure

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// page is what stands round the rows of a list.
type page struct {
	// next leads to the following page: a nextLink or a $skipToken.
	next string
	// truncated is set where the service left rows out without a way to get them.
	truncated bool
}

// jsonError says where a document is broken.
type jsonError struct {
	offset int64
	err    error
}

func (e *jsonError) Error() string {
	return fmt.Sprintf("the answer is no valid JSON at byte %d: %v", e.offset, e.err)
}
func (e *jsonError) Unwrap() error { return e.err }

// decodePage hands out the rows of a list in either wire form: "value" with a
// nextLink (Resource Manager), "data" with a $skipToken (Resource Graph). Each row
// is a copy that keeps nothing of the page. Rows before a broken place are handed
// out before the error comes.
func decodePage(body []byte, row func(json.RawMessage) error) (page, error) {
	var p page
	dec := json.NewDecoder(bytes.NewReader(body))
	listed := false
	err := object(dec, func(key string) error {
		switch {
		case strings.EqualFold(key, "value"), strings.EqualFold(key, "data"):
			listed = true
			return array(dec, row)
		case strings.EqualFold(key, "nextLink"), key == "$skipToken":
			var next *string
			if err := dec.Decode(&next); err != nil {
				return err
			}
			if next != nil {
				p.next = *next
			}
			return nil
		case key == "resultTruncated":
			var said any
			if err := dec.Decode(&said); err != nil {
				return err
			}
			p.truncated = strings.EqualFold(fmt.Sprint(said), "true")
			return nil
		default:
			var skipped json.RawMessage
			return dec.Decode(&skipped)
		}
	})
	if err == nil && !listed {
		err = errors.New("there is no list in it")
	}
	if err != nil {
		return p, brokenAt(dec, err)
	}
	return p, nil
}

// object walks an object's members; member must consume the value.
func object(dec *json.Decoder, member func(key string) error) error {
	if err := expect(dec, '{'); err != nil {
		return err
	}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return err
		}
		key, is := token.(string)
		if !is {
			return fmt.Errorf("%v stands in place of a name", token)
		}
		if err := member(key); err != nil {
			return err
		}
	}
	return expect(dec, '}')
}

// array hands out an array's elements. null is an empty one.
func array(dec *json.Decoder, element func(json.RawMessage) error) error {
	token, err := dec.Token()
	if err != nil {
		return err
	}
	if token == nil {
		return nil
	}
	if token != json.Delim('[') {
		return fmt.Errorf("%v stands in place of a list", token)
	}
	for dec.More() {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		if err := element(raw); err != nil {
			return err
		}
	}
	return expect(dec, ']')
}

func expect(dec *json.Decoder, delim json.Delim) error {
	token, err := dec.Token()
	if err != nil {
		return err
	}
	if token != delim {
		return fmt.Errorf("%v stands in place of %v", token, delim)
	}
	return nil
}

// brokenAt adds the place to an error of the JSON decoder; others pass.
func brokenAt(dec *json.Decoder, err error) error {
	var problem *rowError
	if as(err, &problem) {
		return err
	}
	offset := dec.InputOffset()
	var syntax *json.SyntaxError
	if as(err, &syntax) && syntax.Offset > offset {
		offset = syntax.Offset
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return &jsonError{offset: offset, err: err}
}

// rowError is a row that is valid JSON but no resource.
type rowError struct{ what string }

func (e *rowError) Error() string { return e.what }
