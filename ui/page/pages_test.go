package page

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

func TestEstateSaysWhatItCouldNotRead(t *testing.T) {
	s := newStage(t, demoEstate(), 120, 36).open(Address{Kind: Estate})
	frame := s.frame()
	assert.Contains(t, frame, "at least 14 clusters")
	assert.Contains(t, frame, "1 subscription not read")
	for !strings.Contains(s.page().(*estate).selected().Name, "partner") {
		before := s.page().(*estate).selected()
		s.do(action.Down)
		require.NotEqual(t, before, s.page().(*estate).selected(), "no such subscription")
	}
	assert.Contains(t, s.frame(), "Ask for the role Reader")
	s.do(action.Open)
	assert.IsType(t, &problemsPage{}, s.page())
	frame = s.frame()
	assert.Contains(t, frame, "You may not read the clusters of the subscription partner-hub.")
	assert.Contains(t, frame, "403 Forbidden")
}

// An estate that nobody has read yet says so, and counts nothing.
func TestPendingIsNeverZero(t *testing.T) {
	in, err := openDemo(demo.Options{})
	require.NoError(t, err)
	for _, at := range []Address{{Kind: Estate}, {Kind: Clusters}, {Kind: Findings}, {Kind: Cluster, ID: "/subscriptions/x/c"}} {
		frame := newStage(t, in, 80, 20).open(at).frame()
		assert.Regexp(t, "not read yet|being read", frame, at.Kind)
		assert.NotContains(t, frame, " 0 ", at.Kind)
		assert.NotContains(t, frame, "✓", at.Kind)
	}
}

func TestClustersSortByEveryColumn(t *testing.T) {
	s := newStage(t, demoEstate(), 160, 40).open(Address{Kind: Clusters})
	p := s.page().(*clusters)
	s.draw()
	for column := range p.table.Columns {
		p.table.SortBy(column, false)
		p.feed.start(&s.context, p.work())
		s.settle()
		forward := shownNames(p)
		require.Len(t, forward, 14)
		compare := p.rows.compare(column, false)
		for i := 1; i < len(p.rows.order); i++ {
			assert.LessOrEqual(t, compare(int(p.rows.order[i-1]), int(p.rows.order[i])), 0, p.table.Columns[column].Title)
		}
		s.do(action.Reverse)
		if column == clusterName {
			backward := shownNames(p)
			assert.Equal(t, forward[0], backward[len(backward)-1])
		}
	}
}

func shownNames(p *clusters) []string {
	names := make([]string, 0, len(p.rows.order))
	for _, row := range p.rows.order {
		names = append(names, p.rows.clusters[row].Summary.Name)
	}
	return names
}

func TestClustersFilter(t *testing.T) {
	s := newStage(t, demoEstate(), 80, 20).open(Address{Kind: Clusters})
	p := s.page().(*clusters)
	for text, want := range map[string]int{
		"": 14, "sub:prod-pay*": 4, "exposure:private !sub:data": 2, "pay-weu": 2, "version:<1.32": 2, "sev:crit": 6, "nothing": 0,
	} {
		s.send(Filtered{text})
		assert.Equal(t, want, p.table.Len(), text)
	}
	status, wrong := p.FilterStatus()
	assert.False(t, wrong, status)
	s.send(Filtered{"colour:red"})
	status, wrong = p.FilterStatus()
	assert.True(t, wrong)
	assert.Contains(t, status, "colour:")
}

func TestFindingsByRuleByClusterAndAll(t *testing.T) {
	s := newStage(t, demoEstate(), 120, 36).open(Address{Kind: Findings})
	p := s.page().(*findingsPage)
	counts := demoEstate().Store.Snapshot().Counts
	assert.Equal(t, counts.Failures()+counts.CouldNotRead, p.rows.matched)
	assert.Equal(t, counts.Failed, p.rows.sums.Failed)
	s.do(action.NextTab, action.NextTab)
	assert.Equal(t, counts.Failures()+counts.CouldNotRead, p.table.Len())
	for column := range tabColumns[flat] {
		for _, descending := range []bool{false, true} {
			p.table.SortBy(column, descending)
			p.sorted(&s.context)
			s.settle()
			assert.Equal(t, counts.Failures()+counts.CouldNotRead, p.table.Len())
		}
	}
	s.send(Filtered{"verdict:pass"})
	assert.Equal(t, counts.Passed, p.table.Len())
	s.send(Filtered{"sev:critical rule:net-001"})
	assert.Equal(t, 5, p.table.Len())
	s.do(action.Open)
	require.IsType(t, &findingPage{}, s.page())
	assert.Contains(t, s.frame(), "The API server answers the whole internet")
}

