package page

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/ui/action"
)

func TestWaysAreDrawnAndListed(t *testing.T) {
	s, cluster := insideStage(t, openShop, 160, 41)
	s.open(Address{Kind: Ways, ID: cluster, Part: "cluster-admin"})
	assert.Contains(t, s.frame(), "20 identities get to cluster-admin.")
	s.do(action.Draw)
	assert.Contains(t, s.frame(), "╔═", "the box that the ways end in is selected")
	s.do(action.Left, action.Top, action.Left)
	frame := s.frame()
	assert.Contains(t, frame, "║ shop/web ")
	assert.Contains(t, frame, "· service account shop/web may do everything by ClusterRoleBinding web-does-all (whole cluster), since 2026-03-01")
	row := s.page().(Placed).Place()
	assert.Equal(t, "drawing", row.Tab)
	s.do(action.Open)
	assert.Contains(t, s.frame(), "to cluster-admin in 1 step", "enter opens who it is")
	s.do(action.Draw)
	assert.Contains(t, s.frame(), "║ shop/web ", "and there its own ways")

	s.open(row)
	assert.Contains(t, s.frame(), "║ shop/web ", "one comes back to the same box")
	s.do(action.Right, action.Open)
	assert.Contains(t, s.frame(), "web-does-all", "enter on a step opens its binding")

	s.open(row).do(action.Draw)
	assert.Contains(t, s.frame(), "Reach", "the same key goes back to the tree")
}

func TestTheWaysOfOneIdentity(t *testing.T) {
	s, cluster := insideStage(t, openShop, 160, 41)
	s.open(Address{Kind: Ways, ID: cluster, Part: "sa:shop/web"})
	frame := s.frame()
	assert.Contains(t, frame, "The shortest ways of service account shop/web.")
	assert.Contains(t, frame, "  root on nodes")
	s.do(action.NextTab)
	assert.Contains(t, s.frame(), "╔═")
	s.open(Address{Kind: Ways, ID: cluster, Part: "sa:shop/nobody"}).do(action.Draw)
	assert.Contains(t, s.frame(), "no way that was found leads from it to cluster-admin, the nodes, all Secrets or rights in Azure")
}

func TestWaysExport(t *testing.T) {
	s, cluster := insideStage(t, openShop, 80, 20)
	for _, tab := range []string{"tree", "drawing"} {
		s.open(Address{Kind: Ways, ID: cluster, Part: "cluster-admin", Tab: tab}).frame()
		list := s.page().(Exporter).Export(&s.context)
		require.NotNil(t, list, tab)
		require.Len(t, list.Texts, 3, tab)
		for i, begins := range []string{"flowchart LR\n", "digraph paths {", "{\n  \"schema\": \"aksight.paths/1\""} {
			text := &strings.Builder{}
			require.NoError(t, list.Texts[i].Write(text))
			assert.True(t, strings.HasPrefix(text.String(), begins), text)
			assert.Contains(t, text.String(), "service account shop/web")
		}
	}
}
