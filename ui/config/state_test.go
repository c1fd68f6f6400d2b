package config

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRemember(t *testing.T) {
	t.Parallel()
	state := StateIn(filepath.Join(t.TempDir(), "not", "there", "yet"))
	none, err := Remembered[[]string](state, "marks")
	require.NoError(t, err)
	assert.Empty(t, none)
	assert.NoDirExists(t, state.Folder(), "reading makes nothing")

	kept, err := Remember(state, "marks", func(marks *[]string) { *marks = append(*marks, "a") })
	require.NoError(t, err)
	assert.Equal(t, []string{"a"}, kept)
	// Another explorer's change stays.
	other := StateIn(state.Folder())
	_, err = Remember(other, "marks", func(marks *[]string) { *marks = append(*marks, "b") })
	require.NoError(t, err)
	kept, err = Remembered[[]string](state, "marks")
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b"}, kept)

	var group sync.WaitGroup
	for n := range 20 {
		group.Go(func() {
			_, err := Remember(state, "map", func(m *map[string]int) {
				if *m == nil {
					*m = map[string]int{}
				}
				(*m)[strconv.Itoa(n)] = n
			})
			assert.NoError(t, err)
		})
	}
	group.Wait()
	all, err := Remembered[map[string]int](state, "map")
	require.NoError(t, err)
	assert.Len(t, all, 20)
	files, err := os.ReadDir(state.Folder())
	require.NoError(t, err)
	assert.Len(t, files, 2, "no temporary file is left")
}

func TestBrokenStateIsPutAside(t *testing.T) {
	t.Parallel()
	state := StateIn(t.TempDir())
	path := filepath.Join(state.Folder(), "marks.json")
	for _, text := range []string{"{", `{"a": 1}`, "\x00", `["a"] ["b"]`, ""} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		marks, err := Remembered[[]string](state, "marks")
		var broken *BrokenError
		require.ErrorAs(t, err, &broken, "%q", text)
		assert.Empty(t, marks)
		assert.NoFileExists(t, path)
		aside, err := os.ReadFile(broken.Aside)
		require.NoError(t, err)
		assert.Equal(t, text, string(aside), "nothing is lost")
	}
	require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
	kept, err := Remember(state, "marks", func(marks *[]string) { *marks = append(*marks, "a") })
	require.ErrorContains(t, err, "a new one begins")
	assert.Equal(t, []string{"a"}, kept, "the change is kept")
	assert.FileExists(t, path)
}

func TestStateThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := Remember(StateIn(filepath.Join(file, "under")), "marks", func(*[]string) {})
	require.Error(t, err)
	kept, err := Remember(nil, "marks", func(marks *[]string) { *marks = []string{"a"} })
	require.NoError(t, err, "no state keeps nothing, and works")
	assert.Equal(t, []string{"a"}, kept)
	assert.Empty(t, (*State)(nil).Folder())
}

func TestStateFolder(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	home := func() (string, error) { return filepath.Join(root, "home"), nil }
	for name, c := range map[string]struct {
		env  map[string]string
		want string
	}{
		"own":          {map[string]string{"AKSIGHT_STATE_DIR": "here", "AKSIGHT_CONFIG_DIR": "there"}, "here"},
		"with own":     {map[string]string{"AKSIGHT_CONFIG_DIR": "there", "XDG_STATE_HOME": root}, filepath.Join("there", "state")},
		"xdg":          {map[string]string{"XDG_STATE_HOME": root}, filepath.Join(root, "aksight")},
		"relative xdg": {map[string]string{"XDG_STATE_HOME": "xdg"}, filepath.Join(root, "home", ".local", "state", "aksight")},
		"Windows":      {map[string]string{"LOCALAPPDATA": root}, filepath.Join(root, "aksight")},
		"home":         {nil, filepath.Join(root, "home", ".local", "state", "aksight")},
	} {
		got, err := stateFolder(func(name string) string { return c.env[name] }, home)
		require.NoError(t, err, name)
		assert.Equal(t, c.want, got, name)
	}
	_, err := stateFolder(func(string) string { return "" }, func() (string, error) { return "", errors.New("no home") })
	require.ErrorContains(t, err, "AKSIGHT_STATE_DIR")
}
