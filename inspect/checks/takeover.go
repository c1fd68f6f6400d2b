package checks

import (
	"strings"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/network"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// exposedTakeover fails for a workload that the internet reaches and whose service
// account takes the cluster over.
func exposedTakeover(ask rules.Ask) rules.Answer {
	if ask.Object.Pod == nil {
		return rules.NotApplicable("it runs no pods")
	}
	exposure := network.Exposed(ask.View)
	if !exposure.FromInternet(ask.Object.Ref) {
		return rules.NotApplicable("nothing leads from the internet to it")
	}
	held := access.Takeover(ask.View, access.Subject{
		Kind: access.ServiceAccount, Namespace: ask.Object.Namespace, Name: ask.Object.Pod.ServiceAccount,
	})
	if held == nil {
		return rules.Passed()
	}
	evidence := access.Evidence(held)
	var doors []string
	for _, door := range exposure.Leading(ask.Object.Ref) {
		if door.Reach == network.Internet {
			doors = append(doors, door.String())
			evidence = append(evidence, model.Evidence{Path: "reached by", Object: door.Ref, Value: strings.Join(door.Addresses, ", ")})
		}
	}
	return rules.Failed(map[string]any{"doors": strings.Join(doors, ", "), "power": held.Title}, evidence...)
}
