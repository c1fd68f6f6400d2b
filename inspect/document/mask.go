package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

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
	{model.KindPrincipal, []string{"passwordCredentials", "secretText"}, maskAll},
	{model.KindPrincipal, []string{"passwordCredentials", "hint"}, maskAll},
	{model.KindPrincipal, []string{"keyCredentials", "key"}, maskAll},
}

func maskAll(string) string { return Hidden }

var (
	scheme    = regexp.MustCompile(`^\s*[a-zA-Z][a-zA-Z0-9+.-]*://`)
	authority = regexp.MustCompile(`^([a-zA-Z0-9._-]+|\[[0-9a-fA-F:.]+\])(:\d+)?[/?#]`)
)

// maskURL hides the user name and password of a URL. People write passwords with
// characters that end a URL's authority: whatever stands before the last @ is taken for
// part of them, unless a host and port stand there. Then it may be a path with an @ in
// it, or not: all of it is hidden.
func maskURL(url string) string {
	before := scheme.FindString(url)
	rest := url[len(before):]
	at := strings.LastIndexByte(rest, '@')
	if escaped := strings.LastIndex(rest, "%40"); escaped >= 0 {
		at = max(at, escaped+len("%40")-1)
	}
	switch {
	case at < 0:
		return url
	case authority.MatchString(rest):
		return strings.TrimSpace(before) + Hidden
	default:
		return strings.TrimSpace(before) + Hidden + ":" + Hidden + "@" + rest[at+1:]
	}
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
// Names count regardless of case and of how they are escaped, and each time they stand
// in an object.
func Mask(kind model.Kind, text []byte) ([]byte, error) {
	if kind == model.KindClusterPreview {
		kind = model.KindCluster // the same document
	}
	if !mayHoldSecret(kind, text) {
		return text, nil
	}
	var tree any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&tree); err != nil {
		return nil, err
	}
	changed := false
	for _, field := range secretFields {
		if field.kind == kind {
			changed = maskField(tree, field.path, field.mask) || changed
		}
	}
	// Of names that stand in an object twice, the tree holds the last.
	if !changed && !repeats(text) {
		return text, nil
	}
	var masked bytes.Buffer
	encoder := json.NewEncoder(&masked)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(tree); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(masked.Bytes()), nil
}

// mayHoldSecret reports whether the name of a secret stands in a text, without decoding
// it: nearly all documents hold none.
func mayHoldSecret(kind model.Kind, text []byte) bool {
	if !slices.ContainsFunc(secretFields, func(f secretField) bool { return f.kind == kind }) {
		return false
	}
	if bytes.Contains(text, []byte(`\u`)) { // names may be written so too
		return true
	}
	for {
		quote := bytes.IndexByte(text, '"')
		if quote < 0 {
			return false
		}
		text = text[quote+1:]
		for i := range secretFields {
			name := secretFields[i].path[len(secretFields[i].path)-1]
			if len(text) > len(name) && text[len(name)] == '"' && strings.EqualFold(string(text[:len(name)]), name) {
				return true
			}
		}
	}
}

// maskField hides what stands at a path, whatever it is; it reports whether that was
// something to hide.
func maskField(value any, path []string, mask func(string) string) (changed bool) {
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			changed = maskField(one, path, mask) || changed
		}
	case map[string]any:
		for key, under := range value {
			if !strings.EqualFold(key, path[0]) {
				continue
			}
			if len(path) > 1 {
				changed = maskField(under, path[1:], mask) || changed
				continue
			}
			hidden := any(Hidden)
			switch secret := under.(type) {
			case nil:
				continue
			case string:
				if secret == "" {
					continue
				}
				hidden = mask(secret)
			}
			if hidden != under {
				value[key], changed = hidden, true
			}
		}
	}
	return changed
}

// repeats reports whether a name stands in an object twice.
func repeats(text []byte) bool {
	decoder := json.NewDecoder(bytes.NewReader(text))
	var open []map[string]bool // the names of the objects that are open; nil for lists
	for name := false; ; {
		token, err := decoder.Token()
		if err != nil {
			return false
		}
		switch token {
		case json.Delim('{'):
			open, name = append(open, map[string]bool{}), true
			continue
		case json.Delim('['):
			open, name = append(open, nil), false
			continue
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		default:
			if key, is := token.(string); is && name {
				names := open[len(open)-1]
				if names[key] {
					return true
				}
				names[key], name = true, false
				continue
			}
		}
		name = len(open) > 0 && open[len(open)-1] != nil
	}
}
