package demo

import "strings"

// networkDocument completes a resource told in a file; its type follows from its path.
func networkDocument(path string, spec object) object {
	_, rest, _ := strings.Cut(path, "/providers/")
	segments := strings.Split(rest, "/")
	kind := segments[0]
	for i := 1; i < len(segments); i += 2 {
		kind += "/" + segments[i]
	}
	document := object{
		{"name", segments[len(segments)-1]},
		{"id", "/subscriptions/{{subscription}}" + path},
		{"etag", `W/"{{own}}"`},
		{"type", kind},
	}
	for _, m := range spec {
		if m.key != "id" {
			document = append(document, m)
		}
	}
	properties, _ := document.get("properties").(object)
	return document.set("properties", append(object{{"provisioningState", "Succeeded"}}, properties...))
}

// egressAddress is the public IP that AKS made for a cluster's outbound traffic.
func egressAddress() object {
	return object{
		{"name", "{{guid egress}}"},
		{"id", "/subscriptions/{{subscription}}/resourceGroups/{{nodeGroup}}/providers/Microsoft.Network/publicIPAddresses/{{guid egress}}"},
		{"etag", `W/"{{own}}"`},
		{"location", "{{location}}"},
		{"tags", object{{"aks-managed-cluster-name", "{{name}}"}, {"aks-managed-cluster-rg", "{{group}}"}, {"aks-managed-type", "aks-slb-managed-outbound-ip"}}},
		{"zones", []any{"1", "2", "3"}},
		{"properties", object{
			{"provisioningState", "Succeeded"},
			{"resourceGuid", "{{guid egress resource}}"},
			{"ipAddress", "{{egress}}"},
			{"publicIPAddressVersion", "IPv4"},
			{"publicIPAllocationMethod", "Static"},
			{"idleTimeoutInMinutes", 30},
			{"ipTags", []any{}},
			{"ddosSettings", object{{"protectionMode", "VirtualNetworkInherited"}}},
		}},
		{"type", "Microsoft.Network/publicIPAddresses"},
		{"sku", object{{"name", "Standard"}, {"tier", "Regional"}}},
	}
}

// egressName is the name of a cluster's egress address, as its document gives it.
func egressName(f *facts) string { return string(f.guid(nil, fingerprint("guid egress"))) }
