package expr

import (
	"testing"
	"time"

	"cel.dev/cel-go/cel"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// shortened are expressions that take every shortcut, and their fallbacks.
var shortened = []string{
	"r.?a.orValue(1)",
	"r.a.?b.orValue('none')",
	"r.a.?b.?c.orValue([])",
	"r.?a.b.orValue('none')",
	"r.?a.?b.c.orValue(r.?d.orValue(false))",
	"r[?'a'].orValue({})",
	"r.?a[?0].orValue('none')",
	"r.?missing.orValue(r.missing)",
	"cel.bind(o, r.?a, o.?b.orValue(2))",
	"cel.bind(o, r.?a.?b, o.?c.orValue(2))",
	"r.?a.orValue(optional.none()).?b.orValue(3)",
	"optional.of(1).orValue(2) + optional.none().orValue(2)",
	"r.?list.orValue([]).exists(x, x.?b.orValue('') == 'X')",
	"r.?list.orValue([]).map(x, ci(x.?b.orValue('none')))",
	"ci(r.?a.?b.orValue('NONE'))",
	"ci(r.?a.?b.orValue(r.?d.orValue('D')))",
	"version(r.?a.orValue('1.30.2')) + minor(r.?a.orValue('1.30'))",
	"date(r.?a.orValue('soon'))",
	"ci(r.a) + ci(r.a.b)",
	"windows(r) || spot(r) || stopped(cluster)",
	"automatic(r.a) || automatic(r.d)",
	"r.?list.orValue([]).exists(x, windows(x))",
	"r.?a.?b.orValue('x').matches('^[a-z]+$')",
	"r.a.matches('1') || r.a.b.matches('1')",
}

// FuzzShortcuts checks that a shortcut never changes what an expression gives.
func FuzzShortcuts(f *testing.F) {
	for _, doc := range []string{
		`{}`, `{"a":1}`, `{"a":"Text","d":"OTHER"}`, `{"a":{}}`, `{"a":{"b":"Value"}}`, `{"a":{"b":{"c":[1,"x"]}}}`,
		`{"a":{"b":1.5,"c":true},"d":{"e":null}}`, `{"a":["one"],"d":true}`, `{"a":{"b":[]}}`, `{"a":{"b":{"c":null}}}`,
		`{"list":[{"b":"X","osType":"Windows"},{"b":"y"},{}]}`, `{"list":[1,"x",[{"b":2}]]}`, `{"list":{"b":"X"}}`,
		`{"osType":"windows","scaleSetPriority":"SPOT","properties":{"powerState":{"code":"stopped"}},"a":{"sku":{"name":"Automatic"}},"d":{}}`,
	} {
		f.Add(doc)
	}
	env, err := environment()
	require.NoError(f, err)
	type both struct {
		source      string
		short, long cel.Program
	}
	var programs []both
	for _, source := range shortened {
		checked, issues := env.Compile(source)
		require.NoError(f, issues.Err(), source)
		short, err := env.Program(checked, cel.EvalOptions(cel.OptOptimize))
		require.NoError(f, err, source)
		// Where costs are counted, no shortcut is taken.
		long, err := env.Program(checked, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(1<<40))
		require.NoError(f, err, source)
		programs = append(programs, both{source, short, long})
	}
	f.Fuzz(func(t *testing.T, doc string) {
		tree, err := document.Parse([]byte(doc))
		if err != nil {
			t.Skip()
		}
		vars := NewVars(model.Subject{Cluster: &model.Document{Resource: &model.Resource{}, Tree: tree}, Pool: -1}, time.Now(), nil, nil)
		for _, p := range programs {
			short, _, shortErr := p.short.Eval(vars)
			long, _, longErr := p.long.Eval(vars)
			if longErr != nil {
				require.EqualError(t, shortErr, longErr.Error(), "%s of %s", p.source, doc)
				continue
			}
			require.NoError(t, shortErr, "%s of %s", p.source, doc)
			require.Equal(t, plain(long), plain(short), "%s of %s", p.source, doc)
		}
	})
}
