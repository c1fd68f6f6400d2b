package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/export"
	"github.com/aksight/aksight/ui/glossary"
)

// requirePage keeps a generated page of docs what it is generated from.
func requirePage(t *testing.T, name, want string) {
	t.Helper()
	page := filepath.Join("..", "..", "docs", name)
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(want), 0o600))
	}
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	lines := strings.Split(string(text), "\n")
	for i, line := range strings.Split(want, "\n") {
		require.Less(t, i, len(lines), "docs/%s is too short: go test ./ui/cli -update", name)
		require.Equal(t, line, strings.TrimSuffix(lines[i], "\r"), "docs/%s:%d is out of date: go test ./ui/cli -update", name, i+1)
	}
}

func TestRulesPage(t *testing.T) {
	code, stdout, stderr := run(t, "rules", "list", "--all", "--output", "md")
	require.Equal(t, exitClean, code, stderr)
	requirePage(t, "rules.md", stdout)
}

// Every rule of the catalogue has a page of its own, and there is none without a rule.
func TestRulePages(t *testing.T) {
	folder := filepath.Join("..", "..", "docs", "rules")
	if *update {
		require.NoError(t, os.MkdirAll(folder, 0o750))
	}
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	pages := map[string]bool{}
	for _, rule := range catalogue.Rules() {
		code, stdout, stderr := run(t, "rules", "show", rule.ID, "--output", "md")
		require.Equal(t, exitClean, code, stderr)
		pages[rule.ID+".md"] = true
		requirePage(t, filepath.Join("rules", rule.ID+".md"), stdout)
	}
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, file := range files {
		if !pages[file.Name()] && *update {
			require.NoError(t, os.Remove(filepath.Join(folder, file.Name())))
			continue
		}
		require.True(t, pages[file.Name()], "docs/rules/%s is the page of no rule: go test ./ui/cli -update", file.Name())
	}
}

func TestKeysPage(t *testing.T) {
	registry, err := action.New(nil)
	require.NoError(t, err)
	page := &strings.Builder{}
	page.WriteString("# Keys\n\nOne key means one thing on every page; `?` lists those that work where you are. " +
		"[Settings](configuration.md) give\nactions other keys, by the name in the last column.\n")
	for _, group := range action.Groups {
		fmt.Fprintf(page, "\n## %s\n\n| keys | does | name |\n| --- | --- | --- |\n", group)
		for _, a := range registry.Actions() {
			if a.Group != group {
				continue
			}
			keys := make([]string, len(a.Keys))
			for i, key := range a.Keys {
				keys[i] = "`" + key + "`"
			}
			fmt.Fprintf(page, "| %s | %s | %s |\n", strings.Join(keys, " "), strings.ReplaceAll(a.Help, "|", `\|`), a.ID)
		}
	}
	requirePage(t, "keys.md", page.String())
}

func TestGlossaryPage(t *testing.T) {
	page := &strings.Builder{}
	require.NoError(t, export.GlossaryMarkdown(page, glossary.All()))
	requirePage(t, "glossary.md", page.String())
	for _, term := range glossary.All() {
		if term.Page != "" {
			require.FileExists(t, filepath.Join("..", "..", term.Page), term.ID)
		}
	}
}
