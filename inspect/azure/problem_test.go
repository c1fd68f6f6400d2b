package azure

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

func TestRefusalsNameTheRole(t *testing.T) {
	f := serve(t, answers(twoSubscriptions, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			reply(w, http.StatusOK, `{"data":[]}`)
			return
		}
		replyError(w, http.StatusForbidden, "AuthorizationFailed", "The client does not have authorization.")
	}))
	requireComplete(t, f.read(t, estate), estate)
	for _, test := range []struct {
		scope    source.Scope
		what, do string
	}{
		{
			source.Scope{Breadth: source.Subscription, ID: model.SubscriptionID(subB)},
			"You may not read the clusters of the subscription partner-hub", "ask for the role Reader on the subscription partner-hub",
		},
		{
			source.Scope{Breadth: source.Cluster, ID: model.ID(clusterID(subB, "c1"))},
			"You may not read the cluster c1", "ask for the role Reader on the subscription partner-hub",
		},
		{
			source.Scope{Breadth: source.Children, ID: model.ID(clusterID(subB, "c1")), Kind: model.KindDiagnosticSetting},
			"You may not read the diagnostic settings of the cluster c1", "ask for the role Monitoring Reader on the subscription partner-hub",
		},
		{
			source.Scope{Breadth: source.Children, ID: model.ID(clusterID(subB, "c1")), Kind: model.KindDeploymentSafeguards},
			"You may not read the deployment safeguards of the cluster c1", "ask for the role Reader on the subscription partner-hub",
		},
	} {
		problem := requireFailed(t, f.read(t, test.scope), test.scope)
		assert.True(t, problem.Refused)
		assert.Equal(t, test.what, problem.What)
		assert.Equal(t, test.do, problem.Do)
		assert.ErrorContains(t, problem.Err, "403 Forbidden AuthorizationFailed")
	}
	assert.Empty(t, f.clock.waited(), "a refusal is not tried again")
}

func TestAnswersInPlainWords(t *testing.T) {
	for _, test := range []struct {
		name   string
		status int
		code   string
		text   string
		what   string
		do     string
	}{
		{"an expired sign-in", 401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time.", "does not accept the sign-in (ExpiredAuthenticationToken)", "az login"},
		{
			"the wrong tenant", 401, "InvalidAuthenticationTokenTenant",
			"The access token is from the wrong issuer 'https://sts.windows.net/11111111-1111-1111-1111-111111111111/'. It must match the tenant 'https://sts.windows.net/22222222-2222-2222-2222-222222222222/' associated with this subscription.",
			"belongs to the tenant 11111111-1111-1111-1111-111111111111", "az login --tenant 22222222-2222-2222-2222-222222222222",
		},
		{"not found", 404, "SubscriptionNotFound", "The subscription could not be found.", "Azure does not find the clusters of the subscription", "deleted"},
		{"an outage", 500, "InternalServerError", "Oops.", "Azure failed to answer", "status.azure.com"},
		{"a bad request", 400, "BadRequest", "The filter is wrong. More text.", "rejected the request", "The filter is wrong"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := serve(t, func(w http.ResponseWriter, r *http.Request) { replyError(w, test.status, test.code, test.text) })
			problem := requireFailed(t, f.read(t, subscriptionA), subscriptionA)
			assert.Contains(t, problem.What, test.what)
			assert.Contains(t, problem.Do, test.do)
			assert.False(t, problem.Refused)
		})
	}
}

func TestResponseErrorsFromEachEnvelope(t *testing.T) {
	for body, text := range map[string]string{
		`{"error":{"code":"A","message":"b"}}`:                                        "GET /subscriptions: 400 Bad Request A: b",
		`{"code":"A","message":"b"}`:                                                  "GET /subscriptions: 400 Bad Request A: b",
		`{"error":{"code":"A","message":"b","details":[{"code":"C","message":"d"}]}}`: "GET /subscriptions: 400 Bad Request A: b d",
		`<html>`:          "GET /subscriptions: 400 Bad Request",
		``:                "GET /subscriptions: 400 Bad Request",
		`{"error":"odd"}`: "GET /subscriptions: 400 Bad Request",
	} {
		f := serve(t, func(w http.ResponseWriter, r *http.Request) { reply(w, http.StatusBadRequest, body) })
		assert.EqualError(t, requireFailed(t, f.read(t, estate), estate).Err, text, body)
	}
}

func TestSignInProblems(t *testing.T) {
	for _, test := range []struct {
		name, how, tenant, err string
		what, do               string
	}{
		{"expired", authCLI, "contoso.example", "AzureCLICredential: ERROR: AADSTS700082: The refresh token has expired due to inactivity.", "expired or is missing", "az login --tenant contoso.example"},
		{"never signed in", authCLI, "", "AzureCLICredential: ERROR: Please run 'az login' to setup account.", "expired or is missing", "az login"},
		{"no az", authCLI, "", "AzureCLICredential: executable not found on path", "not installed", "--auth browser"},
		{
			"claims", authCLI, "", "AzureCLICredential.GetToken(): Azure CLI requires multifactor authentication or additional claims. Run this command then retry the operation: az login --tenant t --claims-challenge eyJhIjoiYiJ9",
			"stronger sign-in", "az login --tenant t --claims-challenge eyJhIjoiYiJ9",
		},
		{"factors", authCLI, "", "AADSTS50076: Due to a configuration change you must use multi-factor authentication", "multi-factor", "az login"},
		{"wrong tenant", authCLI, "t", "AADSTS50020: User account does not exist in tenant", "does not belong to the tenant", "az login --tenant t"},
		{"else", authCLI, "", "something odd\nsecond line", "gave no token: something odd", "az login"},
		{"environment", authEnvironment, "", "EnvironmentCredential: missing", "Signing in with environment failed", "AZURE_CLIENT_ID"},
		{"workload", authWorkload, "", "no file", "Signing in with workload failed", "AZURE_FEDERATED_TOKEN_FILE"},
		{"managed", authManaged, "", "no IMDS", "Signing in with managed failed", "managed identity"},
		{"device", authDevice, "", "code expired", "Signing in with device failed", "--auth browser"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := serve(t, nil, func(opts *Options) {
				opts.Credential = stubCredential{err: errors.New(test.err)}
				opts.Auth, opts.Tenant = test.how, test.tenant
			})
			problem := requireFailed(t, f.read(t, subscriptionA), subscriptionA)
			assert.Contains(t, problem.What, test.what)
			assert.Contains(t, problem.Do, test.do)
			assert.Empty(t, f.clock.waited())
			assert.Empty(t, f.asked())
		})
	}
	f := serve(t, nil, func(opts *Options) { opts.Credential = stubCredential{err: context.DeadlineExceeded} })
	assert.Contains(t, requireFailed(t, f.read(t, subscriptionA), subscriptionA).What, "took too long")
}

func TestATokenThatIsNoJWTWorks(t *testing.T) {
	for _, token := range []string{"", "demo", "a.b.c", "a.!.c", "h." + "bm90anNvbg" + ".s"} {
		_, err := decodeClaims(token)
		require.Error(t, err, token)
	}
}
