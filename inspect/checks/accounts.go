package checks

import (
	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

const defaultAccount = "default"

// accountMissing fails where a workload names a service account that is not there.
func accountMissing(ask rules.Ask) rules.Answer {
	if ask.Object.Pod == nil {
		return rules.Passed()
	}
	ref := accountOf(ask.Object)
	if ref.Name == defaultAccount || ask.View.Find(ref) != nil {
		return rules.Passed()
	}
	return rules.Failed(map[string]any{"account": ref.Name})
}

func accountOf(o *model.Object) model.Ref {
	return model.Ref{Kind: model.KindServiceAccount, Namespace: o.Namespace, Name: o.Pod.ServiceAccount}
}

// tokenUnused fails where pods get a token for a service account that may do nothing
// with it.
func tokenUnused(ask rules.Ask) rules.Answer {
	if ask.Object.Pod == nil {
		return rules.Passed()
	}
	ref := accountOf(ask.Object)
	account := ask.View.Find(ref)
	if account == nil && ref.Name != defaultAccount {
		return rules.NotApplicable("its service account is not there (AKS-WL-048)")
	}
	spec, _ := ask.Template["spec"].(map[string]any)
	mounts, own := spec["automountServiceAccountToken"].(bool)
	if !own {
		mounts = accountMounts(account)
	}
	if !mounts {
		return rules.Passed()
	}
	if holdsRights(access.Of(ask.View), ref) {
		return rules.NotApplicable("its service account holds rights, so the pods may need the token")
	}
	return rules.Failed(map[string]any{"account": ref.Name, "own": own, "there": account != nil})
}

// accountMounts reports whether pods of an account get a token where they say nothing.
func accountMounts(account *model.Object) bool {
	if account == nil {
		return true
	}
	tree, err := object.Tree(account)
	if err != nil {
		return true
	}
	value, _ := document.Lookup(tree, "automountServiceAccountToken")
	mounts, set := value.(bool)
	return !set || mounts
}

// holdsRights reports whether a binding names the account, or all accounts of its
// namespace or of the cluster. What every signed-in user may do does not count, nor what
// Kubernetes itself gives to every account.
func holdsRights(index *access.Index, ref model.Ref) bool {
	account := access.Subject{Kind: access.ServiceAccount, Namespace: ref.Namespace, Name: ref.Name}
	for _, grant := range index.GrantsOf(account.Identity()) {
		if access.GivenToAll(grant.RoleRef) {
			continue
		}
		if grant.As.Kind == access.ServiceAccount || grant.As.Name != access.Authenticated {
			return true
		}
	}
	return false
}
