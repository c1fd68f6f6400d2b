package schedule

import (
	"math/bits"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// known is what the scheduler learned of the estate from the events that passed.
type known struct {
	kinds    int
	byID     map[model.ID]*subscription
	order    []*subscription
	clusters map[model.ID]*cluster
	// turn is the subscription whose background reads come next.
	turn int
	// childrenDone counts child scopes that were read, or failed.
	childrenDone int
	// opened counts the clusters whose children somebody asked for.
	opened int
}

type subscription struct {
	id model.ID
	// named is set once the subscription itself came, and not only a cluster of it.
	named bool
	// listed is set once the list of its clusters was put up to be read.
	listed   bool
	clusters []*cluster
	// next is the first cluster that may have children to be read.
	next int
	// background counts its background reads under way.
	background int
	rights     rights
}

type cluster struct {
	id     model.ID
	key    model.ID // the ID folded
	of     *subscription
	opened bool
	gone   bool
	// done and running hold a bit for each child kind, in the order of the options.
	done, running uint64
}

func newKnown(kinds int) known {
	return known{kinds: kinds, byID: map[model.ID]*subscription{}, clusters: map[model.ID]*cluster{}}
}

// addSubscription returns the subscription with that ID, made where it is new.
func (k *known) addSubscription(id model.ID) *subscription {
	if subscription := k.byID[id.Fold()]; subscription != nil {
		return subscription
	}
	added := &subscription{id: id}
	k.byID[id.Fold()] = added
	k.order = append(k.order, added)
	return added
}

// addCluster returns the cluster with that ID, and key, made where it is new.
func (k *known) addCluster(id, key model.ID) *cluster {
	if c := k.clusters[key]; c != nil {
		return c
	}
	of := k.addSubscription(model.SubscriptionID(id.Subscription()))
	c := &cluster{id: id, key: key, of: of}
	k.clusters[key] = c
	of.clusters = append(of.clusters, c)
	return c
}

// open notes that somebody wants a cluster's children.
func (k *known) open(c *cluster) {
	if !c.opened {
		c.opened = true
		k.opened++
	}
}

// drop forgets a cluster that is gone.
func (k *known) drop(c *cluster) {
	if c.gone {
		return
	}
	c.gone = true
	delete(k.clusters, c.key)
	k.childrenDone -= bits.OnesCount64(c.done)
	if c.opened {
		k.opened--
	}
}

// dropSubscription forgets a subscription with its clusters.
func (k *known) dropSubscription(id model.ID) {
	subscription := k.byID[id.Fold()]
	if subscription == nil {
		return
	}
	delete(k.byID, id.Fold())
	for i, other := range k.order {
		if other == subscription {
			k.order = append(k.order[:i:i], k.order[i+1:]...)
			break
		}
	}
	for _, c := range subscription.clusters {
		k.drop(c)
	}
}

// finish notes that reading a child kind ended.
func (k *known) finish(c *cluster, kind int) {
	bit := uint64(1) << kind
	if !c.gone && c.done&bit == 0 {
		k.childrenDone++
	}
	c.done |= bit
}

// missing returns a child kind that is neither read nor being read, or -1.
func (k *known) missing(c *cluster) int {
	all := uint64(1)<<k.kinds - 1
	if left := all &^ (c.done | c.running); left != 0 && !c.gone {
		return bits.TrailingZeros64(left)
	}
	return -1
}

// nextChild returns what to read next in the background, taking turns between
// subscriptions, each of which has limits of its own at the service.
func (k *known) nextChild(perSubscription int) (*cluster, int) {
	all := uint64(1)<<k.kinds - 1
	for range k.order {
		s := k.order[k.turn%len(k.order)]
		k.turn = (k.turn + 1) % len(k.order)
		if s.background >= perSubscription {
			continue
		}
		for s.next < len(s.clusters) && (s.clusters[s.next].gone || s.clusters[s.next].done == all) {
			s.next++
		}
		for _, c := range s.clusters[s.next:] {
			if kind := k.missing(c); kind >= 0 {
				return c, kind
			}
		}
	}
	return nil, -1
}

// seen collects what a read brought, to tell afterwards what is gone.
type seen map[model.ID]bool

// learn takes an event's news. It returns a subscription whose list is now to be read.
func (k *known) learn(event source.Event, seen seen) (unlisted *subscription) {
	switch event := event.(type) {
	case source.Upsert:
		resource := event.Resource
		switch resource.Kind {
		case model.KindSubscription:
			seen[resource.Key()] = true
			of := k.addSubscription(resource.ID)
			of.named = true
			return of.list()
		case model.KindCluster:
			seen[resource.Key()] = true
			return k.addCluster(resource.ID, resource.Key()).of.list()
		}
	case source.Delete:
		if c := k.clusters[event.ID.Fold()]; c != nil {
			k.drop(c)
		}
	case source.Complete:
		k.prune(event.Scope, seen)
	}
	return nil
}

// list returns the subscription at the first call, and nil afterwards.
func (s *subscription) list() *subscription {
	if s.listed {
		return nil
	}
	s.listed = true
	return s
}

// prune forgets what a complete read did not bring again.
func (k *known) prune(scope source.Scope, seen seen) {
	switch scope.Breadth {
	case source.Estate:
		for _, s := range append([]*subscription(nil), k.order...) {
			if s.named && !seen[s.id.Fold()] {
				k.dropSubscription(s.id)
			}
		}
	case source.Subscription:
		s := k.byID[scope.ID.Fold()]
		if s == nil {
			return
		}
		var left []*cluster
		for _, c := range s.clusters {
			if seen[c.key] {
				left = append(left, c)
			} else {
				k.drop(c)
			}
		}
		s.clusters, s.next = left, 0
	case source.Cluster, source.Children, source.File, source.Inside:
	}
}
