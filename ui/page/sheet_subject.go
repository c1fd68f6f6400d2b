package page

import (
	"fmt"
	"strings"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/document"
	"github.com/aksight/aksight/inspect/lifecycle"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// clusterSheet decodes a cluster and lays its sheet out. It takes milliseconds:
// call it in a command.
func clusterSheet(in *inspect.Inspection, cluster *store.Cluster) (*sheet, error) {
	if cluster.Resource.ID.Kubeconfig() { // defaults would be claims about what nobody asked
		return &sheet{lines: []line{
			{heading: "Azure", finding: -1},
			{label: "settings", value: "not read: only the Kubernetes API was asked", faint: true, finding: -1},
		}}, nil
	}
	subject, err := in.Subject(cluster, -1)
	if err != nil {
		return nil, fmt.Errorf("the settings of %s cannot be shown: %w", cluster.Summary.Name, err)
	}
	source := sheetSource{
		doc: subject.Cluster, tree: subject.Cluster.Tree, sections: clusterSections,
		rules: in.Rules().Rules(), judged: cluster.Judged,
		explain:  func(rule int) model.Finding { return in.Explain(subject, rule) },
		children: func(kind model.Kind) (string, bool) { return childWords(subject, kind) },
	}
	if previews := subject.Children[model.KindClusterPreview]; len(previews) > 0 {
		source.preview, source.previewTree = previews[0], previews[0].Tree
	}
	return source.build(), nil
}

// poolSheet decodes a node pool and lays its sheet out; call it in a command.
func poolSheet(in *inspect.Inspection, cluster *store.Cluster, pool int) (*sheet, error) {
	subject, err := in.Subject(cluster, pool)
	if err != nil {
		return nil, fmt.Errorf("the settings of the node pool cannot be shown: %w", err)
	}
	tree := subject.PoolTree()
	if tree == nil || pool >= len(cluster.Pools) {
		return nil, errGone
	}
	source := sheetSource{
		doc: subject.Cluster, tree: tree, sections: poolSections,
		rules: in.Rules().Rules(), judged: cluster.Pools[pool],
		explain:  func(rule int) model.Finding { return in.Explain(subject, rule) },
		children: func(kind model.Kind) (string, bool) { return childWords(subject, kind) },
	}
	if previews := subject.Children[model.KindClusterPreview]; len(previews) > 0 {
		source.preview = previews[0]
		for _, profile := range previews[0].PoolTrees() {
			if textAt(profile, "name") == textAt(tree, "name") {
				source.previewTree = profile
			}
		}
	}
	return source.build(), nil
}

// childWords says what was read of one kind of a cluster's children.
func childWords(subject model.Subject, kind model.Kind) (words string, set bool) {
	read := subject.Reads[kind]
	documents := subject.Children[kind]
	if len(documents) == 0 {
		switch read.State {
		case model.Unread:
			return notReadYet, false
		case model.Reading:
			return "being read…", false
		case model.ReadFailed:
			return "could not read", false
		case model.ReadDone:
			return "none", false
		}
	}
	switch kind {
	case model.KindKubernetesVersions:
		return versionsInRegion(lifecycle.OfferOf(documents)), true
	case model.KindUpgradeProfile:
		return upgradesOnOffer(documents), true
	case model.KindDeploymentSafeguards:
		return safeguards(documents[0]), true
	case model.KindRoleAssignment:
		return assignmentsByHolder(documents), true
	}
	names := make([]string, 0, len(documents))
	for _, document := range documents {
		name := document.ID.Name()
		switch kind {
		case model.KindDiagnosticSetting:
			name += ": " + collectedLogs(document)
		case model.KindTrustedAccessRoleBinding:
			name += ": " + plain(trustedRoles(document))
		}
		names = append(names, name)
	}
	return strings.Join(names, "; "), true
}

// assignmentsByHolder counts the role assignments that count for a cluster by who holds
// them.
func assignmentsByHolder(assignments []*model.Document) string {
	people, groups, others := 0, 0, 0
	for _, assignment := range assignments {
		switch textAt(assignment.Tree, "holder.kind") {
		case "user", "guest":
			people++
		case "group":
			groups++
		default:
			others++
		}
	}
	return joinWords(", ", plural(len(assignments), "counts here", "count here"),
		orEmpty(people > 0, plural(people, "person", "people")), orEmpty(groups > 0, plural(groups, "group", "groups")),
		orEmpty(others > 0, plural(others, "identity", "identities")))
}

// collectedLogs says what a diagnostic setting collects.
func collectedLogs(setting *model.Document) string {
	var logs []string
	for _, entry := range listAt(setting.Tree, "properties.logs") {
		if flagAt(entry, "enabled") {
			logs = append(logs, textAt(entry, "category")+textAt(entry, "categoryGroup"))
		}
	}
	if len(logs) == 0 {
		return "no logs"
	}
	return strings.Join(logs, ", ")
}

// trustedRoles are the roles of a binding, without the provider that defines them.
func trustedRoles(binding *model.Document) []any {
	listed, _ := document.Lookup(binding.Tree, "properties.roles")
	roles, _ := listed.([]any)
	short := make([]any, 0, len(roles))
	for _, role := range roles {
		short = append(short, model.ID(plain(role)).Name())
	}
	return short
}

// versionsInRegion says which minor versions each support plan covers.
func versionsInRegion(offer lifecycle.Offer) string {
	var plans []string
	for _, plan := range []string{model.PlanOfficial, model.PlanLongTerm} {
		var minors []string
		for _, offered := range offer.Minors {
			if offered.Covers(plan) && !offered.Preview {
				minors = append(minors, offered.Minor)
			}
		}
		switch len(minors) {
		case 0:
		case 1:
			plans = append(plans, planWords(plan)+" "+minors[0])
		default:
			plans = append(plans, planWords(plan)+" "+minors[0]+" to "+minors[len(minors)-1])
		}
	}
	if len(plans) == 0 {
		return "none"
	}
	return strings.Join(plans, ", ")
}

func upgradesOnOffer(documents []*model.Document) string {
	var versions []string
	for _, document := range documents {
		for _, upgrade := range listAt(document.Tree, "properties.controlPlaneProfile.upgrades") {
			version := textAt(upgrade, "kubernetesVersion")
			if flagAt(upgrade, "isPreview") {
				version += " (preview)"
			}
			versions = append(versions, version)
		}
	}
	if len(versions) == 0 {
		return "none"
	}
	return strings.Join(versions, ", ")
}

func safeguards(of *model.Document) string {
	level := textAt(of.Tree, "properties.level")
	if level == "" {
		return "on"
	}
	if standard := textAt(of.Tree, "properties.podSecurityStandardsLevel"); standard != "" {
		return level + ", " + standard
	}
	return level
}
