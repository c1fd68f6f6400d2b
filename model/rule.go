package model

import (
	"slices"
	"strings"
)

// Rule is one check of the catalogue: what it judges, when it fails, why that
// matters and what mends it. It is read from one Markdown file; the tags name the
// front matter's fields.
type Rule struct {
	ID       string   `yaml:"id"`
	Title    string   `yaml:"title"`
	Topic    Topic    `yaml:"topic"`
	Subject  Kind     `yaml:"subject"`
	Severity Severity `yaml:"severity"`
	// Also names further kinds that the same rule judges, where it is about Kubernetes
	// objects.
	Also []Kind `yaml:"also"`
	// Says is the finding in a few words, for the line it stands on. {{CEL}} inside
	// it is replaced by the expression's value.
	Says string `yaml:"says"`
	// Worse raises or lowers the severity in context: the first that holds counts.
	Worse []Worse `yaml:"worse"`
	// Reads names the child kinds, or the kinds of Kubernetes objects, that it joins.
	// Until they are read the rule is pending.
	Reads []Kind `yaml:"reads"`
	// MayRead names child kinds that it joins where they were read, and does without
	// otherwise.
	MayRead []Kind `yaml:"mayRead"`
	// Since is the first api-version that carries the property, such as 2026-06-01;
	// an older document is "could not read".
	Since string `yaml:"since"`
	// Preview says that only preview api-versions carry the property. Where the
	// document lacks it, the rule judges the cluster's document in a preview version.
	Preview bool `yaml:"preview"`
	// Applies lists the conditions under which the rule has something to say.
	Applies []Applies `yaml:"applies"`
	// Unknown lists conditions under which the document cannot tell.
	Unknown []Unknown `yaml:"unknown"`
	// Fails is the CEL condition over the raw document.
	Fails string `yaml:"fails"`
	// Each is a CEL list, such as containers: Fails is then about one element, c, and
	// the rule fails where it holds for any.
	Each string `yaml:"each"`
	// Check names a Go function that judges in the place of Fails, where a condition
	// needs a graph or a library.
	Check string `yaml:"check"`
	// Evidence lists the paths that prove it, the deciding one first; for a pool
	// they start at the pool's profile. One that begins with children.KIND leads into
	// every document of that kind.
	Evidence []string `yaml:"evidence"`
	// Where limits the documents that evidence leads into to those for which it holds: a
	// CEL condition over one of them, c.
	Where string `yaml:"where"`
	// Who says which role may make the change, where it is not the default one.
	Who string `yaml:"who"`
	// Fix lists the ways to mend it, the recommended one first.
	Fix []FixOption `yaml:"fix"`
	// NoFix says why no command mends it, where Fix is empty.
	NoFix string `yaml:"noFix"`
	// Maps gives the rule's place in public frameworks: cis-aks-1.8, mcsb, attack,
	// threat-matrix.
	Maps map[string]string `yaml:"maps"`
	// Learn lists the documentation's topics, such as aks/local-accounts.
	Learn    []string  `yaml:"learn"`
	Examples []Example `yaml:"examples"`
	// Replaces lets one of the user's own rules judge in the place of the catalogue's
	// rule with the same ID.
	Replaces bool `yaml:"replaces"`

	// Why, Attack and Change are the three parts of the body: why it matters, what
	// an attacker does with it, what the fix changes.
	Why    string `yaml:"-"`
	Attack string `yaml:"-"`
	Change string `yaml:"-"`
	// File is where the rule was read from.
	File string `yaml:"-"`
	// Own is set for a rule that the user wrote.
	Own bool `yaml:"-"`
}

// Inside reports whether the rule judges what runs in a cluster, rather than the
// cluster's own documents.
func (r *Rule) Inside() bool {
	if r.Subject == KindWorkload || r.Subject == KindInside {
		return true
	}
	_, known := FindObjectKind(r.Subject)
	return known
}

// JudgesObject reports whether the rule judges that object; nil stands for the inside
// of the cluster as a whole.
func (r *Rule) JudgesObject(o *Object) bool {
	if o == nil {
		return r.judgesKind(KindInside)
	}
	return r.judgesKind(o.Kind) || o.Workload() && r.judgesKind(KindWorkload)
}

