package azure

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/inspect/source"
)

// azFolder is an Azure CLI folder with these files.
func azFolder(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("AZURE_CONFIG_DIR", dir)
	t.Setenv("AZURE_CLOUD", "")
	t.Setenv("AZURE_CLOUD_NAME", "")
	t.Setenv("AZURE_TENANT_ID", "")
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
}

const registered = `
[Stack]
endpoint_resource_manager = https://management.stack.example
endpoint_active_directory = https://login.stack.example/
endpoint_active_directory_resource_id = https://audience.stack.example/
endpoint_microsoft_graph_resource_id = https://graph.stack.example
[Half]
endpoint_resource_manager = https://management.half.example
`

func TestCloud(t *testing.T) {
	usgov := "# settings\n[core]\noutput = json\n[Cloud]\nName = AzureUSGovernment\n"
	for _, test := range []struct {
		name   string
		opts   Options
		config string
		env    map[string]string
		cloud  string
		arm    string
	}{
		{"by default", Options{}, "", nil, "AzureCloud", "https://management.azure.com"},
		{"the Azure CLI's", Options{}, usgov, nil, "AzureUSGovernment", "https://management.usgovcloudapi.net"},
		{"the option wins", Options{Cloud: "china"}, usgov, nil, "AzureChinaCloud", "https://management.chinacloudapi.cn"},
		{"case does not matter", Options{Cloud: "azurecloud"}, usgov, nil, "AzureCloud", "https://management.azure.com"},
		{"the environment wins over the file", Options{}, usgov, map[string]string{"AZURE_CLOUD_NAME": "AzureChinaCloud"}, "AzureChinaCloud", "https://management.chinacloudapi.cn"},
		{"the other variable", Options{}, "", map[string]string{"AZURE_CLOUD": "usgov"}, "AzureUSGovernment", "https://management.usgovcloudapi.net"},
		{"an endpoint", Options{Cloud: "usgov", ARMEndpoint: "https://arm.private.example"}, "", nil, "AzureUSGovernment", "https://arm.private.example"},
		{"a registered one", Options{Cloud: "Stack"}, "", nil, "Stack", "https://management.stack.example"},
	} {
		t.Run(test.name, func(t *testing.T) {
			azFolder(t, map[string]string{"config": test.config, "clouds.config": registered})
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			s, err := New(test.opts)
			require.NoError(t, err)
			assert.Equal(t, test.cloud, s.Identity().Cloud)
			assert.Equal(t, source.Live, s.Identity().Mode)
			assert.Equal(t, test.arm, s.arm.String())
		})
	}
}

func TestOptionsThatWillNotDo(t *testing.T) {
	azFolder(t, map[string]string{"clouds.config": registered})
	notPEM := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(notPEM, []byte("no certificate"), 0o600))
	for name, test := range map[string]struct {
		opts Options
		says string
	}{
		"cloud":          {Options{Cloud: "AzureGermanCloud"}, `cloud "AzureGermanCloud" is not known`},
		"half a cloud":   {Options{Cloud: "Half"}, "no sign-in or Resource Manager endpoint"},
		"auth":           {Options{Auth: "magic"}, "use cli, environment, workload, managed, device or browser"},
		"endpoint":       {Options{ARMEndpoint: "management.azure.com"}, "--arm-endpoint"},
		"plain endpoint": {Options{ARMEndpoint: "http://management.azure.com"}, "https://"},
		"endpoint path":  {Options{ARMEndpoint: "https://a.example/x"}, "without path"},
		"graph":          {Options{GraphEndpoint: "https://u:p@a.example"}, "--graph-endpoint"},
		"no CA file":     {Options{CAFile: filepath.Join(t.TempDir(), "none")}, "--ca-file"},
		"CA file":        {Options{CAFile: notPEM}, "holds no certificate"},
		"tenant":         {Options{Tenant: "bad tenant;"}, "sign-in with cli"},
		"environment":    {Options{Auth: "environment"}, "sign-in with environment"},
	} {
		_, err := New(test.opts)
		assert.ErrorContains(t, err, test.says, name)
	}
}

func TestEachWayToSignIn(t *testing.T) {
	azFolder(t, nil)
	t.Setenv("AZURE_CLIENT_ID", "11111111-1111-1111-1111-111111111111")
	t.Setenv("AZURE_TENANT_ID", "22222222-2222-2222-2222-222222222222")
	t.Setenv("AZURE_CLIENT_SECRET", "x")
	t.Setenv("AZURE_FEDERATED_TOKEN_FILE", filepath.Join(t.TempDir(), "token"))
	for _, how := range []string{"", "cli", "environment", "workload", "managed", "device", "browser"} {
		s, err := New(Options{Auth: how})
		require.NoError(t, err, how)
		assert.NotNil(t, s.signIn.credential)
	}
}

func TestPromptsGoToTheScreen(t *testing.T) {
	azFolder(t, nil)
	var shown []string
	s, err := New(Options{Auth: "device", Prompt: func(message string) { shown = append(shown, message) }})
	require.NoError(t, err)
	s.signIn.ask("enter ABC at https://microsoft.com/devicelogin")
	assert.Equal(t, []string{"enter ABC at https://microsoft.com/devicelogin"}, shown)
	assert.Equal(t, shown[0], s.Identity().Prompt)
	s.signIn.learn(jwt(`{"unique_name":"ben@contoso.example","tid":"T-1"}`))
	assert.Empty(t, s.Identity().Prompt)
	assert.Equal(t, "ben@contoso.example", s.Identity().User)
}

func jwt(claims string) string {
	return "h." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".s"
}

func TestIdentity(t *testing.T) {
	azFolder(t, map[string]string{"azureProfile.json": "\ufeff" + `{"subscriptions":[
		{"tenantId":"other","tenantDisplayName":"Other"},{"tenantId":"t-1","tenantDisplayName":"Contoso"},{"tenantId":"t-2","tenantDefaultDomain":"fabrikam.example"}]}`})
	for claims, want := range map[string]source.Identity{
		`{"upn":"ana@contoso.example","unique_name":"x","tid":"T-1"}`: {User: "ana@contoso.example", Tenant: "Contoso"},
		`{"app_displayname":"pipeline","appid":"a-1","tid":"t-2"}`:    {User: "pipeline", Tenant: "fabrikam.example"},
		`{"appid":"a-1","tid":"t-3"}`:                                 {User: "a-1", Tenant: "t-3"},
	} {
		s, err := New(Options{})
		require.NoError(t, err)
		s.signIn.learn(jwt(claims))
		want.Mode, want.Cloud = source.Live, "AzureCloud"
		assert.Equal(t, want, s.Identity())
	}
	fixed := source.Identity{Mode: source.Demo, User: "demo"}
	s, err := New(Options{Identity: &fixed})
	require.NoError(t, err)
	assert.Equal(t, fixed, s.Identity())
}

func FuzzParseINI(f *testing.F) {
	f.Add("[cloud]\nname = x\n")
	f.Add("\ufeff[\n=\n: \n[a]b]=c")
	f.Fuzz(func(t *testing.T, text string) {
		for section := range parseINI(text) {
			_ = section
		}
	})
}

func FuzzDecodeClaims(f *testing.F) {
	f.Add(jwt(`{"upn":"a"}`))
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, token string) {
		if claims, err := decodeClaims(token); err == nil {
			_ = claims.user()
		}
	})
}
