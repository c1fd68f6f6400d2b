package lifecycle_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/model"
)

func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func TestTheCalendarLoads(t *testing.T) {
	calendar, err := lifecycle.Embedded()
	require.NoError(t, err)
	assert.Equal(t, "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions", calendar.Source)
	assert.False(t, calendar.AsOf.IsZero())
	for _, life := range calendar.Versions {
		assert.False(t, life.Available.IsZero(), life.Minor)
		assert.True(t, life.Preview.Before(life.Available), life.Minor)
		assert.True(t, life.EndOfLife.After(life.Available), life.Minor)
		if life.Minor != "1.26" { // before long-term support
			assert.True(t, life.LongTermEnd.After(life.EndOfLife), life.Minor)
		}
	}
	life, known := calendar.Find("1.34")
	require.True(t, known)
	assert.Equal(t, model.Lifecycle{
		Minor: "1.34", Preview: day(2025, 10, 1), Available: day(2025, 11, 1), EndOfLife: day(2026, 11, 30), LongTermEnd: day(2027, 11, 30),
	}, life, "months end on their last day")
	life, _ = calendar.Find("1.30")
	assert.Equal(t, day(2025, 8, 22), life.EndOfLife, "a day is that day")
	_, known = (*model.Calendar)(nil).Find("1.34")
	assert.False(t, known)
}

func TestACalendarThatIsWrongSaysWhere(t *testing.T) {
	for text, says := range map[string]string{
		"versions: [{minor: '1.34', endOfLife: soon}]": `1.34: endOfLife: "soon" is neither a month`,
		"asOf: 2026":                                    "asOf:",
		"versions: [{minor: '1.34.2'}]":                 `"1.34.2" does not follow`,
		"versions: [{minor: '1.34'}, {minor: '1.33'}]":  `"1.33" does not follow`,
		"versions: [{minor: '1.34'}, {minor: 'v1.35'}]": `"v1.35" does not follow`,
		"version: 3":                                    "field version not found",
	} {
		_, err := lifecycle.Parse([]byte(text))
		assert.ErrorContains(t, err, says, text)
	}
}

func TestMinorAndNumber(t *testing.T) {
	for version, want := range map[string]struct {
		minor  string
		number int
	}{
		"1.34.2": {"1.34", 34}, "v1.9": {"1.9", 9}, "1.31": {"1.31", 31}, "1": {"", -1}, "": {"", -1}, "1.x.2": {"", -1},
		"1.99999999999999999999": {"", -1}, "latest": {"", -1},
	} {
		assert.Equal(t, want.minor, lifecycle.Minor(version), version)
		assert.Equal(t, want.number, lifecycle.Number(version), version)
	}
}

func offerOf(t testing.TB, raw string) lifecycle.Offer {
	t.Helper()
	tree, err := document.Parse([]byte(raw))
	require.NoError(t, err)
	return lifecycle.ReadOffer(tree)
}

const region = `{"values":[
	{"version":"1.36","isDefault":true,"capabilities":{"supportPlan":["KubernetesOfficial","AKSLongTermSupport"]},
		"patchVersions":{"1.36.10":{"upgrades":[]},"1.36.2":{"upgrades":["1.37.0","1.36.10"]}}},
	{"version":"1.33","capabilities":{"supportPlan":["AKSLongTermSupport"]},"patchVersions":{"1.33.7":{"upgrades":null}}},
	{"version":"1.37","isPreview":true,"capabilities":{"supportPlan":["KubernetesOfficial"]},"patchVersions":{"1.37.0":{}}},
	{"version":"1.35","capabilities":{"supportPlan":["kubernetesofficial"]},"patchVersions":{}},
	{"capabilities":null}, 7, {"version":"odd"}]}`

func TestReadOffer(t *testing.T) {
	offer := offerOf(t, region)
	var minors []string
	for _, offered := range offer.Minors {
		minors = append(minors, offered.Minor)
	}
	assert.Equal(t, []string{"1.33", "1.35", "1.36", "1.37"}, minors)
	newest, _ := offer.Find("1.36")
	assert.Equal(t, []lifecycle.Patch{
		{Version: "1.36.2", Upgrades: []string{"1.36.10", "1.37.0"}}, {Version: "1.36.10", Upgrades: []string{}},
	}, newest.Patches)
	assert.Equal(t, "1.36.10", newest.Newest())
	assert.True(t, newest.Default)
	empty, _ := offer.Find("1.35")
	assert.Empty(t, empty.Newest())
}

