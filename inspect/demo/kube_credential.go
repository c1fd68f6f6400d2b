package demo

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"time"

	"sigs.k8s.io/yaml"
)

// entraServer is the application that the API servers of AKS stand for in Entra ID, and
// entraClient the one that people sign in with.
const (
	entraServer = "6dae42f8-4368-4678-94ff-3960e28e3630"
	entraClient = "80faf920-1908-4b52-b5ef-a8e7bedfc67a"
)

// userCredential answers listClusterUserCredential, as AKS does where people sign in
// with Entra ID. Without it the credential is an admin's, and nobody is to ask for it.
func (h *handler) userCredential(w http.ResponseWriter, r *http.Request, s *subscription, group, name string) {
	if !accepted(w, r, http.MethodPost, providerAKS, "managedClusters") {
		return
	}
	f := newFacts(h.opts.Now())
	scope := "/subscriptions/" + s.id + groupsARM + group + "/providers/Microsoft.ContainerService/managedClusters/" + name
	if s.refuses {
		refuse(w, "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action", scope)
		return
	}
	plan := s.find(group, name, f)
	if plan == nil {
		notFound(w, "Microsoft.ContainerService/managedClusters", name, group)
		return
	}
	arm, err := readARM(plan.document.append(nil, f))
	if err != nil {
		broken(w, err)
		return
	}
	if arm.Properties.AAD == nil {
		fail(w, http.StatusBadRequest, "AdminCredentialAsked",
			"The cluster '"+f.name+"' has no Entra ID: its user credential is an admin's, and the demo's reader must never ask for it.")
		return
	}
	config, err := h.kubeconfig(f, arm)
	if err != nil {
		broken(w, err)
		return
	}
	writeJSON(w, map[string]any{"kubeconfigs": []any{map[string]any{"name": "clusterUser", "value": base64.StdEncoding.EncodeToString(config)}}})
}

// kubeconfig is a user credential as AKS writes it.
func (h *handler) kubeconfig(f *facts, arm *armCluster) ([]byte, error) {
	host := arm.Properties.FQDN
	if arm.Properties.API.Private && arm.Properties.PrivateFQDN != "" || host == "" {
		host = arm.Properties.PrivateFQDN
	}
	server := "https://" + host + ":443"
	authority, err := demoAuthority()
	if err != nil {
		return nil, err
	}
	if h.opts.KubernetesServer != "" {
		server, authority = strings.TrimSuffix(h.opts.KubernetesServer, "/")+"/"+host, h.opts.KubernetesCA
	}
	application := arm.Properties.AAD.ServerAppID
	if application == "" {
		application = entraServer
	}
	user := "clusterUser_" + f.group + "_" + f.name
	config, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Config", "preferences": map[string]any{}, "current-context": f.name,
		"clusters": []any{map[string]any{"name": f.name, "cluster": map[string]any{"server": server, "certificate-authority-data": authority}}},
		"contexts": []any{map[string]any{"name": f.name, "context": map[string]any{"cluster": f.name, "user": user}}},
		"users": []any{map[string]any{"name": user, "user": map[string]any{"exec": map[string]any{
			"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "kubelogin",
			"args":               []any{"get-token", "--environment", "AzurePublicCloud", "--server-id", application, "--client-id", entraClient, "--tenant-id", tenantID, "--login", "devicecode"},
			"env":                nil,
			"installHint":        "\nkubelogin is not installed which is required to connect to AAD enabled cluster.\n\nTo learn more, please go to https://aka.ms/aks/kubelogin\n",
			"provideClusterInfo": false,
		}}}},
	})
	if err != nil {
		return nil, err
	}
	return yaml.JSONToYAML(config)
}

// demoAuthority is the certificate of an authority that vouches for nothing.
var demoAuthority = sync.OnceValues(func() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	start := time.Now().AddDate(-1, 0, 0)
	certificate := &x509.Certificate{
		SerialNumber: big.NewInt(start.UnixNano()), Subject: pkix.Name{CommonName: "ca"}, NotBefore: start, NotAfter: start.AddDate(30, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: true,
	}
	content, err := x509.CreateCertificate(rand.Reader, certificate, certificate, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("the demo's certificate authority: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: content}), nil
})
