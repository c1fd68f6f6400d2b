package schedule

import (
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// rightsSlots is of how many subscriptions the rights are read at once.
const rightsSlots = 3

// rights is how far reading who holds which rights in a subscription came: one kind
// after the other, since the later ones start from what the earlier ones name.
type rights struct {
	// done counts the kinds that were read, or failed.
	done    int
	running bool
	// wanted is set once somebody looks at the subscription, or at a cluster of it.
	wanted bool
	// again is set where all is to be read once more when the running read has ended.
	again bool
}

// WantRights reads who holds which rights in a cluster's subscription, however large the
// estate is.
func (s *Scheduler) WantRights(cluster model.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wantRights(cluster, false)
	s.pump()
}

// wantRights notes that somebody wants the rights in a cluster's subscription, with again
// set even where they were read before.
func (s *Scheduler) wantRights(cluster model.ID, again bool) {
	if guid := cluster.Subscription(); guid != "" && len(s.opts.Rights) > 0 {
		of := s.known.addSubscription(model.SubscriptionID(guid))
		of.rights.wanted = true
		if again {
			of.rights.restart()
		}
	}
}

// restart has everything read once more.
func (r *rights) restart() {
	if r.running {
		r.again = true
		return
	}
	r.done = 0
}

// pumpRights starts the reads of rights that may run now: first those that somebody
// wants.
func (s *Scheduler) pumpRights(active int, lists bool) {
	start := func(of *subscription) {
		if active < rightsSlots && !of.rights.running && of.rights.done < len(s.opts.Rights) && of.id.Subscription() != "" {
			active++
			of.rights.running = true
			sort := background
			if of.rights.wanted {
				sort = focused
			}
			s.start(source.Scope{Breadth: source.Children, ID: of.id, Kind: s.opts.Rights[of.rights.done]}, sort)
		}
	}
	for _, of := range s.known.order {
		if of.rights.wanted {
			start(of)
		}
	}
	if lists || !s.inBackground() || s.opts.RightsWhenWanted {
		return
	}
	for _, of := range s.known.order {
		if len(of.clusters) > 0 {
			start(of)
		}
	}
}

// endRights notes that reading one kind of rights ended.
func (s *Scheduler) endRights(of *subscription, ended bool) {
	r := &of.rights
	r.running = false
	switch {
	case r.again:
		r.again, r.done = false, 0
	case ended:
		r.done++
	case s.paused: // it was called off, and nothing goes on by itself
		r.wanted = false
	}
}

// rightsProgress counts the kinds of rights that were read, and those that are to be.
func (s *Scheduler) rightsProgress() (done, total int) {
	for _, of := range s.known.order {
		if of.rights.wanted || of.rights.done > 0 || s.inBackground() && !s.opts.RightsWhenWanted && len(of.clusters) > 0 && of.id.Subscription() != "" {
			done += of.rights.done
			total += len(s.opts.Rights)
		}
	}
	return done, total
}
