package export

import (
	"strings"

	"github.com/aksight/aksight/inspect/evidence"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// Object names a Kubernetes object in JSON.
type Object struct {
	// Cluster is an ARM ID, or kubeconfig:CONTEXT.
	Cluster    model.ID   `json:"cluster"`
	APIVersion string     `json:"apiVersion"`
	Kind       model.Kind `json:"kind"`
	Namespace  string     `json:"namespace,omitempty"`
	Name       string     `json:"name"`
}

// objectOf names an object of a cluster; it is nil for the inside as a whole.
func objectOf(cluster model.ID, view *object.View, ref model.Ref) *Object {
	if ref.Kind == "" || ref.Kind == model.KindInside {
		return nil
	}
	named := &Object{Cluster: cluster, Kind: ref.Kind, Namespace: ref.Namespace, Name: ref.Name, APIVersion: view.Versions[ref.Kind]}
	if o := view.Find(ref); o != nil {
		named.APIVersion = o.APIVersion
	}
	return named
}

// onObject is a result on a Kubernetes object as JSON.
type onObject struct {
	*Result

	Resource *Object `json:"resource"`
	Part     string  `json:"part,omitempty"`
}

// forJSON is the value that is written for a result.
func (r *Result) forJSON() any {
	if r.Object == nil {
		return r
	}
	return onObject{Result: r, Resource: r.Object}
}

// insideJudgements lists the selected judgements on what runs in a cluster.
func (c *collector) insideJudgements(at int) []judgement {
	inside := c.clusters[at].Inside
	if inside == nil {
		return nil
	}
	var all []judgement
	for n := range inside.Judgements {
		for rule, judged := range inside.Judgements[n].Judged {
			if judged.Verdict != model.NotJudged && c.asked[rule] && c.Selection.HasJudged(judged) {
				all = append(all, judgement{at, -1, n, rule, judged})
			}
		}
	}
	return all
}

// explainInside says why a rule judges an object as it does.
func (c *collector) explainInside(cluster *store.Cluster, judged judgement) Result {
	rule, ref := c.rules[judged.rule], cluster.Inside.Judgements[judged.object].Ref
	view := cluster.Inside.View
	result := c.blank(cluster, judged)
	if result.Object = objectOf(cluster.Resource.ID, view, ref); result.Object != nil {
		result.Part = ref.String()
	}
	finding, err := c.Inspection.ExplainInside(cluster, ref, judged.rule)
	if err != nil {
		result.Verdict, result.Reason = model.CouldNotRead, err.Error()
		return result
	}
	result.Reason, result.Says = finding.Reason, finding.Says
	for _, evidence := range finding.Evidence {
		result.Evidence = append(result.Evidence, Evidence{
			Path: evidence.Path, Resource: evidence.Of, Object: objectOf(cluster.Resource.ID, view, evidence.Object),
			Value: evidence.Value, Absent: evidence.Absent, Short: brief(evidence.Value, rule),
		})
	}
	switch judged.Verdict {
	case model.Fail:
		result.Severity = judged.Severity
		result.Reason = sentence(finding.Says, finding.Reason)
		result.waive(&finding)
		plans, err := c.Inspection.PlansInside(cluster, ref, judged.rule, c.Shell, nil)
		if err != nil {
			plans = nil
		}
		c.mend(&result, judged.rule, plans)
	case model.Pending:
		result.Verdict = model.CouldNotRead
		result.Reason = c.unread(rule, view.Reads)
	}
	return result
}

// insideGaps tells which kinds inside a cluster could not be read, by name.
func (c *collector) insideGaps(coverage *Coverage, cluster *store.Cluster) {
	inside := cluster.Inside
	if inside == nil {
		return
	}
	what := "in cluster " + cluster.Resource.ID.Name()
	if inside.Problem != nil {
		coverage.add("what runs "+what, inside.Problem.Error())
		return
	}
	var kinds []string
	for _, kind := range model.ObjectKinds {
		coverage.Resources += len(inside.View.Objects[kind.Kind])
		read := inside.View.Reads[kind.Kind]
		switch why := whyUnread(read, nil); {
		case why == "" || !c.joined(kind.Kind):
		case strings.HasPrefix(why, evidence.NotInFiles): // one line for all: each says how to save it
			kinds = append(kinds, string(kind.Kind))
		default:
			coverage.add(string(kind.Kind)+" objects "+what, why)
		}
	}
	if len(kinds) > 0 {
		coverage.add(strings.Join(kinds, ", ")+" objects "+what, evidence.NotInFiles+": save what kubectl get prints of them, see docs/evidence.md")
	}
}
