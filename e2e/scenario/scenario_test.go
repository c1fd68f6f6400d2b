package scenario_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/aksight/aksight/e2e/apiserver"
	"github.com/aksight/aksight/e2e/scenario"
)

func TestMain(m *testing.M) {
	if runtime.GOOS != "linux" {
		fmt.Println("skipped: the end-to-end tests run on Linux")
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// few namespaces hold one cell of the pattern.
const few = 10

func TestScenario(t *testing.T) {
	server, err := scenario.Start(t.Context(), t.TempDir(), few)
	require.NoError(t, err)
	t.Cleanup(server.Close)
	admin := server.Client(apiserver.Admin)

	t.Run("has what was asked for", func(t *testing.T) {
		for path, want := range map[string]int{
			"/api/v1/pods": 10 * few, "/api/v1/services": 2*few + 1, "/api/v1/nodes": 2,
			"/apis/apps/v1/deployments": 2 * few, "/apis/apps/v1/replicasets": 4 * few, "/apis/batch/v1/cronjobs": few,
			"/apis/rbac.authorization.k8s.io/v1/rolebindings?labelSelector=!kubernetes.io/bootstrapping": 20 * few,
			"/apis/rbac.authorization.k8s.io/v1/roles?labelSelector=!kubernetes.io/bootstrapping":        4 * few,
		} {
			var list struct{ Items []json.RawMessage }
			require.NoError(t, admin.Get(t.Context(), path, &list))
			assert.Len(t, list.Items, want, path)
		}
	})
	t.Run("pods are of real size and belong to somebody", func(t *testing.T) {
		var list struct{ Items []json.RawMessage }
		require.NoError(t, admin.Get(t.Context(), "/api/v1/namespaces/"+scenario.NamespaceName(0)+"/pods", &list))
		for _, raw := range list.Items {
			var pod corev1.Pod
			require.NoError(t, json.Unmarshal(raw, &pod))
			assert.Greater(t, len(raw), 5000)
			assert.Equal(t, corev1.PodRunning, pod.Status.Phase)
			require.Len(t, pod.OwnerReferences, 1)
			assert.NotEmpty(t, pod.ManagedFields)
		}
	})
	t.Run("the users may read what they are for", func(t *testing.T) {
		for user, paths := range map[string]map[string]bool{
			apiserver.Reader:  {"/api/v1/pods": true, "/apis/rbac.authorization.k8s.io/v1/roles": true, "/api/v1/secrets": false},
			apiserver.Limited: {"/api/v1/pods": true, "/apis/rbac.authorization.k8s.io/v1/roles": false, "/api/v1/secrets": false},
		} {
			for path, may := range paths {
				_, err := server.Client(user).Do(t.Context(), http.MethodGet, path+"?limit=1", nil)
				assert.Equal(t, may, err == nil, "%s %s: %v", user, path, err)
			}
		}
	})
	t.Run("planted secrets hold their markers", func(t *testing.T) {
		require.NoError(t, scenario.PlantSecrets(t.Context(), server))
		for _, planted := range scenario.PlantedSecrets() {
			raw, err := admin.Do(t.Context(), http.MethodGet, "/api/v1/namespaces/"+scenario.MarkerNamespace+"/secrets/"+planted.Name, nil)
			require.NoError(t, err)
			var secret corev1.Secret
			require.NoError(t, json.Unmarshal(raw, &secret))
			assert.Equal(t, planted.Type, secret.Type)
			assert.True(t, gives(string(raw)), "the search finds %s as it is sent", planted.Name)
			last := secret.Annotations[corev1.LastAppliedConfigAnnotation]
			assert.Equal(t, planted.Applied, gives(last), "%s: %s", planted.Name, last)
		}
	})
}

// gives reports whether a text gives a marker away.
func gives(text string) bool {
	for _, form := range scenario.MarkerForms() {
		if strings.Contains(text, form) {
			return true
		}
	}
	return false
}

func TestMarkersAreFoundInBase64WhereverTheyStand(t *testing.T) {
	for lead := range 7 {
		text := strings.Repeat("x", lead) + scenario.Marker + "and more"
		assert.True(t, gives(base64.StdEncoding.EncodeToString([]byte(text))), "behind %d bytes", lead)
		assert.True(t, gives(base64.URLEncoding.EncodeToString([]byte(text))), "behind %d bytes, for URLs", lead)
	}
	assert.False(t, gives(base64.StdEncoding.EncodeToString([]byte("nothing of the kind, at some length"))))
}
