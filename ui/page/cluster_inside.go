package page

import (
	"cmp"
	"context"
	"strings"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/widget"
)

// insideTerms are explained where a cluster's inside is opened.
var insideTerms = []string{"api-server", "namespace", "workload", "secret"}

// An insidePlace is a page of what runs in a cluster, as the cluster's page lists it.
type insidePlace struct {
	label string
	kind  Kind
	// says what is there in a few words.
	says func(*store.Inside) string
	// about tells what the page shows, in a sentence.
	about string
}

// insidePlaces lists the pages of what runs in a cluster, in order.
var insidePlaces = []insidePlace{
	{"namespaces", Namespaces, func(in *store.Inside) string {
		return joinWords(", ", kindCount(in, model.KindNamespace, "namespace", "namespaces"), kindCount(in, model.KindPod, "pod", "pods"))
	}, "What runs in each namespace, what its pods may do, and what was found there."},
	{"exposure", Exposure, func(in *store.Inside) string {
		return kindCount(in, model.KindService, "service", "services")
	}, "The ways in from the internet and from private networks, down to the workloads and their service accounts."},
	{"network policies", Policies, func(in *store.Inside) string {
		return kindCount(in, model.KindNetworkPolicy, "policy", "policies")
	}, "Who may talk to whom, and how far policies cover each namespace."},
	{"access", Access, func(in *store.Inside) string {
		return joinWords(", ", kindCount(in, model.KindClusterRoleBinding, "cluster role binding", "cluster role bindings"), kindCount(in, model.KindRoleBinding, "role binding", "role bindings"))
	}, "Who holds which role where, what that is worth, and since when."},
	{"nodes", Nodes, func(in *store.Inside) string { return kindCount(in, model.KindNode, "node", "nodes") }, "The nodes, their versions and taints, and the sensors that watch them."},
	{"sensors", Sensors, func(*store.Inside) string { return "what watches the nodes" }, "Security sensors and platform agents: on which nodes they stand, and where one is missing."},
}

// PlacesOf lists the pages of a cluster by what people call them, each with what it shows.
func PlacesOf(cluster model.ID, yield func(name, says string, to Address)) {
	for _, place := range insidePlaces {
		yield(place.label, place.about, Address{Kind: place.kind, ID: cluster})
	}
	yield("access lately", "the timeline of who got which rights, and by whom", Address{Kind: Timeline, ID: cluster})
}

// kindCount says how many objects of a kind there are, as far as they were read.
func kindCount(in *store.Inside, kind model.Kind, one, many string) string {
	switch n := len(in.View.Objects[kind]); {
	case in.View.Reads[kind].State == model.ReadDone:
		return plural(n, one, many)
	case n > 0:
		return "at least " + plural(n, one, many)
	default:
		return many + " " + readWord(in.View.Reads[kind])
	}
}

// readWord says how a read stands.
func readWord(read model.Read) string {
	switch read.State {
	case model.ReadFailed:
		return "could not be read"
	case model.Reading:
		return "being read"
	case model.ReadDone:
		return "read"
	default:
		return notReadYet
	}
}

// contact is what looking into a cluster takes: whom it asks, and as whom.
type contact struct {
	address, user string
	// own is set where the cluster's sign-in is by certificates, so that only the
	// user's own kubeconfig will do.
	own  bool
	mode source.Mode
	// can is unset where the source cannot look into clusters.
	can bool
}

func contactOf(in *inspect.Inspection, cluster *store.Cluster) contact {
	is := contact{can: in.Inside != nil, own: cluster.Summary.SignIn == model.SignInLocal || cluster.Resource.ID.Kubeconfig()}
	if in.Source != nil {
		identity := in.Source.Identity()
		is.user, is.mode = identity.User, identity.Mode
	}
	if subject, err := in.Subject(cluster, -1); err == nil && !cluster.Resource.ID.Kubeconfig() {
		is.address = apiServerAddress(subject.Cluster.Tree)
	}
	return is
}

// insideTab is the tab of a cluster's page that leads to what runs in it: what looking
// inside takes, how it stands, and the pages.
type insideTab struct {
	contact contact
	inside  *store.Inside // as last shown; nil where nobody has looked
	shown   contact       // that the lines were made with
	lines   widget.Sheet
	places  map[string]insidePlace // by the line's key
}

