package waive_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/waive"
	"github.com/aksight/aksight/model"
)

const cluster = model.ID("/subscriptions/S1/resourceGroups/rg-Lab/providers/Microsoft.ContainerService/managedClusters/lab-01")

const file = `# what we live with

- rule: aks-net-001
  resource: /subscriptions/s1/resourcegroups/RG-lab/providers/microsoft.containerservice/managedclusters/lab-01
  owner: ana@contoso.example
  reason: no data in the lab   # until the move
  until: 2027-02-22

# the pools
- rule: AKS-NODE-001
  resource: "*/managedClusters/lab-*"
  part: "spot*"
  owner: bob
  reason: "cheap: on purpose"
  until: 2026-12-01
`

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func parsed(t *testing.T, text string) []model.Waiver {
	t.Helper()
	waivers, problems := waive.Parse("w.yaml", []byte(text))
	require.Empty(t, problems)
	return waivers
}

func TestFind(t *testing.T) {
	t.Parallel()
	set := waive.New(parsed(t, file))
	for _, c := range []struct {
		name, rule string
		cluster    model.ID
		part       string
		now        time.Time
		owner      string
		holds      bool
	}{
		{"regardless of case", "AKS-NET-001", cluster, "", noon, "ana@contoso.example", true},
		{"another cluster", "AKS-NET-001", cluster + "0", "", noon, "", false},
		{"another rule", "AKS-NET-002", cluster, "", noon, "", false},
		{"all of the resource where no part is named", "AKS-NET-001", cluster, "system", noon, "ana@contoso.example", true},
		{"part", "AKS-NODE-001", cluster, "SpotB", noon, "bob", true},
		{"another part", "AKS-NODE-001", cluster, "system", noon, "", false},
		{"a part is never the cluster itself", "AKS-NODE-001", cluster, "", noon, "", false},
		{"on the last day", "AKS-NODE-001", cluster, "spot", time.Date(2026, 12, 1, 23, 59, 59, 0, time.UTC), "bob", true},
		{"the day after", "AKS-NODE-001", cluster, "spot", time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC), "bob", false},
		{"the day after elsewhere", "AKS-NODE-001", cluster, "spot", time.Date(2026, 12, 2, 8, 0, 0, 0, time.FixedZone("", 9*3600)), "bob", true},
	} {
		waiver, holds := set.Find(c.rule, c.cluster, c.part, c.now)
		assert.Equal(t, c.holds, holds, c.name)
		if c.owner == "" {
			assert.Nil(t, waiver, c.name)
			continue
		}
		require.NotNil(t, waiver, c.name)
		assert.Equal(t, c.owner, waiver.Owner, c.name)
	}
	waiver, holds := (*waive.Set)(nil).Find("AKS-NET-001", cluster, "", noon)
	assert.Nil(t, waiver)
	assert.False(t, holds)
}

func TestGlobs(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]bool{
		"*": true, "*/lab-01": true, "/subscriptions/s1/*": true, "/subscriptions/s2/*": false, "/subscriptions/s1": false,
		"*rg-lab*lab-0*": true, "*lab-01*lab-01": false, "**": true, "*/lab-0": false, "*/lab-01/*": false,
	} {
		assert.Equal(t, want, waive.Covers(&model.Waiver{Resource: pattern}, cluster, ""), pattern)
	}
}

func TestTheWaiverThatHoldsLongestCounts(t *testing.T) {
	t.Parallel()
	text := ""
	for _, until := range []string{"2026-10-01", "2027-01-01", "2026-12-01"} {
		text += fmt.Sprintf("- {rule: AKS-NET-001, resource: '*', owner: o, reason: r, until: %s}\n", until)
	}
	waiver, holds := waive.New(parsed(t, text)).Find("AKS-NET-001", cluster, "", noon)
	assert.True(t, holds)
	assert.Equal(t, "2027-01-01", waiver.UntilText())
}

func TestMark(t *testing.T) {
	t.Parallel()
	fail, pass := model.Judged{Verdict: model.Fail, Severity: model.High}, model.Judged{Verdict: model.Pass}
	places := map[string]int{"AKS-NET-001": 0, "AKS-NODE-001": 1}
	place := func(rule string) int {
		if at, known := places[rule]; known {
			return at
		}
		return -1
	}
	j := waive.Judgements{
		Cluster: cluster, Pools: []string{"spot1", "system"},
		Judged: []model.Judged{fail, {}}, ByPool: [][]model.Judged{{{}, fail}, {{}, fail}},
	}
	set := waive.New(parsed(t, file+"- {rule: AKS-OLD-001, resource: '*', owner: o, reason: r, until: 2027-01-01}\n"))
	set.Mark(j, place, noon)
	assert.True(t, j.Judged[0].Waived)
	assert.True(t, j.ByPool[0][1].Waived)
	assert.False(t, j.ByPool[1][1].Waived)
	set.Mark(j, place, noon.AddDate(0, 1, 0))
	assert.False(t, j.ByPool[0][1].Waived, "an expired waiver lets its finding come back")
	j.Judged = []model.Judged{pass}
	set.Mark(j, place, noon)
	assert.False(t, j.Judged[0].Waived, "only failures are waived")

	var counts model.Counts
	counts.Add(model.Judged{Verdict: model.Fail, Severity: model.High, Waived: true})
	counts.Add(fail)
	assert.Equal(t, 1, counts.Failures())
	assert.Equal(t, 1, counts.Waived)
}

