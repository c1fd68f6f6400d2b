package schedule

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aksight/aksight/inspect/source"
	"github.com/aksight/aksight/model"
)

var rightsKinds = []model.Kind{model.KindRoleAssignment, model.KindRoleDefinition, model.KindPrincipal}

// rightsRead are the kinds of rights that were read of a subscription, in order.
func rightsRead(f *fake, guid string) []model.Kind {
	var read []model.Kind
	for _, scope := range f.order() {
		if scope.Kind.Rights() && scope.ID == model.SubscriptionID(guid) {
			read = append(read, scope.Kind)
		}
	}
	return read
}

func TestRightsOfSubscriptionsWithClusters(t *testing.T) {
	f := newFake(small)
	s := New(Options{Source: f, Sink: (&sink{}).add, Children: kinds, Rights: rightsKinds})
	s.Start(t.Context())
	wait(t, s)
	assert.Equal(t, rightsKinds, rightsRead(f, "s1"), "one kind after the other")
	assert.Equal(t, rightsKinds, rightsRead(f, "s2"))
	assert.Empty(t, rightsRead(f, "s3"), "it has no cluster")

	s.Refresh(source.Scope{Breadth: source.Cluster, ID: clusterID("s1", "a")})
	wait(t, s)
	assert.Equal(t, slices.Concat(rightsKinds, rightsKinds), rightsRead(f, "s1"), "whoever mends a role wants to see it")
	assert.Equal(t, rightsKinds, rightsRead(f, "s2"))
	s.Refresh(source.Scope{Breadth: source.Estate})
	wait(t, s)
	assert.Equal(t, slices.Concat(rightsKinds, rightsKinds), rightsRead(f, "s2"))
}

func TestRightsOfALargeEstateAreReadWhereSomebodyLooks(t *testing.T) {
	f := newFake(small)
	s := New(Options{Source: f, Sink: (&sink{}).add, Children: kinds, Rights: rightsKinds, ChildrenUpTo: 1})
	s.Start(t.Context())
	wait(t, s)
	assert.Empty(t, rightsRead(f, "s1"))
	s.Focus(clusterID("s1", "a"))
	wait(t, s)
	assert.Equal(t, rightsKinds, rightsRead(f, "s1"))
	assert.Empty(t, rightsRead(f, "s2"))
}

func TestRightsThatAreOnlyWanted(t *testing.T) {
	f := newFake(small)
	s := New(Options{Source: f, Sink: (&sink{}).add, Rights: rightsKinds, RightsWhenWanted: true})
	s.Start(t.Context())
	wait(t, s)
	assert.Zero(t, f.count(children))
	s.WantRights(clusterID("s2", "c"))
	wait(t, s)
	assert.Equal(t, rightsKinds, rightsRead(f, "s2"))
	assert.Empty(t, rightsRead(f, "s1"))
}

func TestCancelStopsTheReadingOfRights(t *testing.T) {
	f := newFake(small)
	begun := make(chan struct{}, 16)
	f.gate = func(ctx context.Context, scope source.Scope, _ func(source.Event) bool) error {
		if !scope.Kind.Rights() {
			return nil
		}
		begun <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}
	s := New(Options{Source: f, Sink: (&sink{}).add, Rights: rightsKinds})
	s.Start(t.Context())
	<-begun
	assert.Equal(t, "role assignments", s.Progress().Phase)
	s.Cancel()
	wait(t, s)
	assert.LessOrEqual(t, len(rightsRead(f, "s1")), 1, "nothing goes on by itself")
}
