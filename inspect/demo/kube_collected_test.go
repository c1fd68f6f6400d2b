package demo_test

import (
	"encoding/pem"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/azure"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/kube"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// collected is what the collector brings from inside a cluster.
type collected struct {
	connected source.Connected
	objects   map[model.Kind][]*model.Object
	failed    map[model.Kind]*source.Problem
	complete  map[model.Kind]bool
}

// read gathers what the collector says of a cluster.
func read(t *testing.T, reader *kube.Source, cluster *model.Resource) *collected {
	t.Helper()
	c := &collected{objects: map[model.Kind][]*model.Object{}, failed: map[model.Kind]*source.Problem{}, complete: map[model.Kind]bool{}}
	for event := range reader.Inside(t.Context(), cluster, false) {
		switch e := event.(type) {
		case source.Connected:
			c.connected = e
		case source.Objects:
			c.objects[e.Kind] = append(c.objects[e.Kind], e.List...)
		case source.Failed:
			c.failed[e.Scope.Kind] = e.Why
		case source.Complete:
			c.complete[e.Scope.Kind] = true
		}
	}
	return c
}

// insides reads the insides of the company's clusters with the real collectors.
func insides(t *testing.T, visit func(name string, c *collected)) {
	t.Helper()
	now := time.Now
	_, snapshot := judged(t)
	identity := demo.Identity()
	estate, err := azure.New(azure.Options{
		Cloud: identity.Cloud, Identity: &identity, Credential: demo.Credential(),
		Transport: demo.Transport(demo.NewHandler(demo.Options{Now: now})), Now: now,
	})
	require.NoError(t, err)
	reader := kube.New(kube.Options{Now: now, Connector: &kube.AKS{
		Azure: estate, Now: now, Transport: demo.RoundTripper(demo.NewKubernetesHandler(demo.Options{Now: now})),
	}})
	for _, cluster := range snapshot.Clusters {
		visit(cluster.Summary.Name, read(t, reader, cluster.Resource))
	}
}

func TestTheCollectorReadsTheDemosClusters(t *testing.T) {
	said := map[string]string{}
	insides(t, func(name string, c *collected) {
		if why := c.failed[""]; why != nil {
			said[name] = why.What
			return
		}
		assert.NotEmpty(t, c.connected.Server, name)
		assert.Equal(t, "ana@marigold.example", c.connected.User, name)
		for _, kind := range model.ObjectKinds {
			if why := c.failed[kind.Kind]; why != nil {
				assert.Equal(t, "web-win-01", name, "%s: %s", kind.Kind, why.What)
				continue
			}
			assert.True(t, c.complete[kind.Kind], "%s: %s", name, kind.Kind)
		}
		assert.Greater(t, len(c.objects[model.KindPod]), 20, name)
		assert.Greater(t, len(c.objects[model.KindNode]), 1, name)
	})
	require.Len(t, said, 4)
	for name, words := range map[string]string{
		"pay-neu-01": "The cluster is private", "pay-pci-01": "authorized IP ranges", "ds-batch-01": "is stopped", "ds-lab-01": "no Entra ID",
	} {
		assert.Contains(t, said[name], words)
	}
}

// TestOverTLS: the same handler behind one server of the network, as the credential
// that Azure hands out leads there.
func TestOverTLS(t *testing.T) {
	served := httptest.NewTLSServer(demo.NewKubernetesHandler(demo.Options{}))
	defer served.Close()
	_, snapshot := judged(t)
	identity := demo.Identity()
	estate, err := azure.New(azure.Options{
		Cloud: identity.Cloud, Identity: &identity, Credential: demo.Credential(),
		Transport: demo.Transport(demo.NewHandler(demo.Options{
			KubernetesServer: served.URL,
			KubernetesCA:     pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: served.Certificate().Raw}),
		})),
	})
	require.NoError(t, err)
	reader := kube.New(kube.Options{Connector: &kube.AKS{Azure: estate}})
	versions := map[string]string{}
	for _, cluster := range snapshot.Clusters {
		if name := cluster.Summary.Name; name == "pay-weu-02" || name == "web-legacy-01" || name == "pay-pci-01" {
			c := read(t, reader, cluster.Resource)
			versions[name] = c.connected.Server
			if name == "pay-pci-01" {
				assert.NotNil(t, c.failed[""], "nobody answers")
				continue
			}
			assert.Greater(t, len(c.objects[model.KindPod]), 20, name)
		}
	}
	assert.Equal(t, map[string]string{"pay-weu-02": "v1.36.2", "web-legacy-01": "v1.32.9", "pay-pci-01": ""}, versions)
}
