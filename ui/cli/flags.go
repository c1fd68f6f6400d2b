package cli

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/config"
)

// flags are those that every command takes.
type flags struct {
	selects
	auth          string
	tenant        string
	cloud         string
	armEndpoint   string
	graphEndpoint string
	caFile        string
	demo          bool
	scale         int
	from          []string
	at            string
	theme         string
	ascii         bool
	noColor       bool
	lines         bool
	waivers       []string
	ruleFolders   []string
	noConfig      bool
	fresh         bool
	kubeconfig    string
	context       string
}

var (
	authValues  = []string{"cli", "environment", "workload", "managed", "device", "browser"}
	cloudValues = []string{"public", "usgov", "china"}
)

func (f *flags) register(root *cobra.Command) {
	set := root.PersistentFlags()
	set.StringVar(&f.auth, "auth", "cli", "`way` to sign in: "+strings.Join(authValues, ", "))
	set.StringVar(&f.tenant, "tenant", "", "`tenant` to sign in to (GUID or domain; default: the login's own)")
	set.StringVar(&f.cloud, "cloud", "", "Azure `cloud`: "+strings.Join(cloudValues, ", ")+" (default: the Azure CLI's)")
	set.StringVar(&f.armEndpoint, "arm-endpoint", "", "`address` of Azure Resource Manager, for private endpoints")
	set.StringVar(&f.graphEndpoint, "graph-endpoint", "", "`address` of Microsoft Graph, for private endpoints")
	set.StringVar(&f.caFile, "ca-file", "", "PEM `file` of certificates to trust beside the system's")
	set.StringArrayVar(&f.subscriptions, "subscription", nil, "only this `subscription` (GUID or name; may be repeated)")
	set.StringArrayVar(&f.clusters, "cluster", nil, "only this `cluster` (name or ARM ID, with * and ?; may be repeated)")
	set.StringArrayVar(&f.rules, "rule", nil, "only this `rule` (ID, with * and ?; may be repeated)")
	set.StringArrayVar(&f.severities, "severity", nil, "only this `severity` and worse, or a list of just these")
	set.StringArrayVar(&f.topics, "topic", nil, "only this `topic`: "+strings.Join(topicValues(), ", ")+" (may be repeated)")
	set.StringVar(&f.kubeconfig, "kubeconfig", "", "kubeconfig `file` for clusters without Entra ID and for --context (default: KUBECONFIG, or ~/.kube/config)")
	set.StringVar(&f.context, "context", "", "only the cluster of this `context` of the kubeconfig, without Azure (- for the current one)")
	set.BoolVar(&f.demo, "demo", false, "use the embedded estate, without Azure or network")
	set.IntVar(&f.scale, "scale", 0, "`number` of clusters of the demo (default: as it is, 14)")
	set.StringArrayVar(&f.from, "from", nil, "read saved `files` or folders instead of Azure: az output, bundles, - for standard input (several may follow)")
	set.StringVar(&f.at, "at", "", "judge evidence as of this `moment`: now, or a date such as 2026-11-24 (default: when it was captured)")
	set.StringVar(&f.theme, "theme", "", "colours, by `name`: "+strings.Join(themes.Names(), ", ")+" (default: by the terminal's background)")
	set.BoolVar(&f.ascii, "ascii", false, "draw with plain ASCII")
	set.BoolVar(&f.noColor, "no-color", false, "draw without colours (as does NO_COLOR with any value)")
	set.StringArrayVar(&f.ruleFolders, "rules", nil, "`folder` with your own rules, in place of those of the settings (may be repeated)")
	set.StringArrayVar(&f.waivers, "waivers", nil, "`file` with waivers, in place of those of the settings (may be repeated)")
	set.BoolVar(&f.lines, "plain", false, "explore in numbered lines, without a screen: for screen readers and pipes")
	set.BoolVar(&f.noConfig, "no-config", false, "go on without the settings' file, as if there were none")
	// It fails only where the flag does not exist, which a test would see.
	_ = root.RegisterFlagCompletionFunc("from", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveDefault // files
	})
	set.BoolVar(&f.fresh, "fresh", false, "open the explorer on the estate, not where you left it")
	_ = root.MarkPersistentFlagDirname("rules")                   // as in complete
	_ = root.MarkPersistentFlagFilename("waivers", "yaml", "yml") // as in complete
	_ = root.MarkPersistentFlagFilename("kubeconfig")             // as in complete
	complete(root, "auth", authValues)
	complete(root, "cloud", cloudValues)
	complete(root, "severity", thresholdValues[:len(model.Severities)])
	complete(root, "topic", topicValues())
	_ = root.RegisterFlagCompletionFunc("rule", f.completeRules) // as in complete
	_ = root.RegisterFlagCompletionFunc("theme", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return ownThemes().Names(), cobra.ShellCompDirectiveNoFileComp
	})
}

