package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is the version that a release build is given by the linker.
var release string

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Tell the version",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(p.Out, "aksight %s (%s %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

// version is the release's, the module's, or the commit that was built.
func version() string {
	if release != "" {
		return release
	}
	info, known := debug.ReadBuildInfo()
	if known && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
