package page

import (
	"context"
	"slices"

	"github.com/aksight/aksight/inspect"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
	"github.com/aksight/aksight/themes"
	"github.com/aksight/aksight/ui/action"
	"github.com/aksight/aksight/ui/export"
	"github.com/aksight/aksight/ui/widget"
)

// problemsPage lists what could not be read, and why.
type problemsPage struct {
	table  widget.Table[source.Scope]
	rows   *problemRows
	feed   feed
	order  []int32
	filter listFilter
	list   widget.Rect
}

const (
	problemWhat = iota
	problemKind
	problemWhy
)

func newProblemsPage(at Address) Page {
	return &problemsPage{feed: feed{name: "problems"}, filter: newListFilter(at.Filter, words("what", "kind"))}
}

// Title names the page in the breadcrumb.
func (p *problemsPage) Title(*Context) string { return "errors" }

// FilterText is the filter as it is set now.
func (p *problemsPage) FilterText() string { return p.filter.text }

// FilterHelp lists the words that the filter knows.
func (p *problemsPage) FilterHelp() string { return p.filter.help() }

// FilterStatus says how many lines match.
func (p *problemsPage) FilterStatus() (status string, wrong bool) {
	all := 0
	if p.rows != nil {
		all = len(p.rows.list)
	}
	return p.filter.status(p.table.Len(), all, "problems")
}

// Update takes a message.
func (p *problemsPage) Update(c *Context, msg Msg) {
	switch msg := msg.(type) {
	case Shown, Changed:
		p.feed.follow(c, problemsWork(c.Inspection))
	case Hidden:
		p.feed.stop()
	case Filtered:
		p.filter.set(msg.Text)
		p.arrange()
	case fed:
		if p.feed.done(msg) {
			p.rows = msg.value.(*problemRows)
			p.rows.list = append(troubleRows(c.Troubles), p.rows.list...)
			p.arrange()
			p.feed.follow(c, problemsWork(c.Inspection))
		}
	case widget.Mouse:
		if m, inside := msg.In(p.list); inside {
			p.table.Mouse(m)
		}
	case action.Intent:
		p.intent(c, msg)
	}
}

func (p *problemsPage) intent(c *Context, intent action.Intent) {
	if p.table.Do(intent.ID) {
		return
	}
	row := p.selected()
	switch intent.ID {
	case action.Open:
		if row != nil && row.scope.ID.ResourceGroup() != "" && (row.scope.Breadth == source.Cluster || row.scope.Breadth == source.Children) {
			c.Open(Address{Kind: Cluster, ID: row.scope.ID})
		}
	case action.Copy:
		if row != nil {
			c.Copy(row.what+": "+row.problem.Error(), "the problem")
		}
	case action.Explain:
		openTerms(c, problemTerms...)
	case action.Refresh, action.Verify:
		if row != nil && row.own {
			c.Inspection.Refresh()
			c.Say(widget.PendingMark, "reading the estate, your waivers and your rule files again")
			return
		}
		if row != nil && !row.trouble {
			scope := row.scope
			switch scope.Breadth {
			case source.Children: // several kinds may stand on the line
				scope = source.Scope{Breadth: source.Cluster, ID: scope.ID}
			case source.File: // files are read together
				scope = source.Scope{Breadth: source.Estate}
			}
			c.Inspection.Schedule.Refresh(scope)
			c.Say(widget.PendingMark, "reading "+row.what+" again")
		}
	}
}

func (p *problemsPage) selected() *problemRow {
	at := p.table.Selected()
	if at < 0 || p.rows == nil {
		return nil
	}
	return &p.rows.list[at]
}

// Export returns the list.
func (p *problemsPage) Export(*Context) *Listing { return listing("errors", &p.table) }

// Offers lists what works here.
func (p *problemsPage) Offers(*Context) []action.Offer {
	row := p.selected()
	if row == nil {
		return action.Offers(action.Filter, action.Explain)
	}
	var offers []action.Offer
	if row.scope.ID.ResourceGroup() != "" && (row.scope.Breadth == source.Cluster || row.scope.Breadth == source.Children) {
		offers = append(offers, action.Offer{ID: action.Open, Says: "cluster"})
	}
	if row.trouble {
		return action.Offers(action.Copy, action.Filter, action.Explain)
	}
	return append(offers, action.Offer{ID: action.Refresh, Says: "read again"}, action.Offer{ID: action.Copy},
		action.Offer{ID: action.Filter}, action.Offer{ID: action.Verify}, action.Offer{ID: action.Explain})
}

