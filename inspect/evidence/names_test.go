package evidence

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// identifier finds the members that conditions and evidence name.
var identifier = regexp.MustCompile(`\.\??([A-Za-z][A-Za-z0-9]*)|\['([A-Za-z0-9-]+)'\]`)

// untouched are names that pass the Azure CLI as they are: keys of an add-on's own
// settings, and values that conditions look for.
var untouched = map[string]bool{"useAADAuth": true, "logAnalyticsWorkspaceResourceID": true, "cluster-autoscaler": true}

// TestRulesReadNamesThatComeBack checks that each member which a rule reads keeps its
// name on the way through the Azure CLI: else a rule would pass on what it cannot see.
func TestRulesReadNamesThatComeBack(t *testing.T) {
	t.Parallel()
	catalogue, err := rules.Embedded()
	require.NoError(t, err)
	checked := 0
	for _, rule := range catalogue.Rules() {
		if rule.Subject != model.KindCluster && rule.Subject != model.KindPool {
			continue
		}
		texts := append([]string{rule.Fails}, rule.Evidence...)
		for _, applies := range rule.Applies {
			texts = append(texts, applies.When)
		}
		for _, worse := range rule.Worse {
			texts = append(texts, worse.When)
		}
		for _, text := range texts {
			for _, match := range identifier.FindAllStringSubmatch("."+text, -1) {
				name := match[1] + match[2]
				printed := cliName(name)
				if printed == name || untouched[name] {
					continue
				}
				under := ""
				if name == "tenantID" {
					under = "aadProfile"
				}
				checked++
				assert.Equal(t, name, spell(printed, under), "%s reads %s, which the Azure CLI prints as %s", rule.ID, name, printed)
			}
		}
	}
	assert.Greater(t, checked, 20)
}
