package inspect_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/demo"
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
