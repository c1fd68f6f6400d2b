package demo

import "strings"

// newestShape is the api-version that the documents are written for.
const newestShape = "2026-06-01"

// newcomer is a property that api-versions before since do not carry.
type newcomer struct{ since, path string }

func newcomers() []newcomer {
	return []newcomer{
		{"2025-03-01", "properties.apiServerAccessProfile.enableVnetIntegration"},
		{"2025-03-01", "properties.apiServerAccessProfile.subnetId"},
		{"2025-05-01", "properties.nodeProvisioningProfile"},
		{"2025-08-01", "properties.agentPoolProfiles.securityProfile.sshAccess"},
		{"2025-08-01", "properties.networkProfile.advancedNetworking.security.advancedNetworkPolicies"},
		{"2026-01-01", "properties.networkProfile.advancedNetworking.security.transitEncryption"},
		{"2026-01-01", "properties.hostedSystemProfile"},
	}
}

// inPreview are the properties that only preview api-versions carry.
func inPreview() []string {
	return []string{
		"properties.networkProfile.podLinkLocalAccess",
		"properties.securityProfile.imageIntegrity",
		"properties.agentPoolProfiles.kubeletConfig.seccompDefault",
	}
}

func isPreview(version string) bool { return strings.HasSuffix(version, "-preview") }

// stable returns a document without what is in preview.
func stable(tree any) any {
	for _, path := range inPreview() {
		tree = prune(tree, strings.Split(path, "."))
	}
	return tree
}

// shaped returns the cluster's document as an api-version carries it.
func (b *blueprint) shaped(version string) (*template, error) {
	if version >= newestShape && !isPreview(version) {
		return &b.document, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if t, ok := b.other[version]; ok {
		return t, nil
	}
	tree := any(b.tree)
	if !isPreview(version) {
		tree = stable(tree)
	}
	for _, n := range newcomers() {
		if version < n.since {
			tree = prune(tree, strings.Split(n.path, "."))
		}
	}
	t, err := compile(tree)
	if err != nil {
		return nil, err
	}
	if b.other == nil {
		b.other = map[string]*template{}
	}
	b.other[version] = &t
	return &t, nil
}

// prune returns a tree without what stands at a path. It looks into every item of
// a list and every alternative of a choice.
func prune(tree any, path []string) any {
	switch value := tree.(type) {
	case object:
		var kept object
		for _, m := range value {
			switch {
			case strings.HasPrefix(m.key, choiceKey):
				m.value = prune(m.value, path)
			case m.key != path[0]:
			case len(path) == 1:
				continue
			default:
				m.value = prune(m.value, path[1:])
			}
			kept = append(kept, m)
		}
		return kept
	case []any:
		kept := make([]any, len(value))
		for i, item := range value {
			kept[i] = prune(item, path)
		}
		return kept
	default:
		return tree
	}
}
