package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aksight/aksight/ui"
	"github.com/aksight/aksight/ui/config"
	"github.com/aksight/aksight/ui/term"
	"github.com/aksight/aksight/ui/widget"
)

func (p *program) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show, check and edit the settings",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return unknownCommand(cmd, args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "show", Short: "Show every setting as it holds, and where it comes from", Args: noArguments,
			RunE: func(*cobra.Command, []string) error { return p.showConfig() },
		},
		p.configPathCommand(),
		&cobra.Command{
			Use: "edit", Short: "Open the settings in your editor, and check them afterwards", Args: noArguments,
			RunE: func(cmd *cobra.Command, _ []string) error { return p.editConfig(cmd.Context()) },
		},
		&cobra.Command{
			Use: "check", Short: "Check the settings and your own themes", Args: noArguments,
			Long: `Checks the settings and your own themes: what is wrong comes with its file and line,
and ends with exit code 1. What is only hard to read, such as a theme's grey, is said
and does not count.`,
			RunE: func(*cobra.Command, []string) error { return p.checkConfig() },
		},
	)
	return cmd
}

func (p *program) configPathCommand() *cobra.Command {
	state := false
	cmd := &cobra.Command{
		Use: "path", Short: "Print where the settings lie", Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			if state {
				kept, err := config.OpenState()
				if err != nil {
					return err
				}
				return p.print(kept.Folder() + "\n")
			}
			place, err := config.Find()
			if err != nil {
				return err
			}
			return p.print(place.Path + "\n")
		},
	}
	cmd.Flags().BoolVar(&state, "state", false, "print the folder of what the explorer remembers: bookmarks, columns, last places")
	return cmd
}

func (p *program) print(text string) error {
	_, err := fmt.Fprint(p.Out, text)
	return err
}

// showConfig prints the settings as YAML, each with where it comes from.
func (p *program) showConfig() error {
	place, err := config.Find()
	if err != nil {
		return err
	}
	settings := p.defaults()
	if !p.noConfig {
		if settings, err = place.Effective(); err != nil {
			return fmt.Errorf("%w; aksight config edit mends it", err)
		}
	}
	p.flagsOver(settings)
	width := 0
	lines := make([]string, len(settings))
	for i, setting := range settings {
		lines[i] = setting.Path + ": " + setting.Value
		width = max(width, widget.Width(lines[i], false))
	}
	out := &strings.Builder{}
	for i, setting := range settings {
		out.WriteString(lines[i] + strings.Repeat(" ", width-widget.Width(lines[i], false)) + "  # " + setting.From + "\n")
	}
	if !place.Exists() {
		out.WriteString("# there is no " + place.Path + ": aksight config edit writes one\n")
	}
	if kept, err := config.OpenState(); err == nil {
		own, _ := p.settingsAround()
		if theme := ui.KeptTheme(kept, ui.Colours(own.Theme)); theme != "" && p.theme == "" {
			out.WriteString("# the theme that T in the explorer has kept over the settings: " + theme + "\n")
		}
		out.WriteString("# what the explorer remembers lies in " + kept.Folder() + "\n")
	}
	return p.print(out.String())
}

func (p *program) defaults() []config.Effective {
	var list []config.Effective
	for _, setting := range config.Settings() {
		list = append(list, config.Effective{Path: setting.Path, Value: setting.Default, From: "default"})
	}
	return list
}

// flagsOver puts what the flags and the environment say over the settings.
func (p *program) flagsOver(settings []config.Effective) {
	for i := range settings {
		setting := &settings[i]
		switch setting.Path {
		case "theme":
			switch {
			case p.noColor:
				setting.Value, setting.From = "mono", "flag --no-color"
			case os.Getenv("NO_COLOR") != "":
				setting.Value, setting.From = "mono", "NO_COLOR in the environment"
			case p.theme != "":
				setting.Value, setting.From = p.theme, "flag --theme"
			}
		case "ascii":
			if p.ascii {
				setting.Value, setting.From = "true", "flag --ascii"
			}
		case "shell":
			if setting.Value == "" {
				setting.Value, setting.From = string(shellOf(config.Config{})), "default of this operating system"
			}
		}
	}
}

// checkConfig prints what is wrong with the settings.
func (p *program) checkConfig() error {
	place, err := config.Find()
	if err != nil {
		return err
	}
	problems := place.Check()
	out := &strings.Builder{}
	wrong := 0
	for _, problem := range problems {
		if problem.Minor {
			out.WriteString(problem.Where + ": note: " + problem.Say + "\n")
			continue
		}
		wrong++
		out.WriteString(problem.Error() + "\n")
	}
	switch {
	case wrong > 0:
		if err := p.print(out.String()); err != nil {
			return err
		}
		return statusError(exitError)
	case !place.Exists():
		out.WriteString("there is no " + place.Path + ", so the defaults hold\n")
	default:
		out.WriteString(place.Path + " is fine\n")
	}
	return p.print(out.String())
}

// editConfig opens the settings in the user's editor until they are right or the user
// leaves it.
func (p *program) editConfig(ctx context.Context) error {
	in, out := terminal(p.In), terminal(p.Out)
	if in == nil || out == nil {
		return errors.New("an editor needs a terminal; aksight config path says which file to change")
	}
	place, err := config.Find()
	if err != nil {
		return err
	}
	if !place.Exists() {
		if err := place.Start(); err != nil {
			return err
		}
	}
	answers := bufio.NewReader(in)
	for {
		if err := term.Edit(ctx, term.Editor(os.Getenv), place.Path, in, out, p.Err); err != nil {
			return err
		}
		err := p.checkConfig()
		if err == nil {
			return nil
		}
		if err := p.print("Edit again? [Y/n] "); err != nil {
			return err
		}
		answer, ended := answers.ReadString('\n')
		if ended != nil || strings.HasPrefix(strings.ToLower(strings.TrimSpace(answer)), "n") {
			return err
		}
	}
}
