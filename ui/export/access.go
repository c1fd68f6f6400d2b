package export

import (
	"cmp"
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
	Answers []AccessAnswer `json:"answers"`
	// Tree is the answer to blast.
	Tree *AccessNode `json:"tree,omitempty"`
	// Deeds are the answer to timeline; nil for other questions.
	Deeds []AccessDeed `json:"deeds,omitempty"`
	// Losses are the answer to what-if; nil for other questions.
	Losses []AccessLoss `json:"losses,omitempty"`
	// Matrix is the answer to can --matrix; nil for other questions.
	Matrix []AccessRow `json:"matrix,omitempty"`
	// Least is the answer to access least; nil for other questions.
	Least    *AccessLeast   `json:"least,omitempty"`
	Coverage AccessCoverage `json:"coverage"`
	// Paths are the ways among the answers, for drawing them.
	Paths []access.Path `json:"-"`
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
	// Pod is of blast, as NAMESPACE/POD.
	Pod string `json:"pod,omitempty"`
	// Days is how far back, of timeline.
	Days int `json:"days,omitempty"`
	// Without is what would be taken away, of what-if.
	Without []string `json:"without,omitempty"`
	// Audit are the files of the audit log, of access least.
	Audit []string `json:"audit,omitempty"`
	// Preset is a question by its name.
	Preset string `json:"preset,omitempty"`
}

// AccessAnswer is one way in which somebody may do what was asked.
type AccessAnswer struct {
	Subject string `json:"subject"`
	// Kind is user, guest, group, service account, service principal or managed identity.
	Kind string `json:"kind"`
	// ObjectID is that of Entra ID, where it has one.
	ObjectID string `json:"objectId,omitempty"`
	// MayJoin are who may join the group for a while, where it is one.
	MayJoin []string `json:"mayJoin,omitempty"`
	// Unresolved is set for an object ID that Entra ID did not tell of.
	Unresolved bool `json:"unresolved,omitempty"`
	// Eligible is set where it takes a role that is not active now, Condition is what may
	// narrow it.
	Eligible  bool   `json:"eligible,omitempty"`
	Condition string `json:"condition,omitempty"`
	// Assignment is the ID of the role assignment, and Scope where it or the binding counts.
	Assignment model.ID `json:"assignment,omitempty"`
	Scope      string   `json:"scope,omitempty"`
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
	// NeverTold is what no source tells, whatever may be read.
	NeverTold []Gap `json:"neverTold,omitempty"`
}

// Add adds ways in which somebody may do what was asked.
func (a *Access) Add(w *access.World, answers []access.Answer) {
	for i := range answers {
		answer := &answers[i]
		added := subjectAnswer(w, answer.Subject)
		if answer.Direct() {
			added.because(w, answer.Reason)
		} else {
			added.Steps, added.Eligible = accessSteps(w, answer.Path), answer.Eligible()
		}
		a.Answers = append(a.Answers, added)
	}
}

// AddPowers adds what somebody's rights are worth.
func (a *Access) AddPowers(w *access.World, s access.Subject, powers []access.Held) {
	for i := range powers {
		held := &powers[i]
		added := subjectAnswer(w, s)
		if len(held.By) > 0 {
			added.because(w, &held.By[0])
		}
		added.Namespace, added.Power, added.Severity, added.Eligible = held.Namespace, held.Title, &held.Severity, held.Eligible
		a.Answers = append(a.Answers, added)
	}
}

func subjectAnswer(w *access.World, s access.Subject) AccessAnswer {
	answer := AccessAnswer{Subject: w.Name(s), Kind: w.Kind(s), Unresolved: w.Unresolved(s)}
	if answer.Unresolved {
		answer.Kind = "unresolved " + answer.Kind
	}
	if w.Azure != nil && s.Kind == access.Group {
		eligible, _ := w.Azure.MayJoin(s.Name)
		for _, each := range eligible {
			answer.MayJoin = append(answer.MayJoin, w.Name(access.Subject{Kind: access.User, Name: each.Principal}))
		}
	}
	if s.Kind != access.ServiceAccount && (w.Principal(s) != nil || answer.Unresolved) {
		answer.ObjectID = s.Name
	}
	return answer
}

