package access

import (
	"cmp"
	_ "embed"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/inspect/object"
	"github.com/aksight/aksight/model"
)

// Power is what some rights together are worth to somebody who wants more.
type Power struct {
	// ID is the row of the catalogue, such as R12.
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	Why   string `yaml:"why"`
	// Severity is that of holding it in the whole cluster, Local in one namespace and
	// System in kube-system; nil where it is no danger there.
	Severity *model.Severity `yaml:"severity"`
	Local    *model.Severity `yaml:"local"`
	System   *model.Severity `yaml:"system"`
	// Leads says what it leads to: everything, node, accounts (tokens of the service
	// accounts of the scope), names (what they may, without their tokens), running
	// (whatever its pods may), made (a pod of its own), secrets, nodes (the identity of a
	// node), metadata (the identities of the nodes).
	Leads []string `yaml:"leads"`
	// Since and Before bound the minor releases in which it is one, such as 1.36.
	Since  string `yaml:"since"`
	Before string `yaml:"before"`
	// Automatic says why AKS Automatic refuses it; empty where it does not.
	Automatic string `yaml:"automatic"`
	// When are the settings of the cluster that it takes, see shortcuts.yaml.
	When  []string `yaml:"when"`
	Needs []Need   `yaml:"needs"`
}

// Need is a right: any of the verbs on any of the resources, or any of the actions.
type Need struct {
	Verbs []string `yaml:"verbs"`
	// Resources are GROUP/RESOURCE[/SUBRESOURCE], core for the core API.
	Resources []string `yaml:"resources"`
	// Name is the object that matters, where a right on that one is enough; Names are
	// others as good. Without them a right on single objects does not count.
	Name  string   `yaml:"name"`
	Names []string `yaml:"names"`
	// Single is set where a right on any one object is enough.
	Single bool `yaml:"single"`
	// Begins is what a verb begins with, on whatever resource, in place of Verbs.
	Begins string `yaml:"begins"`
	// Or are other verbs on other resources of which any is as good.
	Or []Need `yaml:"or"`
	// Actions are those of Azure's control plane; Nodes is set where they count in the
	// resource group of the nodes rather than on the cluster.
	Actions []string `yaml:"actions"`
	Nodes   bool     `yaml:"nodes"`
}

var (
	//go:embed powers.yaml
	powersFile []byte
	//go:embed shortcuts.yaml
	shortcutsFile []byte
)

// Powers returns the powers that are known, in the order of the catalogue: those that
// rights in Kubernetes make, then the shortcuts through Azure.
var Powers = sync.OnceValue(func() []Power {
	var all []Power
	for _, file := range [][]byte{powersFile, shortcutsFile} {
		var powers []Power
		if err := yaml.Unmarshal(file, &powers); err != nil {
			panic("the embedded lists of powers: " + err.Error()) // a test loads them
		}
		all = append(all, powers...)
	}
	for _, power := range all {
		for _, need := range power.Needs {
			for i, action := range need.Actions {
				if rest, is := strings.CutPrefix(action, "managedClusters/"); is {
					need.Actions[i] = managedClusters + rest
				}
			}
		}
	}
	return all
})

// anyObject is the name of an object that no rule names.
const anyObject = "\x00"

// questions are what a need asks, in a cluster that serves those custom resources, each
// RESOURCE.GROUP.
func (n *Need) questions(custom []string) []Question {
	var all []Question
	for _, verb := range n.Verbs {
		for _, entry := range n.Resources {
			group, rest, _ := strings.Cut(entry, "/")
			resource, subresource, _ := strings.Cut(rest, "/")
			if group == "core" {
				group = ""
			}
			resources := []string{resource}
			if resource == All {
				for _, definition := range custom {
					if name, of, _ := strings.Cut(definition, "."); of == group {
						resources = append(resources, name)
					}
				}
			}
			for _, resource := range resources {
				for _, name := range append([]string{cmp.Or(n.Name, anyObject)}, n.Names...) {
					all = append(all, Question{Verb: verb, Group: group, Resource: resource, Subresource: subresource, Name: name})
				}
			}
		}
	}
	for i := range n.Or {
		all = append(all, n.Or[i].questions(custom)...)
	}
	return all
}

