// Command cluster runs the API server of the end-to-end tests, filled, for trying
// things out by hand. It prints what to set for kubectl and aksight, and runs until it
// is interrupted.
//
//	go run ./cluster -namespaces 500     # from the folder e2e
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/aksight/aksight/e2e/apiserver"
	"github.com/aksight/aksight/e2e/scenario"
)

func main() {
	namespaces := flag.Int("namespaces", 10, "namespaces, of ten pods each")
	secrets := flag.Bool("secrets", false, "plant Secrets whose values are easily searched for")
	flag.Parse()
	if err := run(*namespaces, *secrets); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

func run(namespaces int, secrets bool) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.MkdirTemp("", "aksight-cluster-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	server, err := scenario.Start(ctx, dir, namespaces)
	if err != nil {
		return err
	}
	defer server.Close()
	if secrets {
		if err := scenario.PlantSecrets(ctx, server); err != nil {
			return err
		}
	}
	kubeconfig, err := server.Kubeconfig(apiserver.Admin)
	if err != nil {
		return err
	}
	kubectl, err := server.Kubectl(apiserver.Admin)
	if err != nil {
		return err
	}
	fmt.Printf("%s has %d namespaces. Contexts are %s, %s and %s:\n\n  export KUBECONFIG=%s\n  alias kubectl=%s\n  aksight --context %s\n\n",
		server.URL, namespaces, apiserver.Admin, apiserver.Reader, apiserver.Limited, kubeconfig, kubectl.Path, apiserver.Reader)
	<-ctx.Done()
	return nil
}
