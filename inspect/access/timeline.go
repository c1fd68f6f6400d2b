package access

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// Deed is something that was done to who has access, and when.
type Deed struct {
	At time.Time
	// What was done, in a few words; Who did it, Whom it is about and Where it counts, as
	// far as the source tells.
	What, Who, Whom, Where string
	// Source says where this stands: a role assignment's own date, the metadata of an
	// object, the activity log.
	Source string
	// Severity is that of what somebody got by it; Marked is set where it says something.
	Severity model.Severity
	Marked   bool
	// Failed is set for what was tried and refused.
	Failed bool
	// Ref is the Kubernetes object, or zero.
	Ref model.Ref
}

// Timeline returns what is known of who got access since a moment, latest first: from the
// dates of role assignments and RBAC objects, who last wrote them, and the activity log
// where it was read.
func (w *World) Timeline(since time.Time) []Deed {
	var deeds []Deed
	for _, b := range w.index.Bindings {
		if b.Assignment != nil {
			deeds = append(deeds, w.assigned(b)...)
		} else if b.Kind != kindAdminGroup {
			deeds = append(deeds, w.bound(b)...)
		}
	}
	for _, kind := range []model.Kind{model.KindClusterRole, model.KindRole} {
		for _, o := range w.View.Objects[kind] {
			deeds = append(deeds, written(o, "role")...)
		}
	}
	if w.Azure != nil {
		for _, event := range w.Azure.Resources(model.KindActivityEvent) {
			if deed, is := w.logged(event); is {
				deeds = append(deeds, deed)
			}
		}
	}
	deeds = slices.DeleteFunc(deeds, func(d Deed) bool { return d.At.Before(since) })
	slices.SortStableFunc(deeds, func(a, b Deed) int { return b.At.Compare(a.At) })
	return deeds
}

// TimelineGaps says what a timeline cannot tell.
func (w *World) TimelineGaps() []Gap {
	gaps := []Gap{
		{"bindings that were deleted", "Kubernetes keeps nothing of them; only its audit log tells"},
		{"earlier writers of an object", "its metadata names the last of each"},
		{"who joined a group", "that stands in the audit log of Entra ID, which is not read"},
	}
	if w.Cluster.ID == "" {
		return gaps
	}
	if read := w.activityRead(); read.State != model.ReadDone {
		why := read.Why
		if why == "" {
			why = "it was not read"
		}
		return append(gaps, Gap{"role assignments that were deleted, and admin kubeconfigs that were fetched", why})
	}
	return append(gaps, Gap{"what was done in Azure over 90 days ago", "the activity log keeps no more"})
}

func (w *World) activityRead() model.Read {
	if w.Azure == nil {
		return model.Read{}
	}
	return w.Azure.ReadIn(w.Cluster.ID, model.KindActivityEvent)
}

// assigned tells when a role was assigned, and when the assignment was changed.
func (w *World) assigned(b *Binding) []Deed {
	a := b.Assignment
	made := Deed{
		At: a.Created, What: "got the role " + a.RoleName(), Who: w.actor(a.CreatedBy), Where: w.Scope(b), Source: "the role assignment's own date",
	}
	if a.Eligible {
		made.What = "became eligible for the role " + a.RoleName()
	}
	w.about(&made, b)
	if a.Created.IsZero() {
		return nil
	}
	if a.Updated.Sub(a.Created) < time.Minute {
		return []Deed{made}
	}
	changed := made
	changed.At, changed.What, changed.Who = a.Updated, "has a changed role assignment: "+a.RoleName(), ""
	return []Deed{made, changed}
}

// bound tells when a binding was made, and who last wrote it.
func (w *World) bound(b *Binding) []Deed {
	deeds := written(b.Object, "binding")
	for i := range deeds {
		deeds[i].Where = w.Scope(b)
		deeds[i].What = strings.Replace(deeds[i].What, "binding "+b.Name, "binding "+b.Name+" to "+b.RoleRef.Name, 1)
		w.about(&deeds[i], b)
	}
	return deeds
}

// about says whom a binding names, and how bad what it gives is.
func (w *World) about(d *Deed, b *Binding) {
	var names []string
	for _, s := range b.Subjects {
		names = append(names, w.Kind(s)+" "+w.Name(s))
	}
	d.Whom = strings.Join(names, ", ")
	if held := w.Worst(b); held != nil {
		d.Severity, d.Marked = held.Severity, true
	}
}

