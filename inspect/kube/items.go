package kube

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// listMeta is what a page of a list says of itself.
type listMeta struct {
	Version   string `json:"resourceVersion"`
	Continue  string `json:"continue"`
	Remaining *int64 `json:"remainingItemCount"`
}

// splitList takes a page of a list in JSON apart: its items are parts of the page, not
// copied and not decoded.
func splitList(page []byte) (meta listMeta, items [][]byte, err error) {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(page), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if token, err := decoder.ReadToken(); err != nil || token.Kind() != '{' {
		return meta, nil, brokenList(decoder, err)
	}
	for decoder.PeekKind() == '"' {
		key, err := decoder.ReadToken()
		if err != nil {
			return meta, nil, brokenList(decoder, err)
		}
		switch name := key.String(); {
		case name == "metadata" && decoder.PeekKind() == '{':
			value, err := decoder.ReadValue()
			if err == nil {
				err = json.Unmarshal(value, &meta)
			}
			if err != nil {
				return meta, nil, brokenList(decoder, err)
			}
		case name == "items" && decoder.PeekKind() == '[':
			if items, err = splitItems(decoder, page); err != nil {
				return meta, nil, err
			}
		default:
			if err := decoder.SkipValue(); err != nil {
				return meta, nil, brokenList(decoder, err)
			}
		}
	}
	if token, err := decoder.ReadToken(); err != nil || token.Kind() != '}' {
		return meta, nil, brokenList(decoder, err)
	}
	return meta, items, nil
}

// splitItems takes the array apart that comes next.
func splitItems(decoder *jsontext.Decoder, page []byte) ([][]byte, error) {
	if _, err := decoder.ReadToken(); err != nil {
		return nil, brokenList(decoder, err)
	}
	var items [][]byte
	for decoder.PeekKind() != ']' {
		value, err := decoder.ReadValue()
		if err != nil {
			return nil, brokenList(decoder, err)
		}
		end := decoder.InputOffset()
		items = append(items, page[end-int64(len(value)):end:end])
	}
	_, err := decoder.ReadToken()
	if err != nil {
		return nil, brokenList(decoder, err)
	}
	return items, nil
}

func brokenList(decoder *jsontext.Decoder, err error) error {
	switch {
	case err == nil:
		err = errors.New("it is no list")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		err = io.ErrUnexpectedEOF
	}
	return &brokenError{offset: decoder.InputOffset(), err: err}
}

// brokenError is an answer that cannot be read.
type brokenError struct {
	offset int64
	err    error
}

func (e *brokenError) Error() string {
	return fmt.Sprintf("the answer is broken at byte %d: %v", e.offset, e.err)
}
func (e *brokenError) Unwrap() error { return e.err }