func (p *problemsPage) arrange() {
	if p.rows == nil {
		return
	}
	list := p.rows.list
	order, _ := widget.Order(context.Background(), len(list), func(row int) bool {
		return p.filter.query.Match(func(field string) string {
			switch field {
			case "what":
				return list[row].what
			case "kind":
				return list[row].kind
			default:
				return list[row].what + " " + list[row].kind + " " + list[row].problem.Error()
			}
		})
	}, nil)
	p.order = order
	p.table.Set(p.rows, order)
}

// problemRow is one scope that could not be read.
type problemRow struct {
	scope   source.Scope
	what    string
	kind    string
	problem *source.Problem
	own     bool // it is about a file of the user's
	// trouble is set for what did not go wrong in the estate.
	trouble bool
}

type problemRows struct{ list []problemRow }

// Trouble is what went wrong outside of the estate, such as settings that are broken.
type Trouble struct {
	// What is the file or the thing, Kind a word for it, such as "settings".
	What, Kind string
	Problem    *source.Problem
}

func troubleRows(troubles []Trouble) []problemRow {
	rows := make([]problemRow, len(troubles))
	for i, trouble := range troubles {
		// The scope only names the row: there is nothing to read again.
		rows[i] = problemRow{
			scope: source.Scope{ID: model.ID(trouble.What + ": " + trouble.Problem.What)},
			what:  trouble.What, kind: trouble.Kind, problem: trouble.Problem, trouble: true,
		}
	}
	return rows
}

// kindWords are the children in words.
var kindWords = map[model.Kind]string{
	model.KindDiagnosticSetting: "diagnostic settings", model.KindMaintenanceConfiguration: "maintenance windows",
	model.KindKubernetesVersions: "versions in the region", model.KindUpgradeProfile: "upgrades on offer", model.KindTrustedAccessRoleBinding: "trusted access",
	model.KindDeploymentSafeguards: "deployment safeguards", model.KindPublicIP: "public IP addresses",
	model.KindPublicIPPrefix: "public IP prefixes", model.KindNATGateway: "NAT gateways",
	model.KindRouteTable: "route tables", model.KindSubnet: "subnets",
}

func problemsWork(in *inspect.Inspection) func(context.Context, *store.Snapshot) any {
	return func(_ context.Context, s *store.Snapshot) any {
		rows := newProblemRows(s)
		rows.files(in.FileProblems())
		return rows
	}
}

// files adds what is wrong in the user's own rules and waivers.
func (r *problemRows) files(problems []inspect.FileProblem) {
	for _, problem := range problems {
		r.list = append(r.list, problemRow{
			scope: source.Scope{ID: model.ID(problem.Why)}, what: problem.What, kind: "your file",
			problem: &source.Problem{What: problem.Why}, own: true,
		})
	}
}

func newProblemRows(s *store.Snapshot) *problemRows {
	rows := &problemRows{}
	if s.Problem != nil {
		rows.list = append(rows.list, problemRow{scope: source.Scope{Breadth: source.Estate}, what: "the estate", kind: "estate", problem: s.Problem})
	}
	for _, file := range s.Files {
		// Several things may be wrong with one file: what it is tells the lines apart.
		scope := source.Scope{Breadth: source.File, ID: model.ID(file.Path), Kind: model.Kind(file.Problem.What)}
		rows.list = append(rows.list, problemRow{scope: scope, what: file.Path, kind: "saved file", problem: file.Problem})
	}
	for _, subscription := range s.Subscriptions {
		if subscription.Problem != nil {
			scope := source.Scope{Breadth: source.Subscription, ID: subscription.ID}
			rows.list = append(rows.list, problemRow{scope: scope, what: subscriptionName(s, subscription.ID), kind: "subscription", problem: subscription.Problem})
		}
	}
	for _, subscription := range s.Subscriptions {
		rows.rights(s, subscription)
	}
	for _, cluster := range s.Clusters {
		id := cluster.Resource.ID
		if cluster.Problem != nil {
			rows.list = append(rows.list, problemRow{
				scope: source.Scope{Breadth: source.Cluster, ID: id}, what: cluster.Summary.Name, kind: "cluster", problem: cluster.Problem,
			})
		}
		rows.children(cluster)
	}
	rows.merge()
	return rows
}

// rights adds what could not be read of the rights in a subscription.
func (r *problemRows) rights(s *store.Snapshot, subscription *store.Subscription) {
	if subscription.Azure == nil || subscription.Problem != nil {
		return // one refusal says enough
	}
	for _, kind := range model.RightsKinds {
		if read := subscription.Azure.Reads[kind]; read.State == model.ReadFailed {
			r.list = append(r.list, problemRow{
				scope: source.Scope{Breadth: source.Children, ID: subscription.ID, Kind: kind}, what: subscriptionName(s, subscription.ID),
				kind: export.KindWords(kind), problem: &source.Problem{What: read.Why},
			})
		}
	}
}

