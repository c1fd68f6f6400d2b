// Package scenario fills a real API server with clusters to look at: many namespaces of
// ordinary size for figures and journeys, and values that must never be seen again.
package scenario

import (
	"context"
	"fmt"
	"sync"

	"github.com/aksight/aksight/e2e/apiserver"
)

// Namespaces is how many the data set of the published figures has. Each holds ten
// pods, two services, four roles and twenty role bindings, so that it is 5,000 pods,
// 1,000 services, 2,000 roles and 10,000 role bindings.
const Namespaces = 500

// workers is how many namespaces are filled at once.
const workers = 32

// Load fills a server with nodes, cluster-wide access and so many namespaces, the
// cells of a repeating pattern: see kindOf.
func Load(ctx context.Context, server *apiserver.Server, namespaces int) error {
	client := server.Client(apiserver.Admin)
	l := &loader{ctx: ctx, client: client, nodes: max(2, namespaces/10)}
	l.cluster(namespaces)
	if l.err != nil {
		return fmt.Errorf("loading the cluster: %w", l.err)
	}
	numbers := make(chan int)
	failed := make(chan error, workers)
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			var wrong error
			for i := range numbers {
				if wrong != nil {
					continue // the numbers have to be taken
				}
				l := &loader{ctx: ctx, client: client, nodes: l.nodes}
				l.namespace(i)
				if l.err != nil {
					wrong = fmt.Errorf("loading namespace %d: %w", i, l.err)
				}
			}
			if wrong != nil {
				failed <- wrong
			}
		})
	}
	for i := range namespaces {
		numbers <- i
	}
	close(numbers)
	running.Wait()
	close(failed)
	return <-failed
}

// loader creates objects until one cannot be created; what follows is passed over, and
// err says why.
type loader struct {
	ctx    context.Context //nolint:containedctx // one load, from its beginning to its end
	client *apiserver.Client
	nodes  int
	err    error
}

// metadata is what of an answer is used on.
type metadata struct {
	Metadata struct {
		Name            string `json:"name"`
		UID             string `json:"uid"`
		ResourceVersion string `json:"resourceVersion"`
	} `json:"metadata"`
}
