package e2e

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/authority"
)

const (
	certificates = "certificates.k8s.io"
	requests     = certificates + "/certificatesigningrequests"
)

// asks has an actor ask for a user's certificate, and returns the user's key.
func (s *stage) asks(a *actor, user string) (authority.Pair, error) {
	s.Helper()
	pair, err := authority.Request(user)
	require.NoError(s, err)
	return pair, a.creates(fmt.Sprintf(`{"apiVersion":"%s/v1","kind":"CertificateSigningRequest","metadata":{"name":"%s"},
		"spec":{"signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"],"request":"%s"}}`,
		certificates, a.role(), base64.StdEncoding.EncodeToString(pair.Certificate)))
}

// clusterRows are about what a cluster has one of, and about traffic and traces.
var clusterRows = []escalation{
	{
		id: "R33", to: "cluster-admin", before: bindsClusterAdmin,
		rights: []right{
			wide("create", requests), wide("update", requests+"/approval"), wide("approve", certificates+"/signers", "kubernetes.io/kube-apiserver-client"),
			wide("get", requests).aids(),
		},
		act: func(s *stage, a *actor) error {
			pair, err := s.asks(a, asCluster+"-"+s.namespace)
			if err != nil {
				return err
			}
			s.key = pair.Key
			return a.does("certificate", "approve", a.role())
		},
		after: func(s *stage, a *actor) {
			signed, err := s.server.SignCertificate(s.Context(), a.role())
			require.NoError(s, err)
			dir := s.TempDir()
			require.NoError(s, os.WriteFile(filepath.Join(dir, "client.pem"), signed, 0o600))
			require.NoError(s, os.WriteFile(filepath.Join(dir, "key.pem"), s.key, 0o600))
			kubectl, err := s.server.KubectlWith("")
			require.NoError(s, err)
			s.may(kubectl, "*", "*", "--client-certificate", filepath.Join(dir, "client.pem"), "--client-key", filepath.Join(dir, "key.pem"))
		},
	},
	{
		id: "R41", to: "node", labels: map[string]string{enforce: "restricted"},
		rights: []right{wide("create", "core/persistentvolumes"), here("create", "core/persistentvolumeclaims"), here("create", "core/pods")},
		act: func(s *stage, a *actor) error {
			err := a.creates(fmt.Sprintf(`{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"%s"},"spec":{"capacity":{"storage":"1Gi"},
				"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/"},"claimRef":{"namespace":"%s","name":"%s"}}}`, a.role(), a.at, a.name))
			if err != nil {
				return err
			}
			err = a.creates(fmt.Sprintf(`{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"%s"},"spec":{"volumeName":"%s","storageClassName":"",
				"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}`, a.name, a.role()))
			if err != nil {
				return err
			}
			if err := a.creates(takingTheNode(a.name)); err != nil {
				assert.ErrorContains(s, err, "orbidden", "pod security guards the namespace")
			}
			return a.creates(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"` + a.name + `"},"spec":{
				"securityContext":{"runAsNonRoot":true,"runAsUser":65534,"seccompProfile":{"type":"RuntimeDefault"}},
				"containers":[{"name":"app","image":"contoso.azurecr.io/web:1","securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}},
				"volumeMounts":[{"name":"node","mountPath":"/node"}]}],"volumes":[{"name":"node","persistentVolumeClaim":{"claimName":"` + a.name + `"}}]}}`)
		},
		after: isThere("pod", "<name>"),
	},
}

// notCarriedOut are the rows of which nothing can be carried out here, and why.
var notCarriedOut = map[string]string{
	"R13": "this API server is of a release that wants create as well: the controls of R12 and R14 have get alone, and are refused",
	"R60": "it takes the operator that acts on the objects",
	"R61": "it takes the driver that mounts what Key Vault holds",
	"R64": "it takes AKS, which alone knows the verb",
	"R65": "it takes the pod identity that AKS has retired",
}