// damagedFiles is the number of saved files that could not be used, or not whole.
func damagedFiles(s *store.Snapshot) int {
	files := map[string]bool{}
	for _, file := range s.Files {
		files[file.Path] = true
	}
	return len(files)
}

// manyAlike is from how many clusters on a reason that all of them share has one line:
// saved files that lack a kind lack it for every cluster.
const manyAlike = 4

// merge puts what failed alike on many clusters on one line.
func (r *problemRows) merge() {
	type alike struct{ kind, why string }
	count := map[alike]int{}
	for i := range r.list {
		if r.list[i].scope.Breadth == source.Children {
			count[alike{r.list[i].kind, r.list[i].problem.What}]++
		}
	}
	merged, told := r.list[:0], map[alike]bool{}
	for _, row := range r.list {
		same := alike{row.kind, row.problem.What}
		if n := count[same]; row.scope.Breadth == source.Children && n >= manyAlike {
			if told[same] {
				continue
			}
			told[same], row.what = true, plural(n, "cluster", "clusters")
		}
		merged = append(merged, row)
	}
	r.list = merged
}

// children adds the reads beside a cluster's document that failed, those that
// failed for one reason on one line.
func (r *problemRows) children(cluster *store.Cluster) {
	places := map[string]int{}
	for _, kind := range sortedKinds(cluster.Reads) {
		read := cluster.Reads[kind]
		if read.State != model.ReadFailed {
			continue
		}
		words := kindWords[kind]
		if words == "" {
			words = string(kind)
		}
		if at, known := places[read.Why]; known {
			r.list[at].kind += ", " + words
			continue
		}
		places[read.Why] = len(r.list)
		r.list = append(r.list, problemRow{
			scope: source.Scope{Breadth: source.Children, ID: cluster.Resource.ID, Kind: kind},
			what:  cluster.Summary.Name, kind: words, problem: &source.Problem{What: read.Why},
		})
	}
}

func sortedKinds(reads map[model.Kind]model.Read) []model.Kind {
	kinds := make([]model.Kind, 0, len(reads))
	for kind := range reads {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}

// Len is the number of problems.
func (r *problemRows) Len() int { return len(r.list) }

// Key names the problem by what was to be read.
func (r *problemRows) Key(row int) source.Scope { return r.list[row].scope }

// Cell writes a cell.
func (r *problemRows) Cell(row, column int, pen *widget.Pen) {
	problem := &r.list[row]
	switch column {
	case problemWhat:
		mark := widget.UnreadMark
		pen.Mark(mark)
		pen.Skip(1)
		pen.Write(problem.what, themes.Text)
	case problemKind:
		pen.Write(problem.kind, themes.Muted)
	case problemWhy:
		pen.Write(mendOf(problem.problem), themes.Text)
	}
}

// Draw draws the list, and the whole of the selected problem below it.
func (p *problemsPage) Draw(c *Context, canvas *widget.Canvas, area widget.Rect) {
	foot, list := area.Bottom(min(9, area.H/2))
	p.list = list
	p.table.Columns = []widget.Column{
		problemWhat: {Title: "What", Min: 18, Max: 32, Weight: 1, Fixed: true},
		problemKind: {Title: "Of it", Min: 12, Max: 24, Weight: 1, Fixed: true},
		problemWhy:  {Title: "Why, and what to do", Min: 20, Weight: 4, Fixed: true},
	}
	p.table.Empty = "everything that was asked for could be read"
	if c.Snapshot.Estate.State != model.ReadDone {
		p.table.Empty = "nothing has failed so far"
	}
	p.table.Arrange(c.Choice(p.columnsName()))
	p.table.Draw(canvas, list)
	row := p.selected()
	if row == nil {
		return
	}
	canvas.Rule(foot, 0, themes.Border)
	inner := foot.Inset(2, 0)
	_, inner = inner.Top(1)
	text := newProse(inner.W, canvas.Glyphs)
	first, what := "not read", row.what
	if row.trouble {
		first = "wrong"
	}
	if row.kind != "estate" {
		what += ": " + row.kind
	}
	text.pair(first, fixColumn, what, themes.Text)
	text.pair("happened", fixColumn, sentence(row.problem.What), themes.Text)
	if row.problem.Do != "" {
		text.pair("do", fixColumn, sentence(row.problem.Do), themes.Strong)
	}
	if row.problem.Err != nil {
		text.pair("cause", fixColumn, row.problem.Err.Error(), themes.Muted)
	}
	for y := 0; y < inner.H && y < len(text.lines); y++ {
		text.lines[y].draw(canvas, inner, y)
	}
}
