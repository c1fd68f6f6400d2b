package page

import (
	"math/rand/v2"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// Random intents at random sizes never panic and never draw outside of the area.
func TestRandomIntents(t *testing.T) {
	intents := []action.ID{
		action.Open, action.Open, action.Back, action.NextTab, action.PrevTab, action.Up, action.Down, action.Down, action.Left, action.Right,
		action.Top, action.Bottom, action.PageUp, action.PageDown, action.HalfUp, action.HalfDown, action.Sort, action.Reverse, action.Mark,
		action.Findings, action.Explain, action.Fix, action.Preview, action.Copy, action.CopyAll, action.Shell, action.Number, action.Waive,
	}
	filters := []string{"", "pay", "sev:>low", "verdict:pass", "!x", "rule:net*", `"`, "sub:"}
	kinds := []Kind{Estate, Clusters, Findings, Requests, Problems}
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 1))
		s := newStage(t, demoEstate(), 80, 20)
		if seed%3 == 0 {
			s.context.Glyphs = widget.ASCII()
		}
		s.open(Address{Kind: kinds[random.IntN(len(kinds))]})
		for range 60 {
			s.context.Width, s.context.Height = 20+random.IntN(160), 4+random.IntN(50)
			switch random.IntN(12) {
			case 0:
				s.send(Filtered{filters[random.IntN(len(filters))]})
			case 1:
				s.send(widget.Mouse{X: random.IntN(s.context.Width), Y: random.IntN(s.context.Height), Wheel: random.IntN(7) - 3, Twice: random.IntN(2) == 0})
			case 2:
				if typist, can := s.page().(Typist); can && typist.Typing() {
					s.send(tea.PasteMsg{Content: "10.0.0.0/8, x"})
				}
			case 3:
				s.send(Changed{})
			default:
				s.send(action.Intent{ID: intents[random.IntN(len(intents))], N: 1 + random.IntN(9)})
			}
			s.drawInside()
			if len(s.pages) > 6 {
				s.pages = s.pages[:1]
				s.send(Shown{})
			}
		}
	}
}

// drawInside draws the page into a part of a canvas, and demands that the rest is
// left alone.
func (s *stage) drawInside() {
	s.t.Helper()
	canvas := widget.NewCanvas(s.context.Width+4, s.context.Height+2, s.context.Glyphs)
	area := canvas.Area().Inset(2, 1)
	s.page().Draw(&s.context, canvas, area)
	s.page().Offers(&s.context)
	s.page().Title(&s.context)
	lines := strings.Split(canvas.String(), "\n")
	require.Empty(s.t, lines[0])
	require.Empty(s.t, lines[len(lines)-1])
	for _, line := range lines {
		require.True(s.t, line == "" || strings.HasPrefix(line, "  "), "%q", line)
		require.LessOrEqual(s.t, widget.Width(line, s.context.Glyphs.ASCII), area.X+area.W, "%q", line)
	}
}
