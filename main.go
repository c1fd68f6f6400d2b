// Command aksight explores the security of Azure Kubernetes Service in the terminal.
package main

import (
	"context"
	"os"

	"github.com/aksight/aksight/ui/cli"
)

func main() {
	os.Exit(cli.Run(context.Background(), os.Args, cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
