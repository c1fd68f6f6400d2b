package kube

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// Kubeconfig connects as the user's own kubeconfig says. It is read when the first
// cluster is opened, and not written.
type Kubeconfig struct {
	// Path is a file; where it is empty the files that KUBECONFIG lists count, or
	// ~/.kube/config.
	Path string
	// Context is the one to use; where it is empty, the one that reaches the cluster, or
	// for a cluster that is known by the kubeconfig alone the current one.
	Context string

	once sync.Once
	file *clientcmdapi.Config
	err  error
}

// load reads the files once.
func (k *Kubeconfig) load() (*clientcmdapi.Config, error) {
	k.once.Do(func() {
		loading := clientcmd.NewDefaultClientConfigLoadingRules()
		loading.ExplicitPath, loading.WarnIfAllMissing = k.Path, false
		k.file, k.err = loading.Load()
	})
	return k.file, k.err
}

// Current returns the name of the context to use, and why there is none.
func (k *Kubeconfig) Current() (string, *source.Problem) {
	file, err := k.load()
	if err != nil {
		return "", k.broken(err)
	}
	name := k.Context
	if name == "" {
		name = file.CurrentContext
	}
	if name == "" {
		return "", &source.Problem{What: "The kubeconfig has no current context", Do: contextsOf(file)}
	}
	if file.Contexts[name] == nil {
		return "", &source.Problem{What: "The kubeconfig has no context " + name, Do: contextsOf(file)}
	}
	return name, nil
}

// Connect connects to a cluster through the context that its ID names, or else through
// the one whose server is the cluster's.
func (k *Kubeconfig) Connect(ctx context.Context, cluster *model.Resource) (*rest.Config, *source.Problem) {
	file, err := k.load()
	if err != nil {
		return nil, k.broken(err)
	}
	name := cluster.ID.Name()
	if !cluster.ID.Kubeconfig() {
		if name = k.contextFor(file, addresses(cluster)); name == "" {
			return nil, &source.Problem{
				What: "No context of the kubeconfig reaches the cluster " + cluster.ID.Name(), Do: contextsOf(file),
			}
		}
	}
	return k.configOf(ctx, file, name)
}

// Reaches reports whether a context of the kubeconfig has a cluster's server.
func (k *Kubeconfig) Reaches(cluster *model.Resource) bool {
	file, err := k.load()
	return err == nil && k.contextFor(file, addresses(cluster)) != ""
}

// contextFor returns the context whose server has one of the names: the one that was
// asked for, the current one, or the first by name.
func (k *Kubeconfig) contextFor(file *clientcmdapi.Config, names []string) string {
	var fit []string
	for name, each := range file.Contexts {
		cluster := file.Clusters[each.Cluster]
		if cluster == nil {
			continue
		}
		server, err := url.Parse(cluster.Server)
		if err == nil && slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, server.Hostname()) }) {
			fit = append(fit, name)
		}
	}
	slices.Sort(fit)
	for _, preferred := range []string{k.Context, file.CurrentContext} {
		if slices.Contains(fit, preferred) {
			return preferred
		}
	}
	if len(fit) == 0 {
		return ""
	}
	return fit[0]
}

// configOf is what a context says, with what is in files beside it read once.
func (k *Kubeconfig) configOf(ctx context.Context, file *clientcmdapi.Config, name string) (*rest.Config, *source.Problem) {
	chosen := file.Contexts[name]
	if chosen == nil {
		return nil, &source.Problem{What: "The kubeconfig has no context " + name, Do: contextsOf(file)}
	}
	if user := file.AuthInfos[chosen.AuthInfo]; user != nil && user.AuthProvider != nil {
		return nil, &source.Problem{
			What: fmt.Sprintf("The context %s signs in with %q, which Kubernetes no longer has", name, user.AuthProvider.Name),
			Do:   "turn it into a credential plugin: kubelogin convert-kubeconfig",
		}
	}
	config, err := clientcmd.NewNonInteractiveClientConfig(*file, name, &clientcmd.ConfigOverrides{}, nil).ClientConfig()
	if err == nil {
		err = rest.LoadTLSFiles(config)
	}
	if err != nil {
		return nil, &source.Problem{
			What: "The context " + name + " of the kubeconfig cannot be used: " + firstLine(err.Error()), Do: "mend the kubeconfig, then read again with r", Err: err,
		}
	}
	config.CAFile, config.CertFile, config.KeyFile = "", "", ""
	if config.ExecProvider != nil {
		plugin := newPlugin(config, file.Clusters[chosen.Cluster])
		config.ExecProvider = nil
		if problem := plugin.attach(ctx, config, time.Now); problem != nil {
			return nil, problem
		}
	}
	return config, nil
}

// broken says why the kubeconfig cannot be read.
func (k *Kubeconfig) broken(err error) *source.Problem {
	p := &source.Problem{What: "The kubeconfig cannot be read: " + firstLine(err.Error()), Err: err}
	p.Do = "mend the file, or name another with --kubeconfig"
	if errors.Is(err, os.ErrNotExist) {
		p.What = "There is no kubeconfig " + k.Path
		p.Do = "check --kubeconfig and KUBECONFIG"
	}
	return p
}

// contextsOf says which contexts there are.
func contextsOf(file *clientcmdapi.Config) string {
	if len(file.Contexts) == 0 {
		return "it has none: check --kubeconfig and KUBECONFIG"
	}
	names := make([]string, 0, len(file.Contexts))
	for name := range file.Contexts {
		names = append(names, name)
	}
	slices.Sort(names)
	const most = 8
	if len(names) > most {
		names = append(names[:most], "...")
	}
	return "choose with --context: " + strings.Join(names, ", ")
}
