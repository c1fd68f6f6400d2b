package sensors

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// Checks are what rules name that judge sensors, by their names.
var Checks = map[string]rules.Check{
	"defenderGaps":         defenderGaps,
	"sensorGaps":           sensorGaps,
	"sensorsNotWhole":      sensorsNotWhole,
	"severalSensors":       severalSensors,
	"nothingWatches":       nothingWatches,
	"containerInsights":    func(ask rules.Ask) rules.Answer { return absent(ask, "insights") },
	"managedPrometheus":    func(ask rules.Ask) rules.Answer { return absent(ask, "prometheus") },
	"azurePolicyInCluster": func(ask rules.Ask) rules.Answer { return absent(ask, "policy") },
}

// defenderGaps fails where Defender's sensor is in the cluster, or should be, and not on
// every node that it is made for.
func defenderGaps(ask rules.Ask) rules.Answer {
	coverage := Of(ask.View)
	defender := coverage.Agent("defender")
	if defender.Installed() {
		return gaps(coverage, []*Presence{defender}, Missing, NotSelected)
	}
	if on, _ := document.Lookup(ask.ClusterTree(), "properties.securityProfile.defender.securityMonitoring.enabled"); on == true {
		return rules.Failed(map[string]any{"sensors": defender.Name, "nodes": nodesIn(coverage, defender, Missing, NotSelected)},
			model.Evidence{Path: "DaemonSet microsoft-defender-collector-ds", Absent: true})
	}
	return rules.NotApplicable("Defender's sensor is not used here")
}

// sensorGaps fails where another runtime sensor is in the cluster and not on every node
// that it is made for.
func sensorGaps(ask rules.Ask) rules.Answer {
	coverage := Of(ask.View)
	var others []*Presence
	for i := range coverage.Agents {
		if p := &coverage.Agents[i]; p.Watches && p.Key != "defender" && p.Installed() {
			others = append(others, p)
		}
	}
	if len(others) == 0 {
		return rules.NotApplicable("no runtime sensor but Defender's is recognised here")
	}
	return gaps(coverage, others, Missing, NotSelected)
}

// sensorsNotWhole fails where an agent's pod does not run whole, or a taint keeps it out.
func sensorsNotWhole(ask rules.Ask) rules.Answer {
	coverage := Of(ask.View)
	var installed []*Presence
	for i := range coverage.Agents {
		if p := &coverage.Agents[i]; p.Installed() && p.Cells != nil {
			installed = append(installed, p)
		}
	}
	if len(installed) == 0 {
		return rules.NotApplicable("no sensor or platform agent is recognised here")
	}
	return gaps(coverage, installed, NotReady, KeptOut)
}

// gaps fails where one of the agents stands on a node in one of the states.
func gaps(coverage *Coverage, agents []*Presence, states ...State) rules.Answer {
	var names []string
	var nodes []any
	var evidence []model.Evidence
	for _, p := range agents {
		before := len(nodes)
		for n, cell := range p.Cells {
			if !slices.Contains(states, cell.State) {
				continue
			}
			node := &coverage.Nodes[n]
			if !slices.Contains(nodes, any(node.Name)) {
				nodes = append(nodes, node.Name)
			}
			evidence = append(evidence, model.Evidence{
				Path: p.Name + " on " + node.Name, Object: node.Ref, Value: strings.TrimSpace(cell.State.String() + " " + cell.Taint),
			})
		}
		if len(nodes) > before || slices.ContainsFunc(p.Cells, func(c Cell) bool { return slices.Contains(states, c.State) }) {
			names = append(names, p.Name)
		}
	}
	if len(names) == 0 {
		return rules.Passed()
	}
	return rules.Failed(map[string]any{"sensors": strings.Join(names, ", "), "nodes": nodes}, evidence...)
}

func nodesIn(coverage *Coverage, p *Presence, states ...State) []any {
	nodes := []any{}
	for n, cell := range p.Cells {
		if slices.Contains(states, cell.State) {
			nodes = append(nodes, coverage.Nodes[n].Name)
		}
	}
	return nodes
}

// severalSensors fails where more than one runtime sensor is in the cluster.
func severalSensors(ask rules.Ask) rules.Answer {
	names, evidence := watching(Of(ask.View))
	switch len(names) {
	case 0:
		return rules.NotApplicable("no runtime sensor is recognised here")
	case 1:
		return rules.Passed()
	}
	return rules.Failed(map[string]any{"sensors": strings.Join(names, ", ")}, evidence...)
}

// nothingWatches fails where no runtime sensor is in the cluster.
func nothingWatches(ask rules.Ask) rules.Answer {
	if names, _ := watching(Of(ask.View)); len(names) > 0 {
		return rules.Passed()
	}
	return rules.Failed(nil, model.Evidence{Path: "DaemonSets of runtime sensors", Value: fmt.Sprintf("none among %d", len(ask.View.Objects[model.KindDaemonSet]))})
}

func watching(coverage *Coverage) (names []string, evidence []model.Evidence) {
	for i := range coverage.Agents {
		p := &coverage.Agents[i]
		if !p.Watches || !p.Installed() {
			continue
		}
		names = append(names, p.Name)
		for _, set := range p.Sets {
			evidence = append(evidence, model.Evidence{Path: p.Name, Object: set.Ref, Value: set.String()})
		}
	}
	return names, evidence
}

// absent fails where nothing of a platform agent is in a cluster of AKS.
func absent(ask rules.Ask, key string) rules.Answer {
	if !isAKS(ask.View) {
		return rules.NotApplicable("only AKS has this agent, and nothing tells that this is a cluster of AKS")
	}
	presence := Of(ask.View).Agent(key)
	if presence.Installed() {
		return rules.Passed()
	}
	wanted := slices.Concat(presence.Names, presence.Agent.Support)
	return rules.Failed(map[string]any{"agent": presence.Name}, model.Evidence{Path: "kube-system: " + strings.Join(wanted, ", "), Absent: true})
}

// isAKS reports whether the cluster is one of AKS: Azure says so, or its nodes do.
func isAKS(view *object.View) bool {
	return view.Cluster != nil || slices.ContainsFunc(view.Objects[model.KindNode], func(node *model.Object) bool {
		return node.Labels["kubernetes.azure.com/cluster"] != ""
	})
}
