package demo_test

import (
	"strings"
	"testing"
	"time"

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
	return judgedAt(t, time.Now)
}

func judgedAt(t *testing.T, now func() time.Time) (*rules.Catalogue, *store.Snapshot) {
	t.Helper()
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	identity := demo.Identity()
	estate, err := azure.New(azure.Options{
		Cloud:      identity.Cloud,
		Identity:   &identity,
		Credential: demo.Credential(),
		Transport:  demo.Transport(demo.NewHandler(demo.Options{Now: now})),
		Now:        now,
	})
	require.NoError(t, err)
	inspection := inspect.New(inspect.Options{
		Source: estate, Rules: func() *rules.Catalogue { return catalogue }, AllChildren: true, Now: now,
	})
	inspection.Start(t.Context())
	require.NoError(t, inspection.Wait(t.Context()))
	return catalogue, inspection.Store.Snapshot()
}

// notForProduction are the rules that the exemplary cluster does not follow: AKS itself
// keeps what would mend them out of production.
var notForProduction = map[string]bool{"AKS-REG-017": true}

func TestTheExemplaryClusterIsOne(t *testing.T) {
	catalogue, snapshot := judged(t)
	requireExemplary(t, catalogue, snapshot)
}

func requireExemplary(t *testing.T, catalogue *rules.Catalogue, snapshot *store.Snapshot) {
	t.Helper()
	for _, cluster := range snapshot.Clusters {
		if cluster.Summary.Name != "pay-weu-02" {
			continue
		}
		for _, all := range append([][]model.Judged{cluster.Judged}, cluster.Pools...) {
			for i, judgement := range all {
				if id := catalogue.Rules()[i].ID; !notForProduction[id] {
					assert.NotEqual(t, model.Fail, judgement.Verdict, id)
				}
			}
		}
		return
	}
	t.Fatal("pay-weu-02 was not read")
}

// TestEveryRuleCanBeMet checks that whoever walks the demo meets every rule failing
// somewhere, and what it looks like where it does not.
func TestEveryRuleCanBeMet(t *testing.T) {
	catalogue, snapshot := judged(t)
	failing, passing := make([]bool, len(catalogue.Rules())), make([]bool, len(catalogue.Rules()))
	for _, cluster := range snapshot.Clusters {
		for _, all := range append([][]model.Judged{cluster.Judged}, cluster.Pools...) {
			for i, judgement := range all {
				failing[i] = failing[i] || judgement.Verdict == model.Fail
				passing[i] = passing[i] || judgement.Verdict == model.Pass
			}
		}
	}
	for i, rule := range catalogue.Rules() {
		if rule.Inside() {
			continue // nobody has looked into the clusters
		}
		assert.True(t, failing[i], "%s fails nowhere in the demo", rule.ID)
		assert.True(t, passing[i], "%s passes nowhere in the demo", rule.ID)
	}
}

// Versions come and go; the story stays: there is always a cluster out of support, one
// on the oldest supported version, a patch that is missing and a pool that is behind,
// and the exemplary cluster is none of these.
func TestTheVersionsKeepPaceWithTime(t *testing.T) {
	for _, day := range []string{"2026-10-20", "2026-12-15", "2027-04-01", "2028-02-29", "2031-07-15"} {
		t.Run(day, func(t *testing.T) {
			now, err := time.Parse(time.DateOnly, day)
			require.NoError(t, err)
			catalogue, snapshot := judgedAt(t, func() time.Time { return now })
			requireExemplary(t, catalogue, snapshot)
			failing := map[string]bool{}
			for _, cluster := range snapshot.Clusters {
				cluster.Each(func(_, rule int, judged model.Judged) {
					id := catalogue.Rules()[rule].ID
					failing[id] = failing[id] || judged.Verdict == model.Fail
					if strings.HasPrefix(id, "AKS-UPG") {
						assert.NotEqual(t, model.CouldNotRead, judged.Verdict, "%s of %s", id, cluster.Summary.Name)
					}
				})
			}
			for _, id := range []string{"AKS-UPG-001", "AKS-UPG-002", "AKS-UPG-003", "AKS-UPG-004"} {
				assert.True(t, failing[id], "%s fails nowhere", id)
			}
		})
	}
}
