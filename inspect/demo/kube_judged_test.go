package demo_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/checks"
	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// notInTheDemo are the rules that fail nowhere in the demo's clusters.
var notInTheDemo = map[string]string{
	"AKS-REG-019": "approved registries are the user's to name",
	"AKS-WL-070":  "AKS itself keeps Defender's sensor on every node",
}

// TestRulesHaveExamplesInTheDemo: what a newcomer reads about can be looked at, and the
// exemplary cluster is one inside too.
func TestRulesHaveExamplesInTheDemo(t *testing.T) {
	catalogue, snapshot := judged(t)
	documents := map[string]*model.Document{}
	for _, cluster := range snapshot.Clusters {
		decoded, err := document.Decode(cluster.Resource)
		require.NoError(t, err)
		documents[cluster.Summary.Name] = decoded
	}
	on, failed := map[int]bool{}, map[int]bool{}
	insides(t, func(name string, c *collected) {
		if c.failed[""] != nil {
			return
		}
		in := &model.Inside{Cluster: documents[name].ID, Server: c.connected.Server, Objects: c.objects, Reads: map[model.Kind]model.Read{}}
		for _, kind := range model.ObjectKinds {
			slices.SortFunc(in.Objects[kind.Kind], func(a, b *model.Object) int { return a.Compare(b.Ref) })
			in.Reads[kind.Kind] = model.Read{State: model.ReadDone}
			if c.failed[kind.Kind] != nil {
				in.Reads[kind.Kind] = model.Read{State: model.ReadFailed}
			}
		}
		view := object.NewView(in, documents[name], nil)
		for _, judgement := range catalogue.JudgeInside(view, nil, nil, rules.Env{Now: time.Now(), Checks: checks.All()}) {
			for rule, by := range judgement.Judged {
				on[rule] = on[rule] || by.Verdict != model.NotJudged
				failed[rule] = failed[rule] || by.Verdict == model.Fail
				if name == "pay-weu-02" {
					assert.NotEqual(t, model.Fail, by.Verdict, "%s on %s", catalogue.Rules()[rule].ID, judgement.Ref)
				}
			}
		}
	})
	for rule := range on {
		id := catalogue.Rules()[rule].ID
		if _, known := notInTheDemo[id]; !known {
			assert.True(t, failed[rule] || !on[rule], "%s fails nowhere: tell of a case under inside/, or name the rule in notInTheDemo", id)
		}
	}
	assert.Greater(t, len(failed), 50)
}
