package kube

import (
	"context"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// aksScope is the application that the API servers of AKS are in Entra ID, the same in
// every cloud.
const aksScope = "6dae42f8-4368-4678-94ff-3960e28e3630/.default"

// Azure is what the way to an AKS cluster needs of Azure.
type Azure interface {
	// UserCredential reads the kubeconfig that Azure hands to users of a cluster.
	UserCredential(ctx context.Context, cluster *model.Resource) ([]byte, *source.Problem)
	// Credential signs in to the API server.
	Credential() azcore.TokenCredential
	// SignInProblem says in words why there is no token, or returns nil.
	SignInProblem(err error) *source.Problem
}

// AKS connects to clusters of an estate in Azure, signed in as the estate's reader.
type AKS struct {
	Azure Azure
	// Own is the user's kubeconfig, for clusters without Entra ID; it may be nil.
	Own *Kubeconfig
	// Transport carries the requests; the network where nil.
	Transport http.RoundTripper
	// Now is the clock; time.Now where nil.
	Now func() time.Time
}

// Connect asks Azure for the API server's address and authority, which are kept in
// memory alone, and signs in with Entra ID.
func (a *AKS) Connect(ctx context.Context, cluster *model.Resource) (*rest.Config, *source.Problem) {
	of := factsOf(cluster)
	if of.stopped {
		return nil, stopped(cluster)
	}
	if !of.entra {
		if a.Own != nil && a.Own.Reaches(cluster) {
			return a.Own.Connect(ctx, cluster)
		}
		return nil, &source.Problem{
			What: "The cluster has no Entra ID: the credential that Azure hands out for it is an administrator's, and is not asked for",
			Do:   "use a context of your own kubeconfig that reaches it: aksight --context NAME",
		}
	}
	text, problem := a.Azure.UserCredential(ctx, cluster)
	if problem != nil {
		return nil, problem
	}
	file, err := clientcmd.Load(text)
	if err != nil {
		return nil, &source.Problem{What: "The kubeconfig that Azure hands out cannot be read: " + firstLine(err.Error()), Err: err}
	}
	chosen := file.Contexts[file.CurrentContext]
	if chosen == nil || file.Clusters[chosen.Cluster] == nil {
		return nil, &source.Problem{What: "The kubeconfig that Azure hands out names no API server", Do: "read again with r in a while"}
	}
	server := file.Clusters[chosen.Cluster]
	config := &rest.Config{Host: server.Server, Transport: a.Transport}
	if a.Transport == nil {
		config.TLSClientConfig = rest.TLSClientConfig{CAData: server.CertificateAuthorityData, ServerName: server.TLSServerName}
	}
	signing := &tokens{now: a.Now, get: a.token}
	if signing.now == nil {
		signing.now = time.Now
	}
	config.Wrap(signing.wrap)
	return config, nil
}

// token signs in to the API server. Its error is a problem in words where there are any.
func (a *AKS) token(ctx context.Context) (token, error) {
	given, err := a.Azure.Credential().GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{aksScope}})
	if err != nil {
		if said := a.Azure.SignInProblem(err); said != nil {
			return token{}, said
		}
		return token{}, err
	}
	return token{given.Token, given.ExpiresOn}, nil
}

func stopped(cluster *model.Resource) *source.Problem {
	return &source.Problem{
		What: "The cluster is stopped, so its API server does not answer",
		Do:   "start it: " + azCommand("start", cluster.ID),
	}
}
