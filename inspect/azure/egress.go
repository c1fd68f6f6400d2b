package azure

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aksight/aksight/model"
)

// reference names another resource.
type reference struct {
	ID string `json:"id"`
}

// networking is the part of a cluster's document that leads to its egress.
type networking struct {
	Properties struct {
		Pools []struct {
			Name     string `json:"name"`
			Subnet   string `json:"vnetSubnetID"`
			Pods     string `json:"podSubnetID"`
			IPPrefix string `json:"nodePublicIPPrefixID"`
		} `json:"agentPoolProfiles"`
		Network struct {
			LoadBalancer struct {
				Effective []reference `json:"effectiveOutboundIPs"`
				IPs       struct {
					IPs []reference `json:"publicIPs"`
				} `json:"outboundIPs"`
				Prefixes struct {
					Prefixes []reference `json:"publicIPPrefixes"`
				} `json:"outboundIPPrefixes"`
			} `json:"loadBalancerProfile"`
			NATGateway struct {
				Effective []reference `json:"effectiveOutboundIPs"`
			} `json:"natGatewayProfile"`
		} `json:"networkProfile"`
	} `json:"properties"`
}

func (r *reader) networking() (networking, error) {
	var n networking
	cluster, err := r.clusterDocument()
	if err != nil {
		return n, err
	}
	if err := json.Unmarshal(cluster.Raw.Bytes(), &n); err != nil {
		return n, fmt.Errorf("the document of %s: %w", cluster.ID, err)
	}
	return n, nil
}

// egress collects the resources that tell from which addresses a cluster's nodes
// come out: each is read once, whoever refers to it.
type egress struct {
	*reader
	seen map[string]bool
	// problems are what could not be read; the rest is read all the same.
	problems []error
}

// readEgress follows a cluster's references to public IPs and prefixes, and those of
// its subnets through NAT gateways and route tables.
func (r *reader) readEgress() error {
	n, err := r.networking()
	if err != nil {
		return err
	}
	e := &egress{reader: r, seen: map[string]bool{}}
	balancer := n.Properties.Network.LoadBalancer
	err = e.follow(model.KindPublicIP, balancer.Effective, balancer.IPs.IPs, n.Properties.Network.NATGateway.Effective)
	if err == nil {
		err = e.follow(model.KindPublicIPPrefix, balancer.Prefixes.Prefixes)
	}
	for _, pool := range n.Properties.Pools {
		if err == nil {
			err = e.follow(model.KindPublicIPPrefix, []reference{{pool.IPPrefix}})
		}
		if err == nil {
			err = e.follow(model.KindSubnet, []reference{{pool.Subnet}, {pool.Pods}})
		}
	}
	if err != nil {
		return err
	}
	return errors.Join(e.problems...)
}

// onward are the references from one network resource to the next.
type onward struct {
	Properties struct {
		NATGateway *reference  `json:"natGateway"`
		RouteTable *reference  `json:"routeTable"`
		IPs        []reference `json:"publicIpAddresses"`
		Prefixes   []reference `json:"publicIpPrefixes"`
	} `json:"properties"`
}

// follow reads resources and what they refer to. It returns an error only where
// reading must end.
func (e *egress) follow(kind model.Kind, lists ...[]reference) error {
	for _, list := range lists {
		for _, to := range list {
			key := strings.ToLower(to.ID)
			if to.ID == "" || e.seen[key] {
				continue
			}
			e.seen[key] = true
			if err := e.read(kind, to.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *egress) read(kind model.Kind, id string) error {
	raw, err := e.document(id, networkVersion, "")
	if err != nil {
		if e.ctx.Err() != nil {
			return err
		}
		e.problems = append(e.problems, &unreadError{kind: kind, id: id, err: err})
		return nil
	}
	if err := e.emitChild(model.ID(id), kind, raw, networkVersion); err != nil {
		return err
	}
	if kind != model.KindSubnet && kind != model.KindNATGateway {
		return nil
	}
	var next onward
	if err := json.Unmarshal(raw, &next); err != nil {
		e.problems = append(e.problems, &unreadError{kind: kind, id: id, err: err})
		return nil //nolint:nilerr // it is told with the others, and the rest is still read
	}
	if table := next.Properties.RouteTable; table != nil {
		if err := e.follow(model.KindRouteTable, []reference{*table}); err != nil {
			return err
		}
	}
	if gateway := next.Properties.NATGateway; gateway != nil {
		if err := e.follow(model.KindNATGateway, []reference{*gateway}); err != nil {
			return err
		}
	}
	if kind != model.KindNATGateway {
		return nil
	}
	if err := e.follow(model.KindPublicIP, next.Properties.IPs); err != nil {
		return err
	}
	return e.follow(model.KindPublicIPPrefix, next.Properties.Prefixes)
}

// unreadError says which of several resources could not be read.
type unreadError struct {
	kind model.Kind
	id   string
	err  error
}

func (e *unreadError) Error() string { return fmt.Sprintf("%s %s: %v", e.kind, e.id, e.err) }
func (e *unreadError) Unwrap() error { return e.err }
