package rules

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/model"
)

func TestWhatIsJudgedAlikeIsOneList(t *testing.T) {
	var lists alike
	judged := func(at int, as model.Judged) []model.Judged {
		return lists.of(3, func(judged []model.Judged) {
			assert.Equal(t, make([]model.Judged, 3), judged, "it begins empty")
			judged[at] = as
		})
	}
	high, low := model.Judged{Verdict: model.Fail, Severity: model.High}, model.Judged{Verdict: model.Fail, Severity: model.Low}
	first := judged(1, high)
	assert.Equal(t, []model.Judged{{}, high, {}}, first)
	assert.Same(t, &first[0], &judged(1, high)[0])
	assert.Equal(t, []model.Judged{{}, low, {}}, judged(1, low), "another severity is another list")
	assert.Equal(t, []model.Judged{{}, {}, high}, judged(2, high))
	assert.Equal(t, []model.Judged{{}, high, {}}, first, "and changes none")
}

func TestListsToShareAreLimited(t *testing.T) {
	var lists alike
	for n := range 2 * mostAlike {
		judged := lists.of(16, func(judged []model.Judged) {
			for bit := range judged {
				judged[bit].Verdict = model.Verdict(n >> bit & 1)
			}
		})
		assert.Equal(t, model.Verdict(n&1), judged[0].Verdict)
	}
	assert.Len(t, lists.lists, mostAlike)
}
