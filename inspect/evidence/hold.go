package evidence

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// holding is what the files hold, joined: the newest document of each resource.
type holding struct {
	clusters map[model.ID]*cluster
	order    []*cluster
	// subscriptions by GUID in lower case.
	subscriptions map[string]*subscription
	// loose are the objects of files that do not say which cluster they are of.
	loose []looseInside
	// network holds what clusters refer to, by folded ID.
	network map[model.ID]*model.Resource
	// versions are the Kubernetes versions that Azure lists, by region in lower case;
	// offeredTo are the regions that a cluster is in.
	versions  map[string]*model.Resource
	offeredTo map[string]bool
	// rights are those that files tell which are no bundles; nil where none does.
	rights *rightsFiles
	// reads are those that several clusters have in common.
	reads map[string]map[model.Kind]model.Read
	// estate is how the index of a captured estate was read; nil where no bundle tells.
	estate *source.Problem
	// files are those that could not be used when they were captured once more.
	files []fileMember
}

// subscription is what the files tell of a subscription.
type subscription struct {
	resource *model.Resource
	// name is known from the Azure CLI's list of accounts, without a document.
	name string
	// read and problem tell how its clusters were read when they were captured.
	problem *source.Problem
	at      time.Time
	// rights are those in the subscription, by kind; nil where no bundle tells.
	rights map[model.Kind]*collection
}

// cluster is what the files tell of a cluster.
type cluster struct {
	id model.ID
	// resource is the best document, or nil where only parts of the cluster came.
	resource *model.Resource
	// others are the files with documents of it that are not used.
	others []string
	pools  map[string]*model.Resource
	kinds  map[model.Kind]*collection
	// problem is why the document's last read failed when it was captured.
	problem *source.Problem
	// inside is what runs in it; nil where no file tells.
	inside *inside
	// children and reads are what all of this makes; set when the files were read.
	children map[model.Kind][]*model.Resource
	reads    map[model.Kind]model.Read
}

// collection holds one kind of a cluster's children.
type collection struct {
	// from tells the list apart that the children came in; the zero value is no list.
	from listID
	at   time.Time
	all  []*model.Resource
	// read is how reading the kind ended when it was captured; nil for other files.
	read *model.Read
}

// listID names one list of one file.
type listID struct{ file, list int }

func newHolding() *holding {
	return &holding{
		clusters: map[model.ID]*cluster{}, subscriptions: map[string]*subscription{},
		versions: map[string]*model.Resource{}, offeredTo: map[string]bool{},
		network: map[model.ID]*model.Resource{}, reads: map[string]map[model.Kind]model.Read{},
	}
}

// cluster returns what is held of a cluster, made where it is new.
func (h *holding) cluster(id model.ID) *cluster {
	if held := h.clusters[id.Fold()]; held != nil {
		return held
	}
	made := &cluster{id: id}
	h.clusters[id.Fold()] = made
	h.order = append(h.order, made)
	return made
}

// subscription returns what is held of a subscription, made where it is new.
func (h *holding) subscription(guid string) *subscription {
	key := strings.ToLower(guid)
	if held := h.subscriptions[key]; held != nil {
		return held
	}
	made := &subscription{}
	h.subscriptions[key] = made
	return made
}

// put takes a cluster's document, and reports whether it is now the one that counts:
// a whole one before one of an index, then the newest, then the one that came last.
func (c *cluster) put(resource *model.Resource) bool {
	before := c.resource
	if before == nil {
		c.resource, c.problem = resource, nil
		return true
	}
	wins := !resource.ReadAt.Before(before.ReadAt)
	if resource.Partial != before.Partial {
		wins = before.Partial
	}
	loser := resource.Via
	if wins {
		loser = before.Via
		c.resource, c.problem = resource, nil // what was wrong with the other is past
	}
	if loser != c.resource.Via && !slices.Contains(c.others, loser) {
		c.others = append(c.others, loser)
	}
	return wins
}

// putPool takes a node pool's document.
func (c *cluster) putPool(resource *model.Resource) {
	if c.pools == nil {
		c.pools = map[string]*model.Resource{}
	}
	key := strings.ToLower(resource.ID.Name())
	if before := c.pools[key]; before == nil || !resource.ReadAt.Before(before.ReadAt) {
		c.pools[key] = resource
	}
}

// putChild takes a child. The children of a list replace those of an older one,
// since what is not in it is gone; documents that stand alone add up.
func (c *cluster) putChild(resource *model.Resource, from listID) {
	held := c.kinds[resource.Kind]
	fresh := held == nil
	if held != nil && from != held.from {
		listed, before := from != listID{}, held.from != listID{} || held.read != nil
		switch {
		case listed && before && resource.ReadAt.Before(held.at), !listed && before && !resource.ReadAt.After(held.at):
			return
		case listed && (!before || resource.ReadAt.After(held.at)):
			fresh = true
		}
	}
	if fresh {
		held = &collection{from: from, at: resource.ReadAt}
		c.keep(resource.Kind, held)
	}
	if resource.ReadAt.After(held.at) {
		held.at = resource.ReadAt
	}
	at := slices.IndexFunc(held.all, func(r *model.Resource) bool { return r.ID.Equal(resource.ID) })
	switch {
	case at < 0:
		held.all = append(held.all, resource)
	case !resource.ReadAt.Before(held.all[at].ReadAt):
		held.all[at] = resource
	}
}

// putRead takes how a kind was read when it was captured, with the children read.
func (c *cluster) putRead(kind model.Kind, read model.Read, all []*model.Resource) {
	at := read.At
	for _, child := range all {
		if child.ReadAt.After(at) {
			at = child.ReadAt
		}
	}
	held := c.kinds[kind]
	done := func(read *model.Read) int {
		if read != nil && read.State != model.ReadDone {
			return 0
		}
		return 1
	}
	if held != nil && cmp.Or(cmp.Compare(done(&read), done(held.read)), at.Compare(held.at)) < 0 {
		return
	}
	c.keep(kind, &collection{at: at, all: all, read: &read})
}

func (c *cluster) keep(kind model.Kind, held *collection) {
	if c.kinds == nil {
		c.kinds = map[model.Kind]*collection{}
	}
	c.kinds[kind] = held
}

// putNetwork takes a resource that clusters refer to.
func (h *holding) putNetwork(resource *model.Resource) {
	key := resource.ID.Fold()
	if before := h.network[key]; before == nil || !resource.ReadAt.Before(before.ReadAt) {
		h.network[key] = resource
	}
}
