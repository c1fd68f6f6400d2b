package export

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/fix"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// Inputs are what a report is made from.
type Inputs struct {
	Inspection *inspect.Inspection
	Snapshot   *store.Snapshot
	// Now must be the moment that the inspection judges by.
	Now   time.Time
	Shell fix.Shell
	// Tool names the program and its version.
	Tool string
	// LeftOut says why reads with calls of their own were left out on purpose, such as
	// "left out by --no-children", or is empty.
	LeftOut string
	// Selection narrows the report to some of what was judged.
	Selection Selection
	// Missed are the names of the selection that no cluster has.
	Missed []string
}

// Collect makes the report of a snapshot. Reasons, evidence and fixes are made while
// it is written.
func Collect(in Inputs) *Report {
	c := &collector{Inputs: in, rules: in.Inspection.Rules().Rules(), names: map[model.ID]string{}}
	for _, subscription := range in.Snapshot.Subscriptions {
		c.names[subscription.ID.Fold()] = cmp.Or(subscription.Name, subscription.ID.Name())
	}
	c.clusters = slices.SortedFunc(slices.Values(in.Snapshot.Clusters), func(a, b *store.Cluster) int {
		return cmp.Compare(a.Resource.ID.Fold(), b.Resource.ID.Fold())
	})
	c.asked = make([]bool, len(c.rules))
	for at, rule := range c.rules {
		c.asked[at] = in.Selection.HasRule(rule)
	}
	total, rules := c.sums()
	return &Report{
		Generated: in.Now,
		Source:    c.source(),
		Coverage:  c.coverage(),
		Summary:   summary(total),
		Selection: in.Selection,
		Rules:     rules,
		Results:   c.results(),
		Findings:  c.byRule(func(j judgement) bool { return j.Verdict == model.Fail }),
		Unread: c.byRule(func(j judgement) bool {
			return j.Verdict == model.CouldNotRead || j.Verdict == model.Pending
		}),
	}
}

// collector makes results from judgements.
type collector struct {
	Inputs
	rules    []*model.Rule
	clusters []*store.Cluster
	// asked tells which rules are selected.
	asked []bool
	// names of subscriptions by their folded ID.
	names map[model.ID]string
}

func (c *collector) source() Source {
	identity := c.Inspection.Source.Identity()
	told := Source{
		Mode: string(identity.Mode), Tool: c.Tool,
		User: identity.User, Tenant: identity.Tenant, Cloud: identity.Cloud,
	}
	if !identity.CapturedAt.IsZero() {
		told.CapturedAt = &identity.CapturedAt
	}
	return told
}

func summary(counts model.Counts) Summary {
	return Summary{
		Verdicts: Verdicts{
			Pass: counts.Passed, Fail: counts.Failures() + counts.Waived, NotApplicable: counts.NotApplied,
			// What is still unread once reading ended could not be read.
			CouldNotRead: counts.CouldNotRead + counts.Pending,
		},
		Findings: Findings{
			Critical: counts.Failed[model.Critical],
			High:     counts.Failed[model.High],
			Medium:   counts.Failed[model.Medium],
			Low:      counts.Failed[model.Low],
			Info:     counts.Failed[model.Info],
		},
		Waived: counts.Waived,
	}
}

// judgement is one verdict in its place: small, for there may be very many.
type judgement struct {
	cluster int
	pool    int // -1 for the cluster itself
	// object is the place in the judgements on what runs in the cluster; -1 for the
	// cluster's own documents.
	object int
	rule   int
	model.Judged
}

// judgements lists those of one cluster: its own by rule, then its pools' in the
// order of the document. What was not asked for is left out.
func (c *collector) judgements(at int) []judgement {
	var all []judgement
	c.clusters[at].Each(func(pool, rule int, judged model.Judged) {
		if c.asked[rule] && c.Selection.HasJudged(judged) {
			all = append(all, judgement{at, pool, -1, rule, judged})
		}
	})
	return append(all, c.insideJudgements(at)...)
}

