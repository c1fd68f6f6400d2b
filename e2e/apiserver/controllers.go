package apiserver

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
)

// No controllers run beside the server. Where it takes one to go on, a test does its
// part, as the administrator; whether what comes of it is good the server decides.

// FillToken writes the token into a Secret of type service-account-token, as the
// controller of tokens does.
func (s *Server) FillToken(ctx context.Context, namespace, name string) error {
	admin := s.Client(Admin)
	path := "/api/v1/namespaces/" + namespace + "/secrets/" + name
	var secret map[string]any
	if err := admin.Get(ctx, path, &secret); err != nil {
		return err
	}
	metadata, _ := secret["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	account, _ := annotations["kubernetes.io/service-account.name"].(string)
	if secret["type"] != "kubernetes.io/service-account-token" || account == "" {
		return fmt.Errorf("%s asks for no token", path)
	}
	var found struct{ Metadata struct{ UID string } }
	if err := admin.Get(ctx, "/api/v1/namespaces/"+namespace+"/serviceaccounts/"+account, &found); err != nil {
		return err
	}
	const about = "kubernetes.io/serviceaccount/"
	token, err := sign(s.keys.accounts, map[string]string{"alg": "ES256", "typ": "JWT"}, map[string]any{
		"iss": "kubernetes/serviceaccount", "sub": "system:serviceaccount:" + namespace + ":" + account, about + "namespace": namespace,
		about + "secret.name": name, about + "service-account.name": account, about + "service-account.uid": found.Metadata.UID,
	})
	if err != nil {
		return err
	}
	annotations["kubernetes.io/service-account.uid"] = found.Metadata.UID
	secret["data"] = map[string]string{"token": base64.StdEncoding.EncodeToString([]byte(token))}
	_, err = admin.Do(ctx, http.MethodPut, path, secret)
	return err
}

// SignCertificate writes the certificate into a request that is approved, as the
// controller that signs does, and returns it in PEM form.
func (s *Server) SignCertificate(ctx context.Context, name string) ([]byte, error) {
	admin := s.Client(Admin)
	path := "/apis/certificates.k8s.io/v1/certificatesigningrequests/" + name
	var asked struct {
		Spec   struct{ Request []byte }
		Status struct{ Conditions []struct{ Type string } }
	}
	if err := admin.Get(ctx, path, &asked); err != nil {
		return nil, err
	}
	if len(asked.Status.Conditions) != 1 || asked.Status.Conditions[0].Type != "Approved" {
		return nil, errors.New("the request is not approved")
	}
	signed, err := s.keys.authority.Sign(asked.Spec.Request)
	if err != nil {
		return nil, err
	}
	var whole map[string]any
	if err := admin.Get(ctx, path, &whole); err != nil {
		return nil, err
	}
	whole["status"].(map[string]any)["certificate"] = signed
	_, err = admin.Do(ctx, http.MethodPut, path+"/status", whole)
	return signed, err
}
