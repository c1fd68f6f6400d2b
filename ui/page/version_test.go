package page

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

func TestTheVersionOfAClusterLeadsToItsPage(t *testing.T) {
	pay := clusterID(t, "pay-weu-01")
	s := newStage(t, demoEstate(), 80, 20).open(Address{Kind: Cluster, ID: pay})
	s.draw()
	require.True(t, s.page().(*clusterPage).lines.Select(versionPath+" Kubernetes version"))
	assert.Equal(t, action.Offer{ID: action.Open, Says: "version"}, s.page().Offers(&s.context)[0])
	s.do(action.Open)
	require.IsType(t, &versionPage{}, s.page())
	assert.Equal(t, "Kubernetes 1.31", s.page().Title(&s.context))
	frame := s.frame()
	assert.Contains(t, frame, "pay-weu-01: out of support")
	assert.Contains(t, frame, "ended on 2025-11-01, 388 days ago")

	s.do(action.Open)
	require.IsType(t, &clusterPage{}, s.page(), "the cluster that runs it")
}

func TestThePoolThatIsBehindStandsWithItsVersion(t *testing.T) {
	pay := clusterID(t, "pay-weu-01")
	s := newStage(t, demoEstate(), 80, 20).open(Address{Kind: Pool, ID: pay, Part: "reports"})
	s.draw()
	require.True(t, s.page().(*poolPage).lines.Select(poolVersionPath+" Kubernetes version"))
	s.do(action.Open)
	require.IsType(t, &versionPage{}, s.page())
	assert.Equal(t, "Kubernetes 1.30", s.page().Title(&s.context))
	assert.Contains(t, s.frame(), "behind its control plane")
	s.do(action.Open)
	require.IsType(t, &poolPage{}, s.page())
}

func TestTheFindingsOnVersionsLeadToTheirPage(t *testing.T) {
	pay := clusterID(t, "pay-weu-01")
	for rule, want := range map[string]string{"AKS-UPG-001": "Kubernetes 1.31", "AKS-UPG-003": "Kubernetes 1.31"} {
		s := newStage(t, demoEstate(), 80, 20).open(Address{Kind: Finding, ID: pay, Rule: rule}).do(action.Open)
		require.IsType(t, &versionPage{}, s.page(), rule)
		assert.Equal(t, want, s.page().Title(&s.context))
	}
	s := newStage(t, demoEstate(), 80, 20).open(Address{Kind: Finding, ID: pay, Part: "reports", Rule: "AKS-UPG-004"}).do(action.Open)
	assert.Equal(t, "Kubernetes 1.30", s.page().Title(&s.context))
	s = newStage(t, demoEstate(), 80, 20).open(Address{Kind: Finding, ID: pay, Rule: "AKS-UPG-005"}).do(action.Open)
	assert.IsType(t, &fixPage{}, s.page(), "a rule on something else")
}

func TestWhoRunsAVersionCanBeFiltered(t *testing.T) {
	s := newStage(t, demoEstate(), 80, 20).open(Address{Kind: Version, Part: "1.34"})
	p := s.page().(*versionPage)
	for text, want := range map[string]int{"": 14, "cluster:web-win": 4, "pool:system": 4, "plan:long": 0, "region:westeurope pool:win": 2} {
		s.send(Filtered{text})
		assert.Equal(t, want, p.table.Len(), text)
		s.frame()
	}
	status, _ := p.FilterStatus()
	assert.Contains(t, status, "14 clusters and pools")
}

func TestVersionsAreSoonestToLeaveFirst(t *testing.T) {
	s := newStage(t, demoEstate(), 120, 36).open(Address{Kind: Versions})
	p := s.page().(*versionsPage)
	last := time.Time{}
	for _, row := range p.rows.order {
		assert.False(t, p.rows.list[row].ends.Before(last))
		last = p.rows.list[row].ends
	}
	clusters := 0
	for _, row := range p.rows.list {
		clusters += len(row.use.Clusters)
	}
	assert.Equal(t, len(s.context.Snapshot.Clusters), clusters, "every cluster is in one of them")
	for column := range versionNewest + 1 {
		for range 2 {
			s.send(action.Intent{ID: action.Number, N: column + 1}).frame()
		}
	}
	s.send(Filtered{"state:out"})
	assert.Equal(t, 5, p.table.Len())
	s.send(Filtered{"cluster:pay-weu-02"})
	assert.Equal(t, 1, p.table.Len())
	s.do(action.Open)
	assert.Equal(t, "Kubernetes 1.36", s.page().Title(&s.context))
}

