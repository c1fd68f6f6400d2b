package rules

import (
	"strings"

	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/model"
)

// supportPrefix marks evidence on how the cluster's Kubernetes version stands:
// support.plans.
const supportPrefix = "support."

// derivedKind is the child kind that an evidence path of a derived variable is made of.
func derivedKind(path string) (kind model.Kind, is bool) {
	name, _, _ := strings.Cut(path, ".")
	return expr.Derived(name)
}

// derivedEvidence shows what a variable that is made of children says, and of which
// document.
func derivedEvidence(path string, s model.Subject) model.Evidence {
	evidence := model.Evidence{Path: path, Absent: true}
	kind, _ := derivedKind(path)
	for _, document := range s.Children[kind] {
		owner := ""
		if pool := s.PoolTree(); pool != nil && kind == model.KindUpgradeProfile {
			owner, _ = pool["name"].(string)
			owner = "/agentpools/" + strings.ToLower(owner)
		}
		if lifecycle.ProfileOwner(document.ID) == owner {
			evidence.Of = document.ID
			break
		}
	}
	value := any(nil)
	switch key, inSupport := strings.CutPrefix(path, supportPrefix); {
	case inSupport:
		value = expr.Support(s)[key]
	case path == "upgrades":
		if upgrades, read := lifecycle.Upgrades(s); read {
			value = upgrades
		}
	case path == "newestImage":
		if image := lifecycle.NewestImage(s); image != "" {
			value = image
		}
	}
	if value != nil {
		evidence.Value, evidence.Absent = expr.Plain(value), false
	}
	return evidence
}
