package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aksight/aksight/e2e/apiserver"
	"github.com/aksight/aksight/e2e/authority"
	"github.com/aksight/aksight/inspect/access"
)

// stage is where a row is carried out: a namespace, and who acts in it.
type stage struct {
	*testing.T
	escalation
	server    *apiserver.Server
	client    *apiserver.Client
	admin     *apiserver.Kubectl
	namespace string
	subject   *actor
	controls  []*actor
	// other is somebody else whom the row is about.
	other *actor
	// listener receives what the API server is made to send it, pair is a certificate that
	// was asked for.
	listener *listener
	pair     authority.Pair
}

// actor is a service account with kubectl.
type actor struct {
	*apiserver.Kubectl
	stage      *stage
	name, lack string
	// home is the namespace of its account, at that in which it acts: apart, so that who may
	// run pods there does not run them as the others.
	home, at string
}

func (a *actor) subject() access.Subject {
	return access.Subject{Kind: access.ServiceAccount, Namespace: a.home, Name: a.name}
}

// label is how answers name it, String how failures do.
func (a *actor) label() string  { return a.home + "/" + a.name }
func (a *actor) String() string { return a.label() + ", which lacks " + a.lack }

// user is how the API server names it.
func (a *actor) user() string { return "system:serviceaccount:" + a.home + ":" + a.name }

// role is the name of its cluster role.
func (a *actor) role() string { return a.at + "-" + a.name }

// run runs kubectl in its namespace.
func (a *actor) run(args ...string) (string, error) {
	return a.Run(a.stage.Context(), "", append([]string{"--namespace", a.at}, args...)...)
}

// does runs kubectl in its namespace for what it does alone.
func (a *actor) does(args ...string) error {
	_, err := a.run(args...)
	return err
}

// creates makes objects without reading them first.
func (a *actor) creates(manifests string) error {
	_, err := a.Run(a.stage.Context(), manifests, "create", "--validate=false", "--namespace", a.at, "--filename", "-")
	return err
}

// patches sends a part of an object, which takes no right but patch, and returns the answer.
func (a *actor) patches(manifest string, more ...string) (string, error) {
	args := []string{"apply", "--server-side", "--force-conflicts", "--validate=false", "--namespace", a.at, "--filename", "-", "--output", "json"}
	return a.Run(a.stage.Context(), manifest, append(args, more...)...)
}

// posts sends a body to a path, where kubectl has no command of its own.
func (a *actor) posts(path, body string) error {
	_, err := a.Run(a.stage.Context(), body, "create", "--raw", path, "--filename", "-")
	return err
}

// past returns nil for an error that the API server ran into only after it had decided
// that the request is allowed: nothing of a node is here.
func past(err error, then ...string) error {
	if err == nil {
		return errors.New("it was answered, although no node is here")
	}
	for _, text := range then {
		if strings.Contains(err.Error(), text) {
			return nil
		}
	}
	return err
}

// set makes the namespace, who acts there and what has to be there.
func (s *stage) set() {
	labels := s.labels
	if s.keeper { // so that nothing but the keeper leads on
		labels = map[string]string{enforce: "baseline"}
	}
	s.makes("/api/v1/namespaces", named(s.namespace, labels))
	home := s.namespace + "-who"
	s.makes("/api/v1/namespaces", named(home, map[string]string{enforce: "baseline"}))
	s.subject = s.join(&actor{name: "subject", home: home, at: s.namespace, lack: "nothing"}, s.rights)
	var pieces, aids []right
	for _, r := range s.rights {
		if r.aid {
			aids = append(aids, r)
		} else {
			pieces = append(pieces, r)
		}
	}
	for i := range pieces {
		rest := slices.Concat(pieces[:i], pieces[i+1:], aids)
		if len(pieces) == 1 {
			rest = append(rest, s.near...)
		}
		s.controls = append(s.controls, s.join(&actor{
			name: fmt.Sprintf("control-%d", i), home: home, at: s.namespace, lack: access.RuleText(&pieces[i].PolicyRule),
		}, rest))
	}
	if s.guarded {
		elsewhere := s.namespace + "-guarded"
		s.makes("/api/v1/namespaces", named(elsewhere, map[string]string{enforce: "baseline"}))
		s.controls = append(s.controls, s.join(&actor{
			name: "control", home: home, at: elsewhere, lack: "a namespace without pod security",
		}, s.rights))
	}
	if s.listens {
		s.listener = newListener(s.T)
	}
	if s.keeper {
		s.keeps()
	}
	if s.before != nil {
		s.before(s)
	}
}

const enforce = "pod-security.kubernetes.io/enforce"

func named(name string, labels map[string]string) map[string]any {
	return map[string]any{"metadata": map[string]any{"name": name, "labels": labels}}
}

// makes makes an object as the administrator.
func (s *stage) makes(path string, object any) {
	require.NoError(s, s.client.Create(s.Context(), path, object))
}

