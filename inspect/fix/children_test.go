package fix_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/model"
)

const cluster = model.ID("/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c")

func withSettings(t *testing.T, raw ...string) model.Subject {
	t.Helper()
	s := model.Subject{
		Cluster: &model.Document{Resource: &model.Resource{ID: cluster}, Tree: map[string]any{"properties": map[string]any{}}}, Pool: -1,
		Children: map[model.Kind][]*model.Document{},
		Reads:    map[model.Kind]model.Read{model.KindDiagnosticSetting: {State: model.ReadDone}},
	}
	for _, text := range raw {
		tree, err := document.Parse([]byte(text))
		require.NoError(t, err)
		s.Children[model.KindDiagnosticSetting] = append(s.Children[model.KindDiagnosticSetting], &model.Document{
			Tree: tree, Resource: &model.Resource{ID: cluster + "/providers/x/diagnosticSettings/" + model.ID(document.Text(tree, "name"))},
		})
	}
	return s
}

func ruleWith(option model.FixOption) *model.Rule {
	return &model.Rule{ID: "AKS-X-001", Fix: []model.FixOption{option}, Evidence: []string{"a"}}
}

// A step with a list becomes one command for each item, with its values and its undo.
func TestAStepIsRepeatedForEachItem(t *testing.T) {
	rule := ruleWith(model.FixOption{Title: "x", Steps: []model.Step{{
		Each: "children.diagnosticSetting.map(s, {'name': dyn(s.name), 'logs': dyn(s.logs)})",
		Run:  "az x -n {{each.name}} -g {{group}} --logs {{each.logs}}", Undo: "az y -n {{each.name}}",
	}}})
	s := withSettings(t, `{"name":"a b","logs":[{"category":"guard","enabled":true}]}`, `{"name":"it's","logs":["one","two"]}`)
	plans := fix.Plans(rule, s, fix.Options{Shell: fix.POSIX})
	require.Len(t, plans, 1)
	require.Len(t, plans[0].Steps, 2)
	assert.Equal(t, `az x -n 'a b' -g g --logs '[{"category":"guard","enabled":true}]'`, plans[0].Steps[0].Command)
	assert.Equal(t, `az x -n 'it'\''s' -g g --logs one,two`, plans[0].Steps[1].Command)
	assert.Equal(t, `az y -n 'it'\''s'`, plans[0].Steps[1].Undo)

	printed, err := fix.Commands(rule)
	require.NoError(t, err)
	assert.Equal(t, "az x -n '<name>' -g '<group>' --logs '<logs>'", printed[0].Command)
}

// What Azure says stays data: a name that a shell or az would act on is refused.
func TestAnItemCannotBecomeAFlag(t *testing.T) {
	rule := ruleWith(model.FixOption{Title: "x", Steps: []model.Step{{
		Each: "children.diagnosticSetting.map(s, {'name': s.name})", Run: "az x -n {{each.name}}",
	}}})
	for _, name := range []string{"--force", "a\nb", "a\u202eb"} {
		s := withSettings(t, `{}`)
		s.Children[model.KindDiagnosticSetting][0].Tree["name"] = name
		plans := fix.Plans(rule, s, fix.Options{Shell: fix.POSIX})
		assert.Empty(t, plans[0].Steps, "%q", name)
		assert.NotEmpty(t, plans[0].Blocked(), "%q", name)
	}
}

func preview(t *testing.T, s model.Subject, effects ...model.ChildEffect) []*model.Document {
	t.Helper()
	rule := ruleWith(model.FixOption{Title: "x", ChildEffect: effects, With: map[string]string{"name": "'second'", "on": "[{'enabled': true}]"}})
	after, err := fix.Preview(rule, 0, s, fix.Options{})
	require.NoError(t, err)
	return after.Children[model.KindDiagnosticSetting]
}

func TestEffectsOnChildren(t *testing.T) {
	const kind = model.KindDiagnosticSetting
	s := withSettings(t, `{"name":"First","properties":{"logs":[]}}`, `{"name":"second","properties":{"keep":1}}`)
	patch := map[string]any{"properties": map[string]any{"logs": "{{on}}"}}
	logs := func(d *model.Document) any {
		value, _ := document.Lookup(d.Tree, "properties.logs")
		return value
	}
	want := []any{map[string]any{"enabled": true}}

	after := preview(t, s, model.ChildEffect{Kind: kind, Name: "{{name}}", Patch: patch})
	assert.Equal(t, []any{}, logs(after[0]))
	assert.Equal(t, want, logs(after[1]))
	assert.Equal(t, map[string]any{"keep": int64(1), "logs": want}, after[1].Tree["properties"])

	after = preview(t, s, model.ChildEffect{Kind: kind, Patch: patch})
	assert.Equal(t, want, logs(after[0]), "without a name it is every document")
	assert.Equal(t, want, logs(after[1]))

	after = preview(t, s, model.ChildEffect{Kind: kind, Name: "third", Patch: patch})
	require.Len(t, after, 3, "one that is not there is made")
	assert.Equal(t, "third", after[2].ID.Name())
	assert.Equal(t, want, logs(after[2]))

	assert.Len(t, preview(t, s, model.ChildEffect{Kind: kind, Name: "first", Removed: true}), 1)
	assert.Empty(t, preview(t, s, model.ChildEffect{Kind: kind, Removed: true}))
	assert.Len(t, preview(t, s, model.ChildEffect{Kind: kind, Removed: true, When: "false"}), 2)
	after = preview(t, s, model.ChildEffect{Kind: kind, Each: "children.diagnosticSetting.map(s, {'name': s.name})", Name: "{{each.name}}", Patch: map[string]any{"seen": "{{each.name}}"}})
	assert.Equal(t, "First", after[0].Tree["seen"])
	assert.Equal(t, "second", after[1].Tree["seen"])
	assert.Equal(t, []any{}, logs(s.Children[kind][0]), "the documents themselves stay as they were read")
}

// A precondition on children that were not read is unknown, not broken.
func TestNeedsOnUnreadChildren(t *testing.T) {
	rule := ruleWith(model.FixOption{Title: "x", Needs: []model.Need{{That: "size(children.?diagnosticSetting.orValue([])) == 0", Says: "none"}}})
	for state, want := range map[model.ReadState]model.Check{
		model.ReadDone: model.CheckHolds, model.ReadFailed: model.CheckUnknown, model.Unread: model.CheckUnknown,
	} {
		s := withSettings(t)
		s.Reads = map[model.Kind]model.Read{model.KindDiagnosticSetting: {State: state}}
		assert.Equal(t, want, fix.Plans(rule, s, fix.Options{})[0].Needs[0].State)
	}
}
