package e2e

import (
	"encoding/base64"
	"fmt"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/authority"
)

const (
	certificates = "certificates.k8s.io"
	requests     = certificates + "/certificatesigningrequests"
	signer       = "kubernetes.io/kube-apiserver-client"
)

// asksFor is a request for a client's certificate.
func asksFor(name, signer string, request []byte) string {
	return fmt.Sprintf(`{"apiVersion":"%s/v1","kind":"CertificateSigningRequest","metadata":{"name":"%s"},
		"spec":{"signerName":"%s","usages":["client auth","digital signature"],"request":"%s"}}`, certificates, name, signer, base64.StdEncoding.EncodeToString(request))
}

// clusterRows are about what a cluster has one of.
var clusterRows = []escalation{
	{
		id: "R08", rights: []right{wide("create", "core/secrets")}, near: []right{here("create", "core/secrets")},
		before: func(s *stage) {
			// The bindings of a cluster that lets nodes join by themselves, as AKS does.
			for _, role := range []string{"system:node-bootstrapper", "system:certificates.k8s.io:certificatesigningrequests:nodeclient"} {
				s.makes(rbacPath+"clusterrolebindings", map[string]any{
					"metadata": map[string]any{"generateName": s.namespace + "-"},
					"roleRef":  map[string]any{"apiGroup": rbac, "kind": "ClusterRole", "name": role},
					"subjects": []any{map[string]any{"apiGroup": rbac, "kind": "Group", "name": "system:bootstrappers"}},
				})
			}
		},
		act: func(s *stage, a *actor) error {
			_, err := a.Run(s.Context(), `{"apiVersion":"v1","kind":"Secret","type":"bootstrap.kubernetes.io/token","metadata":{"name":"bootstrap-token-abcdef"},
				"stringData":{"token-id":"abcdef","token-secret":"0123456789abcdef","usage-bootstrap-authentication":"true"}}`,
				"create", "--validate=false", "--namespace", "kube-system", "--filename", "-")
			return err
		},
		after: becomesNode,
	},
	{
		id: "R33", to: "cluster-admin", before: bindsClusterAdmin,
		rights: []right{
			wide("create", requests), wide("update", requests+"/approval"), wide("approve", certificates+"/signers", signer),
			wide("get", requests).aids(),
		},
		act: func(s *stage, a *actor) error {
			var err error
			s.pair, err = authority.Request(asCluster + "-" + s.namespace)
			require.NoError(s, err)
			if err := a.creates(asksFor(a.role(), signer, s.pair.Certificate)); err != nil {
				return err
			}
			return a.does("certificate", "approve", a.role())
		},
		after: func(s *stage, a *actor) {
			var err error
			s.pair.Certificate, err = s.server.SignCertificate(s.Context(), a.role())
			require.NoError(s, err)
			kubectl, args := s.certified()
			s.may(kubectl, append([]string{"*", "*"}, args...)...)
		},
	},
	{
		id: "R34", rights: []right{wide("sign", certificates+"/signers", signer), wide("patch", requests+"/status")},
		before: func(s *stage) {
			pair, err := authority.Request("somebody")
			require.NoError(s, err)
			for _, a := range append([]*actor{s.subject}, s.controls...) {
				admins(asksFor(a.role(), signer, pair.Certificate))(s)
				_, err = s.admin.Run(s.Context(), "", "certificate", "approve", a.role())
				require.NoError(s, err)
			}
		},
		act: func(s *stage, a *actor) error {
			stranger, err := authority.New()
			require.NoError(s, err)
			s.pair, err = stranger.Client(asCluster)
			require.NoError(s, err)
			_, err = a.patches(fmt.Sprintf(`{"apiVersion":"%s/v1","kind":"CertificateSigningRequest","metadata":{"name":%q},"status":{"certificate":%q}}`,
				certificates, a.role(), base64.StdEncoding.EncodeToString(s.pair.Certificate)), "--subresource=status")
			return err
		},
		after: func(s *stage, a *actor) {
			stored("csr", a.role(), ".status.certificate", base64.StdEncoding.EncodeToString(s.pair.Certificate))(s, a)
			kubectl, args := s.certified()
			_, err := kubectl.Run(s.Context(), "", append([]string{"auth", "whoami"}, args...)...)
			assert.Error(s, err, "the API server trusts no authority of somebody's own")
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
			assert.ErrorContains(s, a.creates(takingTheNode(a.name)), "orbidden", "pod security guards the namespace")
			return a.creates(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"` + a.name + `"},"spec":{
				"securityContext":{"runAsNonRoot":true,"runAsUser":65534,"seccompProfile":{"type":"RuntimeDefault"}},
				"containers":[{"name":"app","image":"contoso.azurecr.io/web:1","securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}},
				"volumeMounts":[{"name":"node","mountPath":"/node"}]}],"volumes":[{"name":"node","persistentVolumeClaim":{"claimName":"` + a.name + `"}}]}}`)
		},
		after: isThere("pod", "<name>"),
	},
	{
		id: "R42", rights: []right{wide("create", "storage.k8s.io/storageclasses")}, near: []right{wide("get", "storage.k8s.io/storageclasses")},
		act: func(_ *stage, a *actor) error {
			return a.creates(`{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"` + a.role() + `"},"provisioner":"mine.example.com"}`)
		},
		after: func(s *stage, a *actor) { stored("storageclass", a.role(), ".provisioner", "mine.example.com")(s, a) },
	},
	{
		id: "R54", rights: []right{wide("create", "scheduling.k8s.io/priorityclasses")}, near: []right{wide("get", "scheduling.k8s.io/priorityclasses")},
		act: func(_ *stage, a *actor) error {
			return a.creates(`{"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","metadata":{"name":"` + a.role() + `"},"value":999999999}`)
		},
		after: func(s *stage, a *actor) { stored("priorityclass", a.role(), ".value", "999999999")(s, a) },
	},
	{
		id: "R59", keeper: true, rights: []right{wide("create", authn+"/tokenreviews")}, near: []right{wide("get", authn+"/tokenreviews")},
		act: func(s *stage, a *actor) error {
			out, err := a.Run(s.Context(), `{"apiVersion":"`+authn+`/v1","kind":"TokenReview","spec":{"token":"`+s.kubelet(a.at, "keeper")+`"}}`,
				"create", "--validate=false", "--filename", "-", "--output", "json")
			if err == nil {
				assert.Contains(s, out, "system:serviceaccount:"+a.at+":keeper")
			}
			return err
		},
	},
}

// becomesNode has a bootstrap token ask for the certificate of a node. That it is given
// without being asked a controller sees to, which asks the API server the same.
func becomesNode(s *stage, a *actor) {
	joining, err := s.server.KubectlWith("abcdef.0123456789abcdef")
	require.NoError(s, err)
	s.may(joining, "create", "certificatesigningrequests.certificates.k8s.io/nodeclient")
	s.pair, err = authority.Request("system:node:mine", "system:nodes")
	require.NoError(s, err)
	_, err = joining.Run(s.Context(), asksFor(a.role(), "kubernetes.io/kube-apiserver-client-kubelet", s.pair.Certificate), "create", "--validate=false", "--filename", "-")
	require.NoError(s, err)
	_, err = s.admin.Run(s.Context(), "", "certificate", "approve", a.role())
	require.NoError(s, err)
	s.pair.Certificate, err = s.server.SignCertificate(s.Context(), a.role())
	require.NoError(s, err)
	kubectl, args := s.certified()
	out, err := kubectl.Run(s.Context(), "", append([]string{"auth", "whoami"}, args...)...)
	require.NoError(s, err)
	assert.Contains(s, out, "system:node:mine")
	assert.Contains(s, out, "system:nodes")
}

// notCarriedOut are the rows of which nothing can be carried out here, and why.
var notCarriedOut = map[string]string{
	"R13": "this API server is of a release that wants create as well: the controls of R12, R14 and R15 have get alone, and are refused",
	"R53": "it takes the policies of Azure Policy, Gatekeeper or Kyverno, and what enforces them",
	"R60": "it takes the operator that acts on the objects",
	"R61": "it takes the driver that mounts what Key Vault holds",
	"R62": "it takes the driver that mounts what Key Vault holds",
	"R64": "it takes AKS, which alone knows the verb",
	"R65": "it takes the pod identity that AKS has retired",
}
