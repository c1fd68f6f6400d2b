package azure

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
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

// decodePage hands out the rows of a list in each wire form: "value" with a nextLink
// (Resource Manager) or an @odata.nextLink (Microsoft Graph), "data" with a $skipToken
// (Resource Graph). A row is
// valid during the call only. Rows before a broken place are handed out before the
// error comes.
func decodePage(body []byte, row func(json.RawMessage) error) (page, error) {
	var p page
	// A row is checked when it is used; what is broken beside its syntax is its own.
	dec := jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	listed := false
	err := object(dec, func(key string) error {
		switch {
		case strings.EqualFold(key, "value"), strings.EqualFold(key, "data"):
			listed = true
			return array(dec, row)
		case strings.EqualFold(key, "nextLink"), key == "@odata.nextLink", key == "$skipToken":
			var err error
			p.next, err = textOrNull(dec)
			return err
		case key == "resultTruncated":
			token, err := dec.ReadToken()
			if err == nil {
				p.truncated = strings.EqualFold(token.String(), "true")
			}
			return err
		default:
			return dec.SkipValue()
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

// textOrNull reads a string; null is an empty one.
func textOrNull(dec *jsontext.Decoder) (string, error) {
	token, err := dec.ReadToken()
	switch {
	case err != nil:
		return "", err
	case token.Kind() == jsontext.KindNull:
		return "", nil
	case token.Kind() != jsontext.KindString:
		return "", fmt.Errorf("%v stands in place of a text", token)
	default:
		return token.String(), nil
	}
}

// object walks an object's members; member must consume the value.
func object(dec *jsontext.Decoder, member func(key string) error) error {
	if err := expect(dec, jsontext.KindBeginObject); err != nil {
		return err
	}
	for dec.PeekKind() == jsontext.KindString {
		key, err := dec.ReadToken()
		if err != nil {
			return err
		}
		if err := member(key.String()); err != nil {
			return err
		}
	}
	return expect(dec, jsontext.KindEndObject)
}

// array hands out an array's elements. null is an empty one.
func array(dec *jsontext.Decoder, element func(json.RawMessage) error) error {
	if dec.PeekKind() == jsontext.KindNull {
		return dec.SkipValue()
	}
	if err := expect(dec, jsontext.KindBeginArray); err != nil {
		return err
	}
	for kind := dec.PeekKind(); kind != jsontext.KindEndArray; kind = dec.PeekKind() {
		raw, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if err := element(json.RawMessage(raw)); err != nil {
			return err
		}
	}
	return expect(dec, jsontext.KindEndArray)
}

func expect(dec *jsontext.Decoder, kind jsontext.Kind) error {
	token, err := dec.ReadToken()
	if err != nil {
		return err
	}
	if token.Kind() != kind {
		return fmt.Errorf("%v stands in place of %v", token, kind)
	}
	return nil
}

// brokenAt adds the place to an error of the JSON decoder; others pass.
func brokenAt(dec *jsontext.Decoder, err error) error {
	var problem *rowError
	if as(err, &problem) {
		return err
	}
	offset := dec.InputOffset()
	var syntax *jsontext.SyntacticError
	if as(err, &syntax) {
		offset, err = syntax.ByteOffset, syntax.Err
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return &jsonError{offset: offset, err: err}
}

// rowError is a row that is valid JSON but no resource.
type rowError struct{ what string }

func (e *rowError) Error() string { return e.what }
