package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/export"
	"github.com/aksight/aksight/ui/page"
)

func TestTheExplorerBeginsWithWhatWasAskedFor(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.WriteFile(file, []byte(`
current-context: lab
contexts: [{name: lab, context: {cluster: lab, user: me}}, {name: shop, context: {cluster: lab, user: me}}]
clusters: [{name: lab, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: me, user: {token: x}}]
`), 0o600))
	inside := func(name string) page.Address {
		return page.Address{Kind: page.Cluster, ID: model.KubeconfigID(name), Tab: "inside"}
	}
	for name, tt := range map[string]struct {
		context string
		chosen  export.Selection
		want    page.Address
	}{
		"nothing":             {},
		"a context":           {context: "shop", want: inside("shop")},
		"the current context": {context: currentContext, want: inside("lab")},
		"an unknown context":  {context: "gone"},
		"a filter":            {context: "shop", chosen: export.Selection{Rules: []string{"AKS-WL-001"}}, want: page.Address{Kind: page.Findings, Tab: "all", Filter: "rule:=AKS-WL-001"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := &program{}
			p.kubeconfig, p.context = file, tt.context
			assert.Equal(t, tt.want, p.begin(&tt.chosen))
		})
	}
}