func TestFindingsOfOneRule(t *testing.T) {
	s := newStage(t, demoEstate(), 80, 20).open(Address{Kind: Findings})
	s.do(action.Open)
	p := s.page().(*findingsPage)
	require.Equal(t, ofRule, p.tab)
	for row := range p.table.Len() {
		assert.Equal(t, p.at.Rule, p.rows.rules[p.rows.index.at(p.rows.order[row]).rule].ID)
	}
	assert.NotContains(t, s.frame(), "By cluster")
}

func fixStage(t *testing.T) (*stage, *fixPage) {
	t.Helper()
	s := newStage(t, demoEstate(), 100, 40).open(Address{Kind: Fix, ID: clusterID(t, "pay-weu-01"), Rule: "AKS-NET-001"})
	return s, s.page().(*fixPage)
}

func TestFixCopiesNothingUnfinished(t *testing.T) {
	s, p := fixStage(t)
	s.do(action.Copy)
	assert.Empty(t, s.copied, "what only the reader knows is not made sure of")
	for range p.plan().Confirm {
		s.do(action.Open)
	}
	s.do(action.Copy)
	assert.Empty(t, s.copied, "a value is missing")
	require.True(t, p.Typing(), "the field that is missing has the focus")
	s.send(tea.PasteMsg{Content: "0.0.0.0/0"})
	assert.NotEmpty(t, p.plan().Asks[0].Problem)
	s.do(action.Open, action.Copy)
	assert.Empty(t, s.copied, "a value that will not do is as good as none")
	p.typing = true
	for range "0.0.0.0/0" {
		s.send(tea.KeyPressMsg{Code: tea.KeyBackspace})
	}
	s.send(tea.PasteMsg{Content: "203.0.113.0/24"})
	s.do(action.Open, action.Copy)
	require.Len(t, s.copied, 1)
	assert.Contains(t, s.copied[0].Text, "203.0.113.0/24")
	assert.NotContains(t, s.copied[0].Text, "<")
	assert.Equal(t, "step 1", s.copied[0].What)
	s.do(action.CopyAll)
	require.Len(t, s.copied, 2)
	assert.Contains(t, s.copied[1].Text, s.copied[0].Text)
	s.do(action.Down, action.Copy)
	require.Len(t, s.copied, 3)
	assert.Contains(t, s.copied[2].What, "undo")
	assert.Contains(t, s.copied[2].Text, `--api-server-authorized-ip-ranges ""`)
}

// Details that are read while somebody types may add fields and make others needless:
// what is typed stays in its field, and never goes into another.
func TestFixKeepsTheFieldWhileItsPlanChanges(t *testing.T) {
	s, p := fixStage(t)
	before := planned{cluster: p.loaded, subject: p.subject, rule: p.rule, place: p.place, judged: p.judged, shell: p.shell, plans: slices.Clone(p.plans)}
	with := func(names ...string) planned {
		result := before
		result.plans = slices.Clone(before.plans)
		plan := &result.plans[0]
		plan.Asks = nil
		for _, name := range names {
			plan.Asks = append(plan.Asks, model.AskedValue{Ask: model.Ask{Name: name}})
		}
		return result
	}
	s.send(with("egress", "your-range"))
	require.True(t, p.selectNamed("ask your-range"))
	p.typing = true
	s.send(with("your-range"))
	assert.Equal(t, "ask your-range", p.nameOf(p.cursor))
	assert.True(t, p.Typing())
	s.send(with("egress", "node-prefix", "your-range"))
	assert.Equal(t, "ask your-range", p.nameOf(p.cursor))
	assert.True(t, p.Typing())
	s.send(with("egress", "node-prefix"))
	assert.False(t, p.Typing(), "what is typed next must not go into another field")
}

func TestFixFollowsTheShell(t *testing.T) {
	s, p := fixStage(t)
	s.do(action.Shell)
	assert.Equal(t, fix.PowerShell, s.context.Shell)
	assert.Equal(t, fix.PowerShell, p.shell)
	assert.Contains(t, s.frame(), "`")
}

func TestFixPreviewsEveryVerdict(t *testing.T) {
	s, p := fixStage(t)
	assert.Contains(t, s.frame(), "= shows every verdict")
	s.do(action.Preview)
	require.True(t, p.previewed)
	assert.Contains(t, s.frame(), "pass  was critical  AKS-NET-001")
	s.do(action.Preview)
	assert.NotContains(t, s.frame(), "was critical")
}