// written tells when an object was made, and when each of its writers wrote it last.
func written(o *model.Object, noun string) []Deed {
	if o.Created.IsZero() {
		return nil
	}
	deeds := []Deed{{At: o.Created, What: noun + " " + o.Name + " was made", Where: o.Namespace, Source: "the object's creation", Ref: o.Ref}}
	for _, field := range writersOf(o) {
		if field.Time == nil || field.Time.Sub(o.Created) < time.Minute {
			if deeds[0].Who == "" {
				deeds[0].Who = field.Manager
			}
			continue
		}
		deeds = append(deeds, Deed{
			At: field.Time.Time, What: noun + " " + o.Name + " was written", Who: field.Manager, Where: o.Namespace,
			Source: "the object's managed fields", Ref: o.Ref,
		})
	}
	return deeds
}

// writersOf are who wrote an object, each with the last time.
func writersOf(o *model.Object) []metav1.ManagedFieldsEntry {
	if typed, is := o.Typed.(metav1.Object); is {
		return typed.GetManagedFields()
	}
	metadata, err := object.As[metav1.PartialObjectMetadata](o)
	if err != nil {
		return nil
	}
	return metadata.ManagedFields
}

// actor names who did something, by an object ID or a name.
func (w *World) actor(id string) string {
	if id == "" {
		return ""
	}
	return w.Name(Subject{Kind: User, Name: id})
}

// loggedOperations are what the activity log tells of, by a part of the operation's name
// in lower case.
var loggedOperations = []struct {
	part, what string
	severity   model.Severity
}{
	{"listclusteradmincredential", "fetched the admin kubeconfig", model.Critical},
	{"accessprofiles/listcredential", "fetched a kubeconfig", model.High},
	{"listclusterusercredential", "fetched the user kubeconfig", model.Info},
	{"managedclusters/runcommand", "ran a command in the cluster through Azure", model.High},
	{"roleassignments/write", "assigned a role", model.Medium},
	{"roleassignments/delete", "deleted a role assignment", model.Low},
	{"elevateaccess", "took access to all subscriptions", model.Critical},
	{"federatedidentitycredentials/write", "had an identity trust something", model.High},
	{"trustedaccessrolebindings/write", "let another resource into the cluster", model.High},
}

// logged tells an entry of the activity log that concerns the cluster.
func (w *World) logged(event *model.Resource) (Deed, bool) {
	var wire struct {
		Caller         string
		EventTimestamp string
		ResourceID     string
		OperationName  struct{ Value string }
		Status         struct{ Value string }
		Authorization  struct{ Scope string }
	}
	if json.Unmarshal(event.Raw.Bytes(), &wire) != nil {
		return Deed{}, false
	}
	at, err := time.Parse(time.RFC3339Nano, wire.EventTimestamp)
	scope := model.ID(wire.ResourceID)
	if wire.Authorization.Scope != "" {
		scope = model.ID(wire.Authorization.Scope)
	}
	if place, _, is := strings.Cut(strings.ToLower(string(scope)), "/providers/microsoft.authorization/"); is {
		scope = scope[:len(place)]
	}
	if err != nil || !w.concerns(scope) {
		return Deed{}, false
	}
	operation := strings.ToLower(wire.OperationName.Value)
	for _, known := range loggedOperations {
		if strings.Contains(operation, known.part) {
			failed := strings.EqualFold(wire.Status.Value, "Failed")
			deed := Deed{
				At: at, What: known.what, Who: w.actor(wire.Caller), Where: azurerbac.ScopeWords(scope, w.Cluster.ID), Source: "the activity log",
				Severity: known.severity, Marked: known.severity > model.Info, Failed: failed,
			}
			if failed {
				deed.What = "tried and was refused: " + deed.What
			}
			return deed, true
		}
	}
	return Deed{}, false
}

// concerns reports whether a scope is the cluster's, above it, below it, or its nodes'.
func (w *World) concerns(scope model.ID) bool {
	return w.Cluster.ID.Within(scope) || scope.Within(w.Cluster.ID) || scope == "" || scope == "/" ||
		w.Cluster.NodeGroup != "" && scope.Within(w.Cluster.NodeGroup)
}

// String says a deed on one line.
func (d *Deed) String() string {
	text := d.What
	if d.Whom != "" {
		text = d.Whom + ": " + text
	}
	if d.Who != "" {
		text += fmt.Sprintf(" (by %s)", d.Who)
	}
	return text
}