// complete offers a flag's values to the shell.
func complete(cmd *cobra.Command, flag string, values []string) {
	// It fails only where the flag does not exist, which a test would see.
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// check refuses flags that contradict each other.
func (f *flags) check() error {
	if !slices.Contains(authValues, f.auth) {
		return fmt.Errorf("--auth %s is not a way to sign in: use %s", f.auth, strings.Join(authValues, ", "))
	}
	if f.theme != "" {
		if _, err := ownThemes().Load(f.theme); err != nil {
			return err
		}
	}
	if f.scale < 0 {
		return fmt.Errorf("--scale %d: give the number of clusters, such as 20000", f.scale)
	}
	if f.scale > 0 && !f.demo {
		return errors.New("--scale sizes the demo: use aksight demo --scale N, or add --demo")
	}
	if _, err := f.moment(time.Time{}); err != nil {
		return err
	}
	if f.demo && len(f.from) > 0 {
		return errors.New("--from and the demo exclude each other: leave one of them out")
	}
	if err := f.checkContext(); err != nil {
		return err
	}
	if f.at != "" && len(f.from) == 0 {
		return errors.New("--at dates evidence: use it with --from")
	}
	if asked, why := "the demo", "the demo asks no Azure"; f.demo || len(f.from) > 0 {
		if len(f.from) > 0 {
			asked, why = "--from", "saved files ask no Azure"
		}
		for name, value := range map[string]string{
			"--tenant": f.tenant, "--cloud": f.cloud, "--arm-endpoint": f.armEndpoint,
			"--graph-endpoint": f.graphEndpoint, "--ca-file": f.caFile,
		} {
			if value != "" {
				return fmt.Errorf("%s and %s exclude each other: %s", name, asked, why)
			}
		}
	}
	return nil
}

// moment is when evidence is to be judged as of; zero for the moment of its capture.
func (f *flags) moment(now time.Time) (time.Time, error) {
	switch f.at {
	case "":
		return time.Time{}, nil
	case "now":
		return now, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, f.at); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("--at %s is no moment: use now, a date such as 2026-11-24, or a time such as 2026-11-24T04:00:00Z", f.at)
}

// files takes words after the flags as more files to read: a shell's pattern after
// --from becomes several words.
func (f *flags) files(cmd *cobra.Command, args []string) error {
	if len(f.from) == 0 {
		return noArguments(cmd, args)
	}
	f.from = append(f.from, args...)
	return nil
}

// ownThemes finds themes: the user's own, and those that come with the program.
func ownThemes() *themes.Library {
	place, err := config.Find()
	if err != nil { // there is no place for own ones
		return nil
	}
	return place.Themes()
}

// settings are the user's, with the flags over them. Settings that are broken are an
// error: what they ask of the rules would be lost without anybody noticing.
func (f *flags) settings() (config.Config, error) {
	if f.noConfig {
		return f.over(config.None()), nil
	}
	settings, err := config.Load()
	if err != nil {
		return config.Config{}, fmt.Errorf("%w; aksight config edit mends it, --no-config goes on without", err)
	}
	return f.over(settings), nil
}

// settingsAround are the user's as far as they can be understood, with the flags over
// them, and what was left out: nobody is kept out of the explorer by a typing error.
func (f *flags) settingsAround() (config.Config, []config.Problem) {
	if f.noConfig {
		return f.over(config.None()), nil
	}
	place, err := config.Find()
	if err != nil {
		return f.over(config.Config{}), []config.Problem{{Where: "settings", Say: err.Error()}}
	}
	settings, problems := place.LoadAround()
	return f.over(settings), problems
}

// over puts the flags over settings.
func (f *flags) over(settings config.Config) config.Config {
	if f.theme != "" {
		settings.Theme = config.Theme{Always: f.theme}
	}
	settings.ASCII = settings.ASCII || f.ascii
	return settings
}

// plain reports whether colours are unwanted.
func (f *flags) plain() bool {
	// The convention has any value count, and the terminal named dumb has none.
	return f.noColor || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb"
}

// shellOf returns whose quoting commands follow.
func shellOf(settings config.Config) fix.Shell {
	switch {
	case settings.Shell != "":
		return fix.Shell(settings.Shell)
	case runtime.GOOS == "windows":
		return fix.PowerShell
	default:
		return fix.POSIX
	}
}