// because says which right it is.
func (a *AccessAnswer) because(w *access.World, reason *access.Reason) {
	if as := w.Name(reason.As); as != a.Subject {
		a.As = w.Kind(reason.As) + " " + as
	}
	if reason.Masters() {
		a.Rule = "needs none: the API server lets the group do everything"
		return
	}
	a.Namespace, a.Scope = reason.Namespace, w.Scope(reason.Binding)
	a.Binding, a.Role, a.Rule = reason.Label(), reason.RoleRef.String(), reason.RuleText()
	a.Eligible, a.Condition = reason.Eligible(), reason.Condition()
	if reason.Assignment != nil {
		a.Assignment, a.Role, a.Binding = reason.Assignment.ID, reason.RoleRef.Name, "role assignment, "+a.Scope
	}
	if !reason.Created.IsZero() {
		a.Since = &reason.Created
	}
}

// accessSteps returns a path as steps.
func accessSteps(w *access.World, path access.Path) []AccessStep {
	steps := make([]AccessStep, 0, len(path))
	for i := range path {
		hop := &path[i]
		steps = append(steps, AccessStep{From: w.PlaceName(hop.From), To: w.PlaceName(hop.To), How: hop.Says(), By: hop.Ground()})
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
	case a.Tree != nil:
		accessTree(table, a.Tree, "")
	case a.Matrix != nil:
		accessMatrix(table, a.Matrix)
	case a.Deeds != nil:
		accessDeeds(table, a.Deeds)
	case a.Losses != nil:
		accessLosses(table, a.Losses)
	case len(a.Answers) == 0:
		fmt.Fprintln(table, "nobody that was read")
	case a.Answers[0].Steps != nil:
		accessPaths(table, a.Answers)
	case a.Answers[0].Power != "":
		fmt.Fprintln(table, "SEVERITY\tPOWER\tWHERE\tROLE\tBY\tSINCE")
		for _, answer := range a.Answers {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", answer.Severity, clean(answer.Power), where(answer.Namespace)+state(&answer),
				clean(answer.Role), clean(answer.Binding), since(answer.Since))
		}
	default:
		fmt.Fprintln(table, "SUBJECT\tKIND\tWHERE\tROLE\tBY\tSINCE")
		var steps []AccessAnswer
		for _, answer := range a.Answers {
			if answer.Steps != nil {
				steps = append(steps, answer)
				continue
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", clean(answer.Subject), answer.kind(), where(answer.Namespace)+state(&answer),
				clean(cmp.Or(answer.Role, answer.Rule)), clean(answer.Binding), since(answer.Since))
		}
		if len(steps) > 0 {
			if err := table.Flush(); err != nil {
				return err
			}
			fmt.Fprintln(table, "\nstep by step:")
			accessPaths(table, steps)
		}
	}
	for _, gap := range a.Coverage.CouldNotRead {
		fmt.Fprintf(table, "could not read %s: %s\n", clean(gap.What), clean(gap.Why))
	}
	for _, gap := range a.Coverage.NeverTold {
		fmt.Fprintf(table, "not told: %s: %s\n", clean(gap.What), clean(gap.Why))
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

// kind is the kind, and of a group how many may join it for a while.
func (a *AccessAnswer) kind() string {
	if len(a.MayJoin) == 0 {
		return a.Kind
	}
	return fmt.Sprintf("%s, %d eligible", a.Kind, len(a.MayJoin))
}

// state says where a right is not simply there.
func state(answer *AccessAnswer) string {
	switch {
	case answer.Eligible:
		return ", eligible"
	case answer.Condition != "":
		return ", with a condition"
	default:
		return ""
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
