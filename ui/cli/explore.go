package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
)

func (p *program) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Explore the embedded estate, without Azure or network",
		Example: `  aksight demo
  aksight demo --scale 20000`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p.demo = true
			return p.explore(cmd.Context())
		},
	}
}

// explore opens the explorer.
func (p *program) explore(ctx context.Context) error {
	if err := p.check(); err != nil {
		return err
	}
	if terminal(p.Out) == nil || terminal(p.In) == nil {
		return errors.New("the explorer needs a terminal; aksight report writes to files and pipes")
	}
	_ = ctx
	return nil
}
