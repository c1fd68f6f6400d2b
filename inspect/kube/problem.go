package kube

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

// problem says an error in words that a user can act on; kind is what was asked for, or
// empty.
func (r *reader) problem(err error, kind model.Kind) *source.Problem {
	if said, is := errors.AsType[*source.Problem](err); is {
		return said
	}
	if failure, is := errors.AsType[*statusError](err); is {
		return r.statusProblem(err, failure, kind)
	}
	return r.connectionProblem(err)
}

// facts are what the cluster's own document says of the way to its API server.
type facts struct {
	private, ranges, stopped, entra, azureRBAC bool
	tenant                                     string
}

// connectionProblem is a failure without an answer, or with one that cannot be read.
func (r *reader) connectionProblem(err error) *source.Problem {
	p := &source.Problem{Err: err}
	host, of := r.server.Hostname(), factsOf(r.cluster)
	refused, isRefused := errors.AsType[*refusedError](err)
	dns, isDNS := errors.AsType[*net.DNSError](err)
	broken, isBroken := errors.AsType[*brokenError](err)
	silent := timedOut(err)
	switch {
	case isRefused:
		p.What = refused.Error()
		p.Do = "this is a fault in aksight; please report it"
	case of.stopped && (isDNS || silent || cut(err)):
		p = stopped(r.cluster)
		p.Err = err
	case untrusted(err):
		p.What = "The certificate of " + host + " is not from the authority that the kubeconfig names: " + rootCause(err)
		p.Do = "a proxy may stand in between, or the cluster's certificates were rotated: " + r.credentialsAgain()
	case isDNS && of.private:
		p.What = "The cluster is private, and its name " + dns.Name + " cannot be resolved from here"
		p.Do = "look from a network that is peered with the cluster's and uses its private DNS zone (VPN, bastion, a machine in the virtual network)"
	case isDNS:
		p.What = "The name " + dns.Name + " cannot be resolved"
		p.Do = "check the network, the VPN and the proxy settings (HTTPS_PROXY), and whether the cluster still exists"
	case of.private && (silent || cut(err)):
		p.What = "The cluster is private, and there is no route to " + host + " from here"
		p.Do = "look from a network that is peered with the cluster's (VPN, bastion, a machine in the virtual network)"
	case of.ranges && (silent || cut(err)):
		p.What = host + " does not answer: your address seems not to be in the authorized IP ranges"
		p.Do = "look from an address that is, or have yours added to apiServerAccessProfile.authorizedIPRanges"
	case silent:
		p.What = host + " did not answer in time"
		p.Do = "check the network, the VPN and the proxy settings (HTTPS_PROXY), then read again with r"
	case errors.Is(err, syscall.ECONNREFUSED), strings.Contains(err.Error(), "actively refused"):
		p.What = r.server.Host + " refuses connections"
		p.Do = "check that the API server runs and the address in the kubeconfig"
	case isBroken:
		p.What = "The API server's answer cannot be read: " + broken.Error()
		p.Do = "read again with r; a proxy may stand in between"
	case cut(err):
		p.What = host + " closed the connection without an answer"
		p.Do = "check the network, the VPN and the proxy settings (HTTPS_PROXY), then read again with r"
	default:
		p.What = host + " could not be asked: " + rootCause(err)
		p.Do = "check the network, then read again with r"
	}
	return p
}

// statusProblem is an answer that is no success.
func (r *reader) statusProblem(err error, failure *statusError, kind model.Kind) *source.Problem {
	p := &source.Problem{Err: err}
	what := "what the API server serves"
	if kind != "" {
		what = plural(kind)
	}
	switch code := failure.Code; {
	case code == http.StatusUnauthorized:
		p.What = "The API server does not accept the login: it has expired, or is for another cluster"
		p.Do = r.signInAgain()
	case code == http.StatusForbidden:
		p.Refused = true
		who := "You"
		if r.user != "" {
			who = r.user
		}
		p.What = who + " may not list " + what
		p.Do = r.mendingRole(kind)
	case code == http.StatusTooManyRequests:
		p.What = "The API server keeps throttling lists of " + what
		p.Do = "read again with r in some minutes"
	case code >= 300 && code < 400:
		p.What = r.server.Host + " redirects elsewhere, which is not followed"
		p.Do = "check the address in the kubeconfig: a sign-in page of the network may stand in between"
	case code >= 500:
		p.What = fmt.Sprintf("The API server failed to list %s (%d %s)", what, code, http.StatusText(code))
		p.Do = "read again with r in a while"
	default:
		p.What = fmt.Sprintf("The API server rejected the list of %s (%d %s)", what, code, failure.Reason)
		p.Do = firstLine(failure.Message)
	}
	return p
}

// mendingRole says which rights let the account list what was refused.
func (r *reader) mendingRole(kind model.Kind) string {
	if kind == model.KindSecret {
		return "names and types of Secrets need list on secrets, which also gives their values to who asks: leaving them out is a good choice"
	}
	do := "ask for the read-only ClusterRole that aksight reader-role prints"
	if factsOf(r.cluster).azureRBAC && !rbacKind(kind) {
		do += ", or for the Azure role Azure Kubernetes Service RBAC Reader on the cluster"
	}
	return do
}

// rbacKind reports whether a kind tells of rights, which Azure's reader role leaves out.
func rbacKind(kind model.Kind) bool {
	known, _ := model.FindObjectKind(kind)
	return known.Group == "rbac.authorization.k8s.io"
}

// signInAgain says how to get a login that the API server takes.
func (r *reader) signInAgain() string {
	of := factsOf(r.cluster)
	switch {
	case r.cluster.ID.Kubeconfig():
		return "sign in again as the context " + r.cluster.ID.Name() + " wants it, then read again with r"
	case of.tenant != "":
		return "az login --tenant " + of.tenant
	default:
		return "az login"
	}
}

// credentialsAgain says how to get the authority's certificate anew.
func (r *reader) credentialsAgain() string {
	if r.cluster.ID.Kubeconfig() {
		return "fetch the kubeconfig again"
	}
	return "read again with r"
}

// untrusted reports whether the server's certificate is not trusted.
func untrusted(err error) bool {
	_, verification := errors.AsType[*tls.CertificateVerificationError](err)
	_, authority := errors.AsType[x509.UnknownAuthorityError](err)
	_, hostname := errors.AsType[x509.HostnameError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	return verification || authority || hostname || invalid
}

func timedOut(err error) bool {
	network, is := errors.AsType[net.Error](err)
	return errors.Is(err, errTimeout) || errors.Is(err, context.DeadlineExceeded) || is && network.Timeout() ||
		errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH)
}

// cut reports whether a connection ended without an answer.
func cut(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// rootCause is the innermost message, without the address that was asked.
func rootCause(err error) string {
	if asked, is := errors.AsType[*url.Error](err); is {
		err = asked.Err
	}
	return firstLine(err.Error())
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

// plural names a kind as the API's paths do, with its group where it is not the core's.
func plural(kind model.Kind) string {
	known, is := model.FindObjectKind(kind)
	switch {
	case !is || known.Resource == anyResource:
		return "Gatekeeper constraints"
	case known.Group == "":
		return known.Resource
	default:
		return known.Resource + "." + known.Group
	}
}
