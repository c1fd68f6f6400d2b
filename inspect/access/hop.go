package access

import (
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/model"
)

// Hop is a step from one place to another.
type Hop struct {
	From, To Place
	// By is the power that makes it possible; nil for one that needs none.
	By *Held
	// Pod is one that runs as the account, where the step leads from pods to it.
	Pod *model.Object
	// Credential is the federated credential by which Entra ID takes a service account
	// for an identity, Assignment the role that an identity has in Azure.
	Credential *azurerbac.Credential
	Assignment *azurerbac.Assignment
	// Joins is the membership that has to be taken first; nil for most.
	Joins *azurerbac.Eligible
	// How says in a few words a step that takes no power, Why what makes it possible.
	How, Why string
	// Eligible is set where it takes a role of Privileged Identity Management that is
	// not active now, Narrowed where a condition could stand in the way.
	Eligible bool
	Narrowed bool
}

// Says tells the step in a few words.
func (h *Hop) Says() string {
	if h.By != nil {
		return h.By.Title
	}
	return h.How
}

// Ground names what makes the step possible: a binding, a role assignment, a federated
// credential or a pod. It is empty for a step that follows from what the places are.
func (h *Hop) Ground() string {
	switch {
	case h.Binding() != nil:
		return h.Binding().Label()
	case h.Credential != nil:
		return "federated credential " + h.Credential.Name
	case h.Assignment != nil:
		return "role assignment " + h.Assignment.RoleName()
	case h.Pod != nil:
		return h.Pod.String()
	case h.Joins != nil:
		return "eligible membership"
	default:
		return ""
	}
}

// Binding is the first that brings the power of the step, or nil.
func (h *Hop) Binding() *Binding {
	if h.By == nil {
		return nil
	}
	for _, reason := range h.By.By {
		if !reason.Masters() {
			return reason.Binding
		}
	}
	return nil
}

// Since is when what makes the step possible was made; zero where nothing tells.
func (h *Hop) Since() time.Time {
	switch {
	case h.Binding() != nil:
		return h.Binding().Created
	case h.Assignment != nil:
		return h.Assignment.Created
	case h.Pod != nil:
		return h.Pod.Created
	case h.Joins != nil:
		return h.Joins.Since
	default:
		return time.Time{}
	}
}

// Label names a binding with its kind: role assignment Contributor, RoleBinding
// shop/developers.
func (b *Binding) Label() string {
	switch {
	case b.Assignment != nil:
		return "role assignment " + b.Assignment.RoleName()
	case b.Kind == kindAdminGroup:
		return "admin groups of the cluster"
	default:
		return b.String()
	}
}

// HopScope says where what makes the step possible counts; empty where that says nothing.
func (w *World) HopScope(h *Hop) string {
	switch {
	case h.Binding() != nil:
		return w.Scope(h.Binding())
	case h.Assignment != nil:
		return azurerbac.ScopeWords(h.Assignment.Scope, w.Cluster.ID)
	case h.Credential != nil:
		return h.Credential.Identity.Name()
	default:
		return ""
	}
}

// Explain tells a step in a sentence: who, what it does, by what, where and since when.
func (w *World) Explain(h *Hop) string {
	var text strings.Builder
	text.WriteString(w.PlaceName(h.From) + " " + lowerFirst(h.Says()))
	if ground := h.Ground(); ground != "" {
		text.WriteString(" by " + ground)
		if scope := w.HopScope(h); scope != "" && h.Credential == nil {
			text.WriteString(" (" + scope + ")")
		}
	}
	if since := h.Since(); !since.IsZero() && h.Pod == nil {
		text.WriteString(", since " + since.UTC().Format(time.DateOnly))
	}
	switch {
	case h.Joins != nil:
		text.WriteString(", once it takes the membership in Privileged Identity Management")
	case h.Eligible:
		text.WriteString(", once it takes the role in Privileged Identity Management")
	}
	if h.Narrowed {
		text.WriteString(", unless its condition stands in the way")
	}
	why := h.Why
	if h.By != nil {
		why = h.By.Why
	}
	if why != "" {
		text.WriteString(": " + why)
	}
	return text.String()
}