// sums adds the selected judgements up: all of them, and those of each rule.
func (c *collector) sums() (total model.Counts, rules []RuleSum) {
	counts := make([]model.Counts, len(c.rules))
	for at := range c.clusters {
		for _, judged := range c.judgements(at) {
			counts[judged.rule].Add(judged.Judged)
		}
	}
	for at, rule := range c.rules {
		if c.asked[at] {
			total.Merge(counts[at])
			rules = append(rules, RuleSum{rule, counts[at]})
		}
	}
	return total, rules
}

func (c *collector) results() iter.Seq[Result] {
	return func(yield func(Result) bool) {
		for at := range c.clusters {
			for result := range c.explain(c.judgements(at)) {
				if !yield(result) {
					return
				}
			}
		}
	}
}

// byRule yields some of the results, worst first, those of one rule together.
func (c *collector) byRule(wanted func(judgement) bool) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		var chosen []judgement
		for at := range c.clusters {
			for _, judged := range c.judgements(at) {
				if wanted(judged) {
					chosen = append(chosen, judged)
				}
			}
		}
		slices.SortStableFunc(chosen, func(a, b judgement) int {
			return cmp.Or(waivedLast(a.Judged, b.Judged), cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.rule, b.rule))
		})
		for result := range c.explain(chosen) {
			if !yield(result) {
				return
			}
		}
	}
}

func waivedLast(a, b model.Judged) int {
	switch {
	case a.Waived == b.Waived:
		return 0
	case b.Waived:
		return -1
	default:
		return 1
	}
}

// waive copies what a waiver of the finding says.
func (r *Result) waive(finding *model.Finding) {
	waiver := finding.Waiver
	if waiver == nil {
		return
	}
	told := &Waived{Owner: waiver.Owner, Reason: waiver.Reason, Until: waiver.UntilText(), File: waiver.File}
	if finding.Waived {
		r.Waived = told
	} else {
		r.Expired = told
	}
}

// explainer decodes a cluster's documents once, and explains judgements with them.
func (c *collector) explainer(at int) func(judgement) Result {
	cluster := c.clusters[at]
	subject, err := c.Inspection.Subject(cluster, -1)
	return func(judged judgement) Result {
		if judged.object >= 0 {
			return c.explainInside(cluster, judged)
		}
		rule := c.rules[judged.rule]
		result := c.blank(cluster, judged)
		if judged.pool >= 0 && judged.pool < len(cluster.Summary.Pools) {
			result.Part = cluster.Summary.Pools[judged.pool].Name
		}
		if err != nil {
			result.Verdict = model.CouldNotRead
			result.Reason = fmt.Sprintf("the document could not be decoded: %v", err)
			return result
		}
		subject := subject
		subject.Pool = judged.pool
		finding := c.Inspection.Explain(subject, judged.rule)
		result.Reason, result.Says = finding.Reason, finding.Says
		for _, evidence := range finding.Evidence {
			result.Evidence = append(result.Evidence, Evidence{
				Path: evidence.Path, Resource: evidence.Of, Value: evidence.Value, Absent: evidence.Absent,
				Short: brief(evidence.Value, rule),
			})
		}
		switch judged.Verdict {
		case model.Fail:
			result.Severity = judged.Severity
			result.Reason = sentence(finding.Says, finding.Reason)
			result.waive(&finding)
			c.mend(&result, judged.rule, c.Inspection.Plans(subject, judged.rule, c.Shell, nil))
		case model.Pending:
			result.Verdict = model.CouldNotRead
			result.Reason = c.unread(rule, cluster.Reads)
		}
		return result
	}
}

// blank is a result before it is explained.
func (c *collector) blank(cluster *store.Cluster, judged judgement) Result {
	rule := c.rules[judged.rule]
	return Result{
		Rule: rule.ID, Resource: cluster.Resource.ID, Verdict: judged.Verdict, Severity: rule.Severity,
		Title: rule.Title, Evidence: []Evidence{}, Where: c.names[cluster.Resource.Parent.Fold()],
		About: rule,
	}
}

