package widget_test

import (
	"math/rand/v2"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// ways is a graph of two people and an account on their way to one end, where one stops
// by a bend and one line is dashed.
func ways() *widget.Graph {
	box := func(key, first, second string, layer int) widget.GraphNode {
		return widget.GraphNode{Key: key, Lines: [2]string{first, second}, Layer: layer, Style: themes.Text}
	}
	g := &widget.Graph{Most: 20}
	g.Set([]widget.GraphNode{
		box("ana", "group", "developers", 0),
		box("exec", "Runs commands in pods", "RoleBinding shop/developers", 1),
		box("pods", "any pod in shop", "", 2),
		box("bo", "user", "名前@contoso.example", 2),
		box("web", "service account", "shop/web", 2),
		box("admin", "Is cluster-admin", "ClusterRoleBinding web", 3),
		{Key: "end", Lines: [2]string{"cluster-admin", "everything"}, Layer: 4, Mark: widget.CriticalMark, Style: themes.Critical},
	}, []widget.GraphEdge{
		{From: 0, To: 1}, {From: 1, To: 2}, {From: 2, To: 5}, {From: 4, To: 5}, {From: 3, To: 5, Dashed: true}, {From: 5, To: 6}, {From: 0, To: 6},
		{From: 6, To: 0}, // it leads back: it is not drawn
	})
	return g
}

func TestGraphFrames(t *testing.T) {
	for name, glyphs := range map[string]*widget.Glyphs{"unicode": widget.Unicode(), "ascii": widget.ASCII()} {
		t.Run(name, func(t *testing.T) {
			c := widget.NewCanvas(130, 18, glyphs)
			g := ways()
			g.Select("web")
			g.Draw(c, c.Area())
			golden.RequireEqual(t, c.String()+"\n")
		})
		t.Run(name+" narrow", func(t *testing.T) {
			c := widget.NewCanvas(60, 9, glyphs)
			g := ways()
			g.Select("admin")
			g.Draw(c, c.Area())
			golden.RequireEqual(t, c.String()+"\n")
		})
	}
}

func TestTheCursorOfAGraphFollowsItsLines(t *testing.T) {
	c := widget.NewCanvas(60, 9, widget.Unicode())
	g := ways()
	g.Select("end")
	g.Draw(c, c.Area())
	for _, step := range []struct {
		id   action.ID
		want string
	}{
		{action.Left, "admin"}, {action.Left, "web"}, {action.Top, "pods"}, {action.Left, "exec"},
		{action.Left, "ana"}, {action.Left, "ana"}, {action.Right, "exec"}, {action.Right, "pods"}, {action.Bottom, "web"},
		{action.Right, "admin"}, {action.Down, "admin"},
	} {
		assert.True(t, g.Do(step.id))
		g.Draw(c, c.Area())
		assert.Equal(t, step.want, g.Selected(), step.id)
	}
	assert.False(t, g.Do(action.Open))
	g.Set(nil, nil)
	assert.True(t, g.Do(action.Down))
	assert.Empty(t, g.Selected())
	g.Draw(c, c.Area())
}

func TestAGraphTakesAnyKeyAndSize(t *testing.T) {
	ids := []action.ID{action.Up, action.Down, action.Left, action.Right, action.Top, action.Bottom, action.PageUp, action.PageDown, action.HalfUp, action.HalfDown}
	random := rand.New(rand.NewPCG(1, 2))
	g := ways()
	for range 2000 {
		c := widget.NewCanvas(random.IntN(100), random.IntN(30), widget.Unicode())
		c.Fill(c.Area(), themes.Text)
		g.Draw(c, widget.Rect{X: random.IntN(9), Y: random.IntN(9), W: random.IntN(80), H: random.IntN(20)})
		g.Do(ids[random.IntN(len(ids))])
		g.Mouse(widget.Mouse{X: random.IntN(80), Y: random.IntN(20), Wheel: random.IntN(3) - 1})
	}
}
