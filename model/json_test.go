package model_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/model"
)

func TestJSONGivesBackWhatItKeeps(t *testing.T) {
	large := `{"properties":"` + strings.Repeat("abcdefgh-", 1000) + `"}`
	for _, text := range []string{"", "{}", large, strings.ToUpper(large), large[:1500], strings.Repeat(large, 20)} {
		source := []byte(text)
		kept := model.NewJSON(source)
		clear(source)
		assert.Equal(t, text, kept.String())
		assert.Equal(t, "before "+text, string(kept.Append([]byte("before "))))
		assert.True(t, kept.Equal(model.NewJSON([]byte(text))))
		assert.False(t, kept.Equal(model.NewJSON([]byte(text+" "))))
	}
	assert.Empty(t, model.JSON{}.Bytes())
}

func TestJSONIsSafeForConcurrentUse(t *testing.T) {
	var group sync.WaitGroup
	for n := range 8 {
		group.Go(func() {
			text := strings.Repeat(string(rune('a'+n))+" text of a document,", 200)
			for range 100 {
				assert.Equal(t, text, model.NewJSON([]byte(text)).String())
			}
		})
	}
	group.Wait()
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(strings.Repeat(`{"id":"/subscriptions/1"}`, 60)))
	f.Fuzz(func(t *testing.T, text []byte) {
		assert.Equal(t, string(text), model.NewJSON(text).String())
	})
}
