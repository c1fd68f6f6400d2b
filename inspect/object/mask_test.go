package object

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/model"
)

func TestSecretNames(t *testing.T) {
	for _, name := range []string{
		"PASSWORD", "DB_PASSWORD", "PGPASSWORD", "dbpassword", "clientSecret", "AZURE_CLIENT_SECRET", "API_KEY", "apiKey", "AWS_SECRET_ACCESS_KEY",
		"GITHUB_TOKEN", "--token", "-password", "STORAGE_CONNECTION_STRING", "ConnectionStrings__Default", "Authorization", "Cookie", "X-Api-Key", "MYSQL_PWD",
	} {
		assert.True(t, secretName(name), name)
	}
	for _, name := range []string{
		"", "PASSWORD_FILE", "AZURE_FEDERATED_TOKEN_FILE", "SECRET_NAME", "secretName", "TOKEN_TTL", "TOKEN_URL", "tokenExpirationSeconds",
		"csi.storage.k8s.io/node-stage-secret-name", "MAX_TOKENS", "PATH", "KEYBOARD", "LOG_LEVEL", "COOKIE_DOMAIN", "net.ipv4.tcp_syncookies", "AZURE_CLIENT_ID",
	} {
		assert.False(t, secretName(name), name)
	}
}

func TestMaskText(t *testing.T) {
	for text, masked := range map[string]string{
		"postgres://app:hunter2@db:5432/shop":                                    "postgres://(hidden):(hidden)@db:5432/shop",
		"amqp://u:p@ss/w@mq:5672":                                                "amqp://(hidden):(hidden)@mq:5672",
		"Server=db;User Id=sa;Password=hunter2;Encrypt=true":                     "Server=db;User Id=sa;Password=(hidden);Encrypt=true",
		"AccountName=a;AccountKey=c2VjcmV0a2V5;EndpointSuffix=x":                 "AccountName=a;AccountKey=(hidden);EndpointSuffix=x",
		"Endpoint=sb://x/;SharedAccessKey=abc123=":                               "Endpoint=sb://x/;SharedAccessKey=(hidden)",
		"https://a.blob.core.windows.net/c?sv=2022&sig=abc%2Fdef%3D":             "https://a.blob.core.windows.net/c?sv=2022&sig=(hidden)",
		"Authorization: Bearer abcdefgh12345678":                                 "Authorization: Bearer (hidden)",
		`{"password": "hunter2", "user": "a"}`:                                   `{"password": "(hidden)", "user": "a"}`,
		"key AKIAABCDEFGHIJKLMNOP here":                                          "key (hidden) here",
		"ghp_0123456789abcdefghijklmnopqrstuvwxyz":                               "(hidden)",
		"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n": "(hidden)\n",
		"x eyJhbGciOiJI.eyJzdWIiOiIx.c2ln y":                                     "x (hidden) y",

		// What is none stays as it is.
		"password=$(cat /run/secrets/p)":           "password=$(cat /run/secrets/p)",
		"ssh://git@github.com/org/repo":            "ssh://git@github.com/org/repo",
		"registry.example/app@sha256:0123456789ab": "registry.example/app@sha256:0123456789ab",
		"https://login.microsoftonline.com/tenant": "https://login.microsoftonline.com/tenant",
		`secret "db" not found`:                    `secret "db" not found`,
		"--password-file=/run/secrets/password":    "--password-file=/run/secrets/password",
		"the quick brown fox":                      "the quick brown fox",
	} {
		assert.Equal(t, masked, maskText(text))
		assert.Equal(t, masked, maskText(masked), "masked twice")
	}
}

const planted = "hunter2-marker"

