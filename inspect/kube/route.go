package kube

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"k8s.io/client-go/rest"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// route is how an API server is asked.
type route struct {
	client *http.Client
	server *url.URL
	// user is whom the API server takes us for, or empty.
	user string
}

// routes are the ways to the clusters that are open.
type routes struct {
	mu   sync.Mutex
	open map[model.ID]route
}

func (r *routes) note(cluster model.ID, to route) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open == nil {
		r.open = map[model.ID]route{}
	}
	r.open[cluster.Fold()] = to
}

func (r *routes) forget(cluster model.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, cluster.Fold())
}

func (r *routes) to(cluster model.ID) (route, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	to, open := r.open[cluster.Fold()]
	return to, open
}

// setOut makes the client that asks the API server.
func (r *reader) setOut(config *rest.Config) *source.Problem {
	config = rest.CopyConfig(config)
	config.UserAgent = strings.TrimSuffix("aksight/"+r.opts.Version, "/")
	client, server, err := newClient(config, r.opts.Calls, r.opts.Now)
	if err != nil {
		return &source.Problem{What: "The API server cannot be asked: " + err.Error(), Do: "check the kubeconfig", Err: err}
	}
	r.client, r.server = client, server
	return nil
}

// arrive takes the way to the API server that is in use, or finds one. Done is to be
// called once all was asked.
func (r *reader) arrive(ctx context.Context) (done func(), problem *source.Problem) {
	var open bool
	if r.route, open = r.to(r.cluster.ID); open {
		return func() {}, nil
	}
	config, problem := r.opts.Connector.Connect(ctx, r.cluster)
	if problem == nil {
		problem = r.setOut(config)
	}
	if problem != nil {
		return nil, problem
	}
	return r.client.CloseIdleConnections, nil
}
