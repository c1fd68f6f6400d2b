package document

import (
	"net/netip"
	"strings"

	"github.com/aksight/aksight/model"
)

// Egress returns the public addresses from which the cluster's nodes call out, as
// CIDRs, and whether they are all known: an egress behind a firewall or a load
// balancer whose addresses were not read is not.
func Egress(s model.Subject) (cidrs []string, known bool) {
	outbound := strings.ToLower(first(Text(s.Cluster.Tree, "properties.networkProfile.outboundType"), "loadBalancer"))
	switch outbound {
	case "loadbalancer", "managednatgateway":
		cidrs, known = effectiveOutbound(s)
	case "userassignednatgateway":
		cidrs, known = natGateways(s)
	default:
		return nil, false
	}
	return cidrs, known && len(cidrs) > 0
}

// effectiveOutbound resolves the addresses that AKS itself lists.
func effectiveOutbound(s model.Subject) (cidrs []string, known bool) {
	known = true
	for _, profile := range []string{"loadBalancerProfile", "natGatewayProfile"} {
		listed, _ := Lookup(s.Cluster.Tree, "properties.networkProfile."+profile+".effectiveOutboundIPs")
		entries, _ := listed.([]any)
		for _, entry := range entries {
			reference, _ := entry.(map[string]any)
			cidr := address(s, model.ID(Text(reference, "id")))
			if cidr == "" {
				known = false
				continue
			}
			cidrs = append(cidrs, cidr)
		}
	}
	return cidrs, known
}

// natGateways resolves the addresses of the NAT gateways on the node subnets.
func natGateways(s model.Subject) (cidrs []string, known bool) {
	gateways := s.Children[model.KindNATGateway]
	known = len(gateways) > 0
	for _, gateway := range gateways {
		for _, property := range []string{"publicIpAddresses", "publicIpPrefixes"} {
			listed, _ := Lookup(gateway.Tree, "properties."+property)
			entries, _ := listed.([]any)
			for _, entry := range entries {
				reference, _ := entry.(map[string]any)
				cidr := address(s, model.ID(Text(reference, "id")))
				if cidr == "" {
					known = false
					continue
				}
				cidrs = append(cidrs, cidr)
			}
		}
	}
	return cidrs, known
}

// address returns the CIDR of a public IP address or prefix that was read, or "".
func address(s model.Subject, id model.ID) string {
	for _, ip := range s.Children[model.KindPublicIP] {
		if ip.ID.Equal(id) {
			if address, err := netip.ParseAddr(Text(ip.Tree, "properties.ipAddress")); err == nil {
				return netip.PrefixFrom(address, address.BitLen()).String()
			}
		}
	}
	for _, block := range s.Children[model.KindPublicIPPrefix] {
		if block.ID.Equal(id) {
			if prefix, err := netip.ParsePrefix(Text(block.Tree, "properties.ipPrefix")); err == nil {
				return prefix.String()
			}
		}
	}
	return ""
}
