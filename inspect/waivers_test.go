package inspect_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/azure"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/waive"
	"github.com/aksight/aksight/model"
)

func TestWaiversMarkWhatWasJudged(t *testing.T) {
	i := look(t, demo.Options{})
	before := i.Store.Snapshot()
	s, rule := failing(t, i, "AKS-NET-001")
	until := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	waiver := model.Waiver{Rule: "AKS-NET-001", Resource: string(s.Cluster.ID), Owner: "ana", Reason: "lab", Until: until}

	i.SetWaivers(waive.New([]model.Waiver{waiver}))
	require.NoError(t, i.Store.Settle(t.Context()))
	after := i.Store.Snapshot()
	assert.Equal(t, 1, after.Counts.Waived)
	assert.Equal(t, before.Counts.Failures()-1, after.Counts.Failures())
	cluster := after.Cluster(s.Cluster.ID)
	assert.True(t, cluster.Judged[rule].Waived)
	assert.Equal(t, 1, after.Subscription(cluster.Resource.Parent).Counts.Waived)
	assert.False(t, before.Cluster(s.Cluster.ID).Judged[rule].Waived, "a snapshot never changes")
	same := 0
	for _, other := range before.Clusters {
		if after.Cluster(other.Resource.ID) == other {
			same++
		}
	}
	assert.Equal(t, len(before.Clusters)-1, same, "what is not waived is shared")

	finding := i.Explain(s, rule)
	assert.True(t, finding.Waived)
	assert.Equal(t, "lab", finding.Waiver.Reason)
	changes, err := i.Preview(s, rule, 0, nil)
	require.NoError(t, err)
	assert.True(t, changes[0].Before.Waived, "a preview tells what is waived now")

	waiver.Until = until.AddDate(0, 0, -1)
	i.SetWaivers(waive.New([]model.Waiver{waiver}))
	require.NoError(t, i.Store.Settle(t.Context()))
	assert.Equal(t, before.Counts, i.Store.Snapshot().Counts, "an expired waiver lets its finding come back")
	finding = i.Explain(s, rule)
	assert.False(t, finding.Waived)
	assert.Equal(t, "ana", finding.Waiver.Owner, "and its page tells whose it was")
}

// A waiver that ends while the explorer runs lets its finding come back at the day's end,
// without anybody reading the estate again.
func TestWaiversEndWhileTheExplorerRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := &source.Calls{}
		opened, err := azure.New(azure.Options{
			Transport: demo.Transport(demo.NewHandler(demo.Options{Now: time.Now})), Credential: demo.Credential(), Calls: calls, Cloud: "public", Now: time.Now,
		})
		require.NoError(t, err)
		catalogue, err := rules.Embedded()
		require.NoError(t, err)
		i := inspect.New(inspect.Options{Source: opened, Calls: calls, Rules: func() *rules.Catalogue { return catalogue }})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		i.Start(ctx)
		require.NoError(t, i.Wait(ctx))
		s, _ := failing(t, i, "AKS-NET-001")
		today := time.Now().UTC().Truncate(24 * time.Hour)
		i.SetWaivers(waive.New([]model.Waiver{
			{Rule: "AKS-NET-001", Resource: string(s.Cluster.ID), Owner: "ana", Reason: "lab", Until: today},
			{Rule: "AKS-IAM-001", Resource: string(s.Cluster.ID), Owner: "ana", Reason: "lab", Until: today.AddDate(0, 0, 1)},
		}))
		waived := func() int {
			require.NoError(t, i.Store.Settle(ctx))
			return i.Store.Snapshot().Counts.Waived
		}
		assert.Equal(t, 2, waived())
		time.Sleep(time.Until(today.AddDate(0, 0, 1)) - time.Second)
		synctest.Wait()
		assert.Equal(t, 2, waived(), "it holds to the end of its last day")
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		assert.Equal(t, 1, waived())
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		assert.Zero(t, waived())
	})
}

// What is wrong in the user's rule files is told as it is now.
func TestRuleFilesAreReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opened, err := azure.New(azure.Options{
			Transport: demo.Transport(demo.NewHandler(demo.Options{Now: time.Now})), Credential: demo.Credential(), Calls: &source.Calls{}, Cloud: "public", Now: time.Now,
		})
		require.NoError(t, err)
		catalogue, err := rules.Embedded()
		require.NoError(t, err)
		catalogue = catalogue.With(nil, errors.New("a.md:3: as it was"))
		var now []error
		i := inspect.New(inspect.Options{Source: opened, Rules: func() *rules.Catalogue { return catalogue }, RuleFiles: func() []error { return now }})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		i.Start(ctx)
		require.NoError(t, i.Wait(ctx))
		said := func() string {
			i.Refresh()
			synctest.Wait()
			problems := i.FileProblems()
			require.Len(t, problems, 1)
			return problems[0].Why
		}
		assert.Equal(t, "a.md:3: as it was", said())
		now = []error{errors.New("a.md has changed")}
		assert.Equal(t, "a.md has changed", said())
		now = nil
		assert.Equal(t, "a.md:3: as it was", said())
		require.NoError(t, i.Wait(ctx))
	})
}
