package page

import (
	"github.com/aksight/aksight/inspect/store"
	"github.com/aksight/aksight/model"
)

// on names what of the cluster the address is about: a node pool, an object inside, or
// nothing for the cluster itself. Waivers name it so too.
func (at Address) on() string {
	if at.Object != (model.Ref{}) {
		return at.Object.String()
	}
	return at.Part
}

// inside reports whether the address is about what runs in a cluster.
func (at Address) inside() bool { return at.Object != (model.Ref{}) }

// to is the address of another page about the same.
func (at Address) to(kind Kind) Address {
	return Address{Kind: kind, ID: at.ID, Part: at.Part, Object: at.Object, Rule: at.Rule}
}

// judgedFor is how a rule judges what an address is about.
func judgedFor(cluster *store.Cluster, at Address, place int) model.Judged {
	if at.inside() {
		if cluster.Inside == nil {
			return model.Judged{}
		}
		judgement := judgementOf(cluster.Inside, at.Object)
		if judgement == nil || place >= len(judgement.Judged) {
			return model.Judged{}
		}
		return judgement.Judged[place]
	}
	pool, known := poolIndex(cluster, at.Part)
	if !known {
		return model.Judged{}
	}
	return judgedAt(cluster, pool, place)
}

// sameFor reports whether two states of a cluster are the same for what an address is
// about: what runs in a cluster changes all the time.
func sameFor(at Address, a, b *store.Cluster) bool {
	switch {
	case a == b:
		return true
	case a == nil || b == nil:
		return false
	case !at.inside():
		return sameOutside(a, b)
	}
	return a.Inside == b.Inside
}

// again reads what an address is about again.
func again(c *Context, at Address) {
	if at.inside() {
		readInside(c, at.ID)
		return
	}
	verify(c, at.ID)
}

// refField is what a filter's words mean for an object inside a cluster.
func refField(ref model.Ref, name string) string {
	switch {
	case ref == (model.Ref{}):
		return ""
	case name == "ns":
		return namespaceOf(ref)
	case name == "kind":
		return string(ref.Kind)
	default:
		return ref.Name
	}
}
