package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

var (
	sub    = model.SubscriptionID("11111111-1111-1111-1111-111111111111")
	readAt = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
)

func clusterID(name string) model.ID {
	return sub + model.ID("/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/"+name)
}

// document is a cluster's document, with a marker that the test's judge fails on.
func document(name, marker string, partial bool) *model.Resource {
	version, via := "2026-06-01", "Azure Resource Manager"
	if partial {
		version, via = "", "Resource Graph"
	}
	return &model.Resource{
		ID: clusterID(name), Parent: sub, Kind: model.KindCluster, ReadAt: readAt, APIVersion: version, Via: via, Partial: partial,
		Raw: model.NewJSON(fmt.Appendf(nil, `{"id":%q,"location":%q,"properties":{"agentPoolProfiles":[{"name":"np1","count":3}]}}`, clusterID(name), marker)),
	}
}

// judge fails where the location is "bad", is pending where it is "unread", and has
// one rule on clusters and one on pools.
func judge(s model.Subject, azure *azurerbac.View) ([]model.Judged, [][]model.Judged) {
	verdict := map[any]model.Verdict{"bad": model.Fail, "unread": model.Pending}[s.Cluster.Tree["location"]]
	if verdict == model.NotJudged {
		verdict = model.Pass
	}
	if len(s.Children[model.KindDiagnosticSetting]) > 0 {
		verdict = model.Fail
	}
	if azure != nil && len(azure.Resources[model.KindRoleAssignment]) > 0 {
		verdict = model.Fail
	}
	cluster := []model.Judged{{Verdict: verdict, Severity: model.High}, {}}
	pools := make([][]model.Judged, len(s.Cluster.PoolTrees()))
	for i := range pools {
		pools[i] = []model.Judged{{}, {Verdict: model.Fail, Severity: model.Low}}
	}
	return cluster, pools
}

// open starts a store whose rules join diagnostic settings.
func open(t *testing.T) (*store.Store, func(...source.Event) *store.Snapshot) {
	t.Helper()
	return openJoining(t, judge, model.KindDiagnosticSetting)
}

// openJoining starts a store whose rules join those kinds.
func openJoining(t *testing.T, judge store.Judge, kinds ...model.Kind) (*store.Store, func(...source.Event) *store.Snapshot) {
	t.Helper()
	s := store.New(judge, func(kind model.Kind) bool { return slices.Contains(kinds, kind) }, nil)
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	go func() { s.Run(ctx); close(stopped) }()
	t.Cleanup(func() { cancel(); <-stopped })
	return s, func(events ...source.Event) *store.Snapshot {
		for _, event := range events {
			s.Send(event)
		}
		require.NoError(t, s.Settle(t.Context()))
		return s.Snapshot()
	}
}

// A child that cannot be decoded was not read: the others alone say nothing.
func TestAChildThatIsNoJSONWasNotRead(t *testing.T) {
	cluster := document("a", "good", false)
	scope := source.Scope{Breadth: source.Children, ID: cluster.ID, Kind: model.KindDiagnosticSetting}
	_, send := open(t)
	snapshot := send(
		source.Upsert{Resource: cluster},
		source.Upsert{Resource: &model.Resource{ID: cluster.ID + "/x/broken", Parent: cluster.ID, Kind: scope.Kind, Raw: model.NewJSON([]byte(`{"a":`))}},
		source.Complete{Scope: scope, At: readAt},
	)
	known := snapshot.Cluster(cluster.ID)
	assert.Equal(t, model.ReadDone, known.Reads[scope.Kind].State)
	subject := known.Subject(&model.Document{Resource: cluster}, func(model.Kind) bool { return true })
	assert.Empty(t, subject.Children[scope.Kind])
	assert.Equal(t, model.ReadFailed, subject.Reads[scope.Kind].State)
	assert.Contains(t, subject.Reads[scope.Kind].Why, "broken")
}

