package secretuse

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/expr"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// Checks are what rules name that judge the use of Secrets, by their names.
var Checks = map[string]rules.Check{
	"secretUnused": secretUnused,
	"plainSecrets": plainSecrets,
}

// ownTypes are Secrets that controllers make and read by themselves.
var ownTypes = []string{
	"helm.sh/release.v1", "kubernetes.io/service-account-token", "bootstrap.kubernetes.io/token",
}

// secretUnused fails for a Secret that nothing in the cluster names.
func secretUnused(ask rules.Ask) rules.Answer {
	secret := ask.Object.Secret
	switch {
	case expr.IsSystemNamespace(ask.Object.Namespace): // a table tells no label that would tell AKS's from others
		return rules.NotApplicable("it lies in a namespace that AKS fills")
	case secret == nil:
		return rules.CouldNotRead("nothing is known of the Secret")
	case slices.Contains(ownTypes, secret.Type):
		return rules.NotApplicable("Secrets of the type " + secret.Type + " are read by whoever made them")
	case len(Of(ask.View)[ask.Object.Ref]) > 0:
		return rules.Passed()
	}
	return rules.Failed(nil, model.Evidence{Path: "uses by pods, Ingresses, gateways and service accounts", Value: int64(0)})
}

// plainSecrets fails where workloads read Secrets of the cluster that come from no vault.
func plainSecrets(ask rules.Ask) rules.Answer {
	uses := Of(ask.View)
	copies := fromVaults(ask.View)
	plain, plainly, vaulted := 0, map[model.Ref]bool{}, readersOfVaults(ask.View)
	var evidence []model.Evidence
	for _, o := range ask.View.Objects[model.KindSecret] {
		if o.Secret == nil || o.Secret.Type != "Opaque" {
			continue
		}
		read := false
		for _, use := range uses[o.Ref] {
			if use.How != "environment" && use.How != "file" || expr.IsSystemNamespace(use.By.Namespace) {
				continue
			}
			if copies[o.Ref] {
				vaulted[use.By] = true
			} else {
				plainly[use.By], read = true, true
			}
		}
		if read {
			plain++
			evidence = append(evidence, model.Evidence{Path: "read by workloads, and from no vault", Object: o.Ref, Value: int64(len(uses[o.Ref]))})
		}
	}
	readers := maps.Clone(plainly)
	maps.Copy(readers, vaulted)
	switch {
	case len(readers) == 0:
		return rules.NotApplicable("no workload reads a Secret of the cluster")
	case plain == 0:
		return rules.Passed()
	}
	enabled := driverRuns(ask.View)
	evidence = append(evidence[:min(len(evidence), 20)], model.Evidence{Path: "workloads that read from a vault", Value: int64(len(vaulted))},
		model.Evidence{Path: "the driver that mounts what vaults hold runs", Value: enabled})
	failed := rules.Failed(map[string]any{
		"secrets": int64(plain), "workloads": int64(len(plainly)), "readers": int64(len(readers)), "vaulted": int64(len(vaulted)), "enabled": enabled,
	}, evidence...)
	if len(plainly)*2 <= len(readers) {
		return failed.As(model.Low, fmt.Sprintf("%d of the %d workloads that read secrets have them from a vault", len(vaulted), len(readers)))
	}
	return failed
}

// fromVaults are the Secrets that are copies of what a vault holds.
func fromVaults(view *object.View) map[model.Ref]bool {
	copies := map[model.Ref]bool{}
	add := func(namespace, name string) {
		copies[model.Ref{Kind: model.KindSecret, Namespace: namespace, Name: name}] = true
	}
	for _, o := range view.Objects[model.KindSecretProviderClass] {
		if tree, err := object.Tree(o); err == nil {
			synced, _ := document.Lookup(tree, "spec.secretObjects")
			for _, each := range items(synced) {
				add(o.Namespace, document.Text(each, "secretName"))
			}
		}
	}
	for _, o := range view.Objects[model.KindExternalSecret] {
		name := o.Name
		if tree, err := object.Tree(o); err == nil && document.Text(tree, "spec.target.name") != "" {
			name = document.Text(tree, "spec.target.name")
		}
		add(o.Namespace, name)
	}
	return copies
}

// readersOfVaults are the workloads that mount what a vault holds.
func readersOfVaults(view *object.View) map[model.Ref]bool {
	readers := map[model.Ref]bool{}
	for _, kind := range append([]model.Kind{model.KindPod}, model.ControllerKinds...) {
		for _, o := range view.Objects[kind] {
			if o.Pod != nil && len(o.Pod.SecretClasses) > 0 && !expr.IsSystemNamespace(o.Namespace) {
				readers[view.TopOwner(o).Ref] = true
			}
		}
	}
	return readers
}

// drivers are the DaemonSets that mount what vaults hold: AKS's add-on and the chart's.
var drivers = []string{"aks-secrets-store-csi-driver", "secrets-store-csi-driver", "csi-secrets-store", "csi-secrets-store-secrets-store-csi-driver"}

func driverRuns(view *object.View) bool {
	if view.Cluster != nil {
		if enabled, has := document.Lookup(view.Cluster.Tree, "properties.addonProfiles.azureKeyvaultSecretsProvider.enabled"); has {
			return enabled == true
		}
	}
	return slices.ContainsFunc(view.Objects[model.KindDaemonSet], func(o *model.Object) bool { return slices.Contains(drivers, o.Name) })
}