// join makes an account that holds rights, and signs it in.
func (s *stage) join(a *actor, rights []right) *actor {
	a.stage = s
	s.makes("/api/v1/namespaces/"+a.home+"/serviceaccounts", named(a.name, nil))
	var everywhere, local []rbacv1.PolicyRule
	for _, r := range rights {
		if r.wide {
			everywhere = append(everywhere, r.PolicyRule)
		} else {
			local = append(local, r.PolicyRule)
		}
	}
	if len(everywhere) > 0 {
		s.makes(rbacPath+"clusterroles", rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: a.role()}, Rules: everywhere})
		s.binds(a.role(), a.role(), a)
	}
	if len(local) > 0 {
		in := rbacPath + "namespaces/" + a.at
		s.makes(in+"/roles", rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: a.name}, Rules: local})
		s.makes(in+"/rolebindings", rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: a.name}, Subjects: []rbacv1.Subject{a.bound()},
			RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: a.name},
		})
	}
	var err error
	a.Kubectl, err = s.server.KubectlWith(s.token(a))
	require.NoError(s, err)
	return a
}

// bound is the account as bindings name it.
func (a *actor) bound() rbacv1.Subject {
	return rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: a.home, Name: a.name}
}

// binds binds an account to a cluster role.
func (s *stage) binds(name, role string, a *actor) {
	s.makes(rbacPath+"clusterrolebindings", rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name}, Subjects: []rbacv1.Subject{a.bound()},
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
	})
}

func (s *stage) token(a *actor) string {
	answer, err := s.client.Do(s.Context(), http.MethodPost, "/api/v1/namespaces/"+a.home+"/serviceaccounts/"+a.name+"/token", map[string]any{})
	require.NoError(s, err)
	var request struct{ Status struct{ Token string } }
	require.NoError(s, json.Unmarshal(answer, &request))
	return request.Status.Token
}

// keeps has an account with cluster-admin in the namespace, and a pod that runs as it.
func (s *stage) keeps() {
	keeper := s.join(&actor{name: "keeper", home: s.namespace, at: s.namespace}, nil)
	s.binds(keeper.role(), "cluster-admin", keeper)
	_, err := s.admin.Run(s.Context(), podAs("keeper", "keeper"), "create", "--namespace", s.namespace, "--filename", "-")
	require.NoError(s, err)
}

// node is where pods run, as far as the API server knows.
const node = "node-1"

// podAs is a pod that runs as an account.
func podAs(name, account string) string {
	return `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"` + name + `","labels":{"app":"` + name + `"}},"spec":{"serviceAccountName":"` + account +
		`","nodeName":"` + node + `","containers":[{"name":"app","image":"contoso.azurecr.io/web:1"}]}}`
}

// kubelet asks for the token of a pod's account as the kubelet does that starts the pod:
// the API server gives it out to the node on which the pod is, and to no other.
func (s *stage) kubelet(namespace, pod string) string {
	s.Helper()
	var got struct {
		Metadata struct{ UID string }
		Spec     struct{ ServiceAccountName string }
	}
	require.NoError(s, s.client.Get(s.Context(), "/api/v1/namespaces/"+namespace+"/pods/"+pod, &got))
	var token string
	require.EventuallyWithT(s, func(c *assert.CollectT) { // the authorizer of nodes learns of the pod a moment later
		var err error
		token, err = s.admin.Run(s.Context(), "", "create", "token", got.Spec.ServiceAccountName, "--namespace", namespace,
			"--bound-object-kind", "Pod", "--bound-object-name", pod, "--bound-object-uid", got.Metadata.UID,
			"--as", "system:node:"+node, "--as-group", "system:nodes")
		assert.NoError(c, err)
	}, patience, 100*time.Millisecond)
	return strings.TrimSpace(token)
}

// everything has a token do, by and by: the authorizer learns of bindings a moment later.
func (s *stage) everything(token string) {
	s.Helper()
	kubectl, err := s.server.KubectlWith(token)
	require.NoError(s, err)
	s.may(kubectl, "*", "*")
}

// certified is kubectl with the stage's certificate, and the arguments that it takes.
func (s *stage) certified() (kubectl *apiserver.Kubectl, args []string) {
	s.Helper()
	dir := s.TempDir()
	for name, text := range map[string][]byte{"client.pem": s.pair.Certificate, "key.pem": s.pair.Key} {
		require.NoError(s, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
	kubectl, err := s.server.KubectlWith("")
	require.NoError(s, err)
	return kubectl, []string{"--client-certificate", filepath.Join(dir, "client.pem"), "--client-key", filepath.Join(dir, "key.pem")}
}

// may has the API server say that somebody may do something.
func (s *stage) may(kubectl *apiserver.Kubectl, args ...string) {
	s.Helper()
	require.EventuallyWithT(s, func(c *assert.CollectT) {
		out, err := kubectl.Run(s.Context(), "", append([]string{"auth", "can-i"}, args...)...)
		assert.NoError(c, err)
		assert.Equal(c, "yes", strings.TrimSpace(out))
	}, patience, 100*time.Millisecond)
}
