package e2e

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLinksNoTemplates: what calls methods by their names, as templates do, makes the
// linker keep every method of every type, a fifth of the program.
func TestLinksNoTemplates(t *testing.T) {
	text, err := os.ReadFile(program)
	require.NoError(t, err)
	require.True(t, bytes.Contains(text, []byte("reflect.Value.Call")), "the names of functions are in the program")
	assert.False(t, bytes.Contains(text, []byte("text/template.(*state).evalField")), "templates are linked")
}
