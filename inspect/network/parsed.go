package network

import (
	"net/netip"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/aksight/aksight/model"
)

// Direction is the way of traffic, as seen from a pod that a policy selects.
type Direction uint8

// The directions.
const (
	Ingress Direction = iota
	Egress
)

var (
	directionWords  = [...]string{"ingress", "egress"}
	bothWays        = [...]Direction{Ingress, Egress}
	everything      = labels.Everything()
	namespaceByName = "kubernetes.io/metadata.name" // every namespace carries it
)

// String says ingress or egress.
func (d Direction) String() string { return directionWords[d] }

type action uint8

const (
	allow action = iota
	deny
	pass
)

// tier is where in the order of evaluation a policy stands.
type tier uint8

const (
	adminTier   tier = iota
	policyTier       // NetworkPolicy, and Cilium's
	calicoTiers      // Calico's own policies, in tiers of its own
	baselineTier
)

// part is one specification of a policy, in the words that all kinds of policies share.
type part struct {
	policy   *Policy
	tier     tier
	priority int32
	subject  podSelector
	sides    [2]parsedSide
	// place is where a policy of Calico's stands; unsure says why that cannot be told.
	place  calicoPlace
	unsure string
	// pods are the classes that it selects.
	pods bitset
}

// parsedSide is what a part says of one direction.
type parsedSide struct {
	// applies is set where the part speaks of the direction at all, isolates where what
	// no rule allows is denied to the pods that it selects.
	applies, isolates bool
	rules             []parsedRule
}

type parsedRule struct {
	action action
	peers  []peer
	// anyPort is set where the rule is about all traffic, whatever its ports.
	anyPort bool
	ports   []port
	path    string // where it stands in the document, such as spec.ingress[0]
}

// port is a stretch of ports; a name is one that the containers of the destination give.
type port struct {
	protocol string // empty for all of them
	from, to int32
	name     string
}

// podSelector selects pods.
type podSelector struct {
	// namespace is the only one, or empty; namespaces selects by the namespace's labels.
	namespace  string
	namespaces labels.Selector
	pods       labels.Selector
}

// whole reports whether all pods of the namespaces that it selects are meant, those to
// come as well.
func (s podSelector) whole() bool { return s.pods.Empty() }

// peer is one of the other ends that a rule names.
type peer struct {
	kind   peerKind
	pods   podSelector
	block  netip.Prefix
	except []netip.Prefix
	// partly is set where fewer than these may be meant: a rule that denies them may deny
	// none.
	partly bool
	path   string
}

type peerKind uint8

const (
	peerEverything peerKind = iota
	peerPods
	peerBlock
	peerWorld   // whatever is not in the cluster
	peerCluster // every pod and node
	peerNodes
	peerNames // addresses that the DNS gives for names
	// peerUnclear is one that cannot be told: a rule that allows it may allow anything, one
	// that denies it may deny nothing.
	peerUnclear
)

// unclear notes what of a policy cannot be told.
func (p *part) unclear(what string) { p.policy.Unclear = append(p.policy.Unclear, what) }

// selectors calls do with each selector of pods in the part.
func (p *part) selectors(do func(podSelector)) {
	do(p.subject)
	for _, side := range p.sides {
		for _, rule := range side.rules {
			for _, peer := range rule.peers {
				if peer.kind == peerPods {
					do(peer.pods)
				}
			}
		}
	}
}

// ranges calls do with each range of addresses in the part.
func (p *part) ranges(do func(netip.Prefix)) {
	for _, side := range p.sides {
		for _, rule := range side.rules {
			for _, peer := range rule.peers {
				if peer.kind == peerBlock {
					do(peer.block)
					for _, except := range peer.except {
						do(except)
					}
				}
			}
		}
	}
}

// PolicyKinds are the kinds of policies that are understood.
var PolicyKinds = []model.Kind{
	model.KindNetworkPolicy, model.KindCiliumNetworkPolicy, model.KindCiliumClusterwidePolicy,
	model.KindAdminNetworkPolicy, model.KindBaselineNetworkPolicy, model.KindClusterNetworkPolicy,
	model.KindCalicoNetworkPolicy, model.KindGlobalNetworkPolicy,
}
