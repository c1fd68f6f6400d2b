package kube

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSplitList(t *testing.T) {
	const page = `{"kind":"PodList","items":[ {"a":1} ,{"b":"]}"}],"metadata":{"resourceVersion":"7","continue":"x","remainingItemCount":3}}`
	meta, items, err := splitList([]byte(page))
	require.NoError(t, err)
	require.Len(t, items, 2)
	assert.Equal(t, `{"a":1}`, string(items[0]))
	assert.JSONEq(t, `{"b":"]}"}`, string(items[1]))
	assert.Equal(t, "7", meta.Version)
	assert.Equal(t, "x", meta.Continue)
	for broken, why := range map[string]string{
		``: "unexpected EOF", `[]`: "it is no list", `{"items":[{"a":1}`: "unexpected EOF", `{"items":[{"a":}]}`: "invalid character",
		`{"metadata":{"continue":1}}`: "cannot unmarshal", `<html>`: "invalid character",
	} {
		_, _, err := splitList([]byte(broken))
		assert.ErrorContains(t, err, why, broken)
	}
	_, items, err = splitList([]byte(`{"items":null,"metadata":null}`))
	require.NoError(t, err)
	assert.Empty(t, items)
}

// FuzzSplitList holds the splitter to the standard library's decoder.
func FuzzSplitList(f *testing.F) {
	f.Add([]byte(`{"metadata":{"continue":"a"},"items":[{"metadata":{"name":"x"}},1,null,[]]}`))
	f.Add([]byte(`{"items":[{"a":"\ud800"}],"items":[]}`))
	f.Add([]byte(`{"items":`))
	f.Fuzz(func(t *testing.T, page []byte) {
		_, items, err := splitList(page)
		var list struct {
			Items []json.RawMessage `json:"items"`
		}
		if err != nil || json.Unmarshal(page, &list) != nil {
			return
		}
		for _, item := range items {
			assert.True(t, json.Valid(item), "%q", item)
		}
	})
}

func TestCreated(t *testing.T) {
	for age, back := range map[string]time.Duration{
		"0s": 0, "59s": 59 * time.Second, "3m20s": 200 * time.Second, "2h": 2 * time.Hour, "5h7m": 5*time.Hour + 7*time.Minute,
		"41d": 41 * 24 * time.Hour, "2y30d": (2*365 + 30) * 24 * time.Hour,
	} {
		assert.Equal(t, readAt.Add(-back), created(age, readAt), age)
	}
	for _, odd := range []string{"", "<unknown>", "<invalid>", "5", "d", "5w", "99999999d", "-3d"} {
		assert.True(t, created(odd, readAt).IsZero(), odd)
	}
}
