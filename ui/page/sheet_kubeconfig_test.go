package page

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

func TestNothingOfAzureIsClaimedOfAKubeconfigsCluster(t *testing.T) {
	s, err := clusterSheet(nil, &store.Cluster{Resource: &model.Resource{ID: model.KubeconfigID("test"), Raw: model.NewJSON([]byte("{}"))}})
	require.NoError(t, err)
	require.Len(t, s.lines, 2)
	assert.Equal(t, "not read: only the Kubernetes API was asked", s.lines[1].value)
	assert.Empty(t, s.findings)
}
