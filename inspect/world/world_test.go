package world_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/azure"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/world"
)

func TestTheWorldOfADemoCluster(t *testing.T) {
	source, err := azure.New(azure.Options{
		Cloud: "AzureCloud", Credential: demo.Credential(), Transport: demo.Transport(demo.NewHandler(demo.Options{})),
	})
	require.NoError(t, err)
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	in := inspect.New(inspect.Options{Source: source, Rules: func() *rules.Catalogue { return catalogue }})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	in.Start(ctx)
	require.NoError(t, in.Wait(ctx))
	snapshot := in.Store.Snapshot()
	assert.Nil(t, world.Of(snapshot, "/subscriptions/none"))
	fetches := 0
	for _, cluster := range snapshot.Clusters {
		w := world.Of(snapshot, cluster.Resource.ID)
		require.NotNil(t, w)
		assert.Same(t, snapshot.Rights(), w.Azure)
		for _, s := range w.Subjects() {
			for _, held := range w.HeldBy(s) {
				if held.ID == "Z01" {
					fetches++
				}
			}
		}
		for _, gap := range w.Coverage(access.Kinds...) {
			assert.NotEmpty(t, gap.Why, gap.What)
		}
		assert.Contains(t, kinds(w), "group", "every cluster has groups that hold roles")
	}
	assert.Positive(t, fetches, "somebody fetches an admin kubeconfig")
}

func kinds(w *access.World) []string {
	var kinds []string
	for _, s := range w.Subjects() {
		kinds = append(kinds, w.Kind(s))
	}
	return kinds
}
