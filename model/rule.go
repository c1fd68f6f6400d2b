package model

// Rule is one check of the catalogue: what it judges, when it fails, why that
// matters and what mends it. It is read from one Markdown file; the tags name the
// front matter's fields.
type Rule struct {
	ID       string   `yaml:"id"`
	Title    string   `yaml:"title"`
	Topic    Topic    `yaml:"topic"`
	Subject  Kind     `yaml:"subject"`
	Severity Severity `yaml:"severity"`
	// Says is the finding in a few words, for the line it stands on. {{CEL}} inside
	// it is replaced by the expression's value.
	Says string `yaml:"says"`
	// Worse raises or lowers the severity in context: the first that holds counts.
	Worse []Worse `yaml:"worse"`
	// Reads names the child kinds it joins. Until they are read the rule is pending.
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
	// Evidence lists the paths that prove it, the deciding one first; for a pool
	// they start at the pool's profile. One that begins with children.KIND leads into
	// every document of that kind.
	Evidence []string `yaml:"evidence"`
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
)

// Topics lists the topics in their order on screens.
var Topics = []Topic{
	TopicIdentity, TopicNetwork, TopicNodes, TopicUpgrades, TopicData,
	TopicGovernance, TopicMonitoring, TopicRegistry, TopicAddons, TopicReliability,
}
