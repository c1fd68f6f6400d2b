package page

import (
	"fmt"

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
		finding, err := in.ExplainInside(cluster, ref, rule)
		if err != nil {
			return nil, fmt.Errorf("what was found on %s cannot be shown: %w", ref, err)
		}
		findings = append(findings, finding)
	}
	return findings, nil
}