func TestUpsertJudgesAndCounts(t *testing.T) {
	_, send := open(t)
	snapshot := send(
		source.Upsert{Resource: document("a", "bad", false)},
		source.Upsert{Resource: document("b", "good", false)},
	)
	require.Len(t, snapshot.Clusters, 2)
	assert.Equal(t, 1, snapshot.Counts.Failed[model.High])
	assert.Equal(t, 2, snapshot.Counts.Failed[model.Low], "one pool each")
	assert.Equal(t, 3, snapshot.Counts.Failures())
	subscription := snapshot.Subscription(sub)
	require.NotNil(t, subscription)
	assert.Equal(t, 2, subscription.Clusters)
	assert.Equal(t, 2, subscription.Pools)
	assert.Equal(t, snapshot.Counts, subscription.Counts)
	assert.Equal(t, "a", subscription.Worst.Summary.Name)
	assert.NotNil(t, snapshot.Cluster(model.ID("/SUBSCRIPTIONS"+string(clusterID("a"))[len("/subscriptions"):])), "IDs compare regardless of case")
}

func TestConfirmedDocumentIsNotReplacedByTheIndex(t *testing.T) {
	_, send := open(t)
	snapshot := send(source.Upsert{Resource: document("a", "unread", true)})
	assert.Equal(t, 1, snapshot.Counts.Pending)
	assert.False(t, snapshot.Counts.Complete())
	snapshot = send(source.Upsert{Resource: document("a", "good", false)})
	assert.Equal(t, 0, snapshot.Counts.Pending)
	snapshot = send(source.Upsert{Resource: document("a", "bad", true)})
	assert.False(t, snapshot.Cluster(clusterID("a")).Resource.Partial)
	assert.Equal(t, 0, snapshot.Counts.Failed[model.High])
}

func TestCompletePrunesWhatDidNotComeAgain(t *testing.T) {
	s, send := open(t)
	scope := source.Scope{Breadth: source.Subscription, ID: sub}
	send(source.Upsert{Resource: document("gone", "bad", false)}, source.Upsert{Resource: document("kept", "good", false)})
	s.Started(scope)
	snapshot := send(source.Upsert{Resource: document("kept", "good", false)})
	assert.Len(t, snapshot.Clusters, 2, "nothing is pruned before the end")
	snapshot = send(source.Complete{Scope: scope, At: readAt})
	require.Len(t, snapshot.Clusters, 1)
	assert.Nil(t, snapshot.Cluster(clusterID("gone")))
	assert.Equal(t, "kept", snapshot.Cluster(clusterID("kept")).Summary.Name)
	assert.Equal(t, 0, snapshot.Counts.Failed[model.High])
	assert.Equal(t, 1, snapshot.Subscription(sub).Clusters)
	assert.Equal(t, model.ReadDone, snapshot.Subscription(sub).Read.State)
}

func TestFailedKeepsWhatWasKnown(t *testing.T) {
	s, send := open(t)
	scope := source.Scope{Breadth: source.Subscription, ID: sub}
	send(source.Upsert{Resource: document("a", "bad", false)})
	s.Started(scope)
	why := &source.Problem{What: "Azure refused", Do: "ask for Reader", Refused: true}
	snapshot := send(source.Failed{Scope: scope, Why: why, At: readAt})
	assert.Len(t, snapshot.Clusters, 1)
	subscription := snapshot.Subscription(sub)
	assert.Equal(t, model.ReadFailed, subscription.Read.State)
	assert.Same(t, why, subscription.Problem)
	assert.False(t, subscription.Exact())
	assert.False(t, snapshot.Exact())
}

func TestACancelledReadIsUnread(t *testing.T) {
	s, send := open(t)
	scope := source.Scope{Breadth: source.Subscription, ID: sub}
	send(source.Upsert{Resource: document("a", "bad", false)})
	s.Started(scope)
	why := &source.Problem{What: "Reading was called off", Err: source.ErrCancelled}
	subscription := send(source.Failed{Scope: scope, Why: why, At: readAt}).Subscription(sub)
	assert.Equal(t, model.Unread, subscription.Read.State)
	assert.Nil(t, subscription.Problem)
}

