package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What stands in the documentation as a command line: as code within a sentence, or
// as a line of a block.
var (
	codeSpans  = regexp.MustCompile("`(?:kubectl )?(aksight(?: [^`]+)?)`")
	codeBlocks = regexp.MustCompile("(?s)```sh\n(.*?)\n```")
)

// commandLines returns the command lines of aksight in a page.
func commandLines(page string) []string {
	var lines []string
	for _, block := range codeBlocks.FindAllStringSubmatch(page, -1) {
		for line := range strings.Lines(strings.ReplaceAll(block[1], "\\\n", " ")) {
			line, _, _ = strings.Cut(strings.TrimSpace(line), " #")
			if line == "aksight" || strings.HasPrefix(line, "aksight ") {
				lines = append(lines, line)
			}
		}
	}
	for _, span := range codeSpans.FindAllStringSubmatch(codeBlocks.ReplaceAllString(page, ""), -1) {
		lines = append(lines, span[1])
	}
	return lines
}

// Every command line in the documentation is one that aksight takes.
func TestDocumentedCommandLines(t *testing.T) {
	top := filepath.Join("..", "..")
	pages, err := filepath.Glob(filepath.Join(top, "docs", "*.md"))
	require.NoError(t, err)
	count := 0
	for _, page := range append(pages, filepath.Join(top, "README.md"), filepath.Join(top, "CONTRIBUTING.md")) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, line := range commandLines(strings.ReplaceAll(string(text), "\r\n", "\n")) {
			count++
			// What follows is the shell's.
			words := strings.Fields(regexp.MustCompile(`[|>].*`).ReplaceAllString(line, ""))[1:]
			root := (&program{}).root()
			root.InitDefaultCompletionCmd()
			cmd, rest, err := root.Find(words)
			if !assert.NoError(t, err, "%s: %s", page, line) {
				continue
			}
			cmd.InitDefaultHelpFlag()
			assert.NoError(t, cmd.ParseFlags(rest), "%s: %s", page, line)
			if cmd == root {
				assert.Empty(t, cmd.Flags().Args(), "%s: %s: there is no such command", page, line)
			}
		}
	}
	assert.Greater(t, count, 15, "the documentation shows how to call it")
}
