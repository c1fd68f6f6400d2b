package azure

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	open "github.com/pkg/browser"
)

// asking is a credential that needs the user the first time.
type asking interface {
	azcore.TokenCredential
	Authenticate(context.Context, *policy.TokenRequestOptions) (azidentity.AuthenticationRecord, error)
}

// interactive asks the user only where no earlier sign-in will do, and notes who
// signed in, so that the next start need not ask.
type interactive struct {
	asking
	// before is called before the user is asked.
	before func()
	file   string
}

// GetToken gets a token, asking the user where it must.
func (i *interactive) GetToken(ctx context.Context, opts policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := i.asking.GetToken(ctx, opts)
	var required *azidentity.AuthenticationRequiredError
	if !as(err, &required) {
		return token, err
	}
	i.before()
	record, err := i.Authenticate(ctx, &opts)
	if err != nil {
		return azcore.AccessToken{}, err
	}
	// Not being able to note it costs one more sign-in at the next start.
	_ = saveRecord(i.file, record)
	return i.asking.GetToken(ctx, opts)
}

func (s *signIn) newDevice(client policy.ClientOptions, file string) (azcore.TokenCredential, error) {
	record, tokens := earlier(file)
	credential, err := azidentity.NewDeviceCodeCredential(&azidentity.DeviceCodeCredentialOptions{
		ClientOptions: client, TenantID: s.tenant,
		AuthenticationRecord: record, Cache: tokens, DisableAutomaticAuthentication: true,
		// The SDK's own prompt writes onto the screen.
		UserPrompt: func(_ context.Context, message azidentity.DeviceCodeMessage) error {
			s.ask(message.Message)
			return nil
		},
	})
	if err != nil {
		return nil, err
	}
	return &interactive{asking: credential, before: func() {}, file: file}, nil
}

func (s *signIn) newBrowser(client policy.ClientOptions, file string) (azcore.TokenCredential, error) {
	quietBrowser()
	record, tokens := earlier(file)
	credential, err := azidentity.NewInteractiveBrowserCredential(&azidentity.InteractiveBrowserCredentialOptions{
		ClientOptions: client, TenantID: s.tenant,
		AuthenticationRecord: record, Cache: tokens, DisableAutomaticAuthentication: true,
	})
	if err != nil {
		return nil, err
	}
	return &interactive{asking: credential, before: func() { s.ask("Sign in in the web browser that opened") }, file: file}, nil
}

var quietOnce sync.Once

// quietBrowser keeps the program that opens the browser from writing onto the screen.
func quietBrowser() {
	quietOnce.Do(func() { open.Stdout, open.Stderr = io.Discard, io.Discard })
}

// earlier returns who signed in before, and the system's store of tokens. Without a
// file or such a store the user signs in at each start.
func earlier(file string) (azidentity.AuthenticationRecord, azidentity.Cache) {
	var record azidentity.AuthenticationRecord
	if file == "" {
		return record, azidentity.Cache{}
	}
	tokens, err := systemTokens()
	if err != nil {
		return record, azidentity.Cache{}
	}
	if text, err := os.ReadFile(file); err == nil && json.Unmarshal(text, &record) != nil {
		record = azidentity.AuthenticationRecord{}
	}
	return record, tokens
}

// saveRecord notes who signed in. It holds names, and no token.
func saveRecord(file string, record azidentity.AuthenticationRecord) error {
	if file == "" {
		return nil
	}
	text, err := json.Marshal(record)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}
