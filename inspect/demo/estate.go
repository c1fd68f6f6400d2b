package demo

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed estate/*.yaml
var estateFiles embed.FS

// subscriptionFiles in the order in which the story tells them.
var subscriptionFiles = []string{"prod-payments", "prod-web", "data-science", "partner-hub"}

// estate is everything that the handler answers from.
type estate struct {
	subscriptions []*subscription // in the order of their IDs
	told          []*subscription // in the order of the story; grown ones last
	egress        template        // of a cluster's egress address
}

// subscription is one subscription with its clusters, which are told or grown.
type subscription struct {
	id, name  string
	refuses   bool
	clusters  clusters
	resources []networkResource
}

// clusters are a subscription's managed clusters, in the order of their IDs.
type clusters interface {
	count() int
	// at returns the facts and the documents of the cluster at a place.
	at(place int, f *facts) *blueprint
}

// blueprint renders what is told of a cluster: the document, the same as the columns
// of its Resource Graph row, and the children that are not derived from it.
type blueprint struct {
	document template
	columns  map[string]template
	children map[string]template // by the path below the cluster, in lower case

	tree  object // with what is in preview
	mu    sync.Mutex
	other map[string]*template // by api-version: older ones, and previews
}

// networkResource is a resource of the Microsoft.Network provider, by its path
// below the subscription.
type networkResource struct {
	path     string
	document template
}

// told are the clusters of a subscription file.
type told []toldCluster

type toldCluster struct {
	facts     facts
	blueprint *blueprint
}

func (t told) count() int { return len(t) }

func (t told) at(place int, f *facts) *blueprint {
	now, drift := f.now, f.drift
	*f = t[place].facts
	f.now, f.drift = now, drift
	f.version = drifted(f.version, drift)
	return t[place].blueprint
}

// loadEstate reads the story and grows it to scale clusters where that is more.
func loadEstate(scale int) (*estate, error) {
	kit, err := loadKit()
	if err != nil {
		return nil, err
	}
	e := &estate{}
	if e.egress, err = compile(egressAddress()); err != nil {
		return nil, err
	}
	total := 0
	for _, name := range subscriptionFiles {
		tree, err := readTree(name)
		if err != nil {
			return nil, err
		}
		s, err := kit.subscription(tree)
		if err != nil {
			return nil, fmt.Errorf("estate/%s.yaml: %w", name, err)
		}
		total += s.clusters.count()
		e.told = append(e.told, s)
	}
	if scale > total {
		grown, err := kit.grow(scale - total)
		if err != nil {
			return nil, fmt.Errorf("estate/scale.yaml: %w", err)
		}
		e.told = append(e.told, grown...)
	}
	e.subscriptions = slices.SortedFunc(slices.Values(e.told), func(a, b *subscription) int {
		return strings.Compare(a.id, b.id)
	})
	return e, nil
}

func readTree(name string) (object, error) {
	text, err := estateFiles.ReadFile("estate/" + name + ".yaml")
	if err != nil {
		return nil, err
	}
	tree, err := parseTree(text)
	if err != nil {
		return nil, fmt.Errorf("estate/%s.yaml: %w", name, err)
	}
	o, ok := tree.(object)
	if !ok {
		return nil, fmt.Errorf("estate/%s.yaml: not an object", name)
	}
	return o, nil
}

// kit is estate/base.yaml: what clusters and pools are made from.
type kit struct {
	cluster, pool    object
	parts, poolParts object
}

func loadKit() (*kit, error) {
	tree, err := readTree("base")
	if err != nil {
		return nil, err
	}
	k := &kit{}
	k.cluster, _ = tree.get("cluster").(object)
	k.pool, _ = tree.get("pool").(object)
	k.parts, _ = tree.get("parts").(object)
	k.poolParts, _ = tree.get("poolParts").(object)
	return k, nil
}

// subscription builds one file of the story.
func (k *kit) subscription(tree object) (*subscription, error) {
	s := &subscription{id: text(tree, "id"), name: text(tree, "name"), refuses: tree.get("refuses") == true}
	var all told
	for _, item := range list(tree, "clusters") {
		spec, _ := item.(object)
		name := text(spec, "name")
		plan, err := k.blueprint(spec)
		if err != nil {
			return nil, fmt.Errorf("cluster %s: %w", name, err)
		}
		all = append(all, toldCluster{
			blueprint: plan,
			facts: facts{
				subscription: s.id,
				group:        text(spec, "group"),
				name:         name,
				location:     text(spec, "location"),
				version:      text(spec, "version"),
				egress:       text(spec, "egress"),
				seed:         fingerprint(s.id + name),
			},
		})
	}
	slices.SortFunc(all, func(a, b toldCluster) int {
		return strings.Compare(a.facts.group+"/"+a.facts.name, b.facts.group+"/"+b.facts.name)
	})
	s.clusters = all
	for _, item := range list(tree, "resources") {
		spec, _ := item.(object)
		path := text(spec, "id")
		document, err := compile(networkDocument(path, spec))
		if err != nil {
			return nil, fmt.Errorf("resource %s: %w", path, err)
		}
		s.resources = append(s.resources, networkResource{strings.ToLower(path), document})
	}
	return s, nil
}

// blueprint puts a cluster together: the base, its parts, its own changes, its pools.
func (k *kit) blueprint(spec object) (*blueprint, error) {
	document, err := with(k.cluster, k.parts, spec)
	if err != nil {
		return nil, err
	}
	document = merge(document, spec.get("document")).(object)
	plan := &blueprint{children: map[string]template{}}
	var pools []any
	for _, item := range list(spec, "pools") {
		own, _ := item.(object)
		var odds any
		if isChoice(own) { // a pool that not every grown cluster has
			pairs, _ := own[0].value.([]any)
			if len(pairs) != 1 {
				return nil, fmt.Errorf("a choice of pools has one alternative")
			}
			pair, _ := pairs[0].([]any)
			odds = pair[0]
			own, _ = pair[1].(object)
		}
		pool, err := with(k.pool, k.poolParts, own)
		if err != nil {
			return nil, err
		}
		pool = merge(pool, own.without("with")).(object)
		if odds != nil {
			pools = append(pools, object{{choiceKey, []any{[]any{odds, pool}}}})
			continue
		}
		pools = append(pools, pool)
	}
	document = merge(document, object{{"properties", object{{"agentPoolProfiles", pools}}}}).(object)
	plan.tree = document
	carried := stable(document).(object)
	if plan.document, err = compile(carried); err != nil {
		return nil, err
	}
	if plan.columns, err = graphColumns(carried); err != nil {
		return nil, err
	}
	return plan, k.children(plan, spec)
}

// with merges the named parts over a base.
func with(base, parts, spec object) (object, error) {
	result := any(append(object(nil), base...))
	for _, item := range list(spec, "with") {
		name, _ := item.(string)
		part := parts.get(name)
		if part == nil {
			return nil, fmt.Errorf("no part %q in base.yaml", name)
		}
		result = merge(result, part)
	}
	return result.(object), nil
}

func text(o object, key string) string {
	s, _ := o.get(key).(string)
	return s
}

func list(o object, key string) []any {
	l, _ := o.get(key).([]any)
	return l
}

// clusterCount is the number of clusters that may be read.
func (e *estate) clusterCount() int {
	n := 0
	for _, s := range e.told {
		if !s.refuses {
			n += s.clusters.count()
		}
	}
	return n
}

// byID finds a subscription regardless of case.
func (e *estate) byID(id string) *subscription {
	for _, s := range e.told {
		if strings.EqualFold(s.id, id) {
			return s
		}
	}
	return nil
}

// find returns a cluster's blueprint and fills in its facts, or returns nil.
func (s *subscription) find(group, name string, f *facts) *blueprint {
	for place := range s.clusters.count() {
		plan := s.clusters.at(place, f)
		if strings.EqualFold(f.name, name) && strings.EqualFold(f.group, group) {
			return plan
		}
	}
	return nil
}

// owner finds the cluster that a node resource group belongs to.
func (s *subscription) owner(nodeGroup string, f *facts) *blueprint {
	var buffer [160]byte
	for place := range s.clusters.count() {
		plan := s.clusters.at(place, f)
		if strings.EqualFold(string(f.nodeGroup(buffer[:0])), nodeGroup) {
			return plan
		}
	}
	return nil
}

// newFacts starts the facts of a cluster that are to be filled in.
func newFacts(now time.Time) *facts { return &facts{now: now, drift: drift(now)} }
