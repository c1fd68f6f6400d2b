package demo

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRecentHoldsTheLatest(t *testing.T) {
	var r recent[int]
	made := 0
	get := func(n int) {
		value, err := r.of(fmt.Sprint(n), func() (int, error) { made++; return n, nil })
		require.NoError(t, err)
		assert.Equal(t, n, value)
	}
	for n := range recentKept {
		get(n)
	}
	get(0) // is now the latest
	get(recentKept)
	assert.Equal(t, recentKept+1, made)
	get(0)
	assert.Equal(t, recentKept+1, made, "it was used after the others")
	get(1)
	assert.Equal(t, recentKept+2, made, "it was the oldest")
	_, err := r.of("broken", func() (int, error) { return 0, errors.New("no") })
	require.Error(t, err)
	assert.Len(t, r.held, recentKept, "what failed is not held")
}
