package config

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/model"
)

var testWaiver = model.Waiver{
	Rule: "AKS-NET-001", Resource: "*/lab-*", Owner: "ana", Reason: "lab", Until: time.Date(2027, 2, 22, 0, 0, 0, 0, time.UTC),
}

func TestWaiversAreAddedToTheFirstFileAndRemovedWhereTheyStand(t *testing.T) {
	folder := t.TempDir()
	first, second := filepath.Join(folder, "new", "a.yaml"), filepath.Join(folder, "b.yaml")
	text := "# theirs\n- {rule: AKS-IAM-001, resource: '*', owner: bob, reason: r, until: 2027-01-01}\n"
	require.NoError(t, os.WriteFile(second, []byte(text), 0o640))
	files := &WaiverFiles{Files: []string{first, second}}
	set, err := files.Add(&testWaiver)
	require.NoError(t, err)
	require.Len(t, set.All(), 2)
	assert.Empty(t, set.Problems())
	assert.Equal(t, first, set.All()[0].File)
	info, err := os.Stat(first)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	set, err = files.Remove(set.All()[1])
	require.NoError(t, err)
	assert.Len(t, set.All(), 1)
	data, err := os.ReadFile(second)
	require.NoError(t, err)
	assert.Equal(t, "# theirs\n", string(data))
	if info, err := os.Stat(second); assert.NoError(t, err) && runtime.GOOS != "windows" {
		assert.Equal(t, os.FileMode(0o640), info.Mode().Perm(), "the file keeps its mode")
	}
	_, err = files.Remove(&model.Waiver{File: second, Rule: "AKS-IAM-001"})
	require.ErrorContains(t, err, "not in the file any more")
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, left, 2, "nothing is left beside the files")
}

func TestWaiversThroughALink(t *testing.T) {
	folder := t.TempDir()
	target, link := filepath.Join(folder, "target.yaml"), filepath.Join(folder, "link.yaml")
	require.NoError(t, os.WriteFile(target, nil, 0o600))
	if err := os.Symlink(target, link); err != nil {
		t.Skip("no links here")
	}
	_, err := (&WaiverFiles{Files: []string{link}}).Add(&testWaiver)
	require.NoError(t, err)
	info, err := os.Lstat(link)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink, "the link stays one")
	data, err := os.ReadFile(target)
	require.NoError(t, err)
	assert.Contains(t, string(data), "AKS-NET-001")
}

func TestWaiversThatCannotBeRead(t *testing.T) {
	folder := t.TempDir()
	gone := filepath.Join(folder, "gone.yaml")
	assert.Empty(t, (&WaiverFiles{Files: []string{gone}}).Load().Problems(), "the usual file need not be there")
	problems := (&WaiverFiles{Files: []string{gone}, Named: true}).Load().Problems()
	require.Len(t, problems, 1)
	assert.Contains(t, problems[0].Error(), gone+": none of its waivers holds")

	broken := filepath.Join(folder, "broken.yaml")
	require.NoError(t, os.WriteFile(broken, []byte("- [\n"), 0o600))
	_, err := (&WaiverFiles{Files: []string{broken}}).Add(&testWaiver)
	require.ErrorContains(t, err, "mend it first")
	data, err := os.ReadFile(broken)
	require.NoError(t, err)
	assert.Equal(t, "- [\n", string(data), "a file that cannot be understood stays as it is")
}

func TestPlaces(t *testing.T) {
	home, err := os.UserHomeDir()
	require.NoError(t, err)
	absolute := filepath.Join(t.TempDir(), "x.yaml")
	config := Config{folder: filepath.Join(home, "cfg"), Waivers: []string{"a.yaml", "~/b.yaml", absolute}, Rules: Rules{Folders: []string{"ours"}}}
	files, named, err := config.WaiverFiles()
	require.NoError(t, err)
	assert.True(t, named)
	assert.Equal(t, []string{filepath.Join(home, "cfg", "a.yaml"), filepath.Join(home, "b.yaml"), absolute}, files)
	folders, err := config.RuleFolders()
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(home, "cfg", "ours")}, folders)
	config.Waivers = nil
	files, named, err = config.WaiverFiles()
	require.NoError(t, err)
	assert.False(t, named)
	assert.Equal(t, []string{filepath.Join(home, "cfg", "waivers.yaml")}, files)
}

func TestRuleFiles(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"b.md", "a.md", "README.md", ".hidden.md", "notes.txt"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(name), 0o600))
	}
	require.NoError(t, os.Mkdir(filepath.Join(folder, "dir.md"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "huge.md"), make([]byte, largestRuleFile+1), 0o600))
	files, problems := RuleFiles([]string{folder, filepath.Join(folder, "none")})
	require.Len(t, files, 2)
	assert.Equal(t, filepath.Join(folder, "a.md"), files[0].Name)
	assert.Equal(t, "b.md", string(files[1].Text))
	require.Len(t, problems, 3)
	assert.Contains(t, problems[0].Error(), "dir.md: it is not a file")
	assert.Contains(t, problems[1].Error(), "huge.md: it is larger than 1024 KiB")
	assert.Contains(t, problems[2].Error(), "none of its rules runs")
}
