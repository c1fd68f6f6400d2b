package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/aksight/aksight/model"
)

// Hidden stands for a secret's value wherever it would be kept or shown.
const Hidden = "(hidden)"

// secretField is a place in a document that can hold a secret.
type secretField struct {
	kind model.Kind
	path []string
	mask func(string) string
}

// secretFields is the one list of such places. Masks keep what rules judge: that a
// proxy's address carries a password stays visible, the password does not.
var secretFields = []secretField{
	{model.KindCluster, []string{"properties", "httpProxyConfig", "httpProxy"}, maskURL},
	{model.KindCluster, []string{"properties", "httpProxyConfig", "httpsProxy"}, maskURL},
	{model.KindCluster, []string{"properties", "servicePrincipalProfile", "secret"}, maskAll},
	{model.KindCluster, []string{"properties", "windowsProfile", "adminPassword"}, maskAll},
	{model.KindCluster, []string{"properties", "aadProfile", "serverAppSecret"}, maskAll},
}

var userinfo = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.-]*://)?[^/?#]*@`)

func maskAll(string) string { return Hidden }

// maskURL hides the user name and password of a URL.
func maskURL(url string) string {
	return userinfo.ReplaceAllString(url, "${1}"+Hidden+":"+Hidden+"@")
}

// Keep completes a resource with its document, from which secrets are hidden first.
// Every source makes its resources so.
func Keep(resource model.Resource, text []byte) (*model.Resource, error) {
	masked, err := Mask(resource.Kind, text)
	if err != nil {
		return nil, fmt.Errorf("the document of %s: %w", resource.ID, err)
	}
	resource.Raw = model.NewJSON(masked)
	return &resource, nil
}

// Mask returns a document with its secrets hidden: the same one where it has none.
func Mask(kind model.Kind, text []byte) ([]byte, error) {
	var tree map[string]any
	changed := false
	if kind == model.KindClusterPreview {
		kind = model.KindCluster // the same document
	}
	escaped := bytes.Contains(text, []byte(`\u`)) // names may be written so too
	for _, field := range secretFields {
		if field.kind != kind || !escaped && !bytes.Contains(text, []byte(`"`+field.path[len(field.path)-1]+`"`)) {
			continue
		}
		if tree == nil {
			if err := json.Unmarshal(text, &tree); err != nil {
				return nil, err
			}
		}
		changed = maskField(tree, field) || changed
	}
	if !changed {
		return text, nil
	}
	return json.Marshal(tree)
}

func maskField(tree map[string]any, field secretField) bool {
	last := len(field.path) - 1
	for _, key := range field.path[:last] {
		child, is := tree[key].(map[string]any)
		if !is {
			return false
		}
		tree = child
	}
	secret, is := tree[field.path[last]].(string)
	if !is || secret == "" {
		return false
	}
	masked := field.mask(secret)
	tree[field.path[last]] = masked
	return masked != secret
}
