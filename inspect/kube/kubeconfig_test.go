package kube

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// write writes a kubeconfig with one context, test, and a user as given in YAML.
func write(t *testing.T, s *apiServer, user string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	text := fmt.Sprintf(`
apiVersion: v1
kind: Config
current-context: test
clusters: [{name: c, cluster: {server: %q, certificate-authority-data: %s}}]
contexts: [{name: test, context: {cluster: c, user: u}}]
users: [{name: u, user: %s}]
`, s.URL, base64.StdEncoding.EncodeToString(pemOf(s.Certificate())), user)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// script writes a program in place of a credential plugin.
func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kubelogin")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+body), 0o700))
	return path
}

func execUser(command, mode string) string {
	return fmt.Sprintf(`{exec: {apiVersion: client.authentication.k8s.io/v1, command: %q, interactiveMode: %s, provideClusterInfo: true}}`, command, mode)
}

func TestAContextIsRead(t *testing.T) {
	s := newAPIServer(t)
	s.add("/api/v1/pods", pod("a", "1"))
	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("good"), 0o600))
	plugin := script(t, `case "$KUBERNETES_EXEC_INFO" in *'"server":'*'"interactive":false'*) ;; *) exit 3;; esac
read line && exit 4
echo noise >&2
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"good","expirationTimestamp":"2999-01-01T00:00:00Z"}}'`)
	for name, user := range map[string]string{
		"token":             `{token: good}`,
		"token in a file":   fmt.Sprintf(`{tokenFile: %q}`, token),
		"credential plugin": execUser(plugin, "IfAvailable"),
	} {
		t.Run(name, func(t *testing.T) {
			own := &Kubeconfig{Path: write(t, s, user)}
			current, problem := own.Current()
			require.Nil(t, problem)
			all := readAll(t, own, &model.Resource{ID: model.KubeconfigID(current), Kind: model.KindCluster, Raw: model.NewJSON([]byte(`{}`))})
			assert.Empty(t, all.failed)
			assert.Len(t, all.objects[model.KindPod], 1)
		})
	}
}

func TestWhatAKubeconfigCannotDo(t *testing.T) {
	s := newAPIServer(t)
	for name, test := range map[string]struct{ user, what, do string }{
		"no such plugin":     {execUser("/nowhere/kubelogin", "Never"), "is not installed", "az aks install-cli"},
		"a failing plugin":   {execUser(script(t, "echo first >&2; echo 'AADSTS700082: expired' >&2; exit 1"), "Never"), "failed: AADSTS700082: expired", "convert-kubeconfig -l azurecli"},
		"a plugin that asks": {execUser(script(t, "exit 0"), "Always"), "wants to ask at a terminal", "needs no question"},
		"a silent plugin":    {execUser(script(t, "exit 0"), "Never"), "printed no credential", "az login"},
		"a legacy provider":  {`{auth-provider: {name: azure}}`, `"azure"`, "kubelogin convert-kubeconfig"},
		"a missing file":     {`{client-certificate: /nowhere/cert.pem, client-key: /nowhere/key.pem}`, "cannot be used", "mend the kubeconfig"},
	} {
		t.Run(name, func(t *testing.T) {
			_, problem := (&Kubeconfig{Path: write(t, s, test.user)}).Connect(t.Context(), kubeCluster())
			require.NotNil(t, problem)
			assert.Contains(t, problem.What, test.what)
			assert.Contains(t, problem.Do, test.do)
		})
	}
}

func TestContextsThatAreNotThere(t *testing.T) {
	s := newAPIServer(t)
	path := write(t, s, `{token: good}`)
	_, problem := (&Kubeconfig{Path: path, Context: "prod"}).Current()
	require.NotNil(t, problem)
	assert.Equal(t, "The kubeconfig has no context prod: choose with --context: test", problem.Error())
	_, problem = (&Kubeconfig{Path: filepath.Join(t.TempDir(), "none")}).Current()
	require.NotNil(t, problem)
	assert.Contains(t, problem.What, "There is no kubeconfig")
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none")+string(os.PathListSeparator)+path)
	current, problem := new(Kubeconfig).Current()
	assert.Nil(t, problem)
	assert.Equal(t, "test", current, "of a list the files that are there count")
}

// azureStub hands out a kubeconfig and tokens.
type azureStub struct {
	config []byte
	asked  int
	ends   time.Time
}

func (a *azureStub) UserCredential(context.Context, *model.Resource) ([]byte, *source.Problem) {
	return a.config, nil
}
func (a *azureStub) Credential() azcore.TokenCredential { return a }
func (a *azureStub) SignInProblem(err error) *source.Problem {
	return &source.Problem{What: "sign in", Err: err}
}
func (a *azureStub) GetToken(_ context.Context, opts policy.TokenRequestOptions) (azcore.AccessToken, error) {
	a.asked++
	if len(opts.Scopes) != 1 || opts.Scopes[0] != aksScope {
		return azcore.AccessToken{}, fmt.Errorf("a token for %v", opts.Scopes)
	}
	return azcore.AccessToken{Token: "good", ExpiresOn: a.ends}, nil
}

func TestAnAKSClusterIsReadWithTheEstatesSignIn(t *testing.T) {
	s := newAPIServer(t)
	s.add("/api/v1/pods", pod("a", "1"))
	config, err := os.ReadFile(write(t, s, `{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: /nowhere/kubelogin}}`))
	require.NoError(t, err)
	azure := &azureStub{config: config, ends: readAt.Add(time.Hour)}
	all := readAll(t, &AKS{Azure: azure, Now: func() time.Time { return readAt }}, aksCluster(entra))
	assert.Empty(t, all.failed)
	assert.Len(t, all.objects[model.KindPod], 1)
	assert.Equal(t, 1, azure.asked, "one token serves all")
}

func TestAClusterWithoutEntraIsReachedByTheUsersContextAlone(t *testing.T) {
	s := newAPIServer(t)
	s.add("/api/v1/pods", pod("a", "1"))
	own := &Kubeconfig{Path: write(t, s, `{token: good}`)}
	azure := &azureStub{}
	all := readAll(t, &AKS{Azure: azure, Own: own}, aksCluster(`"fqdn":"other.example"`))
	assert.Contains(t, all.failed[""].What, "has no Entra ID")
	all = readAll(t, &AKS{Azure: azure, Own: own}, aksCluster(`"fqdn":"127.0.0.1"`))
	assert.Empty(t, all.failed)
	assert.Len(t, all.objects[model.KindPod], 1)
	assert.Zero(t, azure.asked)
	all = readAll(t, &AKS{Azure: azure}, aksCluster(entra+`,"powerState":{"code":"Stopped"}`))
	assert.Contains(t, all.failed[""].What, "is stopped")
}

func TestTokensAreReplacedEarlyAndWhenRefused(t *testing.T) {
	now, given := readAt, 0
	held := &tokens{now: func() time.Time { return now }, get: func(context.Context) (token, error) {
		given++
		return token{fmt.Sprint(given), now.Add(time.Hour)}, nil
	}}
	want := func(value string) token {
		t.Helper()
		got, err := held.token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, value, got.value)
		return got
	}
	want("1")
	now = now.Add(54 * time.Minute)
	first := want("1")
	now = now.Add(2 * time.Minute)
	second := want("2")
	held.refuse(first) // somebody else's refusal comes late
	want("2")
	held.refuse(second)
	want("3")
}
