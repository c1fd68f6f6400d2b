package leastprivilege

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/audit"
)

// Finding is what the log says of a binding.
type Finding string

// The findings. A log that lacks a kind of request tells nothing of it: what would be
// unused is then Untold.
const (
	Used    Finding = "used"    // all of it, as far as the log tells
	InPart  Finding = "in part" // some of it shows no use
	Unused  Finding = "unused"  // none of it was used
	Untold  Finding = "untold"  // none of it shows in the log, which would not tell of all
	OfAzure Finding = "azure"   // a role of Azure: more than what this log is about
)

// Holding is a binding by which the subject has rights, and what of them was used.
type Holding struct {
	access.Grant
	Finding Finding
	// Used, Unused and Untold are parts of the role's rules, in words.
	Used, Unused, Untold []string
	// ByGroup is set where it names a group of the subject, and Shared where it names
	// others beside it.
	ByGroup, Shared bool
}

// beside are the verbs that the API server asks its authorizers about beside a write of
// roles, bindings or certificate requests, so that no log of requests shows their use.
var beside = set{"bind": true, "escalate": true, "approve": true, "sign": true, "attest": true}

// Holdings tells of each binding of the subject what the log shows of its use.
func (u *Use) Holdings(w *access.World, log *audit.Log) []Holding {
	questions := u.questions()
	usedBy := map[*access.Binding]bool{}
	for _, q := range questions {
		for _, reason := range w.Can(u.Subject, q) {
			usedBy[reason.Binding] = true
		}
	}
	subject := w.Index().Canonical(u.Subject)
	var all []Holding
	for _, grant := range w.Index().GrantsOf(w.Identity(u.Subject)) {
		if grant.Role == nil || everybodys[grant.Name] && grant.As != subject {
			continue
		}
		h := Holding{Grant: grant, ByGroup: grant.As != subject, Shared: len(grant.Subjects) > 1}
		if grant.Role.Azure != nil {
			h.Finding = OfAzure
			if usedBy[grant.Binding] {
				h.Finding = Used
			}
			all = append(all, h)
			continue
		}
		for i := range grant.Role.Rules {
			u.weigh(&h, &grant.Role.Rules[i], questions, log)
		}
		h.Finding = h.finding()
		all = append(all, h)
	}
	return all
}

func (h *Holding) finding() Finding {
	switch {
	case len(h.Used) > 0 && len(h.Unused) > 0:
		return InPart
	case len(h.Used) > 0:
		return Used
	case len(h.Untold) > 0:
		return Untold
	default:
		return Unused
	}
}

// weigh sorts the verbs of a rule by what the log shows of them.
func (u *Use) weigh(h *Holding, rule *rbacv1.PolicyRule, questions []access.Question, log *audit.Log) {
	var used, unused, untold []string
	for _, verb := range rule.Verbs {
		part := *rule
		part.Verbs = []string{verb}
		switch {
		case slices.ContainsFunc(questions, func(q access.Question) bool { return h.Covers(&q) && access.Allows(&part, &q) }):
			used = append(used, verb)
		case !u.told(log, verb):
			untold = append(untold, verb)
		default:
			unused = append(unused, verb)
		}
	}
	for verbs, into := range map[*[]string]*[]string{&used: &h.Used, &unused: &h.Unused, &untold: &h.Untold} {
		if len(*verbs) > 0 {
			part := *rule
			part.Verbs = *verbs
			*into = append(*into, access.RuleText(&part))
		}
	}
}

// told reports whether the log would show the use of a verb.
func (u *Use) told(log *audit.Log, verb string) bool {
	switch {
	case verb == access.All:
		return log.Reads > 0 && !u.Grants
	case beside[verb]:
		return !u.Grants
	case strings.HasPrefix(verb, "impersonate"):
		return !log.Rows
	case verb == "get" || verb == "list" || verb == "watch":
		return log.Reads > 0
	default:
		return true
	}
}
