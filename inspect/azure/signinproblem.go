package azure

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/aksight/aksight/inspect/source"
)

var (
	claimsCommand = regexp.MustCompile(`az login[^\n]*--claims-challenge \S+`)
	issuers       = regexp.MustCompile(`https://sts\.[^/']+/([0-9a-fA-F-]{36})/`)
)

// signInProblem says why there is no token and what to do.
func signInProblem(e *signInError) *source.Problem {
	text := e.Error()
	folded := strings.ToLower(text)
	p := &source.Problem{Err: e}
	has := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(folded, part) {
				return true
			}
		}
		return false
	}
	login := "az login"
	if e.tenant != "" {
		login += " --tenant " + e.tenant
	}
	switch command := claimsCommand.FindString(text); {
	case command != "":
		p.What = "Azure asks for a stronger sign-in"
		p.Do = command
	case errors.Is(e.err, context.DeadlineExceeded):
		p.What = "Signing in took too long"
		p.Do = "check that " + login + " works, then read again with r"
	case e.how != authCLI:
		p.What = "Signing in with " + e.how + " failed: " + firstLine(text)
		p.Do = signInAdvice(e.how)
	case has("not found on path", "executable file not found", "not found"):
		p.What = "The Azure CLI (az) is not installed or not on the PATH"
		p.Do = "install it from https://aka.ms/azure-cli, or sign in another way: --auth browser or --auth device"
	case has("az login", "aadsts700082", "aadsts70043", "aadsts50173", "no subscription found"):
		p.What = "The Azure CLI's login has expired or is missing"
		p.Do = login
	case has("aadsts50076", "aadsts50079", "aadsts50078"):
		p.What = "Azure asks for multi-factor authentication"
		p.Do = login
	case has("aadsts90002", "aadsts90072", "aadsts50020"):
		p.What = "The Azure CLI's account does not belong to the tenant"
		p.Do = "sign in with an account of the tenant: " + login
	default:
		p.What = "The Azure CLI gave no token: " + firstLine(text)
		p.Do = login
	}
	return p
}

func signInAdvice(how string) string {
	switch how {
	case authEnvironment:
		return "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH"
	case authWorkload:
		return "run where AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_FEDERATED_TOKEN_FILE are set, as in a pod with workload identity"
	case authManaged:
		return "run on an Azure resource with a managed identity; AZURE_CLIENT_ID names a user-assigned one"
	case authDevice:
		return "try again and enter the code in time, or use --auth browser where a policy forbids device codes"
	default:
		return "try again, or use --auth cli after az login"
	}
}

// unauthorized explains a token that Azure does not take.
func (s *Source) unauthorized(p *source.Problem, response *responseError) {
	if command := claimsCommand.FindString(response.Message); command != "" {
		p.What, p.Do = "Azure asks for a stronger sign-in", command
		return
	}
	if found := issuers.FindAllStringSubmatch(response.Message, -1); len(found) > 1 && response.Code == "InvalidAuthenticationTokenTenant" {
		p.What = "The sign-in belongs to the tenant " + found[0][1] + ", the subscription to another one"
		p.Do = "sign in there: az login --tenant " + found[1][1]
		return
	}
	p.What = "Azure does not accept the sign-in"
	if response.Code != "" {
		p.What += " (" + response.Code + ")"
	}
	p.Do = "sign in again: az login"
	if s.signIn.tenant != "" {
		p.Do += " --tenant " + s.signIn.tenant
	}
	if s.signIn.how != authCLI {
		p.Do = "sign in again; " + signInAdvice(s.signIn.how)
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
