package checks

import (
	"fmt"

	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/inspect/podsecurity"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// foundIn is what the rules on pod security labels say of a namespace.
func foundIn(ns *podsecurity.Namespace) map[string]any {
	level := podsecurity.Baseline
	if ns.Pods > 0 && ns.Meets != podsecurity.Privileged {
		level = ns.Meets
	}
	return map[string]any{
		"level": string(level), "meets": string(ns.Meets), "enforces": string(ns.Enforce.Level), "pods": int64(ns.Pods),
		"version": ns.Enforce.Version, "blocks": blocksIn(ns),
	}
}

// mostBlocks is how many workloads are named.
const mostBlocks = 20

func blocksIn(ns *podsecurity.Namespace) []any {
	blocks := []any{}
	for i, block := range ns.Blocks {
		if i == mostBlocks {
			break
		}
		blocks = append(blocks, map[string]any{"workload": block.Workload.String(), "says": block.Says[0]})
	}
	return blocks
}

// between is the evidence of what keeps a namespace from the next level.
func between(ns *podsecurity.Namespace) []model.Evidence {
	var evidence []model.Evidence
	for i, block := range ns.Blocks {
		if i == mostBlocks {
			break
		}
		says := block.Says[0]
		if len(block.Says) > 1 {
			says = fmt.Sprintf("%s, and %d more", says, len(block.Says)-1)
		}
		evidence = append(evidence, model.Evidence{Path: "kept from the next level by", Object: block.Workload, Value: says})
	}
	return evidence
}

// standardEnforced fails where a namespace enforces no pod security standard.
func standardEnforced(ask rules.Ask) rules.Answer {
	ns := podsecurity.Of(ask.View).Namespace(ask.Object.Name)
	if ns == nil || ns.Enforce.Set {
		return rules.Passed()
	}
	failed := rules.Failed(foundIn(ns), between(ns)...)
	for _, g := range guards(ask.View) {
		if g.security && g.covers(ns.Name, ask.Object.Labels) {
			return failed.As(model.Medium, fmt.Sprintf("the policy %s refuses some dangerous pods in it", g.Name))
		}
	}
	return failed
}

// stricterPossible fails where all that runs in a namespace meets a stricter standard
// than it enforces.
func stricterPossible(ask rules.Ask) rules.Answer {
	ns := podsecurity.Of(ask.View).Namespace(ask.Object.Name)
	switch {
	case ns == nil || !ns.Enforce.Set:
		return rules.NotApplicable("it enforces nothing yet (AKS-WL-021)")
	case ns.Enforce.Level == podsecurity.Privileged:
		return rules.NotApplicable("it enforces the privileged standard, which is nothing (AKS-WL-023)")
	case ns.Pods == 0:
		return rules.NotApplicable("nothing runs in it to go by")
	case ns.Enforce.Level == podsecurity.Baseline && ns.Meets == podsecurity.Restricted:
		return rules.Failed(foundIn(ns))
	}
	return rules.Passed()
}

// farBehind is how many minor versions a pinned standard may lag.
const farBehind = 3

// looseStandard fails where a namespace enforces nothing on purpose, or an old standard.
func looseStandard(ask rules.Ask) rules.Answer {
	standing := podsecurity.Of(ask.View)
	ns := standing.Namespace(ask.Object.Name)
	if ns == nil || !ns.Enforce.Set {
		return rules.NotApplicable("it enforces nothing yet (AKS-WL-021)")
	}
	found := foundIn(ns)
	if ns.Enforce.Level == podsecurity.Privileged {
		found["why"] = "enforces nothing, on purpose"
		return rules.Failed(found, between(ns)...)
	}
	pinned, now := expr.Minor(ns.Enforce.Version), expr.Minor(standing.Version)
	if pinned < 0 || now-pinned < farBehind {
		return rules.Passed()
	}
	found["why"] = fmt.Sprintf("pinned to %s, %d versions behind", ns.Enforce.Version, now-pinned)
	found["fits"] = stricterOrSame(ns.Meets, ns.Enforce.Level)
	return rules.Failed(found, between(ns)...)
}

// stricterOrSame reports whether what is met is enough for what is asked.
func stricterOrSame(met, asked podsecurity.Level) bool {
	order := map[podsecurity.Level]int{podsecurity.Privileged: 0, podsecurity.Baseline: 1, podsecurity.Restricted: 2}
	return order[met] >= order[asked]
}