func TestParseNamesLineAndReasonAndKeepsTheOthers(t *testing.T) {
	t.Parallel()
	good := "- {rule: AKS-NET-002, resource: '*', owner: o, reason: r, until: 2027-01-01}\n"
	for name, c := range map[string]struct{ text, says string }{
		"missing":        {"- rule: AKS-NET-001\n  resource: '*'\n  until: 2027-01-01\n", "w.yaml:2: owner, reason missing: this waiver does not hold"},
		"empty":          {"- rule: AKS-NET-001\n  resource: '*'\n  owner: ' '\n  reason:\n  until: 2027-01-01\n", "w.yaml:2: owner, reason missing"},
		"no day":         {"- rule: AKS-NET-001\n  resource: '*'\n  owner: o\n  reason: r\n  until: 2027-02-30\n", `w.yaml:6: "2027-02-30" is not a day`},
		"a time":         {"- rule: AKS-NET-001\n  resource: '*'\n  owner: o\n  reason: r\n  until: never\n", `"never" is not a day such as 2027-02-28`},
		"no rule":        {"- rule: '*'\n  resource: '*'\n  owner: o\n  reason: r\n  until: 2027-01-01\n", `w.yaml:2: "*" is not a rule's ID`},
		"no resource":    {"- rule: AKS-NET-001\n  resource: lab-01\n  owner: o\n  reason: r\n  until: 2027-01-01\n", `w.yaml:3: "lab-01" is not an ARM ID`},
		"pool ID":        {"- rule: AKS-NET-001\n  resource: '*/agentPools/a'\n  owner: o\n  reason: r\n  until: 2027-01-01\n", "the node pool as part"},
		"unknown field":  {"- rule: AKS-NET-001\n  expires: 2027-01-01\n", `w.yaml:3: "expires" is not a field of a waiver`},
		"twice":          {"- rule: AKS-NET-001\n  rule: AKS-NET-002\n", "w.yaml:3: rule is there twice"},
		"a list":         {"- rule: [AKS-NET-001]\n", "w.yaml:2: rule is a text"},
		"not a map":      {"- AKS-NET-001\n", "w.yaml:2: a waiver has the fields"},
		"broken YAML":    {"- rule: [\n", "w.yaml:"},
		"broken quoting": {"- rule: 'AKS\n  owner: x\n", "w.yaml:"},
		"an alias":       {"- &a {rule: *a}\n", "w.yaml:2"},
	} {
		waivers, problems := waive.Parse("w.yaml", []byte(good+c.text+good))
		assert.Len(t, waivers, 2, "%s: the others hold", name)
		if assert.Len(t, problems, 1, name) {
			assert.Contains(t, problems[0].Error(), c.says, name)
		}
	}
	for text, says := range map[string]string{
		"waivers:\n- a\n": "w.yaml:1: a waiver file is a list", "rule: AKS-NET-001\n": "w.yaml:1: a waiver file is a list",
		"[]\n---\n[]\n": "take the second one out", "\tx": "this is no YAML",
	} {
		waivers, problems := waive.Parse("w.yaml", []byte(text))
		assert.Empty(t, waivers)
		require.Len(t, problems, 1, text)
		assert.Contains(t, problems[0].Error(), says)
	}
	for _, text := range []string{"", "# nothing yet\n", "[]", "null\n", "---\n"} {
		assert.Empty(t, parsed(t, text))
	}
}

var added = model.Waiver{
	Rule: "AKS-IAM-001", Resource: string(cluster), Owner: `o'hara "x": #1`, Reason: "- yes: no",
	Until: time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC),
}

