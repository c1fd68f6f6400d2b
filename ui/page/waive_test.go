package page

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/demo"
	"github.com/aksight/aksight/inspect/waive"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// keeper keeps a waiver file in memory.
type keeper struct {
	text string
	err  error
}

const keptIn = "/home/ana/.config/aksight/waivers.yaml"

func (k *keeper) File() string { return keptIn }

func (k *keeper) Add(w *model.Waiver) (*waive.Set, error) {
	return k.edit(func(data []byte) ([]byte, error) { return waive.Append(data, w) })
}

func (k *keeper) Remove(w *model.Waiver) (*waive.Set, error) {
	return k.edit(func(data []byte) ([]byte, error) { return waive.Remove(data, w) })
}

func (k *keeper) edit(change func([]byte) ([]byte, error)) (*waive.Set, error) {
	if k.err != nil {
		return nil, k.err
	}
	data, err := change([]byte(k.text))
	if err != nil {
		return nil, err
	}
	k.text = string(data)
	waivers, problems := waive.Parse(keptIn, data)
	return waive.New(waivers, problems...), nil
}

// ownEstate is the demo, read whole, for one test to change.
func ownEstate(t *testing.T) *inspect.Inspection {
	t.Helper()
	in, err := openDemo(demo.Options{Now: func() time.Time { return testNow }})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	in.Start(ctx)
	require.NoError(t, in.Wait(ctx))
	return in
}

// waivedEstate is the demo with waivers: of one cluster, of pools, and an expired one.
var waivedEstate = sync.OnceValue(func() *inspect.Inspection {
	in, err := openDemo(demo.Options{Now: func() time.Time { return testNow }})
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	in.Start(context.Background())
	if err := in.Wait(ctx); err != nil {
		panic(err)
	}
	waivers, _ := waive.Parse(keptIn, []byte(`
- rule: AKS-NET-001
  resource: "*/managedClusters/pay-*"
  owner: ana@contoso.example
  reason: the payment gateway calls it from addresses that change; the firewall in front of it comes in February
  until: 2027-02-22
- rule: AKS-IAM-001
  resource: "*/managedClusters/pay-weu-01"
  owner: bob@contoso.example
  reason: until the pipelines sign in with Entra ID
  until: 2026-11-01
`))
	in.SetWaivers(waive.New(waivers, errors.New(keptIn+":14: reason missing: this waiver does not hold")))
	if err := in.Store.Settle(ctx); err != nil {
		panic(err)
	}
	return in
})

func TestWaivedScreens(t *testing.T) {
	pay := clusterID(t, "pay-weu-01")
	for name, to := range map[string]func(s *stage){
		"finding":  func(s *stage) { s.open(Address{Kind: Finding, ID: pay, Rule: "AKS-NET-001"}) },
		"expired":  func(s *stage) { s.open(Address{Kind: Finding, ID: pay, Rule: "AKS-IAM-001"}) },
		"settings": func(s *stage) { s.open(Address{Kind: Cluster, ID: pay}) },
		"found":    func(s *stage) { s.open(Address{Kind: Cluster, ID: pay, Tab: "findings"}).send(Filtered{"is:waived"}) },
		"all":      func(s *stage) { s.open(Address{Kind: Findings, Tab: "all"}).send(Filtered{"is:waived"}) },
		"rules":    func(s *stage) { s.open(Address{Kind: Findings}).send(Filtered{"rule:NET-001"}) },
		"estate":   func(s *stage) { s.open(Address{Kind: Estate}) },
		"problems": func(s *stage) { s.open(Address{Kind: Problems}).do(action.Bottom) },
		"waive": func(s *stage) {
			s.open(Address{Kind: Waive, ID: pay, Rule: "AKS-IAM-001"}).send(tea.PasteMsg{Content: "pipelines: later"})
		},
		"unwaive": func(s *stage) { s.open(Address{Kind: Waive, ID: pay, Rule: "AKS-NET-001"}) },
	} {
		for _, size := range [][2]int{{80, 20}, {160, 41}} {
			t.Run(fmt.Sprintf("%s_%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s := newStage(t, waivedEstate(), size[0], size[1])
				to(s)
				golden.RequireEqual(t, s.frame()+"\n")
			})
		}
		t.Run(name+"_ascii", func(t *testing.T) {
			s := newStage(t, waivedEstate(), 80, 20)
			s.context.Glyphs = widget.ASCII()
			to(s)
			for _, r := range s.frame() {
				require.Less(t, r, rune(0x80))
			}
		})
	}
}