// Held is a power that somebody has, where, and by what.
type Held struct {
	*Power
	// Namespace is where; empty for the whole cluster.
	Namespace string
	Severity  model.Severity
	// By are the grants that bring its rights, one for each need.
	By []Reason
	// Eligible is set where it is held only once a role was taken in Privileged Identity
	// Management, Narrowed where a condition of a role assignment could limit it.
	Eligible bool
	Narrowed bool
	// Refused says why the cluster refuses it whatever roles allow; empty for most.
	Refused string
}

// scopes are what an identity may do, by where: the empty namespace is the whole
// cluster.
type scopes map[string]*big.Int

// powers weighs an index once: what each role brings.
type powers struct {
	index   *Index
	cluster *Cluster
	minor   int
	// bootstrap is set where bootstrap tokens make nodes, see bootstraps.
	bootstrap bool
	needs     []Need
	// questions are those of each need; of says which needs make up each power.
	questions [][]Question
	of        [][]int
	brings    map[*Role]brought
}

// brought are the needs that a role meets where it is bound in the whole cluster, and
// where it is bound in a namespace; nil where it is not bound so.
type brought struct{ wide, local *big.Int }

type powersKey struct{}

func powersOf(view *object.View) *powers {
	return object.Derived(view, powersKey{}, func(view *object.View) *powers { return weigh(Of(view), &Cluster{}, view, view.Server) })
}

func weigh(x *Index, cluster *Cluster, view *object.View, server string) *powers {
	p := &powers{index: x, cluster: cluster, minor: lifecycle.Number(server), bootstrap: x.bootstraps(), brings: map[*Role]brought{}}
	var custom []string
	for _, definition := range view.Objects[model.KindCustomResourceDefinition] {
		custom = append(custom, definition.Name)
	}
	for i := range Powers() {
		power := &Powers()[i]
		var needs []int
		for _, need := range power.Needs {
			needs = append(needs, len(p.needs))
			p.needs = append(p.needs, need)
			p.questions = append(p.questions, need.questions(custom))
		}
		p.of = append(p.of, needs)
	}
	for _, role := range x.Roles {
		var b brought
		for _, binding := range role.Bindings {
			switch {
			case binding.ClusterWide() && b.wide == nil:
				b.wide = p.weighRole(role, false)
			case !binding.ClusterWide() && b.local == nil:
				b.local = p.weighRole(role, true)
			}
		}
		p.brings[role] = b
	}
	return p
}

func (p *powers) weighRole(role *Role, local bool) *big.Int {
	bits := new(big.Int)
	for need := range p.needs {
		if p.meets(role, need, local) >= 0 {
			bits.SetBit(bits, need, 1)
		}
	}
	return bits
}

// bits are the needs that a binding meets.
func (p *powers) bits(b *Binding) *big.Int {
	if b.ClusterWide() {
		return p.brings[b.Role].wide
	}
	return p.brings[b.Role].local
}

func (p *powers) held(who Identity) []Held {
	if slices.Contains(who.Groups, Masters) {
		return []Held{{Power: &Powers()[0], Severity: model.Critical, By: []Reason{{Grant: Grant{As: Subject{Kind: Group, Name: Masters}}}}}}
	}
	var held []Held
	known := map[string]bool{}
	for _, grants := range levels(p.index.GrantsOf(who)) {
		for _, h := range p.by(grants.of) {
			wide := h
			wide.Namespace = ""
			if known[h.key()] || known[wide.key()] {
				continue
			}
			h.Refused = p.refused(h.Power, who)
			h.Eligible, h.Narrowed = grants.eligible, grants.narrowed
			held = append(held, h)
		}
		for i := range held {
			known[held[i].key()] = true
		}
	}
	slices.SortStableFunc(held, func(a, b Held) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Namespace, b.Namespace))
	})
	return held
}

// refused says why AKS Automatic refuses a power to somebody; empty where it does not. It
// leaves out service accounts of kube-system and the system's own users.
func (p *powers) refused(power *Power, who Identity) string {
	account, is := accountOf(who.User)
	if !p.cluster.Automatic || is && account.Namespace == systemNamespace || !is && strings.HasPrefix(who.User, "system:") {
		return ""
	}
	return power.Automatic
}

