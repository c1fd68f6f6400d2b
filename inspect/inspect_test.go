package inspect_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/azure"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/kube"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

var now = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

// look reads the whole demo estate through the real collectors.
func look(t *testing.T, opts demo.Options) *inspect.Inspection {
	t.Helper()
	clock := func() time.Time { return now }
	opts.Now = clock
	calls := &source.Calls{}
	azureSource, err := azure.New(azure.Options{
		Transport: demo.Transport(demo.NewHandler(opts)), Credential: demo.Credential(), Calls: calls, Cloud: "public", Now: clock,
	})
	require.NoError(t, err)
	inside := kube.New(kube.Options{Now: clock, Connector: &kube.AKS{
		Azure: azureSource, Now: clock, Transport: demo.RoundTripper(demo.NewKubernetesHandler(opts)),
	}})
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	i := inspect.New(inspect.Options{
		Source: source.Join(azureSource, inside), Calls: calls, Now: clock, Rules: func() *rules.Catalogue { return catalogue },
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	i.Start(ctx)
	require.NoError(t, i.Wait(ctx))
	return i
}

// failing returns the first cluster on which the rule fails, and the rule's place.
func failing(t *testing.T, i *inspect.Inspection, id string) (model.Subject, int) {
	t.Helper()
	_, rule := i.Rules().Find(id)
	require.GreaterOrEqual(t, rule, 0)
	for _, cluster := range i.Store.Snapshot().Clusters {
		found, pool := false, -1
		cluster.Each(func(p, r int, judged model.Judged) {
			if r == rule && judged.Verdict == model.Fail && !found {
				found, pool = true, p
			}
		})
		if found {
			s, err := i.Subject(cluster, pool)
			require.NoError(t, err)
			return s, rule
		}
	}
	t.Fatalf("%s fails nowhere in the demo", id)
	return model.Subject{}, 0
}

func TestTheEstateIsReadJudgedAndCounted(t *testing.T) {
	i := look(t, demo.Options{})
	snapshot := i.Store.Snapshot()
	assert.Len(t, snapshot.Clusters, 14)
	assert.Len(t, snapshot.Subscriptions, 4)
	assert.Zero(t, snapshot.Counts.Pending, "everything was read")
	assert.Positive(t, snapshot.Counts.Failed[model.Critical])
	assert.False(t, snapshot.Exact(), "a subscription refused")
	var sum model.Counts
	refused := 0
	for _, subscription := range snapshot.Subscriptions {
		sum.Merge(subscription.Counts)
		if subscription.Problem != nil && subscription.Problem.Refused {
			refused++
			assert.Contains(t, subscription.Problem.Do, "Reader")
		}
	}
	assert.Equal(t, snapshot.Counts, sum)
	assert.Equal(t, 1, refused)
	assert.True(t, i.Schedule.Progress().Idle)
	for _, cluster := range snapshot.Clusters {
		assert.False(t, cluster.Resource.Partial, "%s was confirmed", cluster.Summary.Name)
		for _, kind := range model.ChildKinds {
			assert.Contains(t, []model.ReadState{model.ReadDone, model.ReadFailed}, cluster.Reads[kind].State, "%s of %s", kind, cluster.Summary.Name)
		}
	}
}

// Judging again what was stored gives the verdicts that are stored: masking,
// indexing and counting changed none of them.
func TestStoredVerdictsAreTheRules(t *testing.T) {
	i := look(t, demo.Options{})
	for _, cluster := range i.Store.Snapshot().Clusters {
		cluster.Each(func(pool, rule int, judged model.Judged) {
			s, err := i.Subject(cluster, pool)
			require.NoError(t, err)
			finding := i.Explain(s, rule)
			assert.Equal(t, judged.Verdict, finding.Verdict, "%s on %s", finding.Rule.ID, cluster.Summary.Name)
			if judged.Verdict == model.Fail {
				assert.Equal(t, judged.Severity, finding.Severity)
				assert.NotEmpty(t, finding.Says)
				assert.NotEmpty(t, finding.Evidence)
			} else if judged.Verdict != model.Pass {
				assert.NotEmpty(t, finding.Reason)
			}
		})
	}
}

func TestAFixIsBuiltFromWhatWasRead(t *testing.T) {
	i := look(t, demo.Options{})
	s, rule := failing(t, i, "AKS-NET-001")
	plans := i.Plans(s, rule, fix.POSIX, map[string]string{"your-range": "203.0.113.0/24"})
	require.NotEmpty(t, plans)
	var commands []string
	for _, step := range plans[0].Steps {
		commands = append(commands, step.Command)
	}
	if blocked := plans[0].Blocked(); len(blocked) > 0 {
		assert.Empty(t, commands, "no command before its precondition holds")
		return
	}
	require.NotEmpty(t, commands)
	assert.Contains(t, commands[0], s.Cluster.ID.Name())
	assert.Contains(t, commands[0], "203.0.113.0/24")
	assert.NotContains(t, commands[0], "<", "the egress was read from its public IP resource")
}

func TestPreviewTellsWhatAFixChanges(t *testing.T) {
	i := look(t, demo.Options{})
	s, rule := failing(t, i, "AKS-IAM-001")
	changes, err := i.Preview(s, rule, 0, nil)
	require.NoError(t, err)
	byRule := map[string]inspect.Change{}
	for _, change := range changes {
		byRule[change.Rule.ID] = change
	}
	require.Contains(t, byRule, "AKS-IAM-001")
	assert.Equal(t, model.Fail, byRule["AKS-IAM-001"].Before.Verdict)
	assert.Equal(t, model.Pass, byRule["AKS-IAM-001"].After.Verdict)
	_, err = i.Preview(s, rule, 99, nil)
	assert.Error(t, err)
}

// While only the index was read, what it leaves out is pending, and no fix shows a
// command.
func TestTheIndexAloneJudgesNothingAbsent(t *testing.T) {
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	i := inspect.New(inspect.Options{Source: nothing{}, Rules: func() *rules.Catalogue { return catalogue }})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go i.Store.Run(ctx)
	id := model.ID("/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c")
	i.Store.Send(source.Upsert{Resource: &model.Resource{
		ID: id, Parent: "/subscriptions/s", Kind: model.KindCluster, Partial: true, Raw: model.NewJSON([]byte(`{"sku":{"name":"Base"},"properties":{"powerState":{"code":"Running"}}}`)),
	}})
	require.NoError(t, i.Store.Settle(ctx))
	cluster := i.Store.Snapshot().Cluster(id)
	require.NotNil(t, cluster)
	_, rule := catalogue.Find("AKS-IAM-001")
	assert.Equal(t, model.Pending, cluster.Judged[rule].Verdict)
	s, err := i.Subject(cluster, -1)
	require.NoError(t, err)
	for _, plan := range i.Plans(s, rule, fix.POSIX, nil) {
		assert.NotEmpty(t, plan.Blocked())
		assert.Empty(t, plan.Steps)
	}
	checkWaits(t, cluster)
}

func checkWaits(t *testing.T, cluster *store.Cluster) {
	t.Helper()
	assert.Positive(t, cluster.Counts.Pending)
	assert.False(t, cluster.Counts.Complete())
}

// nothing is a source that has nothing.
type nothing struct{}

func (nothing) Read(context.Context, source.Scope) iter.Seq[source.Event] {
	return func(func(source.Event) bool) {}
}
func (nothing) Identity() source.Identity { return source.Identity{} }
