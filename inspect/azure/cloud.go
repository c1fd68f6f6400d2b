package azure

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// cloudConfig is where a cloud's services are.
type cloudConfig struct {
	name     string
	login    string
	arm      string
	audience string
	graph    string
	// directory is what tokens for Microsoft Graph are asked for, wherever it is reached.
	directory string
}

// clouds are the ones that Microsoft and its partner in China run.
func clouds() []cloudConfig {
	return []cloudConfig{
		{
			name: "AzureCloud", login: "https://login.microsoftonline.com/",
			arm: "https://management.azure.com", audience: "https://management.core.windows.net/",
			graph: "https://graph.microsoft.com",
		},
		{
			name: "AzureUSGovernment", login: "https://login.microsoftonline.us/",
			arm: "https://management.usgovcloudapi.net", audience: "https://management.core.usgovcloudapi.net/",
			graph: "https://graph.microsoft.us",
		},
		{
			name: "AzureChinaCloud", login: "https://login.chinacloudapi.cn/",
			arm: "https://management.chinacloudapi.cn", audience: "https://management.core.chinacloudapi.cn/",
			graph: "https://microsoftgraph.chinacloudapi.cn",
		},
	}
}

// cloudAliases are the short names that the --cloud flag takes.
var cloudAliases = map[string]string{
	"public": "AzureCloud",
	"usgov":  "AzureUSGovernment",
	"china":  "AzureChinaCloud",
	// What the SDKs and other tools call them.
	"azurepublic":     "AzureCloud",
	"azuregovernment": "AzureUSGovernment",
	"azurechina":      "AzureChinaCloud",
}

// findCloud picks the cloud by option, then environment, then the Azure CLI's
// settings, and replaces its endpoints where the options say so.
func findCloud(opts Options) (cloudConfig, error) {
	name, from := opts.Cloud, "--cloud"
	if name == "" {
		name, from = azSetting("cloud", "name")
	}
	if name == "" {
		name, from = os.Getenv("AZURE_CLOUD"), "AZURE_CLOUD"
	}
	if name == "" {
		name = "AzureCloud"
	}
	if alias, is := cloudAliases[strings.ToLower(name)]; is {
		name = alias
	}
	known := clouds()
	at := slices.IndexFunc(known, func(c cloudConfig) bool { return strings.EqualFold(c.name, name) })
	var cloud cloudConfig
	if at >= 0 {
		cloud = known[at]
	} else {
		custom, err := customCloud(name)
		if err != nil {
			return cloudConfig{}, fmt.Errorf("%w (from %s)", err, from)
		}
		cloud = custom
	}
	cloud.directory = cloud.graph
	if opts.ARMEndpoint != "" {
		cloud.arm = opts.ARMEndpoint
	}
	if opts.GraphEndpoint != "" {
		cloud.graph = opts.GraphEndpoint
	}
	return cloud, nil
}

// customCloud finds a cloud that was registered with az cloud register.
func customCloud(name string) (cloudConfig, error) {
	unknown := fmt.Errorf("cloud %q is not known: use AzureCloud, AzureUSGovernment, AzureChinaCloud, or one that az cloud list shows", name)
	file, err := readINI(filepath.Join(azDir(), "clouds.config"))
	if err != nil {
		return cloudConfig{}, unknown
	}
	section := file[strings.ToLower(name)]
	cloud := cloudConfig{
		name:     name,
		login:    section["endpoint_active_directory"],
		arm:      section["endpoint_resource_manager"],
		audience: section["endpoint_active_directory_resource_id"],
		graph:    section["endpoint_microsoft_graph_resource_id"],
	}
	switch {
	case section == nil:
		return cloudConfig{}, unknown
	case cloud.login == "" || cloud.arm == "":
		return cloudConfig{}, fmt.Errorf("cloud %q has no sign-in or Resource Manager endpoint: set them with az cloud update", name)
	}
	if cloud.audience == "" {
		cloud.audience = cloud.arm
	}
	if cloud.graph == "" {
		cloud.graph = clouds()[0].graph
	}
	return cloud, nil
}

// azDir is the Azure CLI's folder.
func azDir() string {
	if dir := os.Getenv("AZURE_CONFIG_DIR"); dir != "" {
		return dir
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ".azure"
	}
	return filepath.Join(home, ".azure")
}

// azSetting reads one of the Azure CLI's settings as the Azure CLI does: from the
// environment, then from its configuration file. It tells where it was found.
func azSetting(section, key string) (value, from string) {
	variable := strings.ToUpper("AZURE_" + section + "_" + key)
	if value := os.Getenv(variable); value != "" {
		return value, variable
	}
	path := filepath.Join(azDir(), "config")
	file, err := readINI(path)
	if err != nil {
		// Without the Azure CLI there are no settings of it, which is no failure.
		return "", ""
	}
	return file[section][key], path
}

// readINI reads the sections of an INI file; their names and keys in lower case.
func readINI(path string) (map[string]map[string]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseINI(string(text)), nil
}

func parseINI(text string) map[string]map[string]string {
	file := map[string]map[string]string{}
	section := ""
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		if line[0] == '[' {
			section = strings.ToLower(strings.TrimSpace(strings.Trim(line, "[]")))
			continue
		}
		at := strings.IndexAny(line, "=:")
		if at < 0 {
			continue
		}
		if file[section] == nil {
			file[section] = map[string]string{}
		}
		file[section][strings.ToLower(strings.TrimSpace(line[:at]))] = strings.TrimSpace(line[at+1:])
	}
	return file
}

// parseEndpoint reads an https address of a service, without path or query.
func parseEndpoint(flag, endpoint string) (*url.URL, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	if u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("%s %q: give an address like https://management.azure.com, without path or query", flag, endpoint)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}
