package page

import (
	"slices"
	"strings"

	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/glossary"
	"github.com/aksight/aksight/ui/widget"
)

// storyOf tells a finding for a reader who has not met it before.
func storyOf(text *prose, f *model.Finding) {
	judged := f.Judged()
	mark := VerdictMark(judged)
	text.marked(mark, span{severityWord(judged), mark.Style()}, span{"  " + f.Rule.ID + "  " + findingTitle(f.Cluster.Name(), onOf(f)), themes.Muted})
	text.paragraph(f.Rule.Title, themes.Strong)
	if f.Says != "" && f.Verdict == model.Fail {
		says := f.Says
		if f.Object == (model.Ref{}) { // it may begin with the name of a container
			says = sentence(says)
		}
		text.paragraph(says, mark.Style()&^themes.Bold)
	}
	if f.Reason != "" || f.Verdict != model.Fail {
		text.gap()
		text.paragraph(reasonOf(f), themes.Text)
	}
	layWaiver(text, f)
	for _, part := range []struct{ title, body string }{
		{"Why it matters", f.Rule.Why}, {"What an attacker does", f.Rule.Attack}, {"What the fix changes", f.Rule.Change},
	} {
		if part.body != "" {
			text.heading(part.title)
			text.body(part.body)
		}
	}
	if len(f.Rule.Fix) == 0 && f.Rule.NoFix != "" {
		text.heading("Why no command mends it")
		text.paragraph(sentence(f.Rule.NoFix), themes.Text)
	}
	text.heading("Who mends it")
	text.paragraph(whoMends(f.Rule), themes.Text)
}

// onOf names what of the cluster a finding is on: a node pool, an object inside, or
// nothing for the cluster itself.
func onOf(f *model.Finding) string {
	if f.Object != (model.Ref{}) {
		return f.Object.String()
	}
	return f.Part
}

// layTerms names the glossary's entries that a text speaks of.
func layTerms(text *prose, terms []*glossary.Term) {
	if len(terms) == 0 {
		return
	}
	text.heading("Words in it")
	text.paragraph(termNames(terms), themes.Text)
}

// defaultWho is the role that most changes to a cluster take.
const defaultWho = "whoever has the Azure Kubernetes Service Contributor Role on the cluster"

// insideWho is the role that most changes to what runs in a cluster take.
const insideWho = "whoever may change it in its namespace: with Azure RBAC the Azure Kubernetes Service RBAC Writer, else a Role that may patch it"

func whoMends(rule *model.Rule) string {
	switch {
	case rule.Who != "":
		return sentence(rule.Who)
	case rule.Inside():
		return sentence(insideWho)
	}
	return sentence(defaultWho)
}

// proofOf shows what was read, and how it was judged.
func proofOf(text *prose, c *Context, f *model.Finding) {
	text.heading("Evidence")
	for _, e := range f.Evidence {
		if e.Object != (model.Ref{}) {
			text.paragraph(e.Object.String(), themes.Muted)
		}
		text.paragraph(e.Path, themes.Key)
		text.indent += 2
		value, style := plain(e.Value), themes.String
		if e.Absent {
			value, style = "not there", themes.Unread
		}
		text.paragraph(value, style)
		text.indent -= 2
	}
	if len(f.Evidence) == 0 {
		text.paragraph("none is named by the rule", themes.Muted)
	}
	text.gap()
	text.pair("read", 11, ago(c.Now, f.ReadAt)+", "+f.ReadAt.UTC().Format("2006-01-02 15:04:05")+" UTC", themes.Text)
	if f.Via != "" {
		text.pair("from", 11, f.Via, themes.Text)
	}
	if f.APIVersion != "" {
		text.pair("api-version", 12, f.APIVersion, themes.Text)
	} else {
		text.pair("api-version", 12, "not told by the source", themes.Unread)
	}
	resource := f.Cluster
	if len(f.Evidence) > 0 && f.Evidence[0].Of != "" {
		resource = f.Evidence[0].Of // the document that decided hangs under the cluster
	}
	text.pair("resource", 11, string(resource), themes.Text)
	if f.Object != (model.Ref{}) {
		text.pair("object", 11, f.Object.String(), themes.Text)
	}
	if f.Condition != "" {
		text.heading("Condition")
		text.paragraph("fails where", themes.Muted)
		text.indent += 2
		text.paragraph(f.Condition, themes.Link)
		text.indent -= 2
	}
	references(text, f.Rule)
}

// frameworks are the public frameworks that rules have a place in, in order.
var frameworks = []struct{ key, name string }{
	{"cis-aks-1.8", "CIS AKS 1.8"}, {"mcsb", "Microsoft cloud security benchmark"},
	{"attack", "MITRE ATT&CK"}, {"threat-matrix", "Threat matrix for Kubernetes"},
}

// learnURL is where the documentation's topics are.
const learnURL = glossary.LearnURL

func references(text *prose, rule *model.Rule) {
	text.heading("References")
	known := map[string]bool{}
	for _, framework := range frameworks {
		known[framework.key] = true
		if place := rule.Maps[framework.key]; place != "" {
			text.hanging(span{framework.name + "  ", themes.Muted}, place, themes.Text)
		}
	}
	var others []string
	for key := range rule.Maps {
		if !known[key] {
			others = append(others, key)
		}
	}
	slices.Sort(others)
	for _, key := range others {
		text.hanging(span{key + "  ", themes.Muted}, rule.Maps[key], themes.Text)
	}
	if rule.Own {
		text.hanging(span{"Your rule  ", themes.Muted}, rule.File, themes.Text)
	}
	for _, topic := range rule.Learn {
		text.paragraph(learnURL+topic, themes.Link)
	}
}

// findingText is a finding as plain text, for a ticket.
func findingText(f *model.Finding) string {
	text := newProse(100, widget.ASCII())
	judged := f.Judged()
	text.add(span{text: f.Rule.ID + " " + f.Rule.Title + " (" + severityWord(judged) + ")"})
	text.add(span{text: string(f.Cluster)})
	switch {
	case f.Part != "":
		text.add(span{text: "node pool " + f.Part})
	case f.Object != (model.Ref{}):
		text.add(span{text: f.Object.String()})
	}
	text.gap()
	if reason := reasonOf(f); reason != "" {
		text.paragraph(reason, 0)
	}
	if f.Waived {
		text.paragraph(waiverText(f.Waiver), 0)
	}
	for _, e := range f.Evidence {
		value := plain(e.Value)
		if e.Absent {
			value = "not there"
		}
		text.add(span{text: "  " + e.Path + " = " + value})
	}
	text.gap()
	text.body(f.Rule.Why)
	var b strings.Builder
	for _, l := range text.lines {
		b.WriteString(strings.Repeat(" ", l.indent))
		for _, s := range l.spans {
			b.WriteString(harmless(s.text, false))
		}
		b.WriteByte('\n')
	}
	return b.String()
}
