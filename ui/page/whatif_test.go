package page

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/ui/action"
)

func TestWhatWouldGoWithWhatARowTells(t *testing.T) {
	s, cluster := insideStage(t, openShop, 160, 41)
	for name, c := range map[string]struct {
		at     Address
		filter string
		holds  []string
	}{
		"a binding": {
			Address{Kind: Access, ID: cluster}, "shop/web", []string{
				"If this went: ClusterRoleBinding web-does-all (whole cluster) of shop/web. It is a preview: nothing is changed.",
				"service account shop/web", "no longer gets to cluster-admin", "loses: May do everything in the whole cluster", "runs as it: Pod shop/web-0",
			},
		},
		"a role assignment, or local accounts": {
			Address{Kind: Access, ID: cluster}, "ci@marigold.example kubeconfig", []string{
				"Without the role assignment", "Without local accounts", "user ci@marigold.example", "loses: Fetches the admin kubeconfig",
			},
		},
		"a member of a group": {
			Address{Kind: Holder, ID: cluster, Part: "user:ana@marigold.example"}, "everything", []string{
				"Without the binding", "Out of the group",
			},
		},
		"a right": {
			Address{Kind: WhoCan, ID: cluster, Part: "list secrets *"}, "shop/web", []string{"ClusterRoleBinding web-does-all"},
		},
		"a step": {
			Address{Kind: Ways, ID: cluster, Part: "cluster-admin"}, "ana@marigold.example", []string{
				"If this went: ana@marigold.example in the group sg-platform", "no longer gets to cluster-admin",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.open(c.at)
			s.send(Filtered{c.filter}).do(action.Preview)
			frame := s.frame()
			for _, text := range c.holds {
				assert.Contains(t, frame, text)
			}
			s.context.effects = nil
			before := len(s.pages)
			s.do(action.Preview)
			assert.Len(t, s.pages, before-1, "the same key goes back")
		})
	}
}

func TestWhatIfSomethingIsGoneAlready(t *testing.T) {
	s, cluster := insideStage(t, openShop, 80, 20)
	s.open(Address{Kind: WhatIf, ID: cluster, Part: "binding=ClusterRoleBinding//nobody-has-it"})
	assert.Contains(t, s.frame(), "what would be taken away is not there any more")
	s.open(Address{Kind: WhatIf, ID: cluster, Part: takeLocal})
	assert.Contains(t, s.frame(), "Admin certificates that were handed out before stay good")
	s.open(Address{Kind: WhatIf, ID: cluster})
	assert.Contains(t, s.frame(), "not there any more")
}

// A membership in a group that holds a group is that in the inner one.
func TestAMembershipIsTheDirectOne(t *testing.T) {
	s, cluster := insideStage(t, openShop, 160, 41)
	s.open(Address{Kind: Holder, ID: cluster, Part: "user:ana@marigold.example"})
	s.send(Filtered{"everything"}).do(action.Preview, action.NextTab)
	assert.Contains(t, s.frame(), "If this went: ana@marigold.example in the group sg-platform. It is a preview")
}
