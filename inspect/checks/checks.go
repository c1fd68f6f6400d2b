// Package checks holds the rules' checks in Go: those whose condition needs a graph, a
// library or other objects.
package checks

import (
	"maps"
	"sync"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/inspect/secretuse"
	"github.com/aksight/aksight/inspect/sensors"
	"github.com/aksight/aksight/inspect/upgrading"
	"github.com/aksight/aksight/inspect/workloadidentity"
)

// All returns the checks by the names that rules call them. The map is not to be changed.
func All() map[string]rules.Check { return all() }

// all is made once: it is asked for with every document that is judged.
var all = sync.OnceValue(func() map[string]rules.Check {
	all := map[string]rules.Check{
		"unapprovedRegistries": unapprovedRegistries,
		"exposedTakeover":      exposedTakeover,
		"signaturesChecked":    signaturesChecked,
		"guardrails":           guardrails,
		"standardEnforced":     standardEnforced,
		"stricterPossible":     stricterPossible,
		"looseStandard":        looseStandard,
		"accountMissing":       accountMissing,
		"tokenUnused":          tokenUnused,
		"imageFloats":          imageFloats,
		"imageUnpinned":        imageUnpinned,
		"registryNotAllowed":   registryNotAllowed,
		"literalCredential":    literalCredential,
		"laxPolicy":            laxPolicy,
		"limitsMissing":        limitsMissing,
		"mayRunAsRoot":         mayRunAsRoot,
		"onSystemPool":         onSystemPool,
	}
	for _, of := range []map[string]rules.Check{
		access.Checks, network.Checks, secretuse.Checks, sensors.Checks, upgrading.Checks, workloadidentity.Checks,
	} {
		maps.Copy(all, of)
	}
	return all
})
