package demo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/azure"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// judged reads the company with the real collectors and judges it with the real
// rules.
func judged(t *testing.T) (*rules.Catalogue, *store.Snapshot) {
	t.Helper()
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	identity := demo.Identity()
	estate, err := azure.New(azure.Options{
		Cloud:      identity.Cloud,
		Identity:   &identity,
		Credential: demo.Credential(),
		Transport:  demo.Transport(demo.NewHandler(demo.Options{})),
	})
	require.NoError(t, err)
	inspection := inspect.New(inspect.Options{
		Source: estate, Rules: func() *rules.Catalogue { return catalogue }, AllChildren: true,
	})
	inspection.Start(t.Context())
	require.NoError(t, inspection.Wait(t.Context()))
	return catalogue, inspection.Store.Snapshot()
}

func TestTheExemplaryClusterIsOne(t *testing.T) {
	catalogue, snapshot := judged(t)
	for _, cluster := range snapshot.Clusters {
		if cluster.Summary.Name != "pay-weu-02" {
			continue
		}
		for _, all := range append([][]model.Judged{cluster.Judged}, cluster.Pools...) {
			for i, judgement := range all {
				assert.NotEqual(t, model.Fail, judgement.Verdict, catalogue.Rules()[i].ID)
			}
		}
		return
	}
	t.Fatal("pay-weu-02 was not read")
}

// TestEveryRuleCanBeMet checks that whoever walks the demo meets every rule failing
// somewhere.
func TestEveryRuleCanBeMet(t *testing.T) {
	catalogue, snapshot := judged(t)
	failing := make([]bool, len(catalogue.Rules()))
	for _, cluster := range snapshot.Clusters {
		for _, all := range append([][]model.Judged{cluster.Judged}, cluster.Pools...) {
			for i, judgement := range all {
				failing[i] = failing[i] || judgement.Verdict == model.Fail
			}
		}
	}
	for i, rule := range catalogue.Rules() {
		assert.True(t, failing[i], "%s fails nowhere in the demo", rule.ID)
	}
}