// unread says why a verdict is still pending once reading ended.
func (c *collector) unread(rule *model.Rule, reads map[model.Kind]model.Read) string {
	var needs []string
	for _, kind := range rule.Reads {
		if state := reads[kind].State; state == model.Unread || state == model.Reading {
			needs = append(needs, KindWords(kind))
		}
	}
	switch {
	case len(needs) == 0:
		return "the index left a property out, and nothing that was read confirms it"
	case c.LeftOut != "":
		return strings.Join(needs, ", ") + ": " + c.LeftOut
	default:
		return strings.Join(needs, ", ") + ": not read to the end"
	}
}

// mend fills the fix in: the first plan whose commands may be shown, else why none may.
func (c *collector) mend(result *Result, rule int, plans []model.Plan) {
	result.Fix = []Step{}
	if len(plans) == 0 {
		result.NoFix = cmp.Or(c.rules[rule].NoFix, "no way of mending it fits this cluster")
		return
	}
	for i := range plans {
		if len(plans[i].Steps) > 0 {
			result.plan(&plans[i])
			return
		}
	}
	result.plan(&plans[0])
}

// plan copies what a reader of the report needs of a plan.
func (r *Result) plan(plan *model.Plan) {
	r.Plan = &Plan{
		Title: plan.Title, Impact: plan.Impact, Lockout: plan.Lockout, Cost: plan.Cost,
		Confirm: plan.Confirm, Verify: plan.Verify, Reveals: plan.Reveals, Keeper: plan.Keeper,
	}
	if len(plan.Steps) == 0 {
		for _, need := range plan.Blocked() {
			r.Blocked = append(r.Blocked, Blocked{
				Needs: need.Says, Do: need.Else, First: need.Rule, Unknown: need.State == model.CheckUnknown,
			})
		}
		return
	}
	missing := map[string]bool{}
	for _, step := range plan.Steps {
		r.Fix = append(r.Fix, Step{
			Command: step.Command, Patch: step.Patch, Extension: step.Extension, Nature: step.Nature, Undo: step.Undo,
			UndoSays: step.UndoSays, OneWay: step.OneWay, Says: step.Says, Wait: step.Wait,
		})
		for _, name := range step.Missing {
			missing[name] = true
		}
	}
	for _, asked := range plan.Asks {
		if missing[asked.Name] {
			r.Asks = append(r.Asks, Ask{Name: asked.Name, Says: asked.Says, Example: asked.Example})
		}
	}
}

// sentence joins what a finding says and the context that set its severity.
func sentence(says, context string) string {
	if says == "" || context == "" || says == context {
		return cmp.Or(says, context)
	}
	return says + "; " + context
}

// coverage tells what was read and lists what was not.
func (c *collector) coverage() Coverage {
	coverage := Coverage{Clusters: len(c.clusters), CouldNotRead: []Gap{}}
	if c.Snapshot.Problem != nil {
		coverage.add("the index of the estate", c.Snapshot.Problem.Error())
	}
	for _, file := range c.Snapshot.Files {
		coverage.add("file "+file.Path, file.Problem.Error())
	}
	for _, subscription := range c.Snapshot.Subscriptions {
		coverage.Subscriptions++
		what := "subscription " + cmp.Or(subscription.Name, subscription.ID.Name())
		coverage.read(what, subscription.Read, subscription.Problem)
		c.rightsGaps(&coverage, subscription)
	}
	var children childGaps
	for _, cluster := range c.clusters {
		coverage.Pools += len(cluster.Summary.Pools)
		what := "cluster " + cluster.Resource.ID.Name()
		if cluster.Problem != nil {
			coverage.add(what, cluster.Problem.Error())
		}
		c.insideGaps(&coverage, cluster)
		if cluster.Resource.ID.Kubeconfig() {
			continue // nothing of Azure's hangs under it
		}
		for _, kind := range model.ChildKinds {
			coverage.Resources += len(cluster.Children[kind])
			if c.LeftOut == "" && c.joined(kind) {
				children.add(cluster, kind)
			}
		}
	}
	children.tell(&coverage)
	for _, problem := range c.Inspection.FileProblems() {
		coverage.add(problem.What, problem.Why)
	}
	for _, name := range c.Missed {
		coverage.add("cluster "+name, "none that was read has this name: check the spelling, or whether it is gone")
	}
	if c.LeftOut != "" && len(c.clusters) > 0 {
		coverage.add("what hangs under the clusters, such as diagnostic settings", c.LeftOut)
	}
	coverage.Resources += coverage.Subscriptions + coverage.Clusters + coverage.Pools
	return coverage
}

