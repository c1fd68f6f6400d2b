package demo

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func render(t testing.TB, text string, f *facts) string {
	t.Helper()
	tree, err := parseTree([]byte(text))
	require.NoError(t, err)
	compiled, err := compile(tree)
	require.NoError(t, err)
	return string(compiled.append(nil, f))
}

func TestTemplatesFillTheirPlaceholders(t *testing.T) {
	f := &facts{now: monday, subscription: "s", group: "g", name: "c", location: "l", version: "1.35.5", egress: "198.51.100.1", seed: 7}
	for text, want := range map[string]string{
		`{a: 1, b: [x, true, null, 1.5]}`:           `{"a":1,"b":["x",true,null,1.5]}`,
		`{"{{name}}": "{{group}}-{{location}}"}`:    `{"c":"g-l"}`,
		`{a: "{{id}}"}`:                             `{"a":"/subscriptions/s/resourcegroups/g/providers/Microsoft.ContainerService/managedClusters/c"}`,
		`{a: "{{armID}}"}`:                          `{"a":"/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"}`,
		`{a: "{{nodeGroup}} {{minor}}"}`:            `{"a":"MC_g_c_l 1.35"}`,
		`{a: "{{linux 0}} {{linux 5}}"}`:            `{"a":"202609.23.0 202609.23.0"}`,
		`{a: "{{windows 5}}"}`:                      `{"a":"260923"}`,
		`{a: "{{day -30}}"}`:                        `{"a":"2026-08-29"}`,
		`{a: "{{time 48h}}"}`:                       `{"a":"2026-09-30T10:00:00Z"}`,
		`{a: "{{int 5 5 x}}", b: "x{{int 5 5 x}}"}`: `{"a":5,"b":"x5"}`,
		`{a: "say \"{{name}}\" <&>"}`:               `{"a":"say \"c\" \u003c\u0026\u003e"}`,
	} {
		assert.Equal(t, want, render(t, text, f), text)
	}
}

func TestLabelsTieValuesTogether(t *testing.T) {
	f := &facts{now: monday, seed: 9}
	assert.Regexp(t, `^\["([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})","\w+-\w+-\w+-\w+-\w+"\]$`, render(t, `["{{guid a}}", "{{guid b}}"]`, f))
	same := render(t, `{a: "{{guid x}}", b: "{{guid x}}"}`, f)
	assert.Equal(t, same[6:42], same[49:85])
	own := render(t, `{a: "{{own}}", b: "{{own}}"}`, f)
	assert.NotEqual(t, own[6:42], own[49:85])
}

func TestChoicesKeepTheirOdds(t *testing.T) {
	tree, err := parseTree([]byte(`
a: 1
b: {$one: [[30, x]]}
$one settings:
  - [25, {c: 1, d: 2}]
  - [75, {}]
l: [0, {$one: [[50, 1]]}]
`))
	require.NoError(t, err)
	compiled, err := compile(tree)
	require.NoError(t, err)
	counts := map[string]int{}
	for seed := range uint64(10_000) {
		text := compiled.append(nil, &facts{seed: mix(seed)})
		require.NoError(t, checkJSON(text))
		counts[string(text)]++
	}
	assert.Len(t, counts, 8, "every combination")
	assert.InDelta(t, 10_000*.30*.25*.50, counts[`{"a":1,"b":"x","c":1,"d":2,"l":[0,1]}`], 80)
	assert.InDelta(t, 10_000*.70*.75*.50, counts[`{"a":1,"l":[0]}`], 250)
}

func TestWrongTemplatesAreRefused(t *testing.T) {
	for text, says := range map[string]string{
		`{a: "{{nothing}}"}`:                    "unknown placeholder",
		`{a: "{{}}"}`:                           "empty placeholder",
		`{a: "{{name"}`:                         "without }}",
		`{a: "{{linux}}"}`:                      "needs 1 numbers",
		`{a: "{{time soon}}"}`:                  "invalid duration",
		`{a: {$one: [[50, 1]]}}`:                "cannot be absent",
		`{"$one x": [[50, {a: 1}]]}`:            "needs a member before it",
		`{a: 1, b: {$one: [[60, 1], [60, 2]]}}`: "at most 100",
		`{a: 1, b: {$one: [1]}}`:                "[odds, value]",
		`{a: 1, b: {$one: 1}}`:                  "[odds, value]",
		`{a: 1, b: {$one: [[x, 1]]}}`:           "whole number",
		`{a: 1, "$one x": [[50, 1]]}`:           "among objects",
	} {
		tree, err := parseTree([]byte(text))
		require.NoError(t, err)
		_, err = compile(tree)
		require.ErrorContains(t, err, says, text)
	}
}

func TestMergeFollowsTheStandard(t *testing.T) {
	// The examples of RFC 7396, appendix A, that JSON objects can hold.
	for _, c := range [][3]string{
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`{"e":null}`, `{"a":1}`, `{"e":null,"a":1}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
	} {
		target, err := parseTree([]byte(c[0]))
		require.NoError(t, err)
		patch, err := parseTree([]byte(c[1]))
		require.NoError(t, err)
		merged, err := compile(merge(target, patch))
		require.NoError(t, err)
		assert.Equal(t, c[2], string(merged.append(nil, &facts{})), "%s + %s", c[0], c[1])
		before, err := compile(target)
		require.NoError(t, err)
		assert.Equal(t, c[0], string(before.append(nil, &facts{})), "the target stays as it was")
	}
}