func (r *Rule) judgesKind(kind Kind) bool { return r.Subject == kind || slices.Contains(r.Also, kind) }

// ObjectKinds returns the kinds of objects that the rule judges.
func (r *Rule) ObjectKinds() []Kind {
	var kinds []Kind
	for _, kind := range append([]Kind{r.Subject}, r.Also...) {
		switch kind {
		case KindWorkload:
			kinds = append(append(kinds, KindPod), ControllerKinds...)
		case KindInside:
		default:
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// Condition says what decides, as people read it.
func (r *Rule) Condition() string {
	switch {
	case r.Check != "":
		return "the check " + r.Check
	case r.Each != "":
		return strings.TrimSpace(r.Each) + ".exists(c, " + strings.TrimSpace(r.Fails) + ")"
	default:
		return r.Fails
	}
}

// Judges says what the rule judges, in words.
func (r *Rule) Judges() string {
	words := make([]string, 0, 1+len(r.Also))
	for _, kind := range append([]Kind{r.Subject}, r.Also...) {
		switch kind {
		case KindPool:
			words = append(words, "node pool")
		case KindInside:
			words = append(words, "inside of a cluster")
		default:
			words = append(words, string(kind))
		}
	}
	return strings.Join(words, ", ")
}

// Worse changes a rule's severity where its condition holds.
type Worse struct {
	Severity Severity `yaml:"severity"`
	When     string   `yaml:"when"`
	Because  string   `yaml:"because"`
}

// Applies is a condition under which a rule applies, and the reason shown where it
// does not hold.
type Applies struct {
	When   string `yaml:"when"`
	Unless string `yaml:"unless"`
}

// Unknown is a condition under which the verdict is "could not read".
type Unknown struct {
	When string `yaml:"when"`
	Why  string `yaml:"why"`
}

// Example is a small document and the verdict that it must get.
type Example struct {
	Name    string  `yaml:"name"`
	Verdict Verdict `yaml:"verdict"`
	// Severity is checked where it is set and the verdict is fail.
	Severity *Severity `yaml:"severity"`
	// Given is the subject's document: a cluster, or a pool's profile.
	Given map[string]any `yaml:"given"`
	// Cluster is the cluster round a pool.
	Cluster map[string]any `yaml:"cluster"`
	// APIVersion that the document was read with; the newest where empty.
	APIVersion string `yaml:"apiVersion"`
	// Now is the date it is judged on, such as 2026-11-24; a fixed date where empty.
	Now string `yaml:"now"`
	// Children are documents of the kinds that the rule reads.
	Children map[Kind][]map[string]any `yaml:"children"`
	// Calendar holds the lifecycles of Kubernetes versions that the rule knows of.
	Calendar []Lifecycle `yaml:"calendar"`
	// Objects are further Kubernetes objects of the cluster, for a rule on what runs in
	// it; Server is the API server's version. Of the kinds that the rule reads, all were
	// read but those that Unread names.
	Objects []map[string]any `yaml:"objects"`
	Server  string           `yaml:"server"`
	Unread  []Kind           `yaml:"unread"`
	// Config holds settings, such as registries.
	Config map[string]any `yaml:"config"`
	// Fixable set to false says that no fix is offered here and why the effect is
	// not tried.
	Fixable *bool `yaml:"fixable"`
}

// Topic groups rules on screens.
type Topic string

// The topics, in the order in which screens show them.
const (
	TopicIdentity    Topic = "identity"
	TopicNetwork     Topic = "network"
	TopicNodes       Topic = "nodes"
	TopicUpgrades    Topic = "upgrades"
	TopicData        Topic = "data"
	TopicGovernance  Topic = "governance"
	TopicMonitoring  Topic = "monitoring"
	TopicRegistry    Topic = "registry"
	TopicAddons      Topic = "add-ons"
	TopicReliability Topic = "reliability"
	TopicWorkloads   Topic = "workloads"
)

// Topics lists the topics in their order on screens.
var Topics = []Topic{
	TopicIdentity, TopicNetwork, TopicNodes, TopicUpgrades, TopicData,
	TopicGovernance, TopicMonitoring, TopicRegistry, TopicAddons, TopicReliability, TopicWorkloads,
}
