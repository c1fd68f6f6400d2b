package azure

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/aksight/aksight/inspect/source"
)

// signIn hands out tokens and learns from them who signed in.
type signIn struct {
	credential azcore.TokenCredential
	how        string
	tenant     string
	prompt     func(string)

	mu  sync.Mutex
	who source.Identity
}

// signInError is a failure to get a token.
type signInError struct {
	how    string
	tenant string
	err    error
}

func (e *signInError) Error() string { return e.err.Error() }
func (e *signInError) Unwrap() error { return e.err }

// NonRetriable tells the pipeline that a credential has tried enough by itself.
func (*signInError) NonRetriable() {}

func newSignIn(opts Options, config cloudConfig, client *http.Client) (*signIn, error) {
	tenant := opts.Tenant
	if tenant == "" && opts.Auth != authCLI && opts.Auth != "" {
		tenant = os.Getenv("AZURE_TENANT_ID")
	}
	s := &signIn{
		credential: opts.Credential,
		how:        opts.Auth,
		tenant:     tenant,
		prompt:     opts.Prompt,
		who:        source.Identity{Mode: source.Live, Tenant: tenant, Cloud: config.name},
	}
	if s.how == "" {
		s.how = authCLI
	}
	if s.credential != nil {
		return s, nil
	}
	credential, err := s.newCredential(policy.ClientOptions{
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: config.login},
		Telemetry: policy.TelemetryOptions{Disabled: true},
		Transport: client,
	}, opts.SignInFile)
	if err != nil {
		return nil, fmt.Errorf("sign-in with %s: %w", s.how, err)
	}
	s.credential = credential
	return s, nil
}

// The ways to sign in.
const (
	authCLI         = "cli"
	authEnvironment = "environment"
	authWorkload    = "workload"
	authManaged     = "managed"
	authDevice      = "device"
	authBrowser     = "browser"
)

func (s *signIn) newCredential(client policy.ClientOptions, file string) (azcore.TokenCredential, error) {
	switch s.how {
	case authCLI:
		return azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: s.tenant})
	case authEnvironment:
		return azidentity.NewEnvironmentCredential(&azidentity.EnvironmentCredentialOptions{ClientOptions: client})
	case authWorkload:
		return azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
			ClientOptions: client, TenantID: s.tenant,
		})
	case authManaged:
		options := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: client}
		if id := os.Getenv("AZURE_CLIENT_ID"); id != "" {
			options.ID = azidentity.ClientID(id)
		}
		return azidentity.NewManagedIdentityCredential(options)
	case authDevice:
		return s.newDevice(client, file)
	case authBrowser:
		return s.newBrowser(client, file)
	default:
		return nil, errors.New("there is no such way: use cli, environment, workload, managed, device or browser")
	}
}

// GetToken gets a token and learns from it.
func (s *signIn) GetToken(ctx context.Context, opts policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := s.credential.GetToken(ctx, opts)
	if err != nil {
		s.ask("")
		return token, &signInError{how: s.how, tenant: s.tenant, err: err}
	}
	s.learn(token.Token)
	return token, nil
}

// ask shows what the user must do, on the screen and in Identity; an empty message
// takes it back.
func (s *signIn) ask(message string) {
	s.mu.Lock()
	s.who.Prompt = message
	s.mu.Unlock()
	if s.prompt != nil && message != "" {
		s.prompt(message)
	}
}

// learn takes over who signed in, and what they were asked to do is done.
func (s *signIn) learn(token string) {
	claims, err := decodeClaims(token)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.who.Prompt = ""
	if err != nil {
		// A token that is not a JWT works all the same; it only tells no name.
		return
	}
	if user := claims.user(); user != "" {
		s.who.User = user
	}
	if claims.Tenant != "" {
		s.who.Tenant = claims.Tenant
		if name := tenantName(claims.Tenant); name != "" {
			s.who.Tenant = name
		}
	}
}

func (s *signIn) identity() source.Identity {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.who
}
