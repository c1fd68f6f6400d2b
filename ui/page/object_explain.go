package page

import (
	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// explainObject explains what each rule says of an object: those that fail, and those
// that could not be read. It takes milliseconds: call it in a command.
func explainObject(in *inspect.Inspection, cluster *store.Cluster, ref model.Ref) ([]model.Finding, error) {
	if cluster.Inside == nil {
		return nil, nil
	}
	judgement := judgementOf(cluster.Inside, ref)
	if judgement == nil {
		return nil, nil
	}
	var findings []model.Finding
	for rule, judged := range judgement.Judged {
		if !wrong(judged) {
			continue
		}
		finding, err := explainInside(in, cluster, ref, rule, judged)
		if err != nil {
			return nil, err
		}
		findings = append(findings, finding)
	}
	return findings, nil
}

// explainInside says why a rule judges an object as it does.
func explainInside(_ *inspect.Inspection, cluster *store.Cluster, ref model.Ref, rule int, judged model.Judged) (model.Finding, error) {
	return model.Finding{Cluster: cluster.Resource.ID, Verdict: judged.Verdict, Severity: judged.Severity, Waived: judged.Waived, Part: ref.String()}, nil
}