// set takes the cluster as it is now.
func (t *insideTab) set(cluster *store.Cluster) {
	var inside *store.Inside
	if cluster != nil {
		inside = cluster.Inside
	}
	if inside == t.inside && t.contact == t.shown {
		return
	}
	first := t.inside == nil
	t.inside, t.shown = inside, t.contact
	if inside == nil {
		t.lines.Set(nil)
		return
	}
	t.lines.Longest = 24
	t.lines.Set(t.entries())
	if first {
		t.lines.Select(placeKey(insidePlaces[0].label))
	}
}

func placeKey(label string) string { return "place " + label }

// row names the selected line, for the next run.
func (t *insideTab) row() string {
	if at := t.lines.Selected(); at >= 0 {
		return t.lines.Entries()[at].Key
	}
	return ""
}

// tab is the tab's title, with the findings inside.
func (t *insideTab) tab() widget.Tab {
	tab := widget.Tab{Title: "Inside", Count: -1}
	if t.inside == nil {
		return tab
	}
	if t.inside.State == store.Unreachable {
		tab.Mark = widget.UnreadMark
		return tab
	}
	if t.inside.Judgements != nil {
		tab.Count = t.inside.Counts.Failures()
	}
	if worst, failing := worstOf(&t.inside.Counts); failing {
		tab.Mark = SeverityMark(worst)
	}
	return tab
}

// refused reports whether rights are missing that a role would give.
func (t *insideTab) refused() bool {
	if t.inside == nil {
		return false
	}
	if t.inside.Problem != nil && t.inside.Problem.Refused {
		return true
	}
	for kind, read := range t.inside.View.Reads {
		if read.State == model.ReadFailed && kind != model.KindSecret {
			return true
		}
	}
	return false
}

// open looks inside, or opens the page of the selected line.
func (t *insideTab) open(c *Context, id model.ID) {
	if t.inside == nil {
		openInside(c, id)
		return
	}
	at := t.lines.Selected()
	if at < 0 {
		return
	}
	entry := &t.lines.Entries()[at]
	if place, leads := t.places[entry.Key]; leads {
		c.Open(Address{Kind: place.kind, ID: id})
		return
	}
	if t.inside.State == store.Unreachable {
		readInside(c, id)
	}
}

// copy copies the selected line, and the role on its line.
func (t *insideTab) copy(c *Context) {
	at := t.lines.Selected()
	if at < 0 {
		return
	}
	entry := &t.lines.Entries()[at]
	if t.refused() && (entry.Label == "rights" || entry.Mark == widget.UnreadMark || t.inside.State == store.Unreachable) {
		c.CopyText(readerRole(cmp.Or(t.inside.User, t.contact.user)), "a ClusterRole that reads all but Secrets, for whoever runs the cluster to apply")
		return
	}
	c.Copy(entry.Value, entry.Label)
}

func (t *insideTab) export(name string) *Listing {
	if t.inside == nil {
		return nil
	}
	entries := kindEntries(t.inside)
	extract := widget.Extract{Columns: []widget.Extracted{{Title: "Kind", Shown: true}, {Title: "Objects", Shown: true}}}
	for i := range entries {
		if !entries[i].Head {
			extract.Len++
		}
	}
	extract.Rows = func(yield func([]string) bool) {
		for i := range entries {
			if !entries[i].Head && !yield([]string{entries[i].Label, entries[i].Value}) {
				return
			}
		}
	}
	return &Listing{Name: name, Extract: extract}
}

func (t *insideTab) offers() []action.Offer {
	if t.inside == nil {
		if !t.contact.can {
			return nil
		}
		return []action.Offer{{ID: action.Open, Says: "look inside"}}
	}
	var offers []action.Offer
	if at := t.lines.Selected(); at >= 0 {
		if _, leads := t.places[t.lines.Entries()[at].Key]; leads {
			offers = append(offers, action.Offer{ID: action.Open})
		} else if t.inside.State == store.Unreachable {
			offers = append(offers, action.Offer{ID: action.Open, Says: "try again"})
		}
	}
	says := ""
	if t.refused() {
		says = "copy the role"
	}
	return append(offers, action.Offer{ID: action.Copy, Says: says})
}