// Writing a waiver and taking it back: the file, the finding and the counts follow.
func TestWaiveAndTakeBack(t *testing.T) {
	in := ownEstate(t)
	pay := clusterID(t, "pay-weu-01")
	kept := &keeper{text: "# ours\n"}
	s := newStage(t, in, 80, 20)
	s.context.Waivers = kept
	failures := s.context.Snapshot.Counts.Failures()
	s.open(Address{Kind: Cluster, ID: pay, Tab: "findings"})
	s.do(action.Waive)
	p, is := s.page().(*waivePage)
	require.True(t, is)
	require.True(t, p.Typing(), "the reason is all that is missing")
	s.do(action.Open, action.Open)
	assert.False(t, p.Typing())
	s.do(action.Open)
	assert.Equal(t, "# ours\n", kept.text, "without a reason nothing is written")
	assert.Equal(t, waiveReason, p.cursor)
	s.send(tea.PasteMsg{Content: "it is a \"lab\": yes # really"})
	s.do(action.NextTab)
	for range "2027-02-22" {
		s.send(tea.KeyPressMsg{Code: tea.KeyBackspace})
	}
	s.send(tea.PasteMsg{Content: "2026-11-23"})
	assert.Contains(t, s.frame(), "That day has passed")
	s.do(action.NextTab, action.Open)
	assert.Equal(t, "# ours\n", kept.text)
	for range "2026-11-23" {
		s.send(tea.KeyPressMsg{Code: tea.KeyBackspace})
	}
	s.send(tea.PasteMsg{Content: "2026-11-24"})
	assert.Contains(t, s.frame(), "0 days from today")
	s.do(action.Open)
	assert.Contains(t, s.frame(), "This goes to the end of "+keptIn)
	assert.Equal(t, "# ours\n", kept.text, "only enter on it writes")
	s.do(action.Open)
	assert.True(t, strings.HasPrefix(kept.text, "# ours\n- rule: "+p.at.Rule+"\n  resource: /subscriptions/"), kept.text)
	require.IsType(t, &clusterPage{}, s.page(), "and goes back")
	assert.Contains(t, s.notices[len(s.notices)-1].Text, "is waived until 2026-11-24")

	follow(t, s, in)
	assert.Equal(t, failures-1, s.context.Snapshot.Counts.Failures())
	assert.Equal(t, 1, s.context.Snapshot.Counts.Waived)
	s.send(Filtered{"is:waived"})
	assert.Contains(t, s.frame(), "waived")
	s.do(action.Waive)
	assert.Contains(t, s.frame(), "It stands in "+keptIn+", line 2")
	s.do(action.Open)
	assert.Contains(t, kept.text, "- rule", "enter has to be pressed twice")
	s.do(action.Open)
	assert.Equal(t, "# ours\n", kept.text)
	follow(t, s, in)
	assert.Equal(t, failures, s.context.Snapshot.Counts.Failures())
}

// follow waits for the store and shows its newest snapshot, as the app does.
func follow(t *testing.T, s *stage, in *inspect.Inspection) {
	t.Helper()
	require.NoError(t, in.Store.Settle(t.Context()))
	s.context.Snapshot = in.Store.Snapshot()
	s.send(Changed{})
}

func TestWaiveSaysWhyNothingWasWritten(t *testing.T) {
	s := newStage(t, demoEstate(), 140, 24)
	s.context.Waivers = &keeper{err: errors.New(keptIn + ": nothing was written: permission denied")}
	s.open(Address{Kind: Waive, ID: clusterID(t, "pay-weu-01"), Rule: "AKS-NET-001"})
	s.send(tea.PasteMsg{Content: "because"})
	s.do(action.NextTab, action.NextTab, action.Open)
	require.IsType(t, &waivePage{}, s.page())
	assert.Contains(t, s.frame(), "permission denied")
	s.do(action.Copy)
	require.Len(t, s.copied, 1)
	assert.Contains(t, s.copied[0].Text, "reason: because")
}

func TestNothingToWaive(t *testing.T) {
	in := demoEstate()
	s := newStage(t, in, 80, 20)
	openWaive(&s.context, Address{ID: clusterID(t, "pay-weu-01"), Rule: "AKS-NET-001"}, model.Judged{Verdict: model.Pass})
	effects := s.context.Effects()
	require.Len(t, effects, 1)
	assert.Equal(t, "nothing to waive here: pass", effects[0].(Notice).Text)
}