// Where Azure's list was refused, nothing is called supported or not.
func TestVersionsThatWereNotReadSaySo(t *testing.T) {
	in, err := openDemo(demo.Options{
		Now:    func() time.Time { return testNow },
		Faults: []demo.Fault{{Kind: demo.Refuse, Path: "kubernetesVersions"}},
	})
	require.NoError(t, err)
	in.Start(t.Context())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, in.Wait(ctx))
	for _, cluster := range in.Store.Snapshot().Clusters {
		for _, rule := range []string{"AKS-UPG-001", "AKS-UPG-002"} {
			_, at := in.Rules().Find(rule)
			assert.Equal(t, model.CouldNotRead, cluster.Judged[at].Verdict, "%s of %s", rule, cluster.Summary.Name)
		}
	}
	s := newStage(t, in, 80, 20).open(Address{Kind: Versions})
	frame := s.frame()
	assert.Contains(t, frame, "ended by the calendar; region")
	assert.Contains(t, frame, "14 could not be told")
	assert.Contains(t, frame, "could not be read: see errors")
	s.open(Address{Kind: Version, Part: "1.36", Tab: "offers"})
	frame = s.frame()
	assert.Contains(t, frame, "region not read")
	assert.Contains(t, frame, "could not read: You may not read the Kubernetes versions")
	s.do(action.Refresh)
	assert.Contains(t, s.notices[0].Text, "4 regions' lists")
	require.NoError(t, in.Wait(ctx))
}

func TestAVersionThatTheCalendarDoesNotKnow(t *testing.T) {
	s := newStage(t, demoEstate(), 80, 20).open(Address{Kind: Version, Part: "1.99"})
	assert.Contains(t, s.frame(), "newer than the calendar of 2026-08-05")
	assert.Contains(t, s.frame(), "no cluster or node pool")
	s = newStage(t, demoEstate(), 80, 20).open(Address{Kind: Version, Part: "1.20"})
	assert.Contains(t, s.frame(), "before the calendar begins")
	for _, id := range []action.ID{action.Open, action.Copy, action.NextTab, action.Down, action.Copy, action.Explain} {
		s.send(action.Intent{ID: id})
	}
	s.send(widget.Mouse{X: 3, Y: 3})
}

func TestStanding(t *testing.T) {
	region := inspect.Region{Resource: &model.Resource{}, Offer: lifecycle.Offer{Minors: []lifecycle.Offered{
		{Minor: "1.33", Plans: []string{model.PlanLongTerm}},
		{Minor: "1.34", Plans: []string{model.PlanOfficial, model.PlanLongTerm}},
		{Minor: "1.36", Plans: []string{model.PlanOfficial, model.PlanLongTerm}},
		{Minor: "1.37", Plans: []string{model.PlanOfficial}, Preview: true},
	}}}
	calendar := &model.Calendar{Versions: []model.Lifecycle{{
		Minor: "1.34", EndOfLife: time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC), LongTermEnd: time.Date(2027, 11, 30, 0, 0, 0, 0, time.UTC),
	}}}
	for _, c := range []struct {
		version, plan string
		on            string
		mark          widget.Mark
		words         string
	}{
		{"1.34.2", "", "2026-06-01", widget.PassMark, "supported, 182 days left"},
		{"1.34.2", "", "2026-09-30", widget.MediumMark, "supported, 61 days left"},
		{"1.34.2", "", "2026-11-29", widget.HighMark, "supported, 1 day left"},
		{"1.34.2", "", "2026-11-30", widget.HighMark, "supported, until today"},
		{"1.34.2", "", "2026-12-01", widget.MediumMark, "supported, past its date"},
		{"1.34.2", model.PlanLongTerm, "2026-12-01", widget.PassMark, "supported, 364 days left"},
		{"1.33.2", "", "2026-12-01", widget.HighMark, "platform support only"},
		{"1.32.2", model.PlanLongTerm, "2026-12-01", widget.CriticalMark, "out of support"},
		{"1.37.0", "", "2026-12-01", widget.MediumMark, "a preview"},
		{"1.36.1", "", "2026-12-01", widget.PassMark, "supported"},
		{"1.38.0", "", "2026-12-01", widget.UnreadMark, "newer than the region's list"},
		{"", "", "2026-12-01", widget.UnreadMark, "version not told"},
	} {
		now, err := time.Parse(time.DateOnly, c.on)
		require.NoError(t, err)
		stands := standingIn(lifecycle.Of(c.version, c.plan, region.Offer, calendar), region, now)
		assert.Equal(t, c.words, stands.words, "%s %s on %s", c.version, c.plan, c.on)
		assert.Equal(t, c.mark, stands.mark, c.words)
	}
}
