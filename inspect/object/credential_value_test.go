package object

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/inspect/document"
)

func TestIsCredential(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, value string
		want        bool
	}{
		{"DB_PASSWORD", "hunter2", true},
		{"apiKey", "abc", true},
		{"ConnectionStrings__Main", "Server=db;Password=x;", true},
		{"STORAGE", "AccountName=a;AccountKey=abc==", true},
		{"URL", "postgres://app:secret@db/shop", true},
		{"KEY", "-----BEGIN RSA PRIVATE KEY-----", true},
		{"ANY", "(hidden)", true},
		{"PASSWORD", "", false},
		{"PASSWORD", "$(FROM_SECRET)", false},
		{"TOKEN_FILE", "/var/run/secrets/token", false},
		{"TOKEN", "/var/run/secrets/token", false},
		{"LEVEL", "info", false},
		{"TOKENIZER", "bert", false},
		{"URL", "https://db.example.com", false},
		{"PASSWORD_RESET", "true", false},
	} {
		assert.Equal(t, c.want, IsCredential(c.name, c.value), "%s=%s", c.name, c.value)
	}
}

func TestWhatConfigMapsHold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key, value string
		want       bool
	}{
		{"DB_PASSWORD", "hunter2", true},
		{"api-key", "3f9c2e", true},
		{"web.config", `<add name="Main" connectionString="Server=tcp:db;User ID=sa;Password=Encore2019;" />`, true},
		{"application.properties", "spring.datasource.url=jdbc:postgresql://db/shop\nspring.datasource.password=hunter2\n", true},
		{"settings.json", `{"db": {"user": "app", "password": "hunter2"}}`, true},
		{"config.yaml", "db:\n  user: app\n  password: 'hunter2'\n", true},
		{".env", "export API_TOKEN=3f9c2e1a", true},
		{"url", "amqp://guest:guest1@rabbit:5672", true},
		{"id_rsa", "-----BEGIN RSA PRIVATE KEY-----\nMIIE", true},
		{"kept", document.Hidden, true},
		{"config.yaml", "db:\n  password: ${DB_PASSWORD}\n", false},
		{"config.yaml", "db:\n  passwordFile: /run/secrets/db\n", false},
		{"config.yaml", "db:\n  password:\n    secretKeyRef: {name: db, key: password}\n", false},
		{"config.yaml", "# password: hunter2\n", false},
		{"schema.json", `{"properties": {"password": {"type": "string"}}}`, false},
		{"openapi.yaml", "password: string\ntoken: string", false},
		{"nginx.conf", "proxy_set_header Authorization $http_authorization;\nserver_tokens off;", false},
		{"url", "postgres://$(USER):$(PASSWORD)@db/shop", false},
		{"TOKEN_URL", "https://login.example.com/token", false},
		{"password", "", false},
		{"password", "********", false},
		{"ca.crt", "-----BEGIN CERTIFICATE-----\nMIID", false},
		{"Corefile", ".:53 {\n  forward . /etc/resolv.conf\n}", false},
		{"tokenizer", "bert-base", false},
	} {
		assert.Equal(t, c.want, holdsCredential(c.key, c.value), "%s: %s", c.key, c.value)
	}
}

func FuzzWhatConfigMapsHold(f *testing.F) {
	f.Add("config.yaml", "db:\n  password: 'hunter2'\n")
	f.Add("url", "amqp://guest:guest1@rabbit:5672")
	f.Add("a=", "=:;\"'")
	f.Fuzz(func(t *testing.T, key, value string) {
		kept := map[string]any{}
		keepKeys(kept, map[string]any{"data": map[string]any{key: value}})
		if data, is := kept["data"].(map[string]any); is {
			assert.Equal(t, map[string]any{key: document.Hidden}, data)
		}
	})
}