// rightsGaps tells what could not be read of the rights in a subscription.
func (c *collector) rightsGaps(coverage *Coverage, subscription *store.Subscription) {
	if subscription.Azure == nil || subscription.Problem != nil {
		return // one refusal says enough
	}
	for _, kind := range model.RightsKinds {
		coverage.Resources += len(subscription.Azure.Resources[kind])
		read := subscription.Azure.Reads[kind]
		if kind == model.KindGroupEligibility {
			continue // no rule reads it: answers on access tell where it is missing
		}
		if read.State == model.ReadFailed && c.LeftOut == "" && (c.joined(kind) || c.joined(model.KindRoleAssignment)) {
			coverage.add(KindWords(kind)+" of subscription "+cmp.Or(subscription.Name, subscription.ID.Name()), read.Why)
		}
	}
}

// joined reports whether the selected rules need a child kind. A report of all rules
// tells of every gap.
func (c *collector) joined(kind model.Kind) bool {
	if !c.Selection.NarrowsRules() {
		return true
	}
	for at, rule := range c.rules {
		if c.asked[at] && slices.Contains(rule.Reads, kind) {
			return true
		}
	}
	return false
}

// read notes a read that did not end well.
func (c *Coverage) read(what string, read model.Read, problem *source.Problem) {
	if why := whyUnread(read, problem); why != "" {
		c.add(what, why)
	}
}

// whyUnread is why a read did not end well, or "".
func whyUnread(read model.Read, problem *source.Problem) string {
	switch {
	case problem != nil:
		return problem.Error()
	case read.State == model.ReadFailed:
		return cmp.Or(read.Why, "the read failed")
	case read.State != model.ReadDone:
		return "it was not read to the end"
	}
	return ""
}

func (c *Coverage) add(what, why string) {
	c.CouldNotRead = append(c.CouldNotRead, Gap{What: what, Why: why})
}

// KindWords says a kind in the documentation's words.
func KindWords(kind model.Kind) string {
	if words, known := kindWords[kind]; known {
		return words
	}
	return string(kind)
}

var kindWords = map[model.Kind]string{
	model.KindPublicIP:                 "public IP addresses",
	model.KindPublicIPPrefix:           "public IP prefixes",
	model.KindNATGateway:               "NAT gateways",
	model.KindRouteTable:               "route tables",
	model.KindSubnet:                   "subnets",
	model.KindDiagnosticSetting:        "diagnostic settings",
	model.KindMaintenanceConfiguration: "maintenance configurations",
	model.KindKubernetesVersions:       "Kubernetes versions in the region",
	model.KindUpgradeProfile:           "upgrade profile",
	model.KindTrustedAccessRoleBinding: "trusted access role bindings",
	model.KindDeploymentSafeguards:     "deployment safeguards",
	model.KindClusterPreview:           "settings in preview",
	model.KindRoleAssignment:           "role assignments",
	model.KindRoleEligibility:          "eligible roles",
	model.KindRoleDefinition:           "roles",
	model.KindDenyAssignment:           "deny assignments",
	model.KindManagedIdentity:          "managed identities",
	model.KindFederatedCredential:      "federated credentials",
	model.KindPrincipal:                "names in Entra ID",
	model.KindGroupMembers:             "members of groups",
	model.KindGroupEligibility:         "eligible members of groups",
}
