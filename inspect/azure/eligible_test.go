package azure

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Where none of the wanted subscriptions may be read, Resource Graph rejects the
// query; that is no failure of the estate, since each list tells its own refusal.
func TestNoEligibleSubscriptionIsLeftToTheLists(t *testing.T) {
	rejected := func(cause string) error {
		e := &responseError{Status: http.StatusBadRequest, Code: "BadRequest", Message: "Please provide below info"}
		e.detail([]detail{{Code: cause, Message: "the cause"}})
		assert.Equal(t, "the cause", e.Message)
		return e
	}
	assert.True(t, noneEligible(rejected("NoValidSubscriptionsInQueryRequest")))
	assert.False(t, noneEligible(rejected("InvalidQuery")))
	assert.False(t, noneEligible(nil))
}
