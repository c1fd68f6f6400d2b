package cli

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"
)

// manCommand writes the manual, for packages: people have --help.
func (p *program) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man [FOLDER]",
		Short:  "Write the manual pages into a folder, or print the first",
		Hidden: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("%s takes one folder, and got %d", cmd.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return manual(cmd.Root(), p.Out)
			}
			return manuals(cmd.Root(), args[0])
		},
	}
}

// manual writes one command's page.
func manual(cmd *cobra.Command, out io.Writer) error {
	readable(cmd)
	if err := doc.GenMan(cmd, manHeader(), out); err != nil {
		return fmt.Errorf("the manual: %w", err)
	}
	return nil
}

// manuals writes a page for each command into a folder.
func manuals(root *cobra.Command, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // G301: everybody may read a manual
		return fmt.Errorf("the folder for the manual: %w", err)
	}
	root.InitDefaultCompletionCmd()
	readable(root)
	if err := doc.GenManTree(root, manHeader(), folder); err != nil {
		return fmt.Errorf("the manual: %w", err)
	}
	return nil
}

// manHeader is dated by SOURCE_DATE_EPOCH where a build sets it, so that the same
// source gives the same pages.
func manHeader() *doc.GenManHeader {
	header := &doc.GenManHeader{Section: "1", Source: "aksight " + version(), Manual: "aksight"}
	if seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		at := time.Unix(seconds, 0).UTC()
		header.Date = &at
	}
	return header
}

// indented is a line of a list in a command's long text.
var indented = regexp.MustCompile(`(?m)^ {2}`)

// readable brings texts into the form that manual pages are made from: lists become
// text as it stands, and the names of values lose the quotes that help takes off.
func readable(cmd *cobra.Command) {
	cmd.DisableAutoGenTag = true
	cmd.Long = indented.ReplaceAllString(cmd.Long, "    ")
	unquote := func(flag *pflag.Flag) { _, flag.Usage = pflag.UnquoteUsage(flag) }
	cmd.Flags().VisitAll(unquote)
	cmd.PersistentFlags().VisitAll(unquote)
	for _, inner := range cmd.Commands() {
		readable(inner)
	}
}