// powerByID returns a row of the catalogue, which must be there.
func powerByID(id string) *Power {
	return &Powers()[slices.IndexFunc(Powers(), func(p Power) bool { return p.ID == id })]
}

// level is a part of somebody's grants: what it brings is held with no more in the way
// than the level says.
type level struct {
	of                 []Grant
	eligible, narrowed bool
}

// levels parts grants by what stands in their way, the freest first: each level has the
// grants of those before it. A level that adds nothing is left out.
func levels(grants []Grant) []level {
	var all []level
	for _, each := range []level{{}, {narrowed: true}, {eligible: true}, {eligible: true, narrowed: true}} {
		for _, grant := range grants {
			if (each.eligible || !grant.Eligible()) && (each.narrowed || grant.Condition() == "") {
				each.of = append(each.of, grant)
			}
		}
		if len(each.of) > 0 && !slices.ContainsFunc(all, func(l level) bool {
			return len(l.of) == len(each.of) && (each.narrowed || !l.narrowed) && (each.eligible || !l.eligible)
		}) {
			all = append(all, each)
		}
	}
	return all
}

// key tells a power apart from others that somebody holds.
func (h *Held) key() string { return h.ID + "/" + h.Title + "/" + h.Namespace }

// by returns the powers that some grants bring together.
func (p *powers) by(grants []Grant) []Held {
	reach := scopes{"": new(big.Int)}
	for _, grant := range grants {
		if grant.Role == nil {
			continue
		}
		at := grant.Namespace
		if reach[at] == nil {
			reach[at] = new(big.Int)
		}
		reach[at].Or(reach[at], p.bits(grant.Binding))
	}
	wide := reach[""]
	var held []Held
	for i := range Powers() {
		power := &Powers()[i]
		if !p.counts(power) {
			continue
		}
		for namespace, bits := range reach {
			severity := power.at(namespace)
			if severity == nil || namespace != "" && p.all(i, wide, wide) || !p.all(i, bits, wide) {
				continue
			}
			held = append(held, Held{
				Power: power, Namespace: namespace, Severity: *severity,
			}.because(p.reasons(i, grants, namespace)))
		}
	}
	return held
}

// because completes a held power with what brings it.
func (h Held) because(reasons []Reason) Held {
	h.By = reasons
	h.Narrowed = slices.ContainsFunc(reasons, func(r Reason) bool { return !r.Masters() && r.Condition() != "" })
	return h
}

// meets returns the place of the rule by which a role brings a need, or -1; with local
// set where it is bound in a namespace.
func (p *powers) meets(role *Role, need int, local bool) int {
	n := &p.needs[need]
	for i := range p.questions[need] {
		if local && p.questions[need][i].wideOnly() {
			continue
		}
		if rule := n.metBy(role, &p.questions[need][i]); rule >= 0 {
			return rule
		}
	}
	if n.Begins != "" {
		return slices.IndexFunc(role.Rules, func(rule rbacv1.PolicyRule) bool {
			return len(rule.Resources) > 0 && slices.ContainsFunc(rule.Verbs, func(verb string) bool {
				return verb == All || strings.HasPrefix(verb, n.Begins)
			})
		})
	}
	where := onCluster
	if n.Nodes {
		where = onNodes
	}
	for _, action := range n.Actions {
		if role.allowsAction(where, action) {
			return 0
		}
	}
	return -1
}

// metBy returns the place of the rule of a role that allows one of the need's questions,
// or -1.
func (n *Need) metBy(role *Role, q *Question) int {
	if !n.Single || role.Azure != nil {
		return role.allows(q)
	}
	return slices.IndexFunc(role.Rules, func(rule rbacv1.PolicyRule) bool {
		rule.ResourceNames = nil
		return Allows(&rule, q)
	})
}

// HeldBy returns the powers that an identity has, the worst first. Those that it has in
// the whole cluster are not told once more for single namespaces. Groups that only a
// token tells count where the identity names them.
func HeldBy(view *object.View, who Identity) []Held { return powersOf(view).held(who) }

