package export

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/model"
)

// AccessSchema names the form of an answer on access. Fields may be added to a version;
// a change of meaning makes a new one.
const AccessSchema = "aksight.access/1"

// Access is an answer on who can do what.
type Access struct {
	Schema   string         `json:"schema"`
	Question AccessQuestion `json:"question"`
	// Answers is never nil.
	Answers  []AccessAnswer `json:"answers"`
	Coverage AccessCoverage `json:"coverage"`
}

// AccessQuestion is what was asked.
type AccessQuestion struct {
	Cluster model.ID `json:"cluster"`
	// Verb to Path are of who-can.
	Verb        string `json:"verb,omitempty"`
	Group       string `json:"group,omitempty"`
	Resource    string `json:"resource,omitempty"`
	Subresource string `json:"subresource,omitempty"`
	Name        string `json:"name,omitempty"`
	Path        string `json:"path,omitempty"`
	// Namespace is where; Anywhere is set where a right in any namespace counts.
	Namespace string `json:"namespace,omitempty"`
	Anywhere  bool   `json:"anywhere,omitempty"`
	// Subject and To are of can and paths.
	Subject string `json:"subject,omitempty"`
	To      string `json:"to,omitempty"`
}

// AccessAnswer is one way in which somebody may do what was asked.
type AccessAnswer struct {
	Subject string `json:"subject"`
	// Kind is user, group or service account.
	Kind string `json:"kind"`
	// Namespace is where the right holds; empty for the whole cluster.
	Namespace string `json:"namespace,omitempty"`
	// As is the group by which the subject has it, where that is another.
	As      string `json:"as,omitempty"`
	Binding string `json:"binding,omitempty"`
	Role    string `json:"role,omitempty"`
	Rule    string `json:"rule,omitempty"`
	// Since is when the binding was made; the right may be older or younger than that.
	Since *time.Time `json:"since,omitempty"`
	// Power and Severity are what a right is worth, for can; Steps the way, for paths.
	Power    string          `json:"power,omitempty"`
	Severity *model.Severity `json:"severity,omitempty"`
	Steps    []AccessStep    `json:"steps,omitempty"`
}

// AccessStep is a step of a way to a right.
type AccessStep struct {
	From string `json:"from"`
	To   string `json:"to"`
	How  string `json:"how"`
	By   string `json:"by,omitempty"`
}

// AccessCoverage tells what an answer does not cover.
type AccessCoverage struct {
	CouldNotRead []Gap `json:"couldNotRead"`
}

// Answer returns a reason as an answer.
func Answer(s access.Subject, reason access.Reason) AccessAnswer {
	answer := AccessAnswer{Subject: SubjectName(s), Kind: s.Kind.String()}
	if reason.As != s {
		answer.As = reason.As.String()
	}
	if reason.Masters() {
		answer.Rule = "needs no binding: the API server lets the group do everything"
		return answer
	}
	answer.Namespace = reason.Namespace
	answer.Binding, answer.Role = reason.String(), reason.RoleRef.String()
	if reason.Role != nil && reason.Rule < len(reason.Role.Rules) {
		answer.Rule = access.RuleText(&reason.Role.Rules[reason.Rule])
	}
	if !reason.Created.IsZero() {
		answer.Since = &reason.Created
	}
	return answer
}

// SubjectName is a subject without its kind: shop/web for a service account.
func SubjectName(s access.Subject) string {
	if s.Kind == access.ServiceAccount {
		return s.Namespace + "/" + s.Name
	}
	return s.Name
}

// Steps returns a path as steps.
func Steps(path access.Path) []AccessStep {
	steps := make([]AccessStep, 0, len(path))
	for i := range path {
		hop := &path[i]
		step := AccessStep{From: hop.From.String(), To: hop.To.String(), How: hop.Says()}
		switch {
		case hop.By != nil && len(hop.By.By) > 0 && !hop.By.By[0].Masters():
			step.By = hop.By.By[0].String()
		case hop.Pod != nil:
			step.By = hop.Pod.String()
		}
		steps = append(steps, step)
	}
	return steps
}

// AccessJSON writes an answer as one JSON document.
func AccessJSON(w io.Writer, a *Access) error {
	a.Schema = AccessSchema
	if a.Answers == nil {
		a.Answers = []AccessAnswer{}
	}
	if a.Coverage.CouldNotRead == nil {
		a.Coverage.CouldNotRead = []Gap{}
	}
	line, err := newLineEncoder().encode(a)
	if err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(json.RawMessage(line)); err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	_, err = io.WriteString(w, out.String())
	return err
}

// AccessTable writes an answer for people.
func AccessTable(w io.Writer, a *Access) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	switch {
	case len(a.Answers) == 0:
		fmt.Fprintln(table, "nobody that was read")
	case a.Answers[0].Steps != nil:
		accessPaths(table, a.Answers)
	case a.Answers[0].Power != "":
		fmt.Fprintln(table, "SEVERITY\tPOWER\tWHERE\tBY\tROLE\tSINCE")
		for _, answer := range a.Answers {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", answer.Severity, clean(answer.Power), where(answer.Namespace),
				clean(answer.Binding), clean(answer.Role), since(answer.Since))
		}
	default:
		fmt.Fprintln(table, "SUBJECT\tKIND\tWHERE\tBY\tROLE\tRULE\tSINCE")
		for _, answer := range a.Answers {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", clean(answer.Subject), answer.Kind, where(answer.Namespace),
				clean(answer.Binding), clean(answer.Role), clean(answer.Rule), since(answer.Since))
		}
	}
	for _, gap := range a.Coverage.CouldNotRead {
		fmt.Fprintf(table, "could not read %s: %s\n", clean(gap.What), clean(gap.Why))
	}
	return table.Flush()
}

func accessPaths(w io.Writer, answers []AccessAnswer) {
	for i, answer := range answers {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s %s\n", answer.Kind, clean(answer.Subject))
		for _, step := range answer.Steps {
			fmt.Fprintf(w, "  -> %s: %s", clean(step.To), clean(step.How))
			if step.By != "" {
				fmt.Fprintf(w, " (%s)", clean(step.By))
			}
			fmt.Fprintln(w)
		}
	}
}

func where(namespace string) string {
	if namespace == "" {
		return "everywhere"
	}
	return clean(namespace)
}

func since(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.UTC().Format(time.DateOnly)
}