func TestAppendKeepsTheFile(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]string{
		"a list": file, "new": "", "comments": "# ours\n", "no last line end": strings.TrimSuffix(file, "\n"),
		"indented": "  - {rule: AKS-NET-001, resource: '*', owner: o, reason: r, until: 2027-01-01}\n# end\n",
	} {
		after, err := waive.Append([]byte(before), &added)
		require.NoError(t, err, name)
		assert.True(t, strings.HasPrefix(string(after), before), "%s: what was there stays", name)
		waivers := parsed(t, string(after))
		last := waivers[len(waivers)-1]
		assert.Equal(t, added.Reason, last.Reason, name)
		assert.Equal(t, added.Owner, last.Owner, name)
		again, err := waive.Remove(after, &last)
		require.NoError(t, err, name)
		if before != "" && strings.HasSuffix(before, "\n") {
			assert.Equal(t, before, string(again), "%s: removed again, the file is as before", name)
		}
	}
	assert.Contains(t, waive.Item(&added), "\n  until: 2027-03-01\n")
	for _, text := range []string{"[]\n", "waivers: []\n", "- a: [\n"} {
		_, err := waive.Append([]byte(text), &added)
		assert.Error(t, err, text)
	}
}

func TestRemoveKeepsCommentsAndOrder(t *testing.T) {
	t.Parallel()
	waivers := parsed(t, file)
	after, err := waive.Remove([]byte(file), &waivers[0])
	require.NoError(t, err)
	assert.Equal(t, "# what we live with\n\n\n# the pools\n- rule: AKS-NODE-001", string(after[:bytes.Index(after, []byte("AKS-NODE-001"))+12]))
	after, err = waive.Remove(after, &waivers[1])
	require.NoError(t, err)
	assert.Equal(t, "# what we live with\n\n\n# the pools\n", string(after))
	_, err = waive.Remove(after, &waivers[1])
	assert.ErrorContains(t, err, "not in the file any more")

	text := "-\n  rule: AKS-NET-001\n  resource: '*'\n  owner: o\n  reason: |\n    several\n    # lines\n  until: 2027-01-01\n"
	after, err = waive.Remove([]byte(text+file), &parsed(t, text)[0])
	require.NoError(t, err)
	assert.Equal(t, file, string(after))
}

func TestStates(t *testing.T) {
	t.Parallel()
	waivers := parsed(t, file)
	assert.Equal(t, waive.Holds, waive.StateOf(&waivers[0], noon))
	assert.Equal(t, waive.Expiring, waive.StateOf(&waivers[1], noon))
	assert.Equal(t, waive.Expired, waive.StateOf(&waivers[1], noon.AddDate(0, 1, 0)))
	assert.Equal(t, 7, waive.Days(&waivers[1], noon))
}

// Whatever stands in a file: no panic, every problem is named, and what is appended
// and removed leaves the rest as it was.
func FuzzParse(f *testing.F) {
	f.Add(file)
	f.Add("- {rule: AKS-NET-001, resource: '*', owner: o, reason: r, until: 2027-01-01}\n")
	f.Add("-\n- &a [*a]\n- rule: |\n    x\n# c")
	f.Add("? - x\n: y\n---\n")
	f.Fuzz(func(t *testing.T, text string) {
		waivers, problems := waive.Parse("w.yaml", []byte(text))
		for _, problem := range problems {
			assert.Contains(t, problem.Error(), "w.yaml:")
		}
		for i := range waivers {
			w := &waivers[i]
			if w.Rule == "" || w.Resource == "" || w.Owner == "" || w.Reason == "" || w.Until.IsZero() && w.UntilText() != "0001-01-01" {
				t.Fatalf("a waiver that lacks something: %+v", w)
			}
		}
		set := waive.New(waivers, problems...)
		set.Find("AKS-NET-001", cluster, "system", noon)
		after, err := waive.Append([]byte(text), &added)
		if err != nil {
			return
		}
		more, _ := waive.Parse("w.yaml", after)
		require.Len(t, more, len(waivers)+1)
		if less, err := waive.Remove(after, &more[len(more)-1]); err == nil {
			again, _ := waive.Parse("w.yaml", less)
			require.Len(t, again, len(waivers))
		}
	})
}

func BenchmarkMark(b *testing.B) {
	list := make([]model.Waiver, 10_000)
	for i := range list {
		list[i] = model.Waiver{
			Rule: fmt.Sprintf("AKS-NET-%03d", i%90), Resource: fmt.Sprintf("%s-%d", cluster, i), Owner: "o", Reason: "r", Until: noon,
		}
	}
	set := waive.New(list)
	judged := make([]model.Judged, 90)
	for i := range judged {
		judged[i] = model.Judged{Verdict: model.Fail}
	}
	places := map[string]int{}
	for i := range 90 {
		places[fmt.Sprintf("AKS-NET-%03d", i)] = i
	}
	for b.Loop() {
		set.Mark(waive.Judgements{Cluster: cluster, Judged: judged}, func(rule string) int { return places[rule] }, noon)
	}
}
