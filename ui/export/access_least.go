package export

import (
	"fmt"
	"io"
	"strings"
	"time"

	"sigs.k8s.io/yaml"
)

// AccessLeast is the least that somebody needs, by what an audit log shows.
type AccessLeast struct {
	// Requests and Refused count what the log shows of the subject.
	Requests int `json:"requests"`
	Refused  int `json:"refused"`
	// From and To are when the first and the last request came.
	From *time.Time `json:"from,omitempty"`
	To   *time.Time `json:"to,omitempty"`
	// Roles are the objects to apply: roles, each with its binding.
	Roles []any `json:"roles"`
	// Unused are rules that the subject holds and the log shows no use of.
	Unused []string `json:"unused"`
	// UsedInPart are rules that it holds and used in part.
	UsedInPart []string `json:"usedInPart"`
	// RefusedRequests are what was tried and refused.
	RefusedRequests []string `json:"refusedRequests"`
}

// AccessYAML writes the least that somebody needs as manifests for kubectl, with what
// there is to know of them as comments.
func AccessYAML(w io.Writer, a *Access) error {
	var out strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&out, "# %s\n", clean(fmt.Sprintf(format, args...))) }
	list := func(head string, lines []string) {
		if len(lines) > 0 {
			say("%s", head)
		}
		for _, line := range lines {
			say("  %s", line)
		}
	}
	least := a.Least
	say("The least that %s needs, by %s.", a.Question.Subject, strings.Join(a.Question.Audit, ", "))
	if least.From != nil && least.To != nil {
		say("%s from %s to %s: what comes up more seldom is not among them.", plural(least.Requests, "request"),
			least.From.UTC().Format(time.RFC3339), least.To.UTC().Format(time.RFC3339))
	}
	say("Nothing was applied. Apply this, watch for refused requests, then take away what it replaces.")
	list("Held and not used:", least.Unused)
	list("Held and used in part:", least.UsedInPart)
	list("Refused, and left out ("+plural(least.Refused, "request")+"):", least.RefusedRequests)
	var gaps []string
	for _, gap := range a.Coverage.CouldNotRead {
		gaps = append(gaps, gap.What+": "+gap.Why)
	}
	list("Could not be read:", gaps)
	for _, role := range least.Roles {
		text, err := yaml.Marshal(role)
		if err != nil {
			return fmt.Errorf("writing the roles: %w", err)
		}
		out.WriteString("---\n")
		out.Write(text)
	}
	_, err := io.WriteString(w, out.String())
	return err
}
