package evidence

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

const twoPods = `# what kubectl get pods,secrets -A -o yaml prints
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: web, namespace: shop}
  spec: {containers: [{name: web, image: nginx}]}
- apiVersion: v1
  kind: Secret
  metadata:
    name: key
    namespace: shop
    annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"data":{"password":"bWFya2Vy"}}'}
  type: Opaque
  data: {password: bWFya2Vy, user: bWFya2Vy}
  stringData: {password: marker}
`

// told are the objects inside a cluster that the files hold, and how its kinds were read.
func told(t *testing.T, s *Source, id model.ID) (objects map[string]*model.Object, ended map[model.Kind]string) {
	t.Helper()
	objects, ended = map[string]*model.Object{}, map[model.Kind]string{}
	for event := range s.Inside(t.Context(), &model.Resource{ID: id, Kind: model.KindCluster}, false) {
		switch event := event.(type) {
		case source.Objects:
			for _, o := range event.List {
				objects[o.String()] = o
			}
		case source.Complete:
			ended[event.Scope.Kind] = "read"
		case source.Failed:
			ended[event.Scope.Kind] = event.Why.Error()
		}
	}
	return objects, ended
}

// opened opens files and reads them; it returns what was wrong with them.
func opened(t *testing.T, paths ...string) (s *Source, clusters []model.ID, wrong []string) {
	t.Helper()
	s, err := Open(Options{Paths: paths})
	require.NoError(t, err)
	for event := range s.Read(t.Context(), source.Scope{Breadth: source.Estate}) {
		switch event := event.(type) {
		case source.Upsert:
			if event.Resource.Kind == model.KindCluster {
				clusters = append(clusters, event.Resource.ID)
			}
		case source.Failed:
			wrong = append(wrong, event.Why.Error())
		}
	}
	return s, clusters, wrong
}

func TestWhatKubectlPrints(t *testing.T) {
	dir := folder(t, "all.yaml", twoPods, "more.json", `{"apiVersion":"v1","kind":"PodList","items":[{"metadata":{"name":"api","namespace":"shop"},"spec":{"containers":[]}}]}`,
		"one.json", `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"shop"},"data":{"colour":"a value"}}`)
	s, clusters, wrong := opened(t, dir)
	require.Empty(t, wrong)
	require.Len(t, clusters, 1)
	assert.True(t, clusters[0].Kubeconfig())
	objects, ended := told(t, s, clusters[0])
	assert.Len(t, objects, 4)
	assert.Contains(t, objects, "Pod shop/api")
	assert.Equal(t, "read", ended[model.KindPod])
	assert.Contains(t, ended[model.KindService], "kubectl get services -A -o yaml")
	secret := objects["Secret shop/key"]
	require.NotNil(t, secret)
	assert.Equal(t, model.SecretSummary{Type: "Opaque", Keys: 2}, *secret.Secret)
	for ref, o := range objects {
		for _, value := range []string{"marker", "bWFya2Vy", "a value"} {
			assert.NotContains(t, string(o.Raw.Bytes()), value, ref)
		}
	}
}

func TestObjectsOfAClusterThatIsNamed(t *testing.T) {
	dir := folder(t, "clusters.json", "["+armCluster(payID)+"]", "pay.yaml", twoPods)
	s, clusters, wrong := opened(t, dir)
	require.Empty(t, wrong)
	assert.Equal(t, []model.ID{payID}, clusters)
	objects, _ := told(t, s, payID)
	assert.Len(t, objects, 2)
	_, ended := told(t, s, webID)
	assert.Contains(t, ended[""], "do not hold what runs in the cluster")
}

// What is broken is told by its line, and the rest is read.
func TestManifestsOfWhichOneIsBroken(t *testing.T) {
	dir := folder(t, "all.yaml", strings.Join([]string{
		"apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n",
		"apiVersion: v1\nkind: Pod\nmetadata: {name: [}\n",
		"kind: Pod\napiVersion: v1\nspec: {}\n",
		"apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\n",
		"apiVersion: v1\nkind: Pod\nmetadata: {name: bare}\n",
	}, "---\n"))
	s, clusters, wrong := opened(t, dir)
	require.Len(t, clusters, 1)
	all := strings.Join(wrong, "\n")
	assert.Contains(t, all, "at byte 58 (line 5): line 2 of the document that begins there")
	assert.Contains(t, all, "a Pod without a name")
	objects, _ := told(t, s, clusters[0])
	assert.Contains(t, objects, "Namespace shop")
	assert.Contains(t, objects, "Pod default/bare", "kubectl puts it there")
	assert.Len(t, objects, 2)
}

func FuzzManifests(f *testing.F) {
	f.Add([]byte(twoPods))
	f.Add([]byte("apiVersion: v1\nkind: Pod\nmetadata: {name: [}\n---\nkind: x"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file := &looseFile{name: "x.yaml", at: then, wants: func(string, string) bool { return true }, others: map[string]int{}}
		decodeYAML(strings.NewReader(string(text)), func(found found) error {
			_, err := file.take(newHolding(), found)
			return err
		}, func(err error) {
			if err.Error() == "" {
				t.Error("an error without words")
			}
		})
	})
}
