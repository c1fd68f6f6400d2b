package upgrading_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	admissionv1beta1 "k8s.io/api/admissionregistration/v1beta1"
	batchv1beta1 "k8s.io/api/batch/v1beta1"
	coordinationv1beta1 "k8s.io/api/coordination/v1beta1"
	discoveryv1beta1 "k8s.io/api/discovery/v1beta1"
	flowcontrolv1beta3 "k8s.io/api/flowcontrol/v1beta3"
	networkingv1beta1 "k8s.io/api/networking/v1beta1"
	policyv1beta1 "k8s.io/api/policy/v1beta1"
	resourcev1beta1 "k8s.io/api/resource/v1beta1"
	resourcev1beta2 "k8s.io/api/resource/v1beta2"
	storagev1beta1 "k8s.io/api/storage/v1beta1"

	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/inspect/upgrading"
)

func web(name, ready string) string {
	return `
---
apiVersion: v1
kind: Pod
metadata: {name: ` + name + `, namespace: shop, labels: {app: web}}
spec: {containers: [{name: one, image: x}]}
status: {phase: Running, containerStatuses: [{name: one, ready: ` + ready + `}]}
`
}

func TestWhatABudgetLetsHappen(t *testing.T) {
	two := web("web-0", "true") + web("web-1", "true") + `
---
apiVersion: v1
kind: Pod
metadata: {name: web-old, namespace: shop, labels: {app: web}}
spec: {containers: [{name: one, image: x}]}
status: {phase: Succeeded}
`
	for name, with := range map[string]struct {
		spec, status, pods string
		blocks, always     bool
		allowed            int
	}{
		"one of two may go":           {"maxUnavailable: 1", "", two, false, false, 1},
		"none may go":                 {"maxUnavailable: 0", "", two, true, true, 0},
		"none, in percent":            {"maxUnavailable: 0%", "", two, true, true, 0},
		"all must stay":               {"minAvailable: 100%", "", two, true, true, 0},
		"as many as there are":        {"minAvailable: 2", "", two, true, true, 0},
		"half, rounded up":            {"minAvailable: 40%", "", two, false, false, 1},
		"one is not ready":            {"minAvailable: 1", "", web("web-0", "true") + web("web-1", "false"), true, false, 0},
		"nothing is said":             {"", "", two, false, false, 1},
		"what is said is no number":   {"minAvailable: some", "", two, true, true, 0},
		"covers nothing":              {"minAvailable: 1", "", "", false, false, 0},
		"the controller has counted":  {"minAvailable: 1", "{observedGeneration: 1, expectedPods: 3, currentHealthy: 3, desiredHealthy: 3, disruptionsAllowed: 0}", two, true, true, 0},
		"the controller lets some go": {"maxUnavailable: 0", "{observedGeneration: 1, expectedPods: 3, currentHealthy: 3, desiredHealthy: 1, disruptionsAllowed: 2}", two, false, false, 2},
	} {
		t.Run(name, func(t *testing.T) {
			manifest := "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: shop}\nspec:\n  selector: {matchLabels: {app: web}}\n"
			if with.spec != "" {
				manifest += "  " + with.spec + "\n"
			}
			if with.status != "" {
				manifest += "status: " + with.status + "\n"
			}
			all := upgrading.Budgets(objecttest.View(t, manifest+with.pods, nil))
			require.Len(t, all, 1)
			assert.Equal(t, with.blocks, all[0].Blocks())
			assert.Equal(t, with.always, all[0].Always)
			assert.Equal(t, with.allowed, all[0].Allowed)
			assert.Equal(t, with.status == "", all[0].Counted)
		})
	}
}

func TestWhoSpeaksAnAPIThatGoes(t *testing.T) {
	view := objecttest.View(t, `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: no-latest
  managedFields:
    - {manager: helm, operation: Update, apiVersion: admissionregistration.k8s.io/v1beta1, time: "2026-01-01T00:00:00Z"}
    - {manager: kubectl, operation: Update, apiVersion: admissionregistration.k8s.io/v1, time: "2026-01-01T00:00:00Z"}
`, nil)
	uses := upgrading.Uses(view, "1.34")
	require.Len(t, uses, 1)
	assert.Equal(t, "helm", uses[0].Manager)
	assert.Equal(t, "1.34", uses[0].Removed)
	assert.Equal(t, "admissionregistration.k8s.io/v1", uses[0].Use)
	assert.Len(t, upgrading.Uses(view, "v1.35.2"), 1)
	assert.Empty(t, upgrading.Uses(view, "1.33"), "it is still served there")
}

// The list says what the API's own types say.
func TestTheListIsThatOfTheAPI(t *testing.T) {
	type removed interface{ APILifecycleRemoved() (major, minor int) }
	listed := map[string]string{}
	for _, api := range upgrading.RemovedAPIs() {
		for _, kind := range api.Kinds {
			listed[api.Version+" "+kind] = api.Removed
		}
	}
	for name, of := range map[string]removed{
		"batch/v1beta1 CronJob":                                          &batchv1beta1.CronJob{},
		"discovery.k8s.io/v1beta1 EndpointSlice":                         &discoveryv1beta1.EndpointSlice{},
		"policy/v1beta1 PodDisruptionBudget":                             &policyv1beta1.PodDisruptionBudget{},
		"flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema":                &flowcontrolv1beta3.FlowSchema{},
		"admissionregistration.k8s.io/v1beta1 ValidatingAdmissionPolicy": &admissionv1beta1.ValidatingAdmissionPolicy{},
		"admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicy":   &admissionv1beta1.MutatingAdmissionPolicy{},
		"networking.k8s.io/v1beta1 ServiceCIDR":                          &networkingv1beta1.ServiceCIDR{},
		"storage.k8s.io/v1beta1 VolumeAttributesClass":                   &storagev1beta1.VolumeAttributesClass{},
		"resource.k8s.io/v1beta1 ResourceClaim":                          &resourcev1beta1.ResourceClaim{},
		"resource.k8s.io/v1beta2 ResourceClaim":                          &resourcev1beta2.ResourceClaim{},
		"coordination.k8s.io/v1beta1 LeaseCandidate":                     &coordinationv1beta1.LeaseCandidate{},
	} {
		major, minor := of.APILifecycleRemoved()
		assert.Equal(t, fmt.Sprintf("%d.%d", major, minor), listed[name], name)
	}
}
