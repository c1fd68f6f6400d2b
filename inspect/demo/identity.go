package demo

import (
	"context"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/aksight/aksight/inspect/source"
)

// Who looks at the demo.
const (
	userName     = "ana@" + tenantDomain
	userObjectID = "1a7d3b90-5c24-4e6f-8f1b-c05e92ad7461"
)

// Identity is who looks at the demo: the user and the tenant of the story.
func Identity() source.Identity {
	return source.Identity{Mode: source.Demo, User: userName, Tenant: tenantDomain, Cloud: "AzureCloud"}
}

// Credential returns a credential whose token means nothing anywhere else.
func Credential() azcore.TokenCredential { return credential{} }

type credential struct{}

// GetToken returns the demo's token.
func (credential) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "demo", ExpiresOn: time.Now().Add(24 * time.Hour)}, nil
}
