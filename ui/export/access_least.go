package export

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/audit"
	"github.com/aksight/aksight/inspect/leastprivilege"
)

// AccessLeast is the smallest that covers what somebody used.
type AccessLeast struct {
	// Events is how many requests the log has of everybody; Requests, Refused and
	// Impersonations are those of the subject.
	Events         int        `json:"events"`
	Requests       int        `json:"requests"`
	Refused        int        `json:"refused"`
	Impersonations int        `json:"impersonations,omitempty"`
	From           *time.Time `json:"from,omitempty"`
	To             *time.Time `json:"to,omitempty"`
	// Roles are Kubernetes objects: roles, each followed by its binding. It is never nil.
	Roles []any `json:"roles"`
	// RefusedRequests tells them, once each; MoreRefused is set where there were more.
	RefusedRequests []string       `json:"refusedRequests,omitempty"`
	MoreRefused     bool           `json:"moreRefused,omitempty"`
	Holds           []LeastHolding `json:"holds"`
}

// LeastHolding is what the log shows of a binding by which the subject has rights.
type LeastHolding struct {
	Binding string `json:"binding"`
	Role    string `json:"role"`
	Scope   string `json:"scope"`
	// As is the group that it names, where the subject has it by that.
	As     string `json:"as,omitempty"`
	Shared bool   `json:"shared,omitempty"`
	// Found is used, in part, unused, untold or azure.
	Found  leastprivilege.Finding `json:"found"`
	Used   []string               `json:"used,omitempty"`
	Unused []string               `json:"unused,omitempty"`
	Untold []string               `json:"untold,omitempty"`
}

// AddLeast adds the smallest roles of that name, and what is held today.
func (a *Access) AddLeast(w *access.World, use *leastprivilege.Use, log *audit.Log, name string) {
	least := &AccessLeast{
		Events: log.Events, Requests: use.Requests, Refused: use.Refused, Impersonations: use.Impersonations,
		Roles: use.Roles(w, name), Holds: []LeastHolding{},
	}
	if least.Roles == nil {
		least.Roles = []any{}
	}
	if !use.From.IsZero() {
		least.From, least.To = &use.From, &use.To
	}
	refused, all := use.RefusedRequests()
	least.RefusedRequests, least.MoreRefused = refused, !all
	for _, h := range use.Holdings(w, log) {
		held := LeastHolding{
			Binding: h.Label(), Role: h.RoleRef.String(), Scope: w.Scope(h.Binding), Shared: h.Shared,
			Found: h.Finding, Used: h.Used, Unused: h.Unused, Untold: h.Untold,
		}
		if h.ByGroup {
			held.As = w.Kind(h.As) + " " + w.Name(h.As)
		}
		if h.Assignment != nil {
			held.Binding, held.Role = "role assignment, "+held.Scope, h.RoleRef.Name
		}
		least.Holds = append(least.Holds, held)
	}
	for _, gap := range use.Gaps(w, log) {
		a.Coverage.NeverTold = append(a.Coverage.NeverTold, Gap{gap.What, gap.Why})
	}
	a.Least = least
}

// LeastYAML writes the roles for kubectl apply.
func LeastYAML(w io.Writer, a *Access) error {
	text := &strings.Builder{}
	fmt.Fprintf(text, "# The smallest rights that cover what %s used", clean(a.Question.Subject))
	if a.Least.From != nil {
		fmt.Fprintf(text, " from %s to %s", minute(*a.Least.From), minute(*a.Least.To))
	}
	fmt.Fprintf(text, "\n# by %s. Look at them before you apply them.\n", clean(strings.Join(a.Question.Audit, ", ")))
	if len(a.Least.Roles) == 0 {
		text.WriteString("# It needs none: what it used, everybody may.\n")
	}
	for i, role := range a.Least.Roles {
		if i > 0 {
			text.WriteString("---\n")
		}
		manifest, err := yaml.Marshal(role)
		if err != nil {
			return fmt.Errorf("writing the roles: %w", err)
		}
		text.Write(manifest)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// LeastSummary writes what was seen and what could go, for people.
func LeastSummary(w io.Writer, a *Access) error {
	least := a.Least
	text := &strings.Builder{}
	fmt.Fprintf(text, "%s: %s", clean(a.Question.Subject), plural(least.Requests, "request"))
	if least.Impersonations > 0 {
		fmt.Fprintf(text, ", %d as somebody else", least.Impersonations)
	}
	if least.From != nil {
		fmt.Fprintf(text, ", from %s to %s", minute(*least.From), minute(*least.To))
	}
	fmt.Fprintf(text, " (of %d in the log)\n", least.Events)
	list := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		fmt.Fprintf(text, "\n%s\n", title)
		for _, line := range lines {
			fmt.Fprintf(text, "  %s\n", clean(line))
		}
	}
	refused := least.RefusedRequests
	if least.MoreRefused {
		refused = append(slices.Clip(refused), "and more")
	}
	list(plural(least.Refused, "request")+" refused:", refused)
	gone, later, parts := leastHolds(least.Holds)
	list("could go now, nothing of them was used:", gone)
	list("could go once the roles are applied:", later)
	list("held and not used:", parts.unused)
	list("held, and the log does not tell of it:", parts.untold)
	for _, gap := range a.Coverage.CouldNotRead {
		fmt.Fprintf(text, "could not read %s: %s\n", clean(gap.What), clean(gap.Why))
	}
	if len(a.Coverage.NeverTold) > 0 {
		text.WriteString("\n")
	}
	for _, gap := range a.Coverage.NeverTold {
		fmt.Fprintf(text, "not told: %s: %s\n", clean(gap.What), clean(gap.Why))
	}
	_, err := io.WriteString(w, text.String())
	return err
}

type leastParts struct{ unused, untold []string }

// leastHolds sorts bindings by what can become of them.
func leastHolds(holds []LeastHolding) (unused, replaced []string, parts leastParts) {
	for i := range holds {
		h := &holds[i]
		says := h.Binding + " (" + h.Role + ", " + h.Scope + ")"
		switch {
		case h.As != "":
			says += ": it names " + h.As + ", whose others would lose it too; take the subject out of the group"
		case h.Shared:
			says += ": it names others too; take the subject out of it"
		}
		switch h.Found {
		case leastprivilege.Unused:
			unused = append(unused, says)
		case leastprivilege.OfAzure:
			parts.untold = append(parts.untold, says+": the log shows no use of it in the cluster; what it allows in Azure is not in this log")
		case leastprivilege.Untold:
			parts.untold = append(parts.untold, says)
		case leastprivilege.Used, leastprivilege.InPart:
			if !strings.HasPrefix(h.Binding, "role assignment") {
				replaced = append(replaced, says)
			}
		}
		if h.Found == leastprivilege.InPart || h.Found == leastprivilege.Untold || h.Found == leastprivilege.Used {
			for _, part := range h.Unused {
				parts.unused = append(parts.unused, part+", by "+h.Binding)
			}
			for _, part := range h.Untold {
				parts.untold = append(parts.untold, part+", by "+h.Binding)
			}
		}
	}
	return unused, replaced, parts
}
