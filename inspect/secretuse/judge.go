package secretuse

import (
	"fmt"
	"slices"

	"github.com/aksight/aksight/inspect/expr"
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

// plainSecrets fails where workloads read Secrets of the cluster and none comes from a
// vault.
func plainSecrets(ask rules.Ask) rules.Answer {
	uses := Of(ask.View)
	plain, workloads := 0, map[model.Ref]bool{}
	var evidence []model.Evidence
	for _, o := range ask.View.Objects[model.KindSecret] {
		if o.Secret == nil || o.Secret.Type != "Opaque" {
			continue
		}
		counted := false
		for _, use := range uses[o.Ref] {
			if use.How == "environment" || use.How == "file" {
				workloads[use.By], counted = true, true
			}
		}
		if counted {
			plain++
			evidence = append(evidence, model.Evidence{Path: "used by workloads", Object: o.Ref, Value: int64(len(uses[o.Ref]))})
		}
	}
	vault := len(ask.View.Objects[model.KindSecretProviderClass]) + len(ask.View.Objects[model.KindExternalSecret])
	switch {
	case plain == 0:
		return rules.NotApplicable("no workload reads a Secret of the cluster")
	case vault > 0:
		return rules.Passed()
	}
	evidence = append(evidence[:min(len(evidence), 20)], model.Evidence{Path: "SecretProviderClass and ExternalSecret objects", Value: int64(0)})
	return rules.Failed(map[string]any{"secrets": int64(plain), "workloads": fmt.Sprint(len(workloads))}, evidence...)
}
