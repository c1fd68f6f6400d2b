package export

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

func sampleRules() []*model.Rule {
	return []*model.Rule{
		{
			ID: "AKS-NET-001", Title: "The API server answers the whole internet", Topic: model.TopicNetwork,
			Subject: model.KindCluster, Severity: model.High, Fails: "size(r.properties.ranges) == 0",
			Worse:   []model.Worse{{Severity: model.Critical, Because: "local accounts are on"}},
			Applies: []model.Applies{{Unless: "a private cluster has no public address to restrict"}},
			Why:     "Anyone can try to sign in, from anywhere. That is more people than you know, and some of them have nothing else to do all day.",
			Attack:  "Scans for it.", Change: "Only your networks get an answer.",
			Maps:  map[string]string{"mcsb": "NS-2", "cis-aks-1.8": "5.4.1"},
			Learn: []string{"aks/api-server-authorized-ip-ranges"},
		},
		{
			ID: "AKS-NODE-001", Title: "Disks | lie in the clear", Topic: model.TopicNodes,
			Subject: model.KindPool, Severity: model.Low, NoFix: "the VM size decides",
			Why: "Because.", Attack: "Nothing directly.", Change: "Nothing.",
		},
	}
}

func TestRuleLists(t *testing.T) {
	list := sampleRules()
	later := []rules.Coming{{ID: "AKS-NET-014", Topic: model.TopicNetwork, Severity: model.Critical, Title: "A group | lets all in", Needs: "network security groups"}}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"table": func(out *bytes.Buffer) error { return RuleTable(out, list, later, TableOptions{Width: 80}) },
		"json":  func(out *bytes.Buffer) error { return RuleJSON(out, list, later) },
		"md":    func(out *bytes.Buffer) error { return RuleMarkdown(out, list, later) },
		"show": func(out *bytes.Buffer) error {
			return Rule(out, list[0], []fix.Printed{
				{Rule: "AKS-NET-001", Command: "az aks update -g <group> -n <cluster> --api-server-authorized-ip-ranges <ranges>"},
				{Rule: "AKS-NET-001", Command: "az aks x", Extension: "aks-preview"},
			}, TableOptions{Width: 60})
		},
		"page": func(out *bytes.Buffer) error {
			rule := *list[0]
			rule.Since, rule.Evidence = "2026-06-01", []string{"properties.ranges"}
			rule.Unknown = []model.Unknown{{Why: "the list could not be read"}}
			rule.Fix = []model.FixOption{{
				Title: "Let | in only yours", Impact: "in place", Lockout: "whoever is not on it", Verify: "kubectl answers",
				Needs:   []model.Need{{Says: "a Standard load balancer", Rule: "AKS-NET-021"}},
				Confirm: []string{"your address is on it"},
				Ask:     []model.Ask{{Name: "your-range", Says: "your ranges", Type: "cidr"}},
				Steps: []model.Step{
					{Run: "az aks update -g {{group}} -n {{cluster}} --ranges {{your-range}}", Undo: "az aks update -g {{group}}", Nature: model.InPlace},
					{Run: "az aks upgrade -g {{group}}", Says: "node images", Extension: "aks-preview", Nature: model.Reimage, OneWay: true},
				},
			}}
			return RulePage(out, &rule)
		},
		"page without fix": func(out *bytes.Buffer) error { return RulePage(out, list[1]) },
		"show without fix": func(out *bytes.Buffer) error { return Rule(out, list[1], nil, TableOptions{Width: 60, ASCII: true}) },
	} {
		t.Run(name, func(t *testing.T) {
			out := &bytes.Buffer{}
			require.NoError(t, write(out))
			golden.RequireEqual(t, out.Bytes())
		})
	}
}

func TestRuleJSONIsValid(t *testing.T) {
	for _, list := range [][]*model.Rule{sampleRules(), nil} {
		out := &bytes.Buffer{}
		require.NoError(t, RuleJSON(out, list, nil))
		var got []map[string]any
		require.NoError(t, json.Unmarshal(out.Bytes(), &got), out.String())
		assert.Len(t, got, len(list))
	}
}
