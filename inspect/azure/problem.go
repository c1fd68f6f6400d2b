package azure

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// passing reports whether an error without an answer may pass by itself.
func passing(err error) bool {
	var signIn *signInError
	var refused *refusedError
	var notFound *net.DNSError
	switch {
	case as(err, &signIn), as(err, &refused), untrusted(err), errors.Is(err, errTooLarge):
		return false
	case as(err, &notFound) && notFound.IsNotFound:
		return false
	}
	var broken *brokenError
	var asked *url.Error
	var network net.Error
	return as(err, &broken) || as(err, &asked) || as(err, &network) || errors.Is(err, errTryTimeout)
}

// untrusted reports whether the service's certificate is not trusted.
func untrusted(err error) bool {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	return as(err, &verification) || as(err, &authority) || as(err, &hostname) || as(err, &invalid)
}

// problem says an error in words that a user can act on.
func (s *Source) problem(err error, scope source.Scope) *source.Problem {
	var said *source.Problem
	if as(err, &said) {
		return said
	}
	var signIn *signInError
	if as(err, &signIn) {
		return signInProblem(signIn)
	}
	var response *responseError
	if as(err, &response) {
		return s.responseProblem(err, response, scope)
	}
	return s.connectionProblem(err, serviceOf(err))
}

// serviceOf is the service that was asked in vain.
func serviceOf(err error) service {
	var directory *directoryError
	if as(err, &directory) {
		return toGraph
	}
	return toARM
}

// connectionProblem is a failure without an answer, or with one that cannot be read.
func (s *Source) connectionProblem(err error, of service) *source.Problem {
	p := &source.Problem{Err: err}
	at, flag := s.host(of)
	host := at.Host
	var refused *refusedError
	var broken *brokenError
	var malformed *jsonError
	var dns *net.DNSError
	switch {
	case as(err, &refused):
		p.What = refused.Error()
		p.Do = "this is a fault in aksight, or an address that Azure gave leads astray; please report it"
	case untrusted(err):
		p.What = "The certificate of " + host + " is not trusted: " + rootCause(err)
		p.Do = "where a proxy or a private endpoint has a certificate of its own, give its authority's with --ca-file"
	case as(err, &dns):
		p.What = "The name " + dns.Name + " cannot be resolved"
		p.Do = "check the network, the VPN and the proxy settings (HTTPS_PROXY), and --cloud or " + flag
	case errors.Is(err, errTryTimeout), errors.Is(err, context.DeadlineExceeded), timedOut(err):
		p.What = host + " did not answer in time"
		p.Do = "check the network, the VPN and the proxy settings (HTTPS_PROXY), then read again with r"
	case errors.Is(err, syscall.ECONNREFUSED), strings.Contains(err.Error(), "actively refused"):
		p.What = host + " refuses connections"
		p.Do = "check " + flag + " and the proxy settings (HTTPS_PROXY)"
	case as(err, &broken):
		p.What = fmt.Sprintf("Azure's answer broke off after %d bytes", broken.bytes)
		p.Do = "what came before it is shown; read again with r"
	case as(err, &malformed):
		p.What = fmt.Sprintf("Azure's answer is broken at byte %d: %v", malformed.offset, malformed.err)
		p.Do = "what came before it is shown; read again with r"
	case errors.Is(err, io.EOF):
		p.What = host + " closed the connection without an answer"
		p.Do = "check the network, the VPN and the proxy settings (HTTPS_PROXY), then read again with r"
	default:
		p.What = host + " could not be asked: " + rootCause(err)
		p.Do = "check the network, then read again with r"
	}
	return p
}

// responseProblem is an answer that is no success.
func (s *Source) responseProblem(err error, response *responseError, scope source.Scope) *source.Problem {
	p := &source.Problem{Err: err}
	of := s.subject(err, scope)
	host, flag := s.host(serviceOf(err))
	switch status := response.Status; {
	case status == http.StatusUnauthorized:
		s.unauthorized(p, response)
	case status == http.StatusForbidden:
		p.Refused = true
		p.What = "You may not read " + of
		p.Do = s.mendingRole(err, scope)
	case status == http.StatusNotFound:
		p.What = "Azure does not find " + of
		p.Do = "it may have been deleted: read the subscription again with r"
	case status == http.StatusTooManyRequests && response.RetryAfter > longestWait:
		p.What = fmt.Sprintf("Azure throttles %s and asks to wait %s", of, response.RetryAfter)
		p.Do = "read again with r after that time"
	case status == http.StatusTooManyRequests:
		p.What = "Azure keeps throttling " + of
		p.Do = "other programs may use up the limit; read again with r in some minutes"
	case status >= 300 && status < 400:
		p.What = fmt.Sprintf("%s redirects elsewhere, which is not followed", host.Host)
		p.Do = "check " + flag + " and the proxy: a sign-in page of the network may stand in between"
	case status >= 500:
		p.What = fmt.Sprintf("Azure failed to answer for %s (%d %s)", of, status, http.StatusText(status))
		p.Do = "read again with r in a while; https://status.azure.com tells of outages"
	default:
		p.What = fmt.Sprintf("Azure rejected the request for %s (%d %s)", of, status, response.Code)
		p.Do = firstSentence(response.Message)
	}
	return p
}

func timedOut(err error) bool {
	var network net.Error
	return as(err, &network) && network.Timeout()
}