// Telling leaves out what goes without saying: whoever may do everything somewhere has
// every other power there.
func Telling(all []Held) []Held {
	everything := map[string]bool{}
	for i := range all {
		if all[i].everything() {
			everything[all[i].Namespace] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(h Held) bool {
		return !h.everything() && (everything[""] || everything[h.Namespace])
	})
}

// everything reports whether a power is that over everything, in the whole cluster or in
// a namespace: the first two rows.
func (h *Held) everything() bool { return h.ID == "R01" || h.ID == "R02" }

// Worst returns the worst power that a binding gives by itself to whom it names, or nil.
func Worst(view *object.View, b *Binding) *Held { return powersOf(view).worst(b) }

func (p *powers) worst(b *Binding) *Held {
	if b.Role == nil || len(b.Subjects) == 0 {
		return nil
	}
	bits := p.bits(b)
	grants := []Grant{{Binding: b, As: b.Subjects[0]}}
	var worst *Held
	for i := range Powers() {
		power := &Powers()[i]
		severity := power.at(b.Namespace)
		if severity == nil || !p.counts(power) || worst != nil && worst.Severity >= *severity || !p.all(i, bits, bits) {
			continue
		}
		held := Held{Power: power, Namespace: b.Namespace, Severity: *severity, Eligible: b.Eligible()}.because(p.reasons(i, grants, b.Namespace))
		worst = &held
	}
	return worst
}

// Takeover reports whether a power leads to the whole cluster in one step: to
// everything, to the nodes, or to whatever its accounts and pods may, kube-system's too.
func (h *Held) Takeover() bool {
	return h.Refused == "" && h.Severity == model.Critical && (h.wide() || h.Namespace == systemNamespace)
}

// wide reports whether a power is one over the whole cluster: also where it takes the
// name of a service account of one namespace to act with any group.
func (h *Held) wide() bool { return h.Namespace == "" || h.ID == "R28" }

// all reports whether the rights of a power are there.
func (p *powers) all(power int, bits, wide *big.Int) bool {
	for _, need := range p.of[power] {
		if bits.Bit(need) == 0 && wide.Bit(need) == 0 {
			return false
		}
	}
	return true
}

// reasons are the grants that bring each right of a power, those first that need neither
// to be taken nor to meet a condition.
func (p *powers) reasons(power int, grants []Grant, namespace string) []Reason {
	var reasons []Reason
	for _, need := range p.of[power] {
		var best *Grant
		for _, grant := range grants {
			if grant.Role == nil || grant.Namespace != "" && grant.Namespace != namespace || p.bits(grant.Binding).Bit(need) == 0 {
				continue
			}
			if best == nil || burden(grant) < burden(*best) {
				best = &grant
			}
		}
		if best != nil {
			reasons = append(reasons, Reason{*best, p.meets(best.Role, need, !best.ClusterWide())})
		}
	}
	return reasons
}

// burden ranks what stands in the way of a grant: nothing, a condition, that it has to be
// taken first, or both.
func burden(g Grant) int { return rank(g.Eligible(), g.Condition() != "") }

func rank(eligible, narrowed bool) int {
	rank := 0
	if narrowed {
		rank++
	}
	if eligible {
		rank += 2
	}
	return rank
}

// systemNamespace is where a namespace's powers are those over the cluster's own parts.
const systemNamespace = "kube-system"

// at is the severity of holding the power in a namespace, or in the whole cluster.
func (p *Power) at(namespace string) *model.Severity {
	switch namespace {
	case "":
		return p.Severity
	case systemNamespace:
		return p.System
	default:
		return p.Local
	}
}

// counts reports whether a power is one in this cluster: of its version, and with its
// settings.
func (p *powers) counts(power *Power) bool {
	return power.in(p.minor) && !slices.ContainsFunc(power.When, func(setting string) bool {
		if setting == "bootstrap" {
			return !p.bootstrap
		}
		return !p.cluster.has(setting)
	})
}

// in reports whether it is a power in that minor release; an unknown one counts as all.
func (p *Power) in(minor int) bool {
	return minor < 0 || minor >= lifecycle.Number(p.Since) && (p.Before == "" || minor < lifecycle.Number(p.Before))
}

// Where says where a power is held.
func (h *Held) Where() string {
	if h.Namespace == "" {
		return "the whole cluster"
	}
	return fmt.Sprintf("namespace %s", h.Namespace)
}
