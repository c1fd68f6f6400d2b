package store

import (
	"github.com/aksight/aksight/inspect/azurerbac"
	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

// Snapshot is the estate at one moment. It is immutable and may be read from any
// goroutine; what did not change since the last one is shared with it.
type Snapshot struct {
	// Version grows with every change.
	Version uint64
	// Subscriptions in the order of their names.
	Subscriptions []*Subscription
	// Clusters in the order in which they were first seen.
	Clusters []*Cluster
	// Counts adds up all clusters.
	Counts model.Counts
	// Estate tells how reading the index of the whole estate stands.
	Estate model.Read
	// Problem is why the last read of the estate failed, or nil.
	Problem *source.Problem
	// Files are those of saved evidence that could not be used, or not whole.
	Files []File

	subscriptions map[model.ID]int
	places        *places
	rightsOf      *rightsIndex
}

// File is a file of saved evidence, and why it could not be used whole.
type File struct {
	Path    string
	Problem *source.Problem
}

// Subscription is one subscription, and how reading it stands.
type Subscription struct {
	ID   model.ID
	Name string
	// Resource is nil while only its clusters are known.
	Resource *model.Resource
	// Read tells how the confirming list of its clusters stands.
	Read model.Read
	// Problem is why that list could not be read, or nil.
	Problem  *source.Problem
	Clusters int
	Pools    int
	Counts   model.Counts
	// Worst is the cluster with the worst findings, or nil.
	Worst *Cluster
	// Azure is what was read of the rights in it; nil before anything of them was.
	Azure *azurerbac.View

	round uint64 // of the rights; see subscriptionRights
}

// Exact reports whether the counts cover everything in the subscription.
func (s *Subscription) Exact() bool {
	return s.Read.State == model.ReadDone && s.Counts.Complete()
}

// Cluster is one cluster with its judgements. Immutable.
type Cluster struct {
	Resource *model.Resource
	Summary  model.ClusterSummary
	// Judged holds a judgement for each rule, by the rule's place in the catalogue;
	// rules on pools are NotJudged here and stand in Pools.
	Judged []model.Judged
	// Pools holds the judgements by pool (as in Summary.Pools), then by rule.
	Pools [][]model.Judged
	// Inside is what runs in the cluster; nil where nobody has looked into it.
	Inside *Inside
	// Counts adds up Judged, Pools and Inside over the rules that each subject has.
	Counts model.Counts
	// Children are the documents read beside the cluster's own.
	Children map[model.Kind][]*model.Resource
	// Reads tells how reading each child kind stands; a missing kind is unread.
	Reads map[model.Kind]model.Read
	// Problem is why the last read of the document failed, or nil; the document is
	// then the last one that was read.
	Problem *source.Problem

	parent model.ID // folded
	// around grows when the children or their reads change.
	around uint64
}

// surroundings is the state of the children; zero where nothing is known yet.
func (c *Cluster) surroundings() uint64 {
	if c == nil {
		return 0
	}
	return c.around
}

// Each calls f for every judgement: on the cluster itself with pool -1, then on each
// pool, for the rules that judge it.
func (c *Cluster) Each(f func(pool, rule int, judged model.Judged)) {
	for rule, judged := range c.Judged {
		if judged.Verdict != model.NotJudged {
			f(-1, rule, judged)
		}
	}
	for pool, all := range c.Pools {
		for rule, judged := range all {
			if judged.Verdict != model.NotJudged {
				f(pool, rule, judged)
			}
		}
	}
}

// In returns the clusters of a subscription, in the order in which they were first seen.
func (s *Snapshot) In(subscription model.ID) []*Cluster {
	var clusters []*Cluster
	parent := subscription.Fold()
	for _, cluster := range s.Clusters {
		if cluster.parent == parent {
			clusters = append(clusters, cluster)
		}
	}
	return clusters
}

// Cluster returns the cluster with that ID, or nil.
func (s *Snapshot) Cluster(id model.ID) *Cluster {
	return s.keyed(id.Fold())
}

func (s *Snapshot) keyed(folded model.ID) *Cluster {
	if at, known := s.places.of(folded); known && at < len(s.Clusters) {
		return s.Clusters[at]
	}
	return nil
}

// Subscription returns the subscription with that ID, or nil.
func (s *Snapshot) Subscription(id model.ID) *Subscription {
	if at, known := s.subscriptions[id.Fold()]; known {
		return s.Subscriptions[at]
	}
	return nil
}

// Views returns what was read of the rights in each subscription, in the order of their
// names; subscriptions of which nothing was read are left out.
func (s *Snapshot) Views() []*azurerbac.View {
	var views []*azurerbac.View
	for _, subscription := range s.Subscriptions {
		if subscription.Azure != nil {
			views = append(views, subscription.Azure)
		}
	}
	return views
}

// rights returns what clusters of a subscription are judged by of its rights.
func (s *Snapshot) rights(subscription model.ID) subscriptionRights {
	if known := s.Subscription(subscription); known != nil {
		return subscriptionRights{known.Azure, known.round}
	}
	return subscriptionRights{}
}

// Exact reports whether the estate was read whole, so that its counts are exact.
func (s *Snapshot) Exact() bool {
	if s.Estate.State != model.ReadDone || len(s.Files) > 0 || !s.Counts.Complete() {
		return false
	}
	for _, subscription := range s.Subscriptions {
		if subscription.Read.State != model.ReadDone {
			return false
		}
	}
	return true
}
