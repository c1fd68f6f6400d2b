package evidence

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// Capture is what a bundle is made from.
type Capture struct {
	Snapshot *store.Snapshot
	// Within limits the bundle to one cluster, or one subscription; empty for the whole
	// estate.
	Within   model.ID
	Identity source.Identity
	// At is the moment of the capture.
	At time.Time
	// Tool names the program and its version.
	Tool string
	// Selected are the names and patterns that the capture was narrowed to.
	Selected []string
	// LeftOut are kinds that were not asked for, and why; nil where all were.
	LeftOut string
}

// captured are the parts of a capture in the order of the bundle, which depends on
// nothing but the estate.
type captured struct {
	Capture
	clusters      []*store.Cluster
	subscriptions []*store.Subscription
}

func (c Capture) arranged() *captured {
	a := &captured{Capture: c}
	for _, cluster := range c.Snapshot.Clusters {
		if c.Within == "" || cluster.Resource.ID.Within(c.Within) {
			a.clusters = append(a.clusters, cluster)
		}
	}
	slices.SortFunc(a.clusters, func(x, y *store.Cluster) int {
		return cmp.Compare(x.Resource.ID.Fold(), y.Resource.ID.Fold())
	})
	for _, subscription := range c.Snapshot.Subscriptions {
		if c.Within == "" || strings.EqualFold(subscription.ID.Subscription(), c.Within.Subscription()) {
			a.subscriptions = append(a.subscriptions, subscription)
		}
	}
	slices.SortFunc(a.subscriptions, func(x, y *store.Subscription) int { return cmp.Compare(x.ID.Fold(), y.ID.Fold()) })
	return a
}

// manifest returns the manifest, still without the files.
func (c *captured) manifest() Manifest {
	origin := Origin{Mode: c.Identity.Mode, User: c.Identity.User, Tenant: c.Identity.Tenant, Cloud: c.Identity.Cloud}
	if c.Identity.CapturedFrom != "" {
		origin.Mode = c.Identity.CapturedFrom
	}
	m := Manifest{
		Schema: Schema, CapturedAt: c.At.UTC(), Tool: c.Tool, Source: origin, Within: c.Within, Selected: c.Selected,
		Subscriptions: []SubscriptionRef{}, Clusters: len(c.clusters), CouldNotRead: c.gaps(),
	}
	for _, subscription := range c.subscriptions {
		m.Subscriptions = append(m.Subscriptions, SubscriptionRef{subscription.ID, subscription.Name})
	}
	return m
}

// gaps lists what could not be read, for people: the members tell it again for the
// program.
func (c *captured) gaps() []Gap {
	gaps := []Gap{}
	add := func(what, why string) { gaps = append(gaps, Gap{what, why}) }
	if c.Within == "" {
		if c.Snapshot.Problem != nil {
			add("the estate", c.Snapshot.Problem.Error())
		} else if c.Snapshot.Estate.State != model.ReadDone {
			add("the estate", notYet)
		}
	}
	for _, file := range c.Snapshot.Files {
		add("file "+file.Path, file.Problem.Error())
	}
	for _, subscription := range c.subscriptions {
		if problem := problemOf(subscription.Problem, subscription.Read); problem != nil {
			add("subscription "+cmp.Or(subscription.Name, subscription.ID.Name()), problem.Error())
		}
		reads, _ := c.rights(subscription)
		for _, kind := range slices.Sorted(maps.Keys(reads)) {
			if why := reads[kind].Why; why != "" {
				add(string(kind)+" of subscription "+cmp.Or(subscription.Name, subscription.ID.Name()), why)
			}
		}
	}
	for _, cluster := range c.clusters {
		name := cluster.Resource.ID.Name()
		if cluster.Problem != nil {
			add("cluster "+name, cluster.Problem.Error())
		}
		why := map[string][]string{} // one line for what failed for one reason
		var reasons []string
		for _, kind := range kindsIn(cluster) {
			if ended := c.ended(cluster, kind); ended.Why != "" {
				if why[ended.Why] == nil {
					reasons = append(reasons, ended.Why)
				}
				why[ended.Why] = append(why[ended.Why], string(kind))
			}
		}
		for _, reason := range reasons {
			add(strings.Join(why[reason], ", ")+" of cluster "+name, reason)
		}
		insideGaps(cluster, add)
	}
	return gaps
}

