package demo

import (
	"net/http"
	"strings"
)

// networkDocument completes a resource told in a file; its type follows from its path.
func networkDocument(path string, spec object) object {
	_, rest, _ := strings.Cut(path, "/providers/")
	segments := strings.Split(rest, "/")
	var kind strings.Builder
	kind.WriteString(segments[0])
	for i := 1; i < len(segments); i += 2 {
		kind.WriteString("/" + segments[i])
	}
	document := object{
		{"name", segments[len(segments)-1]},
		{"id", "/subscriptions/{{subscription}}" + path},
		{"etag", `W/"{{own}}"`},
		{"type", kind.String()},
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

// network answers for the network resources that tell where a cluster's traffic
// leaves.
func (h *handler) network(w http.ResponseWriter, r *http.Request, s *subscription, rest []string) {
	var kind strings.Builder
	kind.WriteString(rest[4])
	for i := 6; i < len(rest); i += 2 {
		kind.WriteString("/" + rest[i])
	}
	path := "/" + strings.Join(rest, "/")
	if !h.permitted(w, r, s, "Microsoft.Network/"+kind.String()+"/read", "/subscriptions/"+s.id+path) {
		return
	}
	f := newFacts(h.opts.Now())
	for i := range s.resources {
		if strings.EqualFold(s.resources[i].path, path) {
			f.subscription, f.seed = s.id, fingerprint(path)
			_, _ = w.Write(s.resources[i].document.append(nil, f))
			return
		}
	}
	if match(rest[4:], "publicIPAddresses", "*") && s.owner(rest[1], f) != nil && strings.EqualFold(egressName(f), rest[5]) && f.egress != "" {
		_, _ = w.Write(h.estate.egress.append(nil, f))
		return
	}
	notFound(w, "Microsoft.Network/"+kind.String(), rest[len(rest)-1], rest[1])
}