func TestSupport(t *testing.T) {
	calendar, err := lifecycle.Embedded()
	require.NoError(t, err)
	offer := offerOf(t, region)
	for _, c := range []struct {
		version, plan  string
		listed         bool
		covered        bool
		oldest, newest int
		ends           time.Time
	}{
		{version: "1.36.2", listed: true, covered: true, oldest: 35, newest: 36, ends: day(2027, 6, 30)},
		{version: "1.35.1", plan: "KubernetesOfficial", listed: true, covered: true, oldest: 35, newest: 36, ends: day(2027, 3, 31)},
		{version: "1.33.7", listed: true, oldest: 35, newest: 36, ends: day(2026, 7, 31)},
		{version: "1.33.7", plan: "aksLongTermSupport", listed: true, covered: true, oldest: 33, newest: 36, ends: day(2027, 7, 31)},
		{version: "1.35.1", plan: "AKSLongTermSupport", listed: true, oldest: 33, newest: 36, ends: day(2028, 3, 31)},
		{version: "1.31.4", oldest: 35, newest: 36, ends: day(2025, 11, 1)},
		{version: "1.40.0", oldest: 35, newest: 36},
		{version: "", oldest: 35, newest: 36},
	} {
		s := lifecycle.Of(c.version, c.plan, offer, calendar)
		name := c.version + " " + c.plan
		assert.Equal(t, c.listed, s.Listed, name)
		assert.Equal(t, c.covered, s.Covered, name)
		assert.Equal(t, c.oldest, s.Oldest, name)
		assert.Equal(t, c.newest, s.Newest, name)
		assert.Equal(t, c.ends, s.Ends(), name)
	}
	unread := lifecycle.Of("1.36.2", "", lifecycle.Offer{}, nil)
	assert.Equal(t, -1, unread.Newest)
	assert.True(t, unread.Ends().IsZero())
}

func TestDaysLeft(t *testing.T) {
	last := day(2026, 11, 30)
	for now, days := range map[time.Time]int{
		time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC):   6,
		time.Date(2026, 11, 30, 23, 59, 0, 0, time.UTC): 0,
		time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC):    -1,
		time.Date(2026, 11, 29, 23, 0, 0, 0, time.UTC):  1,
		time.Date(2027, 11, 30, 12, 30, 0, 0, time.UTC): -365,
	} {
		assert.Equal(t, days, lifecycle.DaysLeft(last, now), now)
	}
}

const cluster = model.ID("/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c")

func subject(t *testing.T, pool int) model.Subject {
	t.Helper()
	read := func(id model.ID, raw string) *model.Document {
		tree, err := document.Parse([]byte(raw))
		require.NoError(t, err)
		return &model.Document{Resource: &model.Resource{ID: id}, Tree: tree}
	}
	return model.Subject{
		Pool:    pool,
		Cluster: read(cluster, `{"properties":{"agentPoolProfiles":[{"name":"Sys"},{"name":"agentpools"}]}}`),
		Children: map[model.Kind][]*model.Document{model.KindUpgradeProfile: {
			read(cluster+"/upgradeProfiles/default", `{"properties":{"controlPlaneProfile":{"upgrades":[
				{"kubernetesVersion":"1.34.10"},{"kubernetesVersion":"1.35.0","isPreview":true},{"kubernetesVersion":"1.34.9"},{}]}}}`),
			read(cluster+"/agentPools/sys/upgradeProfiles/default",
				`{"properties":{"upgrades":[{"kubernetesVersion":"1.34.4"}],"latestNodeImageVersion":"image-1"}}`),
		}},
	}
}

func TestUpgrades(t *testing.T) {
	versions, read := lifecycle.Upgrades(subject(t, -1))
	assert.True(t, read)
	assert.Equal(t, []string{"1.34.9", "1.34.10"}, versions, "no previews, oldest first")
	versions, read = lifecycle.Upgrades(subject(t, 0))
	assert.True(t, read)
	assert.Equal(t, []string{"1.34.4"}, versions)
	assert.Equal(t, "image-1", lifecycle.NewestImage(subject(t, 0)))
	_, read = lifecycle.Upgrades(subject(t, 1))
	assert.False(t, read, "its profile was not read")
	assert.Empty(t, lifecycle.NewestImage(subject(t, 1)))
	assert.Empty(t, lifecycle.NewestImage(subject(t, -1)))
}

func FuzzReadOffer(f *testing.F) {
	f.Add([]byte(region))
	f.Add([]byte(`{"values":[{"version":"1.1","capabilities":{"supportPlan":[3]},"patchVersions":{"":3,"1.1.1":{"upgrades":[null]}}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		tree, err := document.Parse(raw)
		if err != nil {
			return
		}
		offer := lifecycle.ReadOffer(tree)
		for _, offered := range offer.Minors {
			s := lifecycle.Of(offered.Newest(), model.PlanLongTerm, offer, nil)
			assert.LessOrEqual(t, s.Oldest, s.Newest)
		}
	})
}
