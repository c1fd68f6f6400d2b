package network

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/labels"
)

func TestSelectorsOfCalico(t *testing.T) {
	t.Parallel()
	web := labels.Set{"app": "web", "tier": "front", "app.kubernetes.io/name": "shop-web", "projectcalico.org/namespace": "shop"}
	for text, want := range map[string]bool{
		"":                          true,
		" all() ":                   true,
		"all( )":                    true,
		"global()":                  false,
		"!global()":                 true,
		"has(app)":                  true,
		"has(other)":                false,
		"! has(other)":              true,
		"!!has(app)":                true,
		"app == 'web'":              true,
		`app=="web"`:                true,
		"app == 'db'":               false,
		"app != 'db'":               true,
		"app != 'web'":              false,
		"other != 'x'":              true,
		"other == ''":               false,
		"app in {'web', 'db'}":      true,
		"app in{'db'}":              false,
		"app in {}":                 false,
		"app not in {'db'}":         true,
		"app not in {'web'}":        false,
		"other not in {'web'}":      true,
		"app contains 'e'":          true,
		"app contains 'x'":          false,
		"other contains ''":         false,
		"app starts with 'w'":       true,
		"app  starts   with 'b'":    false,
		"app ends with 'b'":         true,
		"app ends with \"w\"":       false,
		"app == 'web' && has(tier)": true,
		"app == 'db' || tier == 'front' && has(other)":   false,
		"(app == 'db' || tier == 'front') && has(app)":   true,
		"app == 'db' && has(other) || has(app)":          true,
		"!(app == 'web' && tier == 'front')":             false,
		"app.kubernetes.io/name starts with 'shop-'":     true,
		"projectcalico.org/namespace in {'shop','bank'}": true,
		"projectcalico.org/namespace == 'bank'":          false,
		"allow != 'x'":                                   true,
		"has == 'x' || in == 'y' || app == 'web'":        true,
	} {
		made, err := parseSelector(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, made.matches(web, false), text)
	}
	for _, text := range []string{
		"app", "app ==", "app == web", "app == 'web", "== 'web'", "has(", "has()", "has(app", "all", "all(x)", "global(", "app in 'web'", "app in {web}",
		"app in {'a' 'b'}", "app in {'a'", "app not {'a'}", "app starts 'w'", "&& all()", "all() &&", "all() all()", "(all()", "all())", "!", "app = 'web'",
		"app ~ 'web'", "ä == 'x'",
	} {
		_, err := parseSelector(text)
		assert.Error(t, err, text)
	}
}

func TestSelectorsNestOnlySoDeep(t *testing.T) {
	t.Parallel()
	deep := make([]byte, 1<<20)
	for i := range deep {
		deep[i] = '('
	}
	_, err := parseSelector(string(deep))
	assert.ErrorIs(t, err, errSelectorDepth)
}

func FuzzSelectorOfCalico(f *testing.F) {
	for _, text := range []string{
		"all()", "global()", "has(a)", "a == 'b' && (c != \"d\" || !e in {'f','g'})", "a not in {'x'} || b starts with 'y'", "a ends with 'b'", "a contains ''",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		made, err := parseSelector(text)
		if err != nil {
			return
		}
		for _, set := range []labels.Set{{}, {"a": "b"}, {"a": "x", "b": "y"}} {
			for _, global := range []bool{false, true} {
				negated, err := parseSelector("!(" + text + ")")
				if text == "" || err != nil { // nothing but space, or as deep as may be
					continue
				}
				assert.NotEqual(t, made.matches(set, global), negated.matches(set, global), text)
			}
		}
		requirements, _ := calicoSelector{made}.Requirements() // the keys that are asked for do not break it
		assert.LessOrEqual(t, len(requirements), len(text))
	})
}
