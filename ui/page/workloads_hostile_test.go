package page

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// hostileManifests are objects in which every name and text is hostile.
func hostileManifests(t *testing.T) string {
	t.Helper()
	container := map[string]any{
		"name": hostile, "image": hostile, "command": []any{hostile}, "securityContext": map[string]any{"privileged": true, "procMount": hostile},
		"env": []any{map[string]any{"name": hostile, "valueFrom": map[string]any{"secretKeyRef": map[string]any{"name": hostile, "key": hostile}}}},
	}
	template := map[string]any{"metadata": map[string]any{"labels": map[string]any{hostile: hostile}}, "spec": map[string]any{
		"serviceAccountName": hostile, "containers": []any{container}, "volumes": []any{map[string]any{"name": hostile, "hostPath": map[string]any{"path": hostile}}},
	}}
	meta := func() map[string]any {
		return map[string]any{"name": hostile, "namespace": hostile, "labels": map[string]any{"app.kubernetes.io/managed-by": hostile}}
	}
	var text string
	for _, o := range []map[string]any{
		{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": hostile, "labels": map[string]any{enforceLabel: hostile}}},
		{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta(), "spec": map[string]any{"template": template}},
		{"apiVersion": "v1", "kind": "Pod", "metadata": meta(), "spec": template["spec"], "status": map[string]any{"phase": hostile}},
		{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": map[string]any{"name": hostile, "namespace": hostile, "annotations": map[string]any{clientIDAnnotation: hostile}}},
		{"apiVersion": "v1", "kind": "Service", "metadata": meta(), "spec": map[string]any{"type": hostile, "externalName": hostile, "externalIPs": []any{hostile}, "selector": map[string]any{hostile: hostile}}},
		{"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": meta(), "spec": map[string]any{"ingressClassName": hostile, "rules": []any{map[string]any{"host": hostile}}}},
		{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta(), "spec": map[string]any{"podSelector": map[string]any{"matchLabels": map[string]any{hostile: hostile}}}},
		{"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": meta(), "spec": map[string]any{"gatewayClassName": hostile, "listeners": []any{map[string]any{"protocol": hostile, "port": 80}}}},
	} {
		manifest, err := json.Marshal(o)
		require.NoError(t, err)
		for _, r := range string(manifest) { // YAML reads escapes, and not the characters themselves
			if r > 0x7e {
				text += fmt.Sprintf(`\u%04x`, r)
			} else {
				text += string(r)
			}
		}
		text += "\n---\n"
	}
	return text
}

// Names and texts of objects reach neither the terminal nor a shell as anything but text.
func TestHostileObjectsDrawNothing(t *testing.T) {
	in, cluster := lookInto(t, hostileManifests(t))
	namespace := namespaceAt(cluster, hostile)
	addresses := []Address{{Kind: Cluster, ID: cluster, Tab: "inside"}, {Kind: Namespaces, ID: cluster}, {Kind: Cluster, ID: cluster, Tab: "findings"}, {Kind: Findings, Tab: "all"}}
	for _, tab := range []string{workloadsTab, servicesTab, networkTab, accountsTab, secretsTab, policiesTab, findingsTab} {
		namespace.Tab = tab
		addresses = append(addresses, namespace)
	}
	for i := range in.Store.Snapshot().Cluster(cluster).Inside.Judgements {
		on := &in.Store.Snapshot().Cluster(cluster).Inside.Judgements[i]
		at := objectAt(cluster, on.Ref)
		for _, tab := range []string{"", "pods", "yaml", findingsTab} {
			at.Tab = tab
			addresses = append(addresses, at)
		}
		for rule, judged := range on.Judged {
			if judged.Verdict == model.Fail {
				to := Address{ID: cluster, Object: on.Ref, Rule: in.Rules().Rules()[rule].ID}
				addresses = append(addresses, to.to(Finding), to.to(Fix), to.to(Waive))
			}
		}
	}
	require.Greater(t, len(addresses), 20)
	for _, at := range addresses {
		for _, width := range []int{80, 160} {
			s := newStage(t, in, width, 24).open(at)
			for range 3 {
				for _, r := range s.draw().String() {
					assert.False(t, r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)), "%s %s draws %U", at.Kind, at.Tab, r)
				}
				s.do(action.PageDown)
			}
			s.do(action.Copy, action.CopyAll)
			for _, copied := range s.copied {
				for _, r := range copied.Text {
					assert.False(t, r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)), "%s copies %U as %s", at.Kind, r, copied.What)
				}
			}
		}
	}
}

// Random intents on what runs in a cluster never panic and never draw outside of the area.
func TestRandomIntentsInside(t *testing.T) {
	in, cluster := lookInto(t, shop)
	intents := []action.ID{
		action.Open, action.Open, action.Open, action.Back, action.NextTab, action.NextTab, action.PrevTab, action.Up, action.Down, action.Down, action.Left, action.Right,
		action.Top, action.Bottom, action.PageUp, action.PageDown, action.Sort, action.Reverse, action.Findings, action.Explain, action.Fix, action.Preview,
		action.Copy, action.CopyAll, action.Number, action.Waive, action.Events,
	}
	filters := []string{"", "web", "sev:>low", "ns:shop", "kind:pod", "!x", "is:system", `"`, "on:web"}
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 2))
		s := newStage(t, in, 80, 20)
		if seed%3 == 0 {
			s.context.Glyphs = widget.ASCII()
		}
		s.open(Address{Kind: Cluster, ID: cluster, Tab: "inside"})
		for range 60 {
			s.context.Width, s.context.Height = 20+random.IntN(160), 4+random.IntN(50)
			switch random.IntN(10) {
			case 0:
				s.send(Filtered{filters[random.IntN(len(filters))]})
			case 1:
				s.send(widget.Mouse{X: random.IntN(s.context.Width), Y: random.IntN(s.context.Height), Wheel: random.IntN(7) - 3, Twice: random.IntN(2) == 0})
			case 2:
				s.send(Changed{})
			default:
				s.send(action.Intent{ID: intents[random.IntN(len(intents))], N: 1 + random.IntN(9)})
			}
			s.drawInside()
			if liner, can := s.page().(Liner); can {
				liner.Linear(&s.context)
			}
			if len(s.pages) > 8 {
				s.pages = s.pages[:1]
				s.send(Shown{})
			}
		}
	}
}
