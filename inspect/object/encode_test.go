package object

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEncodeWritesWhatTheStandardLibraryReads(t *testing.T) {
	tree := map[string]any{
		"b": []any{int64(1), 1.5, true, nil, "plain", "quo\"te \\ \n\x01 ü \u2028 <html>"}, "a": map[string]any{"z": "", "": map[string]any{}}, "c": []any{},
		"bytes": "bad \xff utf-8",
	}
	kept, err := encode(tree)
	require.NoError(t, err)
	var back map[string]any
	require.NoError(t, json.Unmarshal(kept.Bytes(), &back))
	assert.Equal(t, map[string]any{
		"b": []any{1.0, 1.5, true, nil, "plain", "quo\"te \\ \n\x01 ü \u2028 <html>"}, "a": map[string]any{"z": "", "": map[string]any{}}, "c": []any{},
		"bytes": "bad \ufffd utf-8",
	}, back)
	again, err := encode(tree)
	require.NoError(t, err)
	assert.Equal(t, kept.String(), again.String(), "keys are in order")
	_, err = encode(map[string]any{"a": func() {}})
	assert.Error(t, err)
}
