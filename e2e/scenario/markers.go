package scenario

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aksight/aksight/e2e/apiserver"
)

// Marker begins every value that Secrets are given here, so that one search finds
// whatever of them comes to light.
const Marker = "planted-kq7zr4vx-"

// MarkerNamespace is where PlantSecrets plants.
const MarkerNamespace = "secrets-planted"

// planted is the marker of one place.
func planted(place string) string {
	sum := sha256.Sum256([]byte(place))
	return Marker + hex.EncodeToString(sum[:8])
}

// MarkerForms are the texts that give a marker away: as it is, and as base64 has it at
// each of the three places in which it can stand among other bytes.
func MarkerForms() []string {
	forms := []string{Marker}
	for lead := range 3 {
		coded := base64.RawStdEncoding.EncodeToString(append(make([]byte, lead), Marker...))
		// The characters at both ends depend on what stands beside.
		begin := (lead*8 + 5) / 6
		end := (lead + len(Marker)) * 8 / 6
		forms = append(forms, coded[begin:end])
	}
	return forms
}

// PlantedSecret is a Secret with a marker, and how it came to the cluster.
type PlantedSecret struct {
	Name    string
	Type    corev1.SecretType
	Applied bool
	// Values are put under data, which is base64 in what is sent; Texts under
	// stringData, which is not.
	Values, Texts map[string]string
}

// PlantedSecrets are those that PlantSecrets plants: of the types that clusters have,
// created and applied. What is applied stands in an annotation once more, as sent.
func PlantedSecrets() []PlantedSecret {
	var secrets []PlantedSecret
	for _, applied := range []bool{false, true} {
		way := "created"
		if applied {
			way = "applied"
		}
		value := func(name string) string { return planted(way + "/" + name) }
		these := []PlantedSecret{
			{Name: way + "-coded", Type: corev1.SecretTypeOpaque, Values: map[string]string{"password": value("coded")}},
			{Name: way + "-plain", Type: corev1.SecretTypeOpaque, Texts: map[string]string{"password": value("plain")}},
			{Name: way + "-basic", Type: corev1.SecretTypeBasicAuth, Texts: map[string]string{"username": "app", "password": value("basic")}},
			{Name: way + "-registry", Type: corev1.SecretTypeDockerConfigJson, Texts: map[string]string{
				corev1.DockerConfigJsonKey: `{"auths":{"fabrikam.azurecr.io":{"username":"pull","password":"` + value("registry") + `"}}}`,
			}},
			{Name: way + "-tls", Type: corev1.SecretTypeTLS, Texts: map[string]string{
				corev1.TLSCertKey: "-----BEGIN CERTIFICATE-----", corev1.TLSPrivateKeyKey: value("tls"),
			}},
			{Name: way + "-ssh", Type: corev1.SecretTypeSSHAuth, Values: map[string]string{corev1.SSHAuthPrivateKey: value("ssh")}},
			{Name: "sh.helm.release.v1." + way + ".v1", Type: "helm.sh/release.v1", Values: map[string]string{"release": value("helm")}},
			{Name: way + "-token", Type: corev1.SecretTypeServiceAccountToken, Texts: map[string]string{"token": value("token")}},
		}
		for i := range these {
			these[i].Applied = applied
		}
		secrets = append(secrets, these...)
	}
	return secrets
}

// manifest is what kubectl is given.
func (s PlantedSecret) manifest() ([]byte, error) {
	secret := corev1.Secret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{Name: s.Name, Namespace: MarkerNamespace},
		Type:       s.Type, StringData: s.Texts, Data: map[string][]byte{},
	}
	if s.Type == corev1.SecretTypeServiceAccountToken {
		secret.Annotations = map[string]string{corev1.ServiceAccountNameKey: "default"}
	}
	for key, value := range s.Values {
		secret.Data[key] = []byte(value)
	}
	text, err := json.Marshal(secret)
	if err != nil {
		return nil, fmt.Errorf("writing secret %s: %w", s.Name, err)
	}
	return text, nil
}

// PlantSecrets makes a namespace of Secrets with markers, with the real kubectl, and a
// pod that uses them.
func PlantSecrets(ctx context.Context, server *apiserver.Server) error {
	l := &loader{ctx: ctx, client: server.Client(apiserver.Admin), nodes: 1}
	l.create(core+"namespaces", "kubectl", &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: MarkerNamespace}})
	l.create(in(core, MarkerNamespace, "serviceaccounts"), controllers, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}})
	l.create(in(core, MarkerNamespace, "pods"), "kubectl", consumer())
	if l.err != nil {
		return l.err
	}
	kubectl, err := server.Kubectl(apiserver.Admin)
	if err != nil {
		return err
	}
	created, applied := strings.Builder{}, strings.Builder{}
	for _, secret := range PlantedSecrets() {
		text, err := secret.manifest()
		if err != nil {
			return err
		}
		into := &created
		if secret.Applied {
			into = &applied
		}
		into.Write(text)
		into.WriteString("\n---\n")
	}
	if _, err := kubectl.Run(ctx, created.String(), "create", "-f", "-"); err != nil {
		return err
	}
	_, err = kubectl.Run(ctx, applied.String(), "apply", "-f", "-")
	return err
}

// consumer is a pod that has a Secret as a file and another in its environment.
func consumer() *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "consumer"},
		Spec: corev1.PodSpec{
			ServiceAccountName: "default",
			Containers: []corev1.Container{{
				Name: "app", Image: "mcr.microsoft.com/oss/v2/envoyproxy/envoy:v1.35.3",
				EnvFrom:      []corev1.EnvFromSource{{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "applied-plain"}}}},
				VolumeMounts: []corev1.VolumeMount{{Name: "secret", MountPath: "/etc/secret", ReadOnly: true}},
			}},
			Volumes: []corev1.Volume{{Name: "secret", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "created-coded"}}}},
		},
	}
}
