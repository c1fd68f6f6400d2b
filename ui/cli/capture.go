package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/inspect/evidence"
)

// captureOptions are the flags of capture.
type captureOptions struct {
	name       string
	force      bool
	noChildren bool
	kubernetes bool
	quiet      bool
}

func (p *program) captureCommand() *cobra.Command {
	opts := &captureOptions{}
	cmd := &cobra.Command{
		Use:   "capture",
		Short: "Save what can be read, to be looked at later",
		Long: `capture reads the estate once and writes it to one file, NAME` + evidence.Suffix + `: every
document with when and how it was read, who read it, and what could not be read and
why. Fields that can hold a secret are hidden. aksight --from FILE opens it again,
without Azure, with the same verdicts.

Exit codes:
  0  everything was read and is in the file
  1  an error: there is no file
  3  the file is there, but something could not be read; it says what and why`,
		Example: `  aksight capture
  aksight capture -o before-the-upgrade --subscription prod-payments
  aksight --from before-the-upgrade` + evidence.Suffix,
		Args: p.files,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.capture(cmd.Context(), opts)
		},
	}
	cmd.Flags().StringVarP(&opts.name, "output", "o", "", "`name` of the file, with or without "+evidence.Suffix+"; - for standard output (default: aksight-DATE-TIME)")
	cmd.Flags().BoolVar(&opts.force, "force", false, "replace the file where it exists")
	cmd.Flags().BoolVar(&opts.noChildren, "no-children", false,
		"leave out what costs calls for each cluster, such as diagnostic settings")
	cmd.Flags().BoolVar(&opts.kubernetes, "kubernetes", false,
		"ask the Kubernetes API of each cluster what runs in it, too")
	cmd.Flags().BoolVarP(&opts.quiet, "quiet", "q", false, "show no progress")
	return cmd
}

func (p *program) capture(ctx context.Context, opts *captureOptions) error {
	if err := p.check(); err != nil {
		return err
	}
	if opts.name == evidence.Stdin && terminal(p.Out) != nil {
		return errors.New("a bundle is no text for a terminal: give a name with -o, or redirect standard output")
	}
	chosen, err := p.selection()
	if err != nil {
		return err
	}
	now := p.now().Truncate(time.Second)
	path := bundlePath(opts.name, now)
	if _, err := os.Lstat(path); err == nil && !opts.force && opts.name != evidence.Stdin {
		return existing(path)
	}
	leftOut := p.leftOut(opts.noChildren)
	inspection, err := p.open(sourceOptions{
		noChildren: leftOut != "", allChildren: true,
		selection: chosen,
		now:       func() time.Time { return now },
		prompt:    func(message string) { fmt.Fprintln(p.Err, message) },
	})
	if err != nil {
		return err
	}
	if err := p.readAll(ctx, inspection, opts.kubernetes, opts.quiet); err != nil {
		return err
	}
	snapshot := inspection.Store.Snapshot()
	if snapshot.Problem != nil && len(snapshot.Clusters) == 0 {
		return snapshot.Problem
	}
	if _, err := missedClusters(&chosen, snapshot); err != nil {
		return err
	}
	captured := inspection.Capture("", "aksight "+version(), now)
	captured.LeftOut, captured.Selected = leftOut, slices.Concat(chosen.Subscriptions, chosen.Clusters)
	if opts.name == evidence.Stdin {
		manifest, err := evidence.Write(p.Out, captured)
		return captureStatus(manifest, err)
	}
	saved, err := evidence.Save(path, captured, opts.force)
	if errors.Is(err, evidence.ErrExists) {
		return existing(path)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Out, "%s  %s in %s, %d kB\nsha256 %s\n", saved.Path,
		count(saved.Clusters, "cluster"), count(len(saved.Subscriptions), "subscription"), (saved.Size+999)/1000, saved.SHA256)
	if n := len(saved.CouldNotRead); n > 0 {
		fmt.Fprintf(p.Err, "aksight: %s could not be read: %s lists them and why, as does aksight report --from %s\n",
			count(n, "thing"), "manifest.json inside", saved.Path)
	}
	return captureStatus(saved.Manifest, nil)
}

func captureStatus(manifest evidence.Manifest, err error) error {
	if err == nil && len(manifest.CouldNotRead) > 0 {
		return statusError(exitUnread)
	}
	return err
}

func existing(path string) error {
	return fmt.Errorf("%s exists already: choose another name with -o, or replace it with --force", path)
}

// bundlePath is where a bundle of that name lies.
func bundlePath(name string, now time.Time) string {
	switch {
	case name == "":
		return evidence.Name("", now) + evidence.Suffix
	case strings.HasSuffix(name, evidence.Suffix):
		return filepath.Clean(name)
	default:
		return filepath.Clean(name) + evidence.Suffix
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
