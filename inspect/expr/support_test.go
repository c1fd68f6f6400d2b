package expr_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/model"
)

func TestSupportVariable(t *testing.T) {
	calendar, err := lifecycle.Embedded()
	require.NoError(t, err)
	s := subject(t, `{"properties":{"kubernetesVersion":"1.34","supportPlan":"AKSLongTermSupport"}}`, false)
	s.Calendar = calendar
	tree, err := document.Parse([]byte(`{"values":[{"version":"1.34","capabilities":{"supportPlan":["AKSLongTermSupport"]},"patchVersions":{"1.34.4":{}}}]}`))
	require.NoError(t, err)
	s.Children = map[model.Kind][]*model.Document{model.KindKubernetesVersions: {{Resource: &model.Resource{}, Tree: tree}}}
	for source, want := range map[string]any{
		"support.minor": "1.34", "support.number": int64(34), "support.covered": true, "support.oldest": int64(34),
		"support.plans": []any{"AKSLongTermSupport"}, "support.patches": []any{"1.34.4"},
		"support.?ends == optional.of(support.longTermEnd)":  true,
		"string(support.endOfLife).startsWith('2026-11-30')": true,
	} {
		program, err := expr.Compile(source)
		require.NoError(t, err, source)
		value, err := program.Value(expr.NewVars(s, now, nil, nil))
		require.NoError(t, err, source)
		assert.Equal(t, want, value, source)
		assert.Equal(t, []model.Kind{model.KindKubernetesVersions}, program.Children())
	}
	s.Calendar = nil
	program, err := expr.CompileCondition("support.?ends.hasValue()")
	require.NoError(t, err)
	holds, err := program.Holds(expr.NewVars(s, now, nil, nil))
	require.NoError(t, err)
	assert.False(t, holds, "nobody knows when it ends")
}

func TestUpgradesThatWereNotReadAreNotNone(t *testing.T) {
	program, err := expr.CompileCondition("upgrades.size() == 0")
	require.NoError(t, err)
	assert.Equal(t, []model.Kind{model.KindUpgradeProfile}, program.Children())
	_, err = program.Holds(expr.NewVars(subject(t, `{}`, false), now, nil, nil))
	assert.Error(t, err)
	program, err = expr.CompileCondition("newestImage == ''")
	require.NoError(t, err)
	holds, err := program.Holds(expr.NewVars(subject(t, `{}`, false), now, nil, nil))
	require.NoError(t, err)
	assert.True(t, holds)
}