// subject names what was asked for.
func (s *Source) subject(err error, scope source.Scope) string {
	var directory *directoryError
	if as(err, &directory) {
		return directory.what
	}
	var unread *unreadError
	if as(err, &unread) {
		if unread.kind.Rights() {
			return fmt.Sprintf("the %s of %s", kindWords(unread.kind), model.ID(unread.id).Name())
		}
		return fmt.Sprintf("the %s %s", kindWords(unread.kind), model.ID(unread.id).Name())
	}
	switch scope.Breadth {
	case source.Subscription:
		return "the clusters of the subscription " + s.nameOf(scope.ID.Subscription())
	case source.Cluster:
		return "the cluster " + scope.ID.Name()
	case source.Children:
		if scope.Kind.Rights() {
			return fmt.Sprintf("the %s of the subscription %s", kindWords(scope.Kind), s.nameOf(scope.ID.Subscription()))
		}
		return fmt.Sprintf("the %s of the cluster %s", kindWords(scope.Kind), scope.ID.Name())
	default:
		return "the list of subscriptions and clusters"
	}
}

// mendingRole says which role lets the account read what was refused.
func (s *Source) mendingRole(err error, scope source.Scope) string {
	id := scope.ID
	var directory *directoryError
	if as(err, &directory) {
		return directory.mending()
	}
	var unread *unreadError
	if as(err, &unread) && !unread.kind.Rights() {
		id = model.ID(unread.id)
		if group := id.ResourceGroup(); group != "" {
			return fmt.Sprintf("ask for the role Reader on the resource group %s of the subscription %s", group, s.nameOf(id.Subscription()))
		}
	}
	switch {
	case scope.Breadth == source.Children && scope.Kind == model.KindDiagnosticSetting:
		return fmt.Sprintf("ask for the role Monitoring Reader on the subscription %s", s.nameOf(id.Subscription()))
	case scope.Kind.Rights():
		return fmt.Sprintf("ask for the role Reader on the subscription %s, which has %s", s.nameOf(id.Subscription()), rightToRead(scope.Kind))
	case id.Subscription() == "":
		return "ask for the role Reader on the subscriptions that you want to see"
	default:
		return fmt.Sprintf("ask for the role Reader on the subscription %s", s.nameOf(id.Subscription()))
	}
}

// rightToRead is the action that lets an account read a kind; Reader has all of them.
func rightToRead(kind model.Kind) string {
	switch kind {
	case model.KindRoleAssignment:
		return "Microsoft.Authorization/roleAssignments/read"
	case model.KindRoleDefinition:
		return "Microsoft.Authorization/roleDefinitions/read"
	case model.KindDenyAssignment:
		return "Microsoft.Authorization/denyAssignments/read"
	case model.KindRoleEligibility:
		return "Microsoft.Authorization/roleEligibilityScheduleInstances/read"
	case model.KindManagedIdentity:
		return "Microsoft.ManagedIdentity/userAssignedIdentities/read"
	case model.KindFederatedCredential:
		return "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read"
	default:
		return "Microsoft.Insights/eventtypes/values/read"
	}
}

// mending says which permission of Microsoft Graph lets the account read what was
// refused.
func (e *directoryError) mending() string {
	if e.application {
		return "ask for the permission Application.Read.All of Microsoft Graph, or the role Directory Readers of Microsoft Entra ID"
	}
	return "ask for the permission Directory.Read.All of Microsoft Graph, or the role Directory Readers of Microsoft Entra ID: until then only object IDs are known"
}

// kindWords says a kind in the documentation's words.
func kindWords(kind model.Kind) string {
	switch kind {
	case model.KindPublicIP:
		return "public IP address"
	case model.KindPublicIPPrefix:
		return "public IP prefix"
	case model.KindNATGateway:
		return "NAT gateway"
	case model.KindRouteTable:
		return "route table"
	case model.KindSubnet:
		return "subnet"
	case model.KindDiagnosticSetting:
		return "diagnostic settings"
	case model.KindMaintenanceConfiguration:
		return "maintenance configurations"
	case model.KindKubernetesVersions:
		return "Kubernetes versions in the region"
	case model.KindUpgradeProfile:
		return "upgrade profiles"
	case model.KindPool:
		return "upgrade profile of the node pool"
	case model.KindTrustedAccessRoleBinding:
		return "trusted access role bindings"
	case model.KindDeploymentSafeguards:
		return "deployment safeguards"
	case model.KindClusterPreview:
		return "settings in preview"
	case model.KindRoleAssignment:
		return "role assignments"
	case model.KindRoleDefinition:
		return "role definitions"
	case model.KindDenyAssignment:
		return "deny assignments"
	case model.KindRoleEligibility:
		return "eligible roles (Privileged Identity Management)"
	case model.KindManagedIdentity:
		return "managed identities"
	case model.KindFederatedCredential:
		return "federated credentials"
	case model.KindPrincipal:
		return "users, groups and service principals"
	case model.KindGroupMembers:
		return "group members"
	case model.KindGroupEligibility:
		return "eligible members of groups (Privileged Identity Management)"
	case model.KindActivityEvent:
		return "activity log"
	default:
		return string(kind)
	}
}

// rootCause is the innermost message, without the address that was asked.
func rootCause(err error) string {
	var asked *url.Error
	if as(err, &asked) {
		err = asked.Err
	}
	return strings.TrimSpace(err.Error())
}

func firstSentence(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	if before, _, found := strings.Cut(text, ". "); found {
		return before
	}
	return strings.TrimSuffix(text, ".")
}
