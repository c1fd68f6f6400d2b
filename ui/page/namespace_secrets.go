package page

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/filter"
	"github.com/aksight/aksight/ui/widget"
)

// secretRow is a Secret of a namespace: what it is and how it is used, never a value.
type secretRow struct {
	*model.Object
	uses   []string
	counts model.Counts
}

var secretHows = map[model.SecretHow]string{
	model.SecretAsEnvironment: "as environment", model.SecretAsFile: "as file", model.SecretToPull: "to pull images",
}

func (r *secretRow) kind() string {
	if r.Secret == nil {
		return ""
	}
	return r.Secret.Type
}

func (r *secretRow) keys() int {
	if r.Secret == nil {
		return 0
	}
	return r.Secret.Keys
}

func (r *secretRow) used() string {
	if len(r.uses) == 0 {
		return "nothing that was read"
	}
	return strings.Join(r.uses, ", ")
}

// age says how old an object was when it was read, in days.
func age(o *model.Object) string {
	if o.Created.IsZero() || o.ReadAt.IsZero() {
		return "not told"
	}
	switch old := o.ReadAt.Sub(o.Created); {
	case old < time.Hour:
		return plural(max(0, int(old/time.Minute)), "minute", "minutes")
	case old < 48*time.Hour:
		return plural(int(old/time.Hour), "hour", "hours")
	default:
		return plural(int(old/(24*time.Hour)), "day", "days")
	}
}

// secretUseKinds are what tells of uses of Secrets.
var secretUseKinds = append([]model.Kind{model.KindServiceAccount, model.KindIngress}, workloadKinds...)

func newSecretsTab(at Address) Page {
	columns := []recordColumn[secretRow]{
		{
			Column:  widget.Column{Title: "Secret", Min: 16, Weight: 2, Max: 44},
			cell:    func(r *secretRow, pen *widget.Pen) { pen.Write(r.Name, themes.Text) },
			compare: func(a, b *secretRow) int { return cmp.Compare(a.Name, b.Name) },
		},
		{
			Column: widget.Column{Title: "Type", Min: 16, Weight: 1, Max: 36},
			cell: func(r *secretRow, pen *widget.Pen) {
				style := themes.Muted
				if r.kind() == string(corev1.SecretTypeServiceAccountToken) {
					style = themes.Medium // it never expires
				}
				pen.Write(strings.TrimPrefix(r.kind(), "kubernetes.io/"), style)
			},
			compare: func(a, b *secretRow) int { return cmp.Compare(a.kind(), b.kind()) },
		},
		{
			Column:  widget.Column{Title: "Keys", Min: 5, Right: true, Priority: 2},
			cell:    func(r *secretRow, pen *widget.Pen) { countOf(pen, r.keys(), themes.Text) },
			compare: func(a, b *secretRow) int { return cmp.Compare(a.keys(), b.keys()) }, down: true,
		},
		{
			Column:  widget.Column{Title: "Age", Min: 9, Right: true},
			cell:    func(r *secretRow, pen *widget.Pen) { pen.Write(age(r.Object), themes.Muted) },
			compare: func(a, b *secretRow) int { return b.Created.Compare(a.Created) }, down: true,
		},
		{
			Column:  widget.Column{Title: "Used by", Min: 20, Weight: 3, Max: 90, Priority: 1},
			cell:    func(r *secretRow, pen *widget.Pen) { pen.Write(r.used(), themes.Muted) },
			compare: func(a, b *secretRow) int { return cmp.Compare(len(a.uses), len(b.uses)) }, down: true,
		},
	}
	return newRecordsPage(at, records[secretRow]{
		title: "secrets", one: "Secret", many: "Secrets", list: "secrets", live: at.ID,
		terms:   []string{"secret", "service-account", "secrets-provider"},
		columns: columns,
		fields: []recordField[secretRow]{
			{Field: filter.Field{Name: "type"}, of: (*secretRow).kind},
			{Field: filter.Field{Name: "by"}, of: (*secretRow).used},
		},
		key: func(r *secretRow) string { return r.Name },
		say: func(r *secretRow) string {
			return joinWords(", ", "Secret "+r.Name, r.kind(), plural(r.keys(), "key", "keys"), age(r.Object)+" old", "used by "+r.used())
		},
		open: func(r *secretRow) (Address, bool) { return objectAt(at.ID, r.Ref), true },
		load: func(_ context.Context, s *store.Snapshot) recordRows[secretRow] {
			kinds := append([]model.Kind{model.KindSecret}, secretUseKinds...)
			result := namespaceParts(s, at, kinds, "no Secrets in this namespace", func(inside *store.Inside) []secretRow {
				return secretRows(inside, at.Object.Name)
			})
			if len(result.rows) > 0 {
				result.head = []string{"names, types and ages: values are never read"}
			}
			return result
		},
	})
}

func secretRows(inside *store.Inside, namespace string) []secretRow {
	uses := map[string][]string{}
	use := func(secret, by, how string) {
		if words := by + " " + how; secret != "" && !slices.Contains(uses[secret], words) {
			uses[secret] = append(uses[secret], words)
		}
	}
	for _, o := range workloadsIn(inside.View, namespace) {
		if o.Pod == nil {
			continue
		}
		for _, each := range o.Pod.Secrets {
			use(each.Name, o.Name, secretHows[each.How])
		}
	}
	decoded(inside.View, model.KindServiceAccount, namespace, func(o *model.Object, account *corev1.ServiceAccount) {
		for _, pull := range account.ImagePullSecrets {
			use(pull.Name, "service account "+o.Name, "to pull images")
		}
		for _, token := range account.Secrets {
			use(token.Name, "service account "+o.Name, "as token")
		}
	})
	decoded(inside.View, model.KindIngress, namespace, func(o *model.Object, ingress *networkingv1.Ingress) {
		for _, tls := range ingress.Spec.TLS {
			use(tls.SecretName, "ingress "+o.Name, "for TLS")
		}
	})
	counts := countsByRef(inside)
	var rows []secretRow
	for _, o := range inside.View.InNamespace(model.KindSecret, namespace) {
		rows = append(rows, secretRow{o, uses[o.Name], counts[o.Ref]})
	}
	return rows
}
