package azure

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadHeader(t *testing.T) {
	for raw, want := range map[string]header{
		`{"id":"/a/b","name":"b","type":"T"}`:                                               {"/a/b", "b", "T"},
		"{ \"properties\" : {\"id\":\"/no\",\"x\":[1,{\"name\":\"no\"}]} ,\n\"ID\":\"/a\"}": {"/a", "", ""},
		`{"n":-1.5e3,"t":true,"u":null,"s":"}\"],{","id":"/\u0061\/b","kind":"K"}`:          {"/a/b", "", ""},
		`{"id":"/a","name":"ü \"x\""}`:                                                      {"/a", `ü "x"`, ""},
		`{"empty":{},"list":[],"id":"/a"}`:                                                  {"/a", "", ""},
	} {
		require.True(t, json.Valid([]byte(raw)), raw)
		h, err := readHeader(json.RawMessage(raw))
		require.NoError(t, err, raw)
		assert.Equal(t, want, h, raw)
	}
	for _, raw := range []string{`{}`, `[]`, `7`, `"x"`, `null`, ``, `{"id":7}`, `{"id":null}`, `{"id":"a"}`, `{"name":"x"}`, `{"id":"/a","name":{}}`} {
		_, err := readHeader(json.RawMessage(raw))
		assert.Error(t, err, raw)
	}
}

// FuzzReadHeader wants the same answer as a decoder of the whole document.
func FuzzReadHeader(f *testing.F) {
	f.Add([]byte(`{"id":"/a/b","name":"b","type":"T"}`))
	f.Add([]byte(`{"properties":{"id":"/no"},"id":"/a"}`))
	f.Add([]byte(`{"a":[{"}":"]"}],"id":"\/x","name":"\ud83d\ude00"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		h, err := readHeader(raw)
		if err != nil || !json.Valid(raw) {
			return
		}
		want := header{}
		dec := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
		require.NoError(t, object(dec, func(key string) error {
			value, err := dec.ReadValue()
			require.NoError(t, err)
			if field := want.field(key); field != nil {
				*field = text(value)
			}
			return nil
		}))
		if !repeats(raw) {
			require.Equal(t, want, h)
		}
	})
}

// repeats reports whether a name may come twice, when either value may count.
func repeats(raw []byte) bool {
	lower := bytes.ToLower(raw)
	for _, key := range []string{`id`, `name`, `type`} {
		if bytes.Count(lower, []byte(key)) > 1 || bytes.Contains(lower, []byte(`\u`)) {
			return true
		}
	}
	return false
}
