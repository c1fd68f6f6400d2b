package page

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/ui/action"
)

func TestQuestionsGoOnFromWhatIsTyped(t *testing.T) {
	s, cluster := insideStage(t, openShop, 120, 36)
	ask := func(text string) (asks []string, all int) {
		Questions(s.context.Snapshot, cluster, text, func(_, _, ask string) {
			all++
			if ask != "" {
				asks = append(asks, ask)
			}
		})
		return asks, all
	}
	asks, all := ask("")
	assert.Contains(t, asks, "pull the admin kubeconfig")
	assert.Greater(t, all, len(asks), "verbs, of which each needs a resource")
	asks, _ = ask("get sec")
	assert.Equal(t, []string{"get secrets"}, asks)
	asks, _ = ask("get secrets ")
	assert.Contains(t, asks, "get secrets *")
	assert.Contains(t, asks, "get secrets shop")
	asks, _ = ask("list pods/e")
	assert.Equal(t, []string{"list pods/ephemeralcontainers", "list pods/exec"}, asks)
	asks, _ = ask("no such verb at all ever")
	assert.Empty(t, asks)
	assert.Equal(t, "get ", Unfinished("get"+more))
}

func TestFromAnAnswerToWhoItIs(t *testing.T) {
	s, cluster := insideStage(t, openShop, 120, 36)
	s.open(Address{Kind: WhoCan, ID: cluster, Part: "list secrets *"})
	s.send(Filtered{"shop/web"}).do(action.Open)
	assert.Contains(t, s.frame(), "to cluster-admin in 1 step")
	s.open(Address{Kind: WhoCan, ID: cluster, Part: "frobnicate"})
	assert.Contains(t, s.frame(), "is no question")
}
