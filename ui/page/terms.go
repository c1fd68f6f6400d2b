package page

import (
	"strings"
	"sync"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/ui/glossary"
)

// settingTerms holds the glossary's entry of each property that a sheet has a line
// for, by the property's path in lower case: those of a cluster, and of a node pool.
var settingTerms = sync.OnceValue(func() (terms struct{ cluster, pool map[string]string }) {
	terms.cluster, terms.pool = pathTerms(clusterSections), pathTerms(poolSections)
	return terms
})

func pathTerms(sections []section) map[string]string {
	terms := map[string]string{}
	for i := range sections {
		for j := range sections[i].lines {
			setting := &sections[i].lines[j]
			for _, path := range setting.paths {
				if path = strings.ToLower(path); terms[path] == "" {
					terms[path] = setting.term
				}
			}
			if setting.child != "" {
				terms[strings.ToLower(string(setting.child))] = setting.term
			}
		}
	}
	return terms
}

// termAt is the entry of a property, or of the nearest one that it is part of; empty
// where there is none.
func termAt(terms map[string]string, path string) string {
	for path = normalPath(path); path != ""; {
		if term := terms[path]; term != "" {
			return term
		}
		at := strings.LastIndexByte(path, '.')
		if at < 0 {
			return ""
		}
		path = path[:at]
	}
	return ""
}

// ruleTerm is the entry of the setting that a rule judges, or empty.
func ruleTerm(rule *model.Rule) string {
	terms := settingTerms().cluster
	if rule.Subject == model.KindPool {
		terms = settingTerms().pool
	}
	for _, path := range rule.Evidence {
		if term := termAt(terms, path); term != "" {
			return term
		}
	}
	for _, kind := range rule.Reads {
		if term := terms[strings.ToLower(string(kind))]; term != "" {
			return term
		}
	}
	return ""
}

// mostRuleTerms bounds how many entries a rule's text leads to.
const mostRuleTerms = 8

// ruleTerms are the entries that a rule is about and that its text speaks of: the
// setting's first. The first call reads the glossary, so make it in a command.
func ruleTerms(rule *model.Rule) []*glossary.Term {
	var terms []*glossary.Term
	first := glossary.Get(ruleTerm(rule))
	if first != nil {
		terms = append(terms, first)
	}
	for _, term := range glossary.In(rule.Title, rule.Says, rule.Why, rule.Attack, rule.Change) {
		if term != first && len(terms) < mostRuleTerms {
			terms = append(terms, term)
		}
	}
	return terms
}

func termIDs(terms []*glossary.Term) []string {
	ids := make([]string, len(terms))
	for i, term := range terms {
		ids[i] = term.ID
	}
	return ids
}

func termNames(terms []*glossary.Term) string {
	names := make([]string, len(terms))
	for i, term := range terms {
		names[i] = term.Name
	}
	return strings.Join(names, ", ")
}

// The entries of the columns of lists, by the column; empty where it needs none.
var (
	severityTerms = []string{"severity", "severity", "severity", "severity"}
	estateTerms   = append(append([]string{estateName: "subscription", estateClusters: "cluster"}, severityTerms...), "finding")
	clusterTerms  = append([]string{
		clusterName: "cluster", clusterSubscription: "subscription", clusterRegion: "region", clusterVersion: "kubernetes-version",
		clusterExposure: "api-server", clusterSignIn: "entra-id", clusterPolicy: "network-policy",
	}, severityTerms...)
	poolTerms = append([]string{
		poolName: "node-pool", poolMode: "system-pool", poolOS: "node-os", poolSize: "vm-size", poolCount: "cluster-autoscaler",
		poolVersionColumn: "kubernetes-version", poolImage: "node-image",
	}, severityTerms...)
	findingTerms = append([]string{
		columnSeverity: "severity", columnTitle: "finding", columnCluster: "cluster", columnPart: "node-pool",
		columnSubscription: "subscription", columnRule: "rule", columnClusters: "cluster", columnFindings: "finding",
		columnUnread: "verdict", columnRegion: "region",
	}, severityTerms...)
	foundTerms   = []string{foundSeverity: "severity", foundTitle: "finding", foundPart: "node-pool", foundRule: "rule"}
	versionTerms = []string{"kubernetes-version", "support-plan", "auto-upgrade", "cluster", "node-pool"}
	requestTerms = []string{"azure-resource-manager", "resource-graph", "api-version", "reader-role"}
	problemTerms = []string{"verdict", "reader-role", "azure-resource-manager", "subscription"}
)

// sortedFirst lists the entries of a table's columns, that of the column it is sorted
// by before the others.
func sortedFirst(terms []string, column int) []string {
	if column < 0 || column >= len(terms) {
		return terms
	}
	return append([]string{terms[column]}, terms...)
}

// openTerms opens what explains the entries: the only one there is, or else a list of
// them.
func openTerms(c *Context, ids ...string) {
	var list []string
	seen := map[string]bool{"": true}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			list = append(list, id)
		}
	}
	switch len(list) {
	case 0:
		c.Open(Address{Kind: Glossary})
	case 1:
		c.Open(Address{Kind: Term, Term: list[0]})
	default:
		c.Open(Address{Kind: Glossary, Term: strings.Join(list, " ")})
	}
}
