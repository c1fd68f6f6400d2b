// Package workloadidentity tells whether workloads get the managed identities that
// their service accounts name. Which accounts Entra ID trusts only Azure tells.
package workloadidentity

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// What the webhook of workload identity looks for (AKS documentation,
// workload-identity-overview).
const (
	ClientID = "azure.workload.identity/client-id" // annotation of a service account
	Use      = "azure.workload.identity/use"       // label of a pod
)

// Checks are what rules name that judge workload identities, by their names.
var Checks = map[string]rules.Check{"identityLabel": identityLabel}

// identityLabel fails for a workload whose service account names an identity and whose
// pods lack the label, so that the webhook gives them nothing.
func identityLabel(ask rules.Ask) rules.Answer {
	if ask.Object.Pod == nil {
		return rules.NotApplicable("it runs no pods")
	}
	ref := model.Ref{Kind: model.KindServiceAccount, Namespace: ask.Object.Namespace, Name: ask.Object.Pod.ServiceAccount}
	o := ask.View.Find(ref)
	if o == nil {
		return rules.NotApplicable("its service account is not there")
	}
	account, err := object.As[corev1.ServiceAccount](o)
	if err != nil {
		return rules.CouldNotRead("its service account cannot be decoded: " + err.Error())
	}
	client := account.Annotations[ClientID]
	switch {
	case client == "":
		return rules.NotApplicable("its service account names no identity")
	case ask.Object.Pod.Labels[Use] == "true":
		return rules.Passed()
	}
	return rules.Failed(map[string]any{"account": ref.Name, "client": client},
		model.Evidence{Path: "metadata.annotations[" + ClientID + "]", Object: ref, Value: client})
}
