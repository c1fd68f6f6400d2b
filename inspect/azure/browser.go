package azure

import (
	"context"
	"io"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	open "github.com/pkg/browser"
)

// browser signs in through the web browser, and says so while it waits.
type browser struct {
	*azidentity.InteractiveBrowserCredential
	ask func(string)
}

func (s *signIn) newBrowser(client policy.ClientOptions) (azcore.TokenCredential, error) {
	quietBrowser()
	credential, err := azidentity.NewInteractiveBrowserCredential(&azidentity.InteractiveBrowserCredentialOptions{
		ClientOptions: client, TenantID: s.tenant,
		// The first token is asked for below, after saying so.
		DisableAutomaticAuthentication: true,
	})
	if err != nil {
		return nil, err
	}
	return &browser{InteractiveBrowserCredential: credential, ask: s.ask}, nil
}

// GetToken opens the browser where no earlier sign-in will do.
func (b *browser) GetToken(ctx context.Context, opts policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := b.InteractiveBrowserCredential.GetToken(ctx, opts)
	var required *azidentity.AuthenticationRequiredError
	if !as(err, &required) {
		return token, err
	}
	b.ask("Sign in in the web browser that opened")
	if _, err := b.Authenticate(ctx, &required.TokenRequestOptions); err != nil {
		b.ask("")
		return azcore.AccessToken{}, err
	}
	return b.InteractiveBrowserCredential.GetToken(ctx, opts)
}

var quietOnce sync.Once

// quietBrowser keeps the program that opens the browser from writing onto the screen.
func quietBrowser() {
	quietOnce.Do(func() {
		open.Stdout, open.Stderr = io.Discard, io.Discard
	})
}