// openInside looks into a cluster.
func openInside(c *Context, id model.ID) {
	if err := c.Inspection.OpenInside(id); err != nil {
		c.Say(widget.UnreadMark, err.Error())
		return
	}
	c.Say(widget.PendingMark, "looking into "+id.Name())
}

// readInside reads what runs in a cluster again, in the background: it waits for the
// read before it.
func readInside(c *Context, id model.ID) {
	in := c.Inspection
	if in.Inside == nil {
		openInside(c, id) // says why not
		return
	}
	c.Say(widget.PendingMark, "reading what runs in "+id.Name()+" again")
	c.Run("again", func(context.Context) any {
		_ = in.AgainInside(id) // the page says how it goes
		return nil
	})
}

func (t *insideTab) draw(canvas *widget.Canvas, area widget.Rect) {
	if t.inside == nil {
		text := newProse(min(area.W-4, 100), canvas.Glyphs)
		t.contact.lay(text)
		(&scroll{}).draw(canvas, area.Inset(2, 0), text.lines)
		return
	}
	selected := t.lines.Selected()
	text := newProse(area.W-4, canvas.Glyphs)
	if selected >= 0 {
		t.lay(text, &t.lines.Entries()[selected])
	}
	strip, rest := area.Bottom(4)
	t.lines.Draw(canvas, rest)
	canvas.Rule(strip, 0, themes.Border)
	_, strip = strip.Inset(2, 0).Top(1)
	(&scroll{}).draw(canvas, strip, text.lines)
}

// lay says the selected line whole: problems are longer than a line.
func (t *insideTab) lay(text *prose, entry *widget.Entry) {
	place, leads := t.places[entry.Key]
	switch {
	case leads:
		text.paragraph(place.about, themes.Muted)
	case t.inside.Problem != nil && strings.HasPrefix(entry.Key, "connection "):
		text.paragraph(sentence(t.inside.Problem.What), themes.Text)
		if t.inside.Problem.Do != "" {
			text.paragraph(sentence(t.inside.Problem.Do), themes.Muted)
		}
	default:
		text.paragraph(entry.Label+": "+entry.Value, themes.Muted)
	}
}

// lay says what looking inside takes, before anything is asked.
func (is *contact) lay(text *prose) {
	text.paragraph("Nobody has looked into this cluster yet.", themes.Strong)
	text.gap()
	if !is.can {
		text.paragraph("This source does not tell what runs in clusters.", themes.Unread)
		return
	}
	for _, line := range is.words() {
		text.pair(line[0], 12, line[1], themes.Text)
	}
	text.gap()
	text.paragraph("enter looks inside. Nothing is asked of the cluster before.", themes.Text)
}

// words say whom looking inside asks, as whom, and for what; by a label each.
func (is *contact) words() [][2]string {
	asks := "the API server at " + cmp.Or(is.address, notReadYet)
	who := cmp.Or(is.user, "the user who is signed in")
	if is.own {
		who = "whom your own kubeconfig says: this cluster knows certificates alone, and an admin's is not asked for"
	}
	switch is.mode {
	case source.Demo:
		asks += ", which the demo plays: nothing leaves this machine"
	case source.Evidence:
		asks, who = "nobody: what was saved is opened", "nobody"
	}
	return [][2]string{
		{"asks", asks},
		{"as", who},
		{"for", "lists of " + plural(len(model.ObjectKinds), "kind", "kinds") + " of objects, and what changes in them; of Secrets names, types and ages, never a value"},
		{"changes", "nothing: every request reads"},
	}
}

// linear tells the tab.
func (t *insideTab) linear(*Context) (rows []LinearRow, outro []string) {
	if t.inside == nil {
		outro = append(outro, "Nobody has looked into this cluster yet.")
		if !t.contact.can {
			return nil, append(outro, "This source does not tell what runs in clusters.")
		}
		for _, line := range t.contact.words() {
			outro = append(outro, line[0]+": "+line[1])
		}
		return nil, append(outro, "open looks inside; nothing is asked of the cluster before")
	}
	under := ""
	for at := range t.lines.Entries() {
		entry := t.lines.Entries()[at]
		if entry.Head {
			under = entry.Label
			continue
		}
		rows = append(rows, LinearRow{Under: under, Text: entry.Label + ": " + entry.Value, Choose: func() { t.lines.Select(entry.Key) }})
	}
	return rows, nil
}
