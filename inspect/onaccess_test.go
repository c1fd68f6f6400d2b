package inspect_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/inspect/world"
	"github.com/aksight/aksight/model"
)

func clusterNamed(t *testing.T, s *store.Snapshot, name string) *store.Cluster {
	t.Helper()
	for _, cluster := range s.Clusters {
		if cluster.Summary.Name == name {
			return cluster
		}
	}
	require.Fail(t, "no cluster "+name)
	return nil
}

func rulesOf(found []*inspect.AccessFinding) []string {
	var ids []string
	for _, f := range found {
		ids = append(ids, f.Rule.ID)
	}
	return ids
}

// A finding that role assignments prove is told of those who hold them, and of nobody else.
func TestFindingsOnAccessAreToldOfThoseTheyAreAbout(t *testing.T) {
	i := look(t, demo.Options{})
	cluster := clusterNamed(t, i.Store.Snapshot(), "pay-weu-01")
	require.NoError(t, i.OpenInside(cluster.Resource.ID))
	require.NoError(t, i.WaitInside(t.Context(), cluster.Resource.ID))
	snapshot := i.Store.Snapshot()
	cluster = snapshot.Cluster(cluster.Resource.ID)
	w := world.Of(snapshot, cluster.Resource.ID)

	found := i.OnAccess(cluster)
	require.NotEmpty(t, found.All)
	proven := map[model.ID]string{}
	for _, f := range found.All {
		assert.Equal(t, model.Fail, f.Judged.Verdict)
		for _, id := range f.Assignments {
			proven[id] = f.Rule.ID
		}
	}
	require.NotEmpty(t, proven)
	seen := map[model.ID]bool{}
	for _, binding := range w.Index().Bindings {
		for _, subject := range binding.Subjects {
			told := rulesOf(found.About(subject, binding))
			if binding.Assignment == nil {
				continue
			}
			if rule, is := proven[binding.Assignment.ID.Fold()]; is {
				seen[binding.Assignment.ID.Fold()] = true
				assert.Contains(t, told, rule, binding.Assignment.ID)
			} else {
				assert.Empty(t, told, binding.Assignment.ID)
			}
		}
	}
	assert.Len(t, seen, len(proven), "every assignment that proves a finding is on the page of who has access")

	accounts := 0
	for _, f := range found.All {
		if f.Account.Name == "" {
			continue
		}
		accounts++
		of := access.Subject{Kind: access.ServiceAccount, Namespace: f.Account.Namespace, Name: f.Account.Name}
		assert.Contains(t, rulesOf(found.About(of, nil)), f.Rule.ID, f.Object)
		assert.Empty(t, found.About(access.Subject{Kind: access.ServiceAccount, Namespace: of.Namespace, Name: "nobody"}, nil))
	}
	assert.Positive(t, accounts, "what runs as an account is told of it")
}