// ended tells how reading one of a cluster's kinds ended.
func (c *captured) ended(cluster *store.Cluster, kind model.Kind) ended {
	read := cluster.Reads[kind]
	if c.LeftOut != "" && (read.State == model.Unread || read.State == model.Reading) {
		return ended{Why: c.LeftOut}
	}
	return endedOf(read)
}

// problemOf is why a scope was not read to its end, or nil.
func problemOf(problem *source.Problem, read model.Read) *source.Problem {
	switch {
	case problem != nil:
		return problem
	case read.State == model.ReadFailed:
		return &source.Problem{What: cmp.Or(read.Why, "the read failed")}
	case read.State != model.ReadDone:
		return &source.Problem{What: notYet}
	}
	return nil
}

// kindsIn are the kinds of which a cluster's reading is told, in a stable order.
func kindsIn(cluster *store.Cluster) []model.Kind {
	if cluster.Resource.ID.Kubeconfig() {
		return nil // nothing of Azure's hangs under it
	}
	kinds := kindsOf()
	for kind := range cluster.Reads {
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// members hands out the files of the bundle, one after the other.
func (c *captured) members(take func(path string, content []byte) error) error {
	content, err := c.estate()
	if err != nil {
		return err
	}
	if err := take(estateName, content); err != nil {
		return err
	}
	for i, cluster := range c.clusters {
		content, err := c.cluster(cluster)
		if err != nil {
			return err
		}
		if err := take(clusterPath(i+1, cluster.Resource.ID.Name()), content); err != nil {
			return err
		}
		if err := c.inside(i+1, cluster, take); err != nil {
			return err
		}
	}
	return nil
}

func (c *captured) estate() ([]byte, error) {
	member := estateMember{Subscriptions: []subscriptionMember{}}
	if c.Within == "" {
		member.Problem = failureOf(problemOf(c.Snapshot.Problem, c.Snapshot.Estate))
	}
	for _, file := range c.Snapshot.Files {
		member.Files = append(member.Files, fileMember{file.Path, failureOf(file.Problem)})
	}
	for _, subscription := range c.subscriptions {
		held := subscriptionMember{
			ID: subscription.ID, ReadAt: subscription.Read.At.UTC(),
			Problem: failureOf(problemOf(subscription.Problem, subscription.Read)),
		}
		if resource := subscription.Resource; resource != nil && json.Valid(resource.Raw.Bytes()) {
			held.Document = new(recordOf(resource))
		}
		held.Reads, held.Rights = c.rights(subscription)
		member.Subscriptions = append(member.Subscriptions, held)
	}
	return encode(member)
}

func (c *captured) cluster(of *store.Cluster) ([]byte, error) {
	member := clusterMember{Problem: failureOf(of.Problem), Reads: map[model.Kind]ended{}, Children: []record{}}
	resource := of.Resource
	if !json.Valid(resource.Raw.Bytes()) {
		resource = bare(&cluster{id: resource.ID})
		resource.ReadAt, resource.APIVersion, resource.Via = of.Resource.ReadAt, of.Resource.APIVersion, of.Resource.Via
	}
	member.Cluster = recordOf(resource)
	for _, kind := range kindsIn(of) {
		member.Reads[kind] = c.ended(of, kind)
		children := slices.SortedFunc(slices.Values(of.Children[kind]), func(a, b *model.Resource) int {
			return cmp.Compare(a.ID.Fold(), b.ID.Fold())
		})
		for _, child := range children {
			if json.Valid(child.Raw.Bytes()) {
				member.Children = append(member.Children, recordOf(child))
			}
		}
	}
	return encode(member)
}

func encode(member any) ([]byte, error) {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(member); err != nil {
		return nil, fmt.Errorf("writing the evidence: %w", err)
	}
	return []byte(out.String()), nil
}

// plain is a name for people that every file system takes.
func plain(name string) string {
	const longest = 63
	made := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		default:
			return '_'
		}
	}, name)
	return made[:min(len(made), longest)]
}

// clusterPath is where a cluster lies in a bundle: its number tells it apart.
func clusterPath(number int, name string) string {
	return fmt.Sprintf("clusters/%05d-%s.json", number, plain(name))
}

// Name is what a bundle is called where nobody names it, without the suffix.
func Name(within model.ID, at time.Time) string {
	name := "aksight-"
	if within != "" {
		name += plain(within.Name()) + "-"
	}
	return name + at.UTC().Format("20060102-150405")
}
