package source

import "github.com/aksight/aksight/model"

// RightsScope is the read of who holds which rights in a subscription: all of
// model.RightsKinds, one after the other, each with a Complete or Failed event of its own
// for the scope that KindScope gives.
func RightsScope(subscription model.ID) Scope { return Scope{Breadth: Rights, ID: subscription} }

// KindScope is one kind of what hangs under a resource.
func KindScope(id model.ID, kind model.Kind) Scope {
	return Scope{Breadth: Children, ID: id, Kind: kind}
}
