package network

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// calicoPolicy has what is used of Calico's NetworkPolicy and GlobalNetworkPolicy.
type calicoPolicy struct {
	Spec struct {
		Tier                   string       `json:"tier"`
		Order                  *float64     `json:"order"`
		Selector               string       `json:"selector"`
		NamespaceSelector      string       `json:"namespaceSelector"`
		ServiceAccountSelector string       `json:"serviceAccountSelector"`
		Types                  []string     `json:"types"`
		Ingress                []calicoRule `json:"ingress"`
		Egress                 []calicoRule `json:"egress"`
		DoNotTrack             bool         `json:"doNotTrack"`
		PreDNAT                bool         `json:"preDNAT"`
	} `json:"spec"`
}

// calicoTier has what is used of a Tier.
type calicoTier struct {
	Spec struct {
		Order         *float64 `json:"order"`
		DefaultAction string   `json:"defaultAction"`
	} `json:"spec"`
}

// What Calico's tiers are called and where they stand in the order, beside those that
// somebody made. Policies of Kubernetes are in the default one, at an order of their own.
const (
	defaultTier     = "default"
	defaultOrder    = 1_000_000
	adminOrder      = 1_000
	baselineOrder   = 10_000_000
	kubernetesOrder = 1_000
)

// What Calico's selectors say beside the pod's own labels.
const (
	calicoNamespace       = "projectcalico.org/namespace"
	calicoNamespaceName   = "projectcalico.org/name" // of a namespace
	calicoAccount         = "projectcalico.org/serviceaccount"
	calicoOrchestrator    = "projectcalico.org/orchestrator"
	calicoNamespacePrefix = "pcns."
	calicoAccountPrefix   = "pcsa."
)

// calicoPlace is where a policy of Calico's stands in the order of evaluation.
type calicoPlace struct {
	tier             string
	tierOrder, order float64
	// passes is set where what none of the tier's policies decides goes on to the next.
	passes bool
}

// compare puts the places into the order of evaluation.
func (p calicoPlace) compare(q calicoPlace) int {
	return cmp.Or(cmp.Compare(p.tierOrder, q.tierOrder), cmp.Compare(p.tier, q.tier), cmp.Compare(p.order, q.order))
}

// calicoReader reads policies of Calico's beside what they refer to.
type calicoReader struct {
	view  *object.View
	tiers map[string]calicoTier
	sets  []networkSet
}

func newCalicoReader(view *object.View) *calicoReader {
	c := &calicoReader{view: view, tiers: map[string]calicoTier{}}
	for i, tier := range object.List[calicoTier](view, model.KindCalicoTier) {
		if tier != nil {
			c.tiers[view.Objects[model.KindCalicoTier][i].Name] = *tier
		}
	}
	c.sets = networkSets(view)
	return c
}

// parse reads a policy.
func (c *calicoReader) parse(policy *Policy, typed *calicoPolicy) []*part {
	spec := &typed.Spec
	if spec.DoNotTrack || spec.PreDNAT { // these are about nodes alone
		policy.Hosts = true
		return nil
	}
	p := &part{policy: policy, tier: calicoTiers}
	subject, err := c.subject(policy, spec.Selector, spec.NamespaceSelector, spec.ServiceAccountSelector)
	if err != nil {
		p.unclear("spec.selector: " + err.Error())
		return nil
	}
	p.subject = subject
	p.place, p.unsure = c.place(spec.Tier, spec.Order)
	if p.unsure != "" {
		p.unclear("spec.tier: " + p.unsure)
	}
	types := spec.Types
	if len(types) == 0 {
		if len(spec.Ingress) > 0 || len(spec.Egress) == 0 {
			types = []string{"Ingress"}
		}
		if len(spec.Egress) > 0 {
			types = append(types, "Egress")
		}
	}
	for _, direction := range bothWays {
		rules := spec.Ingress
		if direction == Egress {
			rules = spec.Egress
		}
		side := &p.sides[direction]
		side.applies = slices.ContainsFunc(types, func(t string) bool { return strings.EqualFold(t, direction.String()) })
		if !side.applies {
			continue
		}
		side.isolates = !p.place.passes
		for i := range rules {
			if made, decides := c.rule(p, fmt.Sprintf("spec.%s[%d]", direction, i), direction, &rules[i]); decides {
				side.rules = append(side.rules, made)
				side.isolates = side.isolates && !made.passesAll()
			}
		}
	}
	return []*part{p}
}

