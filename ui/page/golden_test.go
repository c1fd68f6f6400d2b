package page

import (
	"fmt"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// sizes are those of a terminal, without the four lines that the app keeps.
var sizes = [][2]int{{80, 20}, {120, 36}, {160, 41}}

// clusterID finds a cluster of the demo.
func clusterID(t *testing.T, name string) model.ID {
	t.Helper()
	for _, cluster := range demoEstate().Store.Snapshot().Clusters {
		if cluster.Summary.Name == name {
			return cluster.Resource.ID
		}
	}
	t.Fatalf("the demo has no cluster %s", name)
	return ""
}

// scenes are the screens as a user comes to them.
func scenes(t *testing.T) map[string]func(s *stage) {
	t.Helper()
	pay := clusterID(t, "pay-weu-01")
	return map[string]func(s *stage){
		"estate":   func(s *stage) { s.open(Address{Kind: Estate}) },
		"clusters": func(s *stage) { s.open(Address{Kind: Clusters}) },
		"settings": func(s *stage) { s.open(Address{Kind: Cluster, ID: pay}) },
		"pools":    func(s *stage) { s.open(Address{Kind: Cluster, ID: pay, Tab: "pools"}) },
		"found":    func(s *stage) { s.open(Address{Kind: Cluster, ID: pay, Tab: "findings"}) },
		"json":     func(s *stage) { s.open(Address{Kind: Cluster, ID: pay, Tab: "json"}).do(action.Right) },
		"pool":     func(s *stage) { s.open(Address{Kind: Pool, ID: pay, Part: "system"}) },
		"rules":    func(s *stage) { s.open(Address{Kind: Findings}) },
		"all":      func(s *stage) { s.open(Address{Kind: Findings, Tab: "all"}) },
		"versions": func(s *stage) { s.open(Address{Kind: Versions}) },
		"version":  func(s *stage) { s.open(Address{Kind: Version, Part: "1.34"}) },
		"offers":   func(s *stage) { s.open(Address{Kind: Version, ID: pay, Part: "1.31", Tab: "offers"}) },
		"finding":  func(s *stage) { s.open(Address{Kind: Finding, ID: pay, Rule: "AKS-NET-001"}) },
		"posture":  func(s *stage) { s.open(Address{Kind: Posture}) },
		"term":     func(s *stage) { s.open(Address{Kind: Term, Term: "local-accounts"}) },
		"glossary": func(s *stage) { s.open(Address{Kind: Glossary}) },
		"words":    func(s *stage) { s.open(Address{Kind: Clusters}).do(action.Explain) },
		"marked": func(s *stage) {
			s.context.Bookmarks, s.context.Elsewhere = bookmarks(pay), 2
			s.open(Address{Kind: Bookmarks}).do(action.Down)
		},
		"renamed": func(s *stage) {
			s.context.Bookmarks = bookmarks(pay)
			s.open(Address{Kind: Bookmarks}).do(action.Down, action.Rename)
		},
		"unmarked": func(s *stage) {
			s.context.Elsewhere = 1
			s.open(Address{Kind: Bookmarks})
		},
		"unjudged": func(s *stage) {
			s.open(Address{Kind: Cluster, ID: pay})
			s.page().(*clusterPage).lines.Select("location location")
		},
		"fix": func(s *stage) {
			s.open(Address{Kind: Fix, ID: pay, Rule: "AKS-NET-001"}).do(action.Preview)
		},
	}
}

// bookmarks are three of a user's.
func bookmarks(cluster model.ID) []Bookmark {
	noon := time.Date(2026, 11, 20, 12, 0, 0, 0, time.Local)
	return []Bookmark{
		{ID: "1", Name: "open doors", Where: "findings by cluster", At: Address{Kind: Findings, Tab: "all", Filter: "rule:net sev:high,critical"}, Added: noon},
		{ID: "2", Name: "pay-weu-01", Where: "prod-payments › pay-weu-01", At: Address{Kind: Cluster, ID: cluster}, Added: noon.AddDate(0, 0, 2)},
		{ID: "3", Name: "what the auditors ask for every quarter, and what we answer", Where: "posture", At: Address{Kind: Posture}, Added: noon.AddDate(0, -3, 0)},
	}
}

func TestScreens(t *testing.T) {
	for name, to := range scenes(t) {
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%s_%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s := newStage(t, demoEstate(), size[0], size[1])
				to(s)
				golden.RequireEqual(t, s.frame()+"\n")
			})
		}
	}
}

func TestScreensInEveryTheme(t *testing.T) {
	for _, name := range []string{"estate", "settings", "fix"} {
		for _, theme := range []string{"dark", "light", "contrast", "deuteranopia", "ansi", "mono"} {
			t.Run(name+"_"+theme, func(t *testing.T) {
				s := newStage(t, demoEstate(), 80, 20)
				scenes(t)[name](s)
				colours, err := themes.Load(theme)
				require.NoError(t, err)
				golden.RequireEqual(t, s.draw().Render(colours)+"\n")
			})
		}
	}
}

func TestScreensInASCII(t *testing.T) {
	for name, to := range scenes(t) {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, demoEstate(), 80, 20)
			s.context.Glyphs = widget.ASCII()
			to(s)
			text := s.frame()
			for at, r := range text {
				require.Less(t, r, rune(0x80), "%q at %d of\n%s", r, at, text)
			}
			golden.RequireEqual(t, text+"\n")
		})
	}
}
