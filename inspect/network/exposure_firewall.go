package network

import (
	"slices"
	"strings"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// firewallPolicy has what is used of a WebApplicationFirewallPolicy of Application
// Gateway for Containers: it attaches a policy of Azure's to what it targets.
type firewallPolicy struct {
	Spec struct {
		TargetRef struct {
			Kind         string   `json:"kind"`
			Namespace    string   `json:"namespace"`
			Name         string   `json:"name"`
			SectionNames []string `json:"sectionNames"`
		} `json:"targetRef"`
		Firewall struct {
			ID string `json:"id"`
		} `json:"webApplicationFirewall"`
	} `json:"spec"`
	Status struct {
		Conditions []struct {
			Type   string `json:"type"`
			Status string `json:"status"`
		} `json:"conditions"`
	} `json:"status"`
}

// attached is a policy that is in force: what it targets, and which parts of that; all
// where none is named.
type attached struct {
	model.Ref
	sections []string
}

// Annotations by which a Gateway says which ApplicationLoadBalancer serves it.
const (
	balancerName      = "alb.networking.azure.io/alb-name"
	balancerNamespace = "alb.networking.azure.io/alb-namespace"
	loadBalancerKind  = model.Kind("ApplicationLoadBalancer")
)

// firewalls are the policies of the cluster that name a policy of Azure's and that the
// controller has not refused.
func firewalls(view *object.View) []attached {
	var found []attached
	typed := object.List[firewallPolicy](view, model.KindFirewallPolicy)
	for i, o := range view.Objects[model.KindFirewallPolicy] {
		policy := typed[i]
		if policy == nil || policy.Spec.Firewall.ID == "" || policy.refused() {
			continue
		}
		target := policy.Spec.TargetRef
		found = append(found, attached{
			model.Ref{Kind: model.Kind(target.Kind), Namespace: cmpText(target.Namespace, o.Namespace), Name: target.Name}, target.SectionNames,
		})
	}
	return found
}

// refused reports whether the controller says that the policy does not count.
func (p *firewallPolicy) refused() bool {
	for _, condition := range p.Status.Conditions {
		if condition.Status == "False" {
			return true
		}
	}
	return false
}

// holds reports whether a policy is attached to an object, or to a part of it.
func holds(policies []attached, ref model.Ref, section string) bool {
	return slices.ContainsFunc(policies, func(a attached) bool {
		return a.Ref == ref && (len(a.sections) == 0 || slices.Contains(a.sections, section))
	})
}

// forContainers reports whether Application Gateway for Containers serves a door.
func (d *Door) forContainers() bool {
	return d.Controller == ForContainers || strings.HasPrefix(d.Class, "azure-alb")
}

// wafOf tells whether a firewall stands before all of a gateway's routes; of one without
// routes, whether one stands before its listeners.
func wafOf(routes []*Route, listeners bool) WAF {
	some := slices.ContainsFunc(routes, func(r *Route) bool { return r.Firewall })
	not := slices.ContainsFunc(routes, func(r *Route) bool { return !r.Firewall })
	switch {
	case some && not:
		return SomeWAF
	case some, len(routes) == 0 && listeners:
		return HasWAF
	default:
		return NoWAF
	}
}
