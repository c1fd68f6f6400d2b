package rules

import (
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

// isPreview reports whether an api-version is a preview one.
func isPreview(version string) bool { return strings.HasSuffix(version, "-preview") }

// deciding returns the subject that tells of a rule's properties: for a rule on a
// preview-only property that the document lacks it is the same cluster, or the same
// node pool, as a preview api-version shows it. Stop is set where that was not read.
func (p *program) deciding(s model.Subject) (deciding model.Subject, stop *outcome) {
	if !p.rule.Preview || !p.fails.Absent(s) || isPreview(s.Cluster.APIVersion) {
		return s, nil
	}
	if stop := wasRead(model.KindClusterPreview, s); stop != nil {
		return s, stop
	}
	documents := s.Children[model.KindClusterPreview]
	if len(documents) == 0 {
		version := s.Cluster.APIVersion
		if version == "" {
			version = "one that the source does not tell"
		}
		failed := couldNotRead("only preview api-versions of AKS carry the property; the document was read with %s", version)
		return s, &failed
	}
	preview := s
	preview.Cluster = documents[0]
	if s.Pool < 0 {
		return preview, nil
	}
	name := document.Text(s.PoolTree(), "name")
	preview.Pool = slices.IndexFunc(preview.Cluster.PoolTrees(), func(pool map[string]any) bool {
		return document.Text(pool, "name") == name
	})
	if preview.Pool < 0 {
		failed := couldNotRead("the document in the preview api-version does not tell of this node pool; read the cluster again")
		return s, &failed
	}
	return preview, nil
}