// hiding holds one secret in each place that may hold one.
const hiding = `{
  "metadata": {"name": "web", "namespace": "shop", "resourceVersion": "7",
    "annotations": {
      "kubectl.kubernetes.io/last-applied-configuration": "{\"x\":\"hunter2-marker\"}",
      "kapp.k14s.io/original": "hunter2-marker",
      "nginx.ingress.kubernetes.io/configuration-snippet": "proxy_set_header Authorization \"Bearer hunter2-marker\";",
      "note": "postgres://app:hunter2-marker@db/shop"},
    "managedFields": [{"manager": "kubectl", "operation": "Apply", "time": "2026-11-24T00:00:00Z", "fieldsV1": {"f:x": {}}}]},
  "spec": {"template": {
    "metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "hunter2-marker", "plain": "yes"}},
    "spec": {
      "volumes": [{"name": "v", "csi": {"driver": "d", "volumeAttributes": {"storagePassword": "hunter2-marker", "secretName": "visible"}}},
        {"name": "f", "flexVolume": {"driver": "d", "options": {"password": "hunter2-marker"}}}],
      "containers": [{"name": "c", "image": "registry/app@sha256:00",
        "command": ["sh", "-c", "mysql --password=hunter2-marker -e x"],
        "args": ["--db-password", "hunter2-marker", "--token=hunter2-marker", "--password-file", "/run/visible", "--verbose"],
        "env": [{"name": "DB_PASSWORD", "value": "hunter2-marker"}, {"name": "DSN", "value": "Server=x;Pwd=hunter2-marker"},
          {"name": "PASSWORD_FILE", "value": "/run/visible"}, {"name": "FROM", "valueFrom": {"secretKeyRef": {"name": "visible", "key": "password"}}}],
        "livenessProbe": {"exec": {"command": ["redis-cli", "--password", "hunter2-marker"]}},
        "readinessProbe": {"httpGet": {"path": "/", "httpHeaders": [{"name": "Authorization", "value": "hunter2-marker"}]}},
        "lifecycle": {"preStop": {"exec": {"command": ["curl", "-H", "Authorization: Bearer hunter2-marker"]}}}}]}}},
  "status": {"message": "login failed: password=hunter2-marker"}
}`

func TestKeepHidesEveryPlace(t *testing.T) {
	o, err := Keep(model.KindDeployment, "apps/v1", []byte(hiding), time.Time{})
	require.NoError(t, err)
	kept := o.Raw.String()
	assert.NotContains(t, kept, planted)
	tree, err := Tree(o)
	require.NoError(t, err)
	env, _ := document.Lookup(Template(o.Kind, tree), "spec.containers")
	variables := items(env)[0]["env"].([]any)
	assert.Equal(t, map[string]any{"name": "DB_PASSWORD", "value": document.Hidden}, variables[0], "the name stays")
	assert.Equal(t, "Server=x;Pwd=(hidden)", object(variables[1])["value"])
	assert.Equal(t, "/run/visible", object(variables[2])["value"])
	assert.Equal(t, 3, strings.Count(kept, "visible")-strings.Count(kept, "/run/visible")+1, "names of secrets stay")
	assert.NotContains(t, kept, "fieldsV1")
	assert.NotContains(t, kept, "resourceVersion")
	again, err := Keep(model.KindDeployment, "apps/v1", o.Raw.Bytes(), time.Time{})
	require.NoError(t, err)
	assert.JSONEq(t, kept, again.Raw.String(), "what is masked once stays so")
}

func TestKeepDropsWhatIsLarge(t *testing.T) {
	node, err := Keep(model.KindNode, "v1", []byte(`{"metadata":{"name":"n"},"status":{"images":[{"names":["a"]}],"nodeInfo":{"osImage":"x"}}}`), time.Time{})
	require.NoError(t, err)
	assert.JSONEq(t, `{"apiVersion":"v1","kind":"Node","metadata":{"name":"n"},"status":{"nodeInfo":{"osImage":"x"}}}`, node.Raw.String())
	config, err := Keep(model.KindConfigMap, "v1", []byte(`{"metadata":{"name":"c"},"data":{"a":"hunter2-marker"},"binaryData":{"b":"aHVudGVyMg=="}}`), time.Time{})
	require.NoError(t, err)
	assert.JSONEq(t, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}`, config.Raw.String())
}

// FuzzKeep wants any object of any kind kept or refused, never a panic, and what was
// kept to be kept the same when it is read again.
func FuzzKeep(f *testing.F) {
	f.Add(uint8(2), []byte(hiding))
	f.Add(uint8(1), []byte(`{"metadata":{"name":"p","ownerReferences":[{"controller":true,"kind":"Job","name":"j"}]},"spec":{"containers":[{"env":[{"name":1,"value":"x"}],"args":[1,"--token"]}]}}`))
	f.Add(uint8(13), []byte(`{"metadata":{"name":"s"},"data":{"a":"b"},"stringData":[]}`))
	f.Add(uint8(9), []byte(`{"metadata":{"name":"n","annotations":[],"managedFields":{}},"status":{"images":1}}`))
	f.Fuzz(func(t *testing.T, at uint8, text []byte) {
		kind := model.ObjectKinds[int(at)%len(model.ObjectKinds)]
		o, err := Keep(kind.Kind, "v1", text, time.Time{})
		if err != nil {
			return
		}
		if kind.Kind == model.KindSecret {
			assert.Empty(t, o.Raw.Bytes(), "nothing of a Secret is kept")
			return
		}
		assert.True(t, json.Valid(o.Raw.Bytes()))
		again, err := Keep(kind.Kind, "v1", o.Raw.Bytes(), time.Time{})
		require.NoError(t, err)
		assert.Equal(t, o.Name, again.Name)
	})
}
