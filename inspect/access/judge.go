package access

import (
	"fmt"
	"slices"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// Checks are what rules name that judge access, by their names.
var Checks = map[string]rules.Check{
	"accountBound": accountBound,
	"takesOver":    takesOver,
	"tokenOfPower": tokenOfPower,
}

// accountBound fails where a binding names the service account.
func accountBound(ask rules.Ask) rules.Answer {
	s := Subject{Kind: ServiceAccount, Namespace: ask.Object.Namespace, Name: ask.Object.Name}
	bindings := Of(ask.View).BindingsOf(s)
	if len(bindings) == 0 {
		return rules.Passed()
	}
	names := make([]any, 0, len(bindings))
	var evidence []model.Evidence
	for _, b := range bindings {
		names = append(names, b.String())
		evidence = append(evidence, model.Evidence{Path: "roleRef", Object: b.Ref, Value: b.RoleRef.String()})
	}
	answer := rules.Failed(map[string]any{"bindings": names, "roles": rolesOf(bindings)}, evidence...)
	if held := Takeover(ask.View, s); held != nil {
		return answer.As(model.Critical, fmt.Sprintf("it %s in %s, and every pod that chose no account of its own may", lowerFirst(held.Title), held.Where()))
	}
	return answer
}

func rolesOf(bindings []*Binding) []any {
	var roles []any
	for _, b := range bindings {
		if name := any(b.RoleRef.String()); !slices.Contains(roles, name) {
			roles = append(roles, name)
		}
	}
	return roles
}

// Takeover returns the worst power by which a subject takes over the cluster in one
// step, or nil.
func Takeover(view *object.View, s Subject) *Held {
	for _, held := range HeldBy(view, s.Identity()) {
		if held.Takeover() {
			return &held
		}
	}
	return nil
}

// takesOver fails for a workload that runs as a service account with which its pods take
// over the cluster.
func takesOver(ask rules.Ask) rules.Answer {
	if ask.Object.Pod == nil {
		return rules.NotApplicable("it runs no pods")
	}
	s := Subject{Kind: ServiceAccount, Namespace: ask.Object.Namespace, Name: ask.Object.Pod.ServiceAccount}
	held := Takeover(ask.View, s)
	if held == nil {
		return rules.Passed()
	}
	return rules.Failed(foundPower(s, held), Evidence(held)...)
}

// tokenOfPower judges a Secret that holds a lasting token: whose it is only the Secret
// itself tells, so that it is judged by the worst account of its namespace.
func tokenOfPower(ask rules.Ask) rules.Answer {
	if ask.Object.Secret == nil || ask.Object.Secret.Type != "kubernetes.io/service-account-token" {
		return rules.Passed()
	}
	answer := rules.Failed(nil, model.Evidence{Path: "type", Value: ask.Object.Secret.Type})
	for _, account := range ask.View.InNamespace(model.KindServiceAccount, ask.Object.Namespace) {
		s := Subject{Kind: ServiceAccount, Namespace: account.Namespace, Name: account.Name}
		if held := Takeover(ask.View, s); held != nil {
			answer.Evidence = append(answer.Evidence, Evidence(held)...)
			return answer.As(model.High, fmt.Sprintf("%s of its namespace %s, and the token may be its", s, lowerFirst(held.Title)))
		}
	}
	return answer
}

// defaultForAll are the roles that Kubernetes itself gives to everybody.
var defaultForAll = []string{
	"system:basic-user", "system:discovery", "system:public-info-viewer", "system:service-account-issuer-discovery",
	"system:cluster-trust-bundle-discovery",
}

// GivenToAll reports whether a role is one that Kubernetes itself gives to everybody, or
// to every service account.
func GivenToAll(role model.Ref) bool {
	return role.Kind == model.KindClusterRole && slices.Contains(defaultForAll, role.Name)
}

func foundPower(s Subject, held *Held) map[string]any {
	return map[string]any{"account": s.Namespace + "/" + s.Name, "power": held.Title, "where": held.Where(), "why": held.Why}
}

// Evidence names the bindings and roles that bring a power.
func Evidence(held *Held) []model.Evidence {
	var evidence []model.Evidence
	for _, reason := range held.By {
		if reason.Masters() {
			continue
		}
		evidence = append(evidence,
			model.Evidence{Path: "roleRef", Object: reason.Ref, Value: reason.RoleRef.String()},
			model.Evidence{Path: fmt.Sprintf("rules[%d]", reason.Rule), Object: reason.Role.Ref, Value: reason.RuleText()})
	}
	return evidence
}
