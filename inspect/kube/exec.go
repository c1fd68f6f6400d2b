package kube

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	clientauth "k8s.io/client-go/pkg/apis/clientauthentication/v1"
	"k8s.io/client-go/rest"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/aksight/aksight/inspect/source"
)

// pluginTimeout is how long a credential plugin may take: it cannot ask anybody, so
// that one that takes longer waits for what will not come.
const pluginTimeout = 30 * time.Second

// plugin is a credential plugin, such as kubelogin. It runs without the terminal: what
// it prints would break the screen, and what it asked for would never come.
type plugin struct {
	*clientcmdapi.ExecConfig
	// info is what the plugin is told in its environment.
	info []byte
}

func newPlugin(config *rest.Config, cluster *clientcmdapi.Cluster) *plugin {
	spec := map[string]any{"interactive": false}
	if config.ExecProvider.ProvideClusterInfo && cluster != nil {
		about := map[string]any{"server": cluster.Server}
		if len(config.CAData) > 0 {
			about["certificate-authority-data"] = config.CAData
		}
		for key, value := range map[string]string{"tls-server-name": cluster.TLSServerName, "proxy-url": cluster.ProxyURL} {
			if value != "" {
				about[key] = value
			}
		}
		if cluster.InsecureSkipTLSVerify {
			about["insecure-skip-tls-verify"] = true
		}
		spec["cluster"] = about
	}
	info, _ := json.Marshal(map[string]any{ // texts and bytes alone
		"apiVersion": config.ExecProvider.APIVersion, "kind": "ExecCredential", "spec": spec,
	})
	return &plugin{config.ExecProvider, info}
}

// attach makes a configuration sign with what the plugin gives: a token anew whenever
// one is needed, a certificate once.
func (p *plugin) attach(ctx context.Context, config *rest.Config, now func() time.Time) *source.Problem {
	if p.InteractiveMode == clientcmdapi.AlwaysExecInteractiveMode {
		return &source.Problem{
			What: "The credential plugin " + p.Command + " wants to ask at a terminal, which the explorer has",
			Do:   "use a login that needs no question, such as kubelogin convert-kubeconfig -l azurecli",
		}
	}
	status, err := p.run(ctx)
	if err != nil {
		problem, _ := errors.AsType[*source.Problem](err)
		return problem
	}
	if status.ClientCertificateData != "" {
		config.CertData, config.KeyData = []byte(status.ClientCertificateData), []byte(status.ClientKeyData)
	}
	if status.Token == "" {
		return nil
	}
	first := p.token(status)
	signing := &tokens{now: now, held: first, get: func(ctx context.Context) (token, error) {
		status, err := p.run(ctx)
		if err != nil {
			return token{}, err
		}
		return p.token(status), nil
	}}
	config.Wrap(signing.wrap)
	return nil
}

func (p *plugin) token(status *clientauth.ExecCredentialStatus) token {
	t := token{value: status.Token}
	if status.ExpirationTimestamp != nil {
		t.ends = status.ExpirationTimestamp.Time
	}
	return t
}

// run runs the plugin. Its error is a problem in words.
func (p *plugin) run(ctx context.Context) (*clientauth.ExecCredentialStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, pluginTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, p.Command, p.Args...) //nolint:forbidigo,gosec // not a command of aksight's: the user's own kubeconfig names it
	cmd.Env = append(os.Environ(), "KUBERNETES_EXEC_INFO="+string(p.info))
	for _, variable := range p.Env {
		cmd.Env = append(cmd.Env, variable.Name+"="+variable.Value)
	}
	var out, complaints limited
	cmd.Stdout, cmd.Stderr = &out, &complaints
	cmd.WaitDelay = time.Second // a child of it may hold the output open
	err := cmd.Run()
	name := filepath.Base(p.Command)
	switch {
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, os.ErrNotExist):
		return nil, &source.Problem{What: "The credential plugin " + p.Command + " of the kubeconfig is not installed", Do: p.install(name), Err: err}
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, &source.Problem{
			What: fmt.Sprintf("The credential plugin %s gave no answer within %s: it may wait for a sign-in", name, pluginTimeout),
			Do:   p.signIn(name), Err: err,
		}
	case err != nil:
		what := "The credential plugin " + name + " failed"
		if said := lastLine(complaints.String()); said != "" {
			what += ": " + said
		}
		return nil, &source.Problem{What: what, Do: p.signIn(name), Err: err}
	}
	var credential clientauth.ExecCredential
	if err := json.Unmarshal(out.Bytes(), &credential); err != nil || credential.Kind != "ExecCredential" || credential.Status == nil ||
		credential.Status.Token == "" && credential.Status.ClientCertificateData == "" {
		// What it printed may hold a token, and is not shown.
		return nil, &source.Problem{What: "The credential plugin " + name + " printed no credential", Do: p.signIn(name), Err: err}
	}
	return credential.Status, nil
}

func (p *plugin) install(name string) string {
	switch {
	case name == "kubelogin":
		return "install it with az aks install-cli"
	case p.InstallHint != "":
		return firstLine(p.InstallHint)
	default:
		return "install it, or check the PATH"
	}
}

func (p *plugin) signIn(name string) string {
	if name == "kubelogin" {
		return "sign in with az login, and let it use that login: kubelogin convert-kubeconfig -l azurecli"
	}
	return "run it once yourself, as kubectl get namespaces does, then read again with r"
}

// limited keeps the first part of what a plugin prints.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	const most = 1 << 20
	l.Buffer.Write(p[:min(len(p), max(0, most-l.Len()))])
	return len(p), nil
}

// lastLine is where programs say what went wrong.
func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
}
