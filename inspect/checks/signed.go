package checks

import (
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// signaturesChecked fails where nothing that is known checks the signatures of images
// at admission.
func signaturesChecked(ask rules.Ask) rules.Answer {
	if on, _ := document.Lookup(ask.ClusterTree(), "properties.securityProfile.imageIntegrity.enabled"); on == true {
		return rules.Passed()
	}
	view := ask.View
	ratify := func(o *model.Object) bool { return strings.Contains(o.Name, "ratify") }
	if slices.ContainsFunc(view.Objects[model.KindConstraintTemplate], ratify) || slices.ContainsFunc(view.Objects[model.KindDeployment], ratify) {
		return rules.Passed()
	}
	for _, kind := range []model.Kind{model.KindKyvernoClusterPolicy, model.KindKyvernoPolicy} {
		if slices.ContainsFunc(view.Objects[kind], verifiesImages) {
			return rules.Passed()
		}
	}
	return rules.Failed(nil,
		model.Evidence{Path: "properties.securityProfile.imageIntegrity.enabled", Absent: true},
		model.Evidence{Path: "Ratify's constraint templates", Value: int64(0)},
		model.Evidence{Path: "Kyverno policies with verifyImages", Value: int64(0)})
}

// verifiesImages reports whether a Kyverno policy has a rule that does.
func verifiesImages(o *model.Object) bool {
	tree, err := object.Tree(o)
	if err != nil {
		return false
	}
	value, _ := document.Lookup(tree, "spec.rules")
	list, _ := value.([]any)
	return slices.ContainsFunc(list, func(each any) bool {
		rule, _ := each.(map[string]any)
		_, verifies := rule["verifyImages"]
		return verifies
	})
}
