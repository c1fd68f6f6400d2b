package upgrading

import (
	"fmt"

	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// Checks are what rules name that judge upgrades, by their names.
var Checks = map[string]rules.Check{"budgetBlocks": budgetBlocks}

// budgetBlocks fails for a PodDisruptionBudget that lets no pod go.
func budgetBlocks(ask rules.Ask) rules.Answer {
	for i := range Budgets(ask.View) {
		b := &Budgets(ask.View)[i]
		if b.Ref != ask.Object.Ref {
			continue
		}
		switch {
		case b.Pods == 0:
			return rules.NotApplicable("it covers no pod")
		case !b.Blocks():
			return rules.Passed()
		}
		counted := "disruptionsAllowed"
		if b.Counted {
			counted = "counted here: allowed"
		}
		found := map[string]any{"pods": int64(b.Pods), "healthy": int64(b.Healthy), "desired": int64(b.Desired), "always": b.Always}
		answer := rules.Failed(found,
			model.Evidence{Path: counted, Value: int64(b.Allowed)},
			model.Evidence{Path: "pods that are ready", Value: fmt.Sprintf("%d of %d, and %d must stay", b.Healthy, b.Pods, b.Desired)})
		if !b.Always {
			return answer.As(model.Low, "it lets pods go again once all of them are ready")
		}
		return answer
	}
	return rules.CouldNotRead("the budget cannot be decoded")
}
