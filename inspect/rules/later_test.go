package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/rules"
	"github.com/aksight/aksight/model"
)

// families are the catalogue's families of checks and how many each has.
var families = map[string]int{
	"IAM": 17, "NET": 27, "NODE": 17, "UPG": 12, "DATA": 10, "GOV": 6, "MON": 13, "REG": 20, "ADD": 6, "REL": 7,
	"WL": 76,
}

// Every check of the catalogue has its place: it is here, or it is named with what it
// still needs to read.
func TestEveryCheckIsHereOrComesLater(t *testing.T) {
	later, err := rules.Later()
	require.NoError(t, err)
	catalogue := embedded(t)
	state := map[string]string{}
	for _, rule := range catalogue.Rules() {
		state[rule.ID] = "here"
	}
	for _, coming := range later {
		assert.Empty(t, state[coming.ID], "%s is here: take it out of later.yaml", coming.ID)
		state[coming.ID] = "later"
		assert.NotEmpty(t, coming.Title, coming.ID)
		assert.NotEmpty(t, coming.Needs, coming.ID)
		assert.NotRegexp(t, `\.$`, coming.Title+coming.Needs, coming.ID)
	}
	total := 0
	for family, count := range families {
		for n := 1; n <= count; n++ {
			id := fmt.Sprintf("AKS-%s-%03d", family, n)
			assert.NotEmpty(t, state[id], "%s is neither in the catalogue nor in later.yaml", id)
			delete(state, id)
			total++
		}
	}
	assert.Equal(t, 211, total)
	assert.Empty(t, state, "these belong to no family: count it up in families")
}

func TestComingChecksStandUnderTheirTopic(t *testing.T) {
	later, err := rules.Later()
	require.NoError(t, err)
	catalogue := embedded(t)
	for _, coming := range later {
		if strings.HasPrefix(coming.ID, "AKS-WL-") {
			continue // what runs in clusters has a place under every topic
		}
		prefix := coming.ID[:strings.LastIndexByte(coming.ID, '-')]
		at := slices.IndexFunc(catalogue.Rules(), func(r *model.Rule) bool { return strings.HasPrefix(r.ID, prefix+"-") })
		require.GreaterOrEqual(t, at, 0, coming.ID)
		assert.Equal(t, catalogue.Rules()[at].Topic, coming.Topic, coming.ID)
	}
}
