package page

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// The bars of topics, and those of subscriptions, add up to the estate's counts.
func TestPostureAddsUp(t *testing.T) {
	s := demoEstate().Store.Snapshot()
	made := newPosture(context.Background(), demoEstate(), s, testNow)
	for _, panel := range made.panels[:leftPanels] {
		var failed int
		for _, row := range panel.rows {
			for _, segment := range row.bar {
				failed += segment.Value
			}
		}
		assert.Equal(t, s.Counts.Failures(), failed, panel.title)
	}
	assert.False(t, made.exact)
	assert.Contains(t, made.sums(), "at least 14 clusters")
	assert.Contains(t, made.sums(), "1 subscription not read")
}

// Each row opens what it counts.
func TestPostureRowsOpenWhatTheyCount(t *testing.T) {
	s := newStage(t, demoEstate(), 160, 41).open(Address{Kind: Posture})
	p := s.page().(*posturePage)
	for at := range p.rows() {
		s := newStage(t, demoEstate(), 160, 41).open(Address{Kind: Posture})
		for range at {
			s.do(action.Down)
		}
		row := s.page().(*posturePage).row(at)
		s.do(action.Open)
		require.Len(t, s.pages, 2, row.key)
		if findings, is := s.page().(*findingsPage); is && row.to.Rule == "" && row.to.Tab == "" {
			failures := 0
			for _, segment := range row.bar {
				failures += segment.Value
			}
			assert.Equal(t, failures, findings.rows.sums.Failures(), row.key)
		}
		if findings, is := s.page().(*findingsPage); is && row.to.Rule == imageRule {
			assert.Equal(t, row.value, thousands(findings.rows.sums.Failures()), row.key)
		}
	}
}

func TestPostureMoves(t *testing.T) {
	s := newStage(t, demoEstate(), 80, 20).open(Address{Kind: Posture})
	p := s.page().(*posturePage)
	s.do(action.Bottom)
	assert.Equal(t, p.rows()-1, p.cursor)
	assert.Contains(t, s.frame(), "supported, ", "it scrolls to the last row")
	s.do(action.Top, action.NextTab)
	assert.Equal(t, len(p.posture.panels[0].rows), p.cursor)
	key := p.key
	p.take(newPosture(context.Background(), demoEstate(), demoEstate().Store.Snapshot(), testNow))
	assert.Equal(t, key, p.key, "the cursor stays on its row")
	s.do(action.PrevTab, action.PrevTab, action.Up)
	assert.Equal(t, 0, p.cursor)
	s.do(action.Explain)
	assert.IsType(t, &glossaryPage{}, s.page())

	s = newStage(t, demoEstate(), 160, 41).open(Address{Kind: Posture})
	s.frame()
	s.send(widget.Mouse{X: 90, Y: 5})
	p = s.page().(*posturePage)
	panel, _ := p.place(p.cursor)
	assert.Equal(t, leftPanels, panel, "a click chooses in the right column")
	s.send(widget.Mouse{X: 90, Y: 5})
	assert.IsType(t, &clusterPage{}, s.page())
}

func TestPostureOfNothing(t *testing.T) {
	in, err := openDemo(demo.Options{})
	require.NoError(t, err)
	s := newStage(t, in, 80, 20).open(Address{Kind: Posture})
	assert.Contains(t, s.frame(), "not read yet")
	s.do(action.Open, action.Down, action.NextTab, action.Copy, action.CopyAll, action.Bottom)
	s.send(action.Intent{ID: action.Number, N: 3}, widget.Mouse{X: 5, Y: 5})
}

// The sums of 20,000 clusters are made in a fraction of a second.
func TestPostureOfManyIsCheap(t *testing.T) {
	s := demoEstate().Store.Snapshot()
	many := *s
	many.Clusters = make([]*store.Cluster, 0, 20_000)
	for len(many.Clusters) < 20_000 {
		many.Clusters = append(many.Clusters, s.Clusters...)
	}
	begun := time.Now()
	made := newPosture(context.Background(), demoEstate(), &many, testNow)
	assert.Less(t, time.Since(begun), 3*time.Second)
	assert.Contains(t, made.panels[2].rows[panelRows].name, " more")
}

func TestPostureSaysWhatIsOldByItsRule(t *testing.T) {
	made := newPosture(context.Background(), demoEstate(), demoEstate().Store.Snapshot(), testNow)
	images := made.panels[3]
	require.NotEmpty(t, images.rows)
	assert.Equal(t, "ds-lab-01 / nodepool1", images.rows[0].name)
	assert.Equal(t, Pool, images.rows[0].to.Kind)
	rule, _ := demoEstate().Rules().Find(imageRule)
	require.NotNil(t, rule)
	assert.Equal(t, model.KindPool, rule.Subject)
}

// At the least size nothing of the sums and the numbers is cut, nor is a name that could
// be whole.
func TestPostureAtTheLeastSize(t *testing.T) {
	for _, glyphs := range []*widget.Glyphs{widget.Unicode(), widget.ASCII()} {
		s := newStage(t, demoEstate(), 60, 11)
		s.context.Glyphs = glyphs
		s.open(Address{Kind: Posture})
		p := s.page().(*posturePage)
		frame := s.frame()
		for _, severity := range model.Severities {
			assert.Contains(t, frame, glyphs.Marks[SeverityMark(severity)]+" "+thousands(p.posture.counts.Failed[severity]))
		}
		for range p.rows() {
			row := p.row(p.cursor)
			assert.Contains(t, s.frame(), row.value, row.name)
			assert.Contains(t, s.frame(), row.name[:min(len(row.name), 16)])
			s.do(action.Down)
		}
	}
}
