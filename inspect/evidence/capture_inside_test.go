package evidence

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// looked is the estate of one cluster that somebody has looked into.
func looked(t *testing.T, id model.ID, inside *store.Inside) *store.Snapshot {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	s := store.New(func(model.Subject, *azurerbac.View) ([]model.Judged, [][]model.Judged) { return nil, nil }, func(model.Kind) bool { return false }, nil)
	go s.Run(ctx)
	s.Send(source.Upsert{Resource: &model.Resource{
		ID: id, Kind: model.KindCluster, Parent: model.SubscriptionID(id.Subscription()), ReadAt: then, Raw: model.NewJSON([]byte(armCluster(string(id)))),
	}})
	s.PutInside(id, inside)
	require.NoError(t, s.Settle(ctx))
	return s.Snapshot()
}

func TestWhatRunsComesBackFromABundle(t *testing.T) {
	inside := objecttest.Inside(t, "")
	pod, err := object.Keep(model.KindPod, "v1", []byte(`{"metadata":{"name":"web","namespace":"shop","labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"nginx"}]}}`), then)
	require.NoError(t, err)
	inside.Objects = map[model.Kind][]*model.Object{
		model.KindPod:    {pod},
		model.KindSecret: {object.Secret("shop", "key", model.SecretSummary{Type: "Opaque", Keys: 2}, then, then)},
		model.KindClusterRole: {{
			Ref: model.Ref{Kind: model.KindClusterRole, Name: "all"}, APIVersion: "rbac.authorization.k8s.io/v1", ReadAt: then,
			Typed: &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "all"}, Rules: []rbacv1.PolicyRule{{Verbs: []string{"*"}}}},
		}},
	}
	inside.Reads[model.KindNode] = model.Read{State: model.ReadFailed, Why: "you may not list nodes", At: then}
	for _, id := range []model.ID{payID, model.KubeconfigID("a/b")} {
		snapshot := looked(t, id, &store.Inside{View: object.NewView(inside, nil, nil), State: store.Following, User: "ana"})
		var first bytes.Buffer
		m, err := Write(&first, Capture{Snapshot: snapshot, At: then, Tool: "test"})
		require.NoError(t, err)
		assert.Contains(t, m.CouldNotRead, Gap{"Node objects in cluster " + id.Name(), "you may not list nodes"})
		path := filepath.Join(t.TempDir(), "x"+Suffix)
		require.NoError(t, os.WriteFile(path, first.Bytes(), 0o600))
		s, clusters, wrong := opened(t, path)
		assert.Equal(t, []model.ID{id}, clusters)
		_ = wrong // the estate was not read whole
		objects, ended := told(t, s, id)
		assert.Equal(t, "you may not list nodes", ended[model.KindNode])
		assert.Equal(t, "read", ended[model.KindGateway], "as when it was captured")
		require.Len(t, objects, 3)
		assert.Equal(t, inside.Objects[model.KindSecret][0], objects["Secret shop/key"])
		assert.Equal(t, pod.Pod, objects["Pod shop/web"].Pod)
		assert.JSONEq(t, string(pod.Raw.Bytes()), string(objects["Pod shop/web"].Raw.Bytes()))
		role, err := object.As[rbacv1.ClusterRole](objects["ClusterRole all"])
		require.NoError(t, err)
		assert.Equal(t, []string{"*"}, role.Rules[0].Verbs)
	}
}
