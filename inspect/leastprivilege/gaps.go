package leastprivilege

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/access"
	"github.com/aksight/aksight/inspect/audit"
	"github.com/aksight/aksight/model"
)

// Gaps says what the log and the roles made of it do not tell, most important first.
func (u *Use) Gaps(w *access.World, log *audit.Log) []access.Gap {
	var gaps []access.Gap
	add := func(what, why string, args ...any) {
		gaps = append(gaps, access.Gap{What: what, Why: fmt.Sprintf(why, args...)})
	}
	if log.Reads == 0 {
		add("what it reads", "the log has no get, list or watch, as kube-audit-admin has none: the roles lack what it needs of these, and nothing that reads counts as unused. Give the log of kube-audit")
	}
	if log.Rows {
		add("whom it impersonated", "the tables AKSAudit and AKSAuditAdmin have no column for that: what it did as somebody else counts as done by itself. AzureDiagnostics and storage keep it")
	}
	if log.From.IsZero() {
		add("when it was", "the log tells no times: keep the columns TimeGenerated or RequestReceivedTime")
	} else {
		add("what it does less often", "the log tells of %s, from %s to %s; what comes more seldom, such as at the end of a month, is not in it", length(log.To.Sub(log.From)), minute(log.From), minute(log.To))
	}
	add("requests that were left out", "the cluster's audit policy, the diagnostic setting, sampling or a query's filter and row limit may leave some out, and the log does not say so")
	if log.Malformed > 0 {
		add(fmt.Sprintf("%d entries of the log", log.Malformed), "they could not be read; the first: %s", log.Wrong[0])
	}
	if u.Elsewhere > 0 {
		add(fmt.Sprintf("%d requests", u.Elsewhere), "they were made to other clusters than %s", u.Cluster.Name())
	} else if len(log.Clusters) == 0 && !u.Cluster.Kubeconfig() {
		add("which cluster the log is of", "it does not say so: all of it counts as of %s", w.Cluster.ID.Name())
	}
	if u.Grants {
		add("what it may give to others", "it wrote roles, bindings or certificate requests: the API server then also asks that it holds what it gives, or may bind, escalate, approve or sign, and no log shows that")
	}
	if u.Odd > 0 {
		add(fmt.Sprintf("%d requests with a * in them", u.Odd), "a rule would take it for everything")
	}
	if u.Bounded() {
		add("how many requests there were", "there are so many that some count twice")
	}
	if gone := u.goneNamespaces(w); len(gone) > 0 {
		add("namespaces that are gone", "it used %s; kubectl apply refuses roles there", some(gone))
	}
	return gaps
}

// goneNamespaces are those that were used and that the cluster does not have any more.
func (u *Use) goneNamespaces(w *access.World) []string {
	if w.View.Reads[model.KindNamespace].State != model.ReadDone {
		return nil
	}
	gone := set{}
	for at := range u.used {
		if at.namespace != "" && !slices.ContainsFunc(w.View.Objects[model.KindNamespace], func(o *model.Object) bool { return o.Name == at.namespace }) {
			gone[at.namespace] = true
		}
	}
	return sorted(gone)
}

func some(names []string) string {
	const several = 5
	if more := len(names) - several; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:several], ", "), more)
	}
	return strings.Join(names, ", ")
}

func minute(at time.Time) string { return at.UTC().Format("2006-01-02 15:04") }

// length says how long something is in the largest fitting unit.
func length(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day:
		return fmt.Sprintf("%d days", int(d/day))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d hours", int(d/time.Hour))
	default:
		return fmt.Sprintf("%d minutes", int(d/time.Minute))
	}
}