// passesAll reports whether a rule hands everything on, so that nothing is left for the
// end of its tier to deny.
func (r *parsedRule) passesAll() bool {
	return r.action == pass && r.anyPort && slices.ContainsFunc(r.peers, func(p peer) bool { return p.kind == peerEverything && !p.partly })
}

// place tells where a policy stands; unsure says why that cannot be told.
func (c *calicoReader) place(tier string, order *float64) (place calicoPlace, unsure string) {
	tier = cmp.Or(tier, defaultTier)
	place = calicoPlace{tier: tier, tierOrder: defaultOrder, order: math.Inf(1)}
	if order != nil {
		place.order = *order
	}
	of, known := c.tiers[tier]
	switch {
	case known && of.Spec.Order != nil && tier != defaultTier:
		place.tierOrder = *of.Spec.Order
	case known && tier != defaultTier: // without an order it comes last
		place.tierOrder = math.Inf(1)
	case tier != defaultTier:
		return place, "could not judge: Calico tiers: the tier " + tier + " was not read"
	}
	place.passes = strings.EqualFold(of.Spec.DefaultAction, "Pass")
	return place, ""
}

// subject is the pods that a policy is for.
func (c *calicoReader) subject(policy *Policy, selector, namespaces, accounts string) (podSelector, error) {
	made := podSelector{namespace: policy.Namespace}
	pods, err := parseSelector(selector)
	if err != nil {
		return made, err
	}
	if accounts != "" {
		of, err := parseSelector(accounts)
		if err != nil {
			return made, fmt.Errorf("of service accounts: %w", err)
		}
		pods = andTerm(pods, prefixed(of, calicoAccountPrefix))
	}
	made.pods = calicoSelector{pods}
	if namespaces != "" {
		of, err := parseSelector(namespaces)
		if err != nil {
			return made, fmt.Errorf("of namespaces: %w", err)
		}
		made.namespaces = calicoSelector{of}
	}
	return made, nil
}

func andTerm(a, b term) term {
	switch {
	case isEvery(a):
		return b
	case isEvery(b):
		return a
	}
	return bothTerm{a, b}
}

// prefixed is a term that asks for the same of labels whose keys have a prefix.
func prefixed(t term, prefix string) term {
	switch t := t.(type) {
	case notTerm:
		return notTerm{prefixed(t.of, prefix)}
	case bothTerm:
		return bothTerm{prefixed(t.a, prefix), prefixed(t.b, prefix)}
	case eitherTerm:
		return eitherTerm{prefixed(t.a, prefix), prefixed(t.b, prefix)}
	case hasTerm:
		return hasTerm{prefix + t.key}
	case labelTerm:
		return labelTerm{prefix + t.key, t.operator, t.values}
	}
	return t
}

// namespaced is a selector of namespaces as it is meant of what may have none: all()
// then means whatever has one.
func namespaced(t term) term {
	switch t := t.(type) {
	case everyTerm:
		return notTerm{globalTerm{}}
	case notTerm:
		return notTerm{namespaced(t.of)}
	case bothTerm:
		return bothTerm{namespaced(t.a), namespaced(t.b)}
	case eitherTerm:
		return eitherTerm{namespaced(t.a), namespaced(t.b)}
	}
	return t
}

// networkSet is addresses that policies know by labels.
type networkSet struct {
	namespace string // empty for a global one
	labels    labels.Set
	within    labels.Set // its namespace's
	nets      []string
}

// networkSets are those of the cluster.
func networkSets(view *object.View) []networkSet {
	var sets []networkSet
	for _, kind := range []model.Kind{model.KindNetworkSet, model.KindGlobalNetworkSet} {
		list := object.List[struct {
			Spec struct {
				Nets []string `json:"nets"`
			} `json:"spec"`
		}](view, kind)
		for i, o := range view.Objects[kind] {
			if list[i] == nil {
				continue
			}
			set := networkSet{namespace: o.Namespace, labels: labels.Set{}, within: labels.Set{}, nets: list[i].Spec.Nets}
			maps.Copy(set.labels, o.Labels)
			if o.Namespace != "" {
				set.labels[calicoNamespace] = o.Namespace
				if namespace := view.Find(model.Ref{Kind: model.KindNamespace, Name: o.Namespace}); namespace != nil {
					maps.Copy(set.within, namespace.Labels)
				}
				set.within[namespaceByName], set.within[calicoNamespaceName] = o.Namespace, o.Namespace
			}
			sets = append(sets, set)
		}
	}
	return sets
}
