package checks_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/checks"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// TestRefusedKindsAreExplained asks of every rule what it says of a cluster in which the
// kinds that it judges may not be listed: there is no object that a check could look at.
func TestRefusedKindsAreExplained(t *testing.T) {
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	env := rules.Env{Checks: checks.All()}
	explained := 0
	for i, rule := range catalogue.Rules() {
		if !rule.Inside() || len(rule.ObjectKinds()) == 0 {
			continue
		}
		inside := &model.Inside{Reads: map[model.Kind]model.Read{}}
		for _, kind := range model.ObjectKinds {
			inside.Reads[kind.Kind] = model.Read{State: model.ReadDone}
		}
		for _, kind := range rule.ObjectKinds() {
			inside.Reads[kind] = model.Read{State: model.ReadFailed, Why: "refused"}
		}
		view := object.NewView(inside, nil, nil)
		judged := catalogue.JudgeInside(view, nil, nil, env)
		require.Len(t, judged, 1)
		assert.Equal(t, model.CouldNotRead, judged[0].Judged[i].Verdict, rule.ID)
		finding, err := catalogue.ExplainInside(i, view, judged[0].Ref, env)
		require.NoError(t, err, rule.ID)
		assert.Equal(t, model.CouldNotRead, finding.Verdict, rule.ID)
		assert.Contains(t, finding.Reason, "refused", rule.ID)
		explained++
	}
	assert.Positive(t, explained)
}
