package e2e

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/apiserver"
)

// TestKubeWhoCanIsWhatTheAPIServerDecides asks who can do something, and has the API
// server decide for everybody that the cluster's bindings name.
func TestKubeWhoCanIsWhatTheAPIServerDecides(t *testing.T) {
	t.Parallel()
	server := reads(t)
	admin := server.Client(apiserver.Admin)
	everybody := bound(t, admin)
	for _, q := range []struct{ verb, group, resource, namespace string }{
		{"get", "", "secrets", "team-000-dev"},
		{"list", "", "pods", "team-001-test"},
		{"patch", "apps", "deployments", "team-000-prod"},
		{"create", "", "pods/exec", "team-002-dev"},
		{"delete", "", "namespaces", ""},
		{"list", "", "secrets", ""},
		{"list", "", "pods", ""},
		{"escalate", "rbac.authorization.k8s.io", "clusterroles", ""},
	} {
		t.Run(q.verb+" "+q.resource+" "+q.namespace, func(t *testing.T) {
			t.Parallel()
			asked := q.resource
			if q.group != "" {
				asked += "." + q.group
			}
			command := []string{"who-can", q.verb, asked, "--output", "json"}
			if q.namespace != "" {
				command = append(command, "--namespace", q.namespace)
			}
			out, errs, _ := execute(t, setup{}, as(t, server, apiserver.Admin, command...)...)
			var said struct {
				Answers []struct{ Subject, Kind string }
			}
			require.NoError(t, json.Unmarshal([]byte(out), &said), "%s%s", out, errs)
			got := map[string]bool{}
			for _, answer := range said.Answers {
				got[answer.Subject] = true
			}
			for _, who := range everybody {
				assert.Equal(t, who.may(t, admin, q.verb, q.group, q.resource, q.namespace), got[who.named], "%s: %v", who.named, got)
			}
		})
	}
}

// subject is somebody whom a binding names.
type subject struct {
	Kind, Name, Namespace string
	// named is how answers name it.
	named string
}

// bound lists whom the bindings of a cluster name.
func bound(t *testing.T, client *apiserver.Client) []subject {
	t.Helper()
	seen := map[subject]bool{}
	var all []subject
	for _, resource := range []string{"rolebindings", "clusterrolebindings"} {
		var list struct {
			Items []struct{ Subjects []subject }
		}
		require.NoError(t, client.Get(t.Context(), "/apis/rbac.authorization.k8s.io/v1/"+resource, &list))
		for _, binding := range list.Items {
			for _, s := range binding.Subjects {
				s.named = s.Name
				if s.Kind == "ServiceAccount" {
					s.named = s.Namespace + "/" + s.Name
				}
				if !seen[s] {
					seen[s] = true
					all = append(all, s)
				}
			}
		}
	}
	require.Greater(t, len(all), 50)
	return all
}

// may asks the API server.
func (s subject) may(t *testing.T, client *apiserver.Client, verb, group, resource, namespace string) bool {
	t.Helper()
	attributes := map[string]string{"verb": verb, "group": group, "resource": resource, "namespace": namespace}
	if resource == "pods/exec" {
		attributes["resource"], attributes["subresource"] = "pods", "exec"
	}
	// Of a group nobody is asked but the group itself; of an account, not the groups
	// that every account is in, since answers name these.
	spec := map[string]any{"resourceAttributes": attributes}
	switch s.Kind {
	case "Group":
		spec["user"], spec["groups"] = "nobody-"+s.Name, []string{s.Name}
	case "ServiceAccount":
		spec["user"] = "system:serviceaccount:" + s.Namespace + ":" + s.Name
	default:
		spec["user"] = s.Name
	}
	answer, err := client.Do(t.Context(), http.MethodPost, "/apis/authorization.k8s.io/v1/subjectaccessreviews", map[string]any{"spec": spec})
	require.NoError(t, err)
	var review struct {
		Status struct {
			Allowed         bool
			EvaluationError string
		}
	}
	require.NoError(t, json.Unmarshal(answer, &review), string(answer))
	return review.Status.Allowed
}
