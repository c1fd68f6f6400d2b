package expr_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/model"
)

var now = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

func subject(t *testing.T, raw string, partial bool) model.Subject {
	t.Helper()
	tree, err := document.Parse([]byte(raw))
	require.NoError(t, err)
	return model.Subject{Cluster: &model.Document{Resource: &model.Resource{Partial: partial}, Tree: tree}, Pool: -1}
}

func value(t *testing.T, source string, s model.Subject) any {
	t.Helper()
	program, err := expr.Compile(source)
	require.NoError(t, err, source)
	v, err := program.Value(expr.NewVars(s, now, map[string]any{"broadPrefix": 16}, map[string]string{"your-range": "203.0.113.0/24"}))
	require.NoError(t, err, source)
	return v
}

func TestHelpers(t *testing.T) {
	s := subject(t, `{"sku":{"name":"automatic"},"n":3,"list":["b","a","b"],
		"properties":{"powerState":{"code":"Stopped"},"agentPoolProfiles":[{"osType":"windows","scaleSetPriority":"spot","mode":"System"}]}}`, false)
	for source, want := range map[string]any{
		"ci('NoNe') == 'none'":                           true,
		"r.?absent.orValue('x')":                         "x",
		"automatic(cluster) && stopped(cluster)":         true,
		"windows(r.properties.agentPoolProfiles[0])":     true,
		"spot(r.properties.agentPoolProfiles[0])":        true,
		"managedPool(r.properties.agentPoolProfiles[0])": false,
		"version('1.9.3') < version('1.10')":             true,
		"version('1.30') == version('1.30.0')":           true,
		"version('v1.31.4') > version('1.31.3')":         true,
		"version('nonsense')":                            int64(0),
		"minor('1.31.4')":                                int64(31),
		"minor('')":                                      int64(-1),
		"prefix('10.0.0.0/8')":                           int64(8),
		"prefix('10.0.0.1')":                             int64(32),
		"prefix('2001:db8::1')":                          int64(128),
		"prefix('AzureCloud')":                           int64(-1),
		"now > date('2026-09-30')":                       true,
		"imageDate('AKSUbuntu-2204gen2containerd-202609.15.0') == date('2026-09-15')":     true,
		"imageDate('AKSWindows-2022-containerd-20348.2762.241009') == date('2024-10-09')": true,
		"imageDate('') == date('1970-01-01')":                                             true,
		"r.list.distinct().sort()":                                                        []any{"a", "b"},
		"[ask['your-range']] + egress":                                                    []any{"203.0.113.0/24"},
		"egressKnown":                                                                     false,
		"r.n < 5 && r.n + 1 == 4":                                                         true,
		"config.broadPrefix":                                                              int64(16),
		"{'a': [1, {'b': 'c'}]}":                                                          map[string]any{"a": []any{int64(1), map[string]any{"b": "c"}}},
		"r.?missing":                                                                      nil,
	} {
		assert.Equal(t, want, value(t, source, s), source)
	}
}

func TestCompileSaysWhatIsWrongAndWhere(t *testing.T) {
	_, err := expr.Compile("r.properties.")
	assert.ErrorContains(t, err, "column")
	_, err = expr.Compile("nosuch(r)")
	assert.ErrorContains(t, err, "nosuch")
	_, err = expr.CompileCondition("'text'")
	assert.ErrorContains(t, err, "not true or false")
}

func TestConditionOnAWrongTypeErrs(t *testing.T) {
	program, err := expr.CompileCondition("r.properties.on")
	require.NoError(t, err)
	_, err = program.Holds(expr.NewVars(subject(t, `{"properties":{"on":"yes"}}`, false), now, nil, nil))
	assert.ErrorContains(t, err, "not true or false")
	_, err = program.Holds(expr.NewVars(subject(t, `{"properties":{}}`, false), now, nil, nil))
	assert.Error(t, err, "an absent property errs")
}

func TestUnreadPropertiesOfAnIndex(t *testing.T) {
	for _, c := range []struct {
		source, raw string
		unread      bool
	}{
		{"!r.properties.?a.?b.orValue(false)", `{"properties":{}}`, true},
		{"!r.properties.?a.?b.orValue(false)", `{"properties":{"a":{}}}`, true},
		{"!r.properties.?a.?b.orValue(false)", `{"properties":{"a":{"b":false}}}`, false},
		{"automatic(cluster)", `{}`, true},
		{"automatic(cluster)", `{"sku":{"name":"Base"}}`, false},
		{"r.properties.list.exists(x, x == 'y')", `{"properties":{"list":[]}}`, false},
		{"has(r.properties.a)", `{"properties":{}}`, true},
		{"r.properties['a'] == 1", `{"properties":{}}`, true},
		{"now > date('2026-01-01')", `{}`, false},
	} {
		program, err := expr.Compile(c.source)
		require.NoError(t, err)
		assert.Equal(t, c.unread, program.Unread(subject(t, c.raw, true)), "%s on %s", c.source, c.raw)
		assert.False(t, program.Unread(subject(t, c.raw, false)), "a whole document leaves nothing out")
	}
}

// A condition that would take long is stopped, not waited for.
func TestCostIsLimited(t *testing.T) {
	program, err := expr.CompileCondition("r.l.all(a, r.l.all(b, r.l.all(c, a + b + c >= 0)))")
	require.NoError(t, err)
	raw := `{"l":[0`
	for range 500 {
		raw += ",1"
	}
	_, err = program.Holds(expr.NewVars(subject(t, raw+"]}", false), now, nil, nil))
	assert.ErrorContains(t, err, "cost")
}

func FuzzCompile(f *testing.F) {
	f.Add("r.properties.?a.orValue([]).size() == 0")
	f.Add("ci(1)")
	f.Add("prefix(r.x) < 16 || version('1.2') > 3")
	f.Fuzz(func(t *testing.T, source string) {
		program, err := expr.Compile(source)
		if err != nil {
			assert.NotEmpty(t, err.Error())
			return
		}
		s := subject(t, `{"properties":{"a":[1,"x",null,{"b":true}]},"x":"10.0.0.0/8"}`, true)
		program.Unread(s)
		if v, err := program.Value(expr.NewVars(s, now, nil, nil)); err == nil {
			_ = expr.Text(v)
		}
	})
}