func TestBrokenDocumentKeepsTheLastOne(t *testing.T) {
	_, send := open(t)
	send(source.Upsert{Resource: document("a", "bad", false)})
	torn := document("a", "good", false)
	text := torn.Raw.Bytes()
	torn.Raw = model.NewJSON(text[:len(text)-5])
	snapshot := send(source.Upsert{Resource: torn})
	cluster := snapshot.Cluster(clusterID("a"))
	require.NotNil(t, cluster.Problem)
	assert.Equal(t, 1, cluster.Counts.Failed[model.High], "the last verdicts stay")
	snapshot = send(source.Upsert{Resource: document("a", "good", false)})
	assert.Nil(t, snapshot.Cluster(clusterID("a")).Problem)
}

func TestChildrenAreJudgedWhenTheyAreRead(t *testing.T) {
	s, send := open(t)
	scope := source.Scope{Breadth: source.Children, ID: clusterID("a"), Kind: model.KindDiagnosticSetting}
	child := &model.Resource{
		ID: clusterID("a") + "/providers/Microsoft.Insights/diagnosticSettings/audit", Parent: clusterID("a"),
		Kind: model.KindDiagnosticSetting, Raw: model.NewJSON([]byte(`{"properties":{}}`)),
	}
	send(source.Upsert{Resource: document("a", "good", false)})
	s.Started(scope)
	snapshot := send(source.Upsert{Resource: child})
	assert.Equal(t, model.Reading, snapshot.Cluster(clusterID("a")).Reads[model.KindDiagnosticSetting].State)
	snapshot = send(source.Complete{Scope: scope, At: readAt})
	cluster := snapshot.Cluster(clusterID("a"))
	assert.Equal(t, model.ReadDone, cluster.Reads[model.KindDiagnosticSetting].State)
	assert.Equal(t, 1, cluster.Counts.Failed[model.High])
	s.Started(scope)
	snapshot = send(source.Complete{Scope: scope, At: readAt})
	assert.Empty(t, snapshot.Cluster(clusterID("a")).Children[model.KindDiagnosticSetting], "it is gone")
	assert.Equal(t, 0, snapshot.Cluster(clusterID("a")).Counts.Failed[model.High])
}

func TestSnapshotsDoNotChange(t *testing.T) {
	_, send := open(t)
	before := send(source.Upsert{Resource: document("a", "bad", false)})
	send(source.Upsert{Resource: document("a", "good", false)}, source.Upsert{Resource: document("b", "bad", false)}, source.Delete{ID: clusterID("a")})
	require.Len(t, before.Clusters, 1)
	assert.Equal(t, 1, before.Cluster(clusterID("a")).Counts.Failed[model.High])
	assert.Equal(t, 1, before.Subscription(sub).Clusters)
	assert.Nil(t, before.Cluster(clusterID("b")))
}

// Rules and waivers look at the date, so that a new day may bring other verdicts.
func TestTheSameDocumentIsJudgedAgainOnAnotherDay(t *testing.T) {
	judged := 0
	s := store.New(func(s model.Subject, azure *azurerbac.View) ([]model.Judged, [][]model.Judged) {
		judged++
		return judge(s, azure)
	},
		func(model.Kind) bool { return false }, nil)
	go s.Run(t.Context())
	for _, at := range []time.Time{readAt, readAt.Add(time.Hour), readAt.Add(24 * time.Hour)} {
		resource := document("a", "good", false)
		resource.ReadAt = at
		s.Send(source.Upsert{Resource: resource})
		require.NoError(t, s.Settle(t.Context()))
	}
	assert.Equal(t, 2, judged)
}
