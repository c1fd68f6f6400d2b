package access_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/access"
)

func TestQuestionsAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]access.Question{
		"pods":                   {Resource: "pods"},
		"pod":                    {Resource: "pods"},
		"po/exec":                {Resource: "pods", Subresource: "exec"},
		"Secrets":                {Resource: "secrets"},
		"deploy":                 {Group: "apps", Resource: "deployments"},
		"deployments.apps/scale": {Group: "apps", Resource: "deployments", Subresource: "scale"},
		"widgets.example.com":    {Group: "example.com", Resource: "widgets"},
		"clusterrolebindings":    {Group: "rbac.authorization.k8s.io", Resource: "clusterrolebindings"},
		"serviceaccounts/token":  {Resource: "serviceaccounts", Subresource: "token"},
		"lease":                  {Group: "coordination.k8s.io", Resource: "leases"},
		"/metrics":               {Path: "/metrics"},
		"*":                      {Group: "*", Resource: "*"},
	} {
		want.Verb = "get"
		q, err := access.Ask("GET", text)
		require.NoError(t, err, text)
		assert.Equal(t, want, q, text)
	}
	_, err := access.Ask("get", "widgets")
	assert.ErrorContains(t, err, "widgets.GROUP")
	_, err = access.Ask("", "pods")
	assert.Error(t, err)
}

func TestSubjectsAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]access.Subject{
		"user:ana@marigold.example":           {Kind: access.User, Name: "ana@marigold.example"},
		"user:system:serviceaccount:shop:web": account("shop", "web"),
		"group:system:masters":                {Kind: access.Group, Name: "system:masters"},
		"sa:shop/web":                         account("shop", "web"),
		"oid:8a1f":                            {Kind: access.User, Name: "8a1f"},
	} {
		s, err := access.Parse(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, s, text)
	}
	for _, bad := range []string{"ana", "user:", "sa:web", "sa:/web", "system:masters", "robot:x"} {
		_, err := access.Parse(bad)
		assert.Error(t, err, bad)
	}
}
