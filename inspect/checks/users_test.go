package checks_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/checks"
	"github.com/aksight/aksight/inspect/object/objecttest"
	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// The user that a container runs as is the pod's word, since images are not looked into.
func TestWhoContainersRunAs(t *testing.T) {
	t.Parallel()
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	_, at := catalogue.Find("AKS-WL-012")
	for name, c := range map[string]struct {
		pod, container, status string
		want                   model.Verdict
		says                   string
	}{
		"nothing is said":             {"{}", "{}", "{}", model.Fail, "one may run as root"},
		"root, as the kubelet tells":  {"{}", "{}", "{linux: {uid: 0, gid: 0}}", model.Fail, "one runs as root"},
		"another, by its image":       {"{}", "{}", "{linux: {uid: 65532, gid: 0}}", model.Fail, "one may run as root"},
		"root by name":                {"{runAsNonRoot: true}", "{runAsUser: 0}", "{}", model.Fail, "one runs as root"},
		"the container's word counts": {"{runAsNonRoot: true}", "{runAsNonRoot: false}", "{}", model.Fail, "one may run as root"},
		"the pod's word":              {"{runAsNonRoot: true}", "{}", "{}", model.Pass, ""},
		"a user of its own":           {"{runAsUser: 0}", "{runAsUser: 1000}", "{}", model.Pass, ""},
		"the pod's user":              {"{runAsUser: 1000}", "{}", "{}", model.Pass, ""},
		"refused, though of root":     {"{runAsUser: 0}", "{runAsNonRoot: true}", "{}", model.Fail, "one runs as root"},
	} {
		view := objecttest.View(t, fmt.Sprintf(`
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {securityContext: %s, containers: [{name: one, image: x, securityContext: %s}]}
status: {phase: Running, containerStatuses: [{name: one, user: %s}]}
`, c.pod, c.container, c.status), nil)
		ref := model.Ref{Kind: model.KindPod, Namespace: "shop", Name: "web"}
		finding, err := catalogue.ExplainInside(at, view, ref, rules.Env{Now: objecttest.ReadAt, Checks: checks.All()})
		require.NoError(t, err, name)
		assert.Equal(t, c.want, finding.Verdict, name)
		if c.want == model.Fail {
			assert.Equal(t, c.says, finding.Says, name)
		}
	}
}
