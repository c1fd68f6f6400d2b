package e2e

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// kept is what a Secret holds that somebody is after, as answers show it.
var kept = base64.StdEncoding.EncodeToString([]byte("opens the door"))

// hides has a Secret in the namespace.
func hides(s *stage) {
	s.makes("/api/v1/namespaces/"+s.namespace+"/secrets", map[string]any{
		"metadata": map[string]any{"name": "door"}, "data": map[string]string{"key": kept},
	})
}

// shows returns an error where an answer does not show what the Secret holds.
func shows(out string, err error) error {
	if err == nil && !strings.Contains(out, kept) {
		return fmt.Errorf("the Secret does not show: %s", out)
	}
	return err
}

// secretRows are about Secrets.
var secretRows = []escalation{
	{
		id: "R04", does: "get", to: "secrets", before: hides,
		rights: []right{wide("get", "core/secrets")}, near: []right{wide("get", "core/configmaps"), wide("update create", "core/secrets")},
		act: func(_ *stage, a *actor) error { return shows(a.run("get", "secret", "door", "--output", "json")) },
	},
	{
		id: "R04", does: "patch", to: "secrets", before: hides,
		rights: []right{wide("patch", "core/secrets")}, near: []right{wide("update create", "core/secrets")},
		act: func(_ *stage, a *actor) error {
			return shows(a.patches(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"door","labels":{"by":"` + a.name + `"}}}`))
		},
	},
	{
		id: "R05", does: "list", to: "secrets", before: hides,
		rights: []right{wide("list", "core/secrets")}, near: []right{wide("list", "core/configmaps")},
		act: func(_ *stage, a *actor) error { return shows(a.run("get", "secrets", "--output", "json")) },
	},
	{
		id: "R05", does: "deletecollection", to: "secrets", before: hides,
		rights: []right{wide("deletecollection", "core/secrets")}, near: []right{wide("delete", "core/secrets")},
		act: func(_ *stage, a *actor) error {
			return shows(a.run("delete", "--raw", "/api/v1/namespaces/"+a.at+"/secrets?dryRun=All"))
		},
		after: func(s *stage, _ *actor) {
			_, err := s.admin.Run(s.Context(), "", "get", "secret", "door", "--namespace", s.namespace)
			require.NoError(s, err, "nothing was deleted")
		},
	},
	{
		id: "R06", to: "secrets", before: hides,
		rights: []right{wide("watch", "core/secrets")}, near: []right{wide("watch", "core/configmaps")},
		act: func(_ *stage, a *actor) error {
			return shows(a.run("get", "--raw", "/api/v1/namespaces/"+a.at+"/secrets?watch=true&timeoutSeconds=1"))
		},
	},
	{
		id: "R07", to: "cluster-admin", keeper: true,
		rights: []right{here("create", "core/secrets"), here("get", "core/secrets")},
		act: func(s *stage, a *actor) error {
			name := "token-for-" + a.name
			err := a.creates(`{"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/service-account-token",
				"metadata":{"name":"` + name + `","annotations":{"kubernetes.io/service-account.name":"keeper"}}}`)
			if err != nil {
				return err
			}
			require.NoError(s, s.server.FillToken(s.Context(), a.at, name))
			return a.does("get", "secret", name)
		},
		after: func(s *stage, a *actor) {
			out, err := a.run("get", "secret", "token-for-"+a.name, "--output", "jsonpath={.data.token}")
			require.NoError(s, err)
			token, err := base64.StdEncoding.DecodeString(out)
			require.NoError(s, err)
			s.everything(string(token))
			assert.NotEmpty(s, token)
		},
	},
}
