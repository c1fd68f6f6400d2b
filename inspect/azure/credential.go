package azure

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// Credential returns what signs this source's requests, for services beside Azure
// Resource Manager that take the same sign-in.
func (s *Source) Credential() azcore.TokenCredential { return s.signIn }

// SignInProblem says in words why there was no token, or returns nil where the error is
// of another kind.
func (s *Source) SignInProblem(err error) *source.Problem {
	var signIn *signInError
	if !as(err, &signIn) {
		return nil
	}
	return signInProblem(signIn)
}

// UserCredential reads the kubeconfig that Azure hands to users of a cluster: the API
// server's address and whom to trust. Of a cluster without Entra ID it would hold an
// administrator's certificate, and is not asked for.
func (s *Source) UserCredential(ctx context.Context, cluster *model.Resource) ([]byte, *source.Problem) {
	decoded, err := document.Decode(cluster)
	if err != nil {
		return nil, &source.Problem{What: "The cluster's document cannot be read: " + err.Error(), Err: err}
	}
	if _, entra := document.Lookup(decoded.Tree, "properties.aadProfile"); !entra {
		return nil, &source.Problem{
			What: "The cluster has no Entra ID: the credential that Azure hands out for it is an administrator's, and is not asked for",
			Do:   "use a context of your own kubeconfig: aksight --context NAME",
		}
	}
	scope := source.Scope{Breadth: source.Inside, ID: cluster.ID}
	r := &reader{Source: s, ctx: ctx, scope: scope, yield: func(source.Event) bool { return true }}
	var found []byte
	err = r.withVersion(cluster.ID.Subscription(), func(version string) error {
		answer, err := r.ask(request{
			method: http.MethodPost, url: r.armURL(string(cluster.ID)+"/listClusterUserCredential", version), limited: cluster.ID.Subscription(),
		})
		if err != nil {
			return err
		}
		defer r.release(answer)
		found, err = userKubeconfig(answer.body.Bytes())
		return err
	})
	if err == nil {
		return found, nil
	}
	problem := s.problem(err, scope)
	if problem.Refused {
		problem.What = "You may not ask Azure how to reach the cluster (listClusterUserCredential)"
		problem.Do = "ask for the role Azure Kubernetes Service Cluster User Role on the cluster, or use a context of your own kubeconfig: aksight --context NAME"
	}
	return nil, problem
}

// userKubeconfig takes the kubeconfig out of Azure's answer.
func userKubeconfig(answer []byte) ([]byte, error) {
	var list struct {
		Kubeconfigs []struct {
			Value []byte `json:"value"`
		} `json:"kubeconfigs"`
	}
	if err := json.Unmarshal(answer, &list); err != nil {
		return nil, fmt.Errorf("the answer with the kubeconfig: %w", err)
	}
	if len(list.Kubeconfigs) == 0 || len(list.Kubeconfigs[0].Value) == 0 {
		return nil, &source.Problem{What: "Azure's answer holds no kubeconfig for the cluster", Do: "read again with r in a while"}
	}
	return bytes.Clone(list.Kubeconfigs[0].Value), nil
}
