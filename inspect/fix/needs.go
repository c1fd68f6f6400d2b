package fix

import (
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/model"
)

// needs checks the option's own preconditions.
func needs(option *model.FixOption, s model.Subject, vars *expr.Vars) []model.CheckedNeed {
	var checked []model.CheckedNeed
	for _, need := range option.Needs {
		checked = append(checked, model.CheckedNeed{Need: need, State: check(need.That, s, vars)})
	}
	return checked
}

func check(condition string, s model.Subject, vars *expr.Vars) model.Check {
	program, err := expr.CompileCondition(condition)
	if err != nil || program.Unread(s) {
		return model.CheckUnknown
	}
	for _, kind := range program.Children() {
		if s.Reads[kind].State != model.ReadDone {
			return model.CheckUnknown
		}
	}
	switch is, err := program.Holds(vars); {
	case err != nil:
		return model.CheckUnknown
	case is:
		return model.CheckHolds
	default:
		return model.CheckFails
	}
}

// stateRule finds clusters that are stopped or failed; its own fixes start and
// repair them, so they do not need the cluster to be up.
const stateRule = "AKS-UPG-012"

// settled are the provisioning states in which AKS takes a new operation.
var settled = map[string]bool{"": true, "succeeded": true, "failed": true, "canceled": true}

// standing are the preconditions of every fix; those that hold are not worth a line,
// nor is one that the option names itself.
func standing(rule *model.Rule, option *model.FixOption, s model.Subject) []model.CheckedNeed {
	var unmet []model.CheckedNeed
	add := func(state model.Check, need model.Need) {
		unmet = append(unmet, model.CheckedNeed{Need: need, State: state})
	}
	if s.Cluster.Partial {
		add(model.CheckUnknown, model.Need{
			Says: "the document is confirmed by Azure Resource Manager",
			Else: "only the index was read; read the cluster again before acting on it",
		})
	}
	if rule.ID == stateRule {
		return unmet
	}
	state := document.Text(s.Cluster.Tree, "properties.provisioningState")
	if !settled[strings.ToLower(state)] {
		add(model.CheckFails, model.Need{
			Says: "no operation is running on the cluster",
			Else: "it is " + strings.ToLower(state) + ": wait until that has ended, then read it again",
		})
	}
	named := slices.ContainsFunc(option.Needs, func(need model.Need) bool { return need.Rule == stateRule })
	if !named && strings.EqualFold(document.Text(s.Cluster.Tree, "properties.powerState.code"), "Stopped") {
		add(model.CheckFails, model.Need{
			Says: "the cluster is running",
			Else: "a stopped cluster takes no changes: start it first",
			Rule: stateRule,
		})
	}
	return unmet
}