// A fix whose preconditions do not hold shows what they are, and no command.
func TestFixWithoutItsPreconditions(t *testing.T) {
	in := demoEstate()
	blocked := 0
	for _, cluster := range in.Store.Snapshot().Clusters {
		cluster.Each(func(pool, rule int, judged model.Judged) {
			if judged.Verdict != model.Fail {
				return
			}
			at := Address{Kind: Fix, ID: cluster.Resource.ID, Rule: in.Rules().Rules()[rule].ID}
			if pool >= 0 {
				at.Part = cluster.Summary.Pools[pool].Name
			}
			s := newStage(t, in, 80, 20).open(at)
			p := s.page().(*fixPage)
			s.frame()
			if plan := p.plan(); plan != nil && len(plan.Steps) == 0 {
				blocked++
				s.do(action.Copy, action.CopyAll)
				assert.Empty(t, s.copied, "%s of %s", at.Rule, cluster.Summary.Name)
				assert.Contains(t, strings.Join(texts(p.lines), "\n"), "No command is shown before what it needs holds")
			}
		})
	}
	assert.Positive(t, blocked, "the demo has a fix that waits for another")
}

func texts(lines []textLine) []string {
	var all []string
	for _, l := range lines {
		var b strings.Builder
		for _, s := range l.spans {
			b.WriteString(s.text)
		}
		all = append(all, b.String())
	}
	return all
}

func TestJSONMarksTheLine(t *testing.T) {
	s := newStage(t, demoEstate(), 160, 40).open(Address{Kind: Cluster, ID: clusterID(t, "pay-weu-01"), Tab: "json"})
	p := s.page().(*clusterPage)
	s.do(action.Right)
	rule, _, judged := p.chosen()
	require.NotNil(t, rule)
	assert.Equal(t, model.Fail, judged.Verdict)
	s.send(Filtered{"networkPlugin"})
	assert.Positive(t, p.json.hits)
	frame := s.frame()
	assert.Contains(t, frame, `"networkPlugin"`)
	assert.Contains(t, frame, `"properties": {`, "what a match stands in stays")
	assert.NotContains(t, frame, `"fqdn"`)
	s.do(action.CopyAll)
	require.Len(t, s.copied, 1)
	assert.Contains(t, s.copied[0].Text, `"fqdn"`, "the whole document is copied, whatever is shown")
}

func TestRequestsSayWhatWasAsked(t *testing.T) {
	s := newStage(t, demoEstate(), 120, 30).open(Address{Kind: Requests})
	assert.Regexp(t, `\d+ requests made`, s.frame())
	s.send(Filtered{"status:403"})
	assert.Contains(t, s.frame(), "partner-hub")
	s.do(action.Copy)
	require.Len(t, s.copied, 1)
	assert.Contains(t, s.copied[0].Text, "https://")
	for _, c := range [][2]string{
		{"https://x/subscriptions?api-version=1", "subscriptions"},
		{"https://x/providers/Microsoft.ResourceGraph/resources", "Resource Graph: subscriptions and clusters"},
		{"https://x/subscriptions/G/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c/upgradeProfiles/default", "G: c/upgradeProfiles/default"},
		{"https://x/subscriptions/G/providers/Microsoft.ContainerService/managedClusters", "G: managedClusters"},
	} {
		assert.Equal(t, c[1], whatOf(&source.Call{URL: c[0]}, &store.Snapshot{}))
	}
}

func TestFeedRunsOneAtATime(t *testing.T) {
	f := feed{name: "test"}
	c := &Context{Snapshot: &store.Snapshot{Version: 7}}
	work := func(context.Context, *store.Snapshot) any { return "made" }
	f.follow(c, work)
	f.follow(c, work)
	effects := c.Effects()
	require.Len(t, effects, 1)
	result := effects[0].(Job).Work(context.Background()).(fed)
	assert.False(t, (&feed{name: "other"}).done(result))
	require.True(t, f.done(result))
	f.follow(c, work)
	assert.Empty(t, c.Effects(), "nothing has changed")
	c.Snapshot = &store.Snapshot{Version: 8}
	f.took = time.Hour
	f.follow(c, work)
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	assert.Nil(t, c.Effects()[0].(Job).Work(cancelled), "the pause ends with the context")
}

func TestNamesThatWouldDrawAreShownHarmless(t *testing.T) {
	canvas := widget.NewCanvas(60, 5, widget.Unicode())
	cluster := judgedCluster("evil\x1b[2J\u202eeman", failHigh, passed)
	clusterHead(&Context{Glyphs: widget.Unicode(), Now: testNow}, canvas, canvas.Area(), cluster)
	assert.NotContains(t, canvas.String(), "\x1b")
	assert.NotContains(t, canvas.String(), "\u202e")
}
