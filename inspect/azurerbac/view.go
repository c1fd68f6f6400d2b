// Package azurerbac tells who holds which rights in Azure: role assignments, what their
// roles allow, what is denied, what somebody may take for a while, and whom Entra ID
// knows. It sees only what was read.
package azurerbac

import (
	"sync"

	"github.com/aksight/aksight/model"
)

// View is what was read of the rights in one subscription: role assignments that count
// in it, also those made above it, and what tells who holds them. It is immutable and
// safe for concurrent use.
type View struct {
	// Subscription is its ID.
	Subscription model.ID
	// Resources are the documents, by kind; each kind of model.RightsKinds may be there.
	Resources map[model.Kind][]*model.Resource
	// Reads tells how reading each kind stands; a missing kind is unread.
	Reads map[model.Kind]model.Read

	once  sync.Once
	part  *part
	made  sync.Once
	index *Index
}

// Index returns the index of this view alone, made once.
func (v *View) Index() *Index {
	v.made.Do(func() { v.index = New(v) })
	return v.index
}

// Unread returns the first of the kinds that was not read to its end, with how its
// read stands, and whether there is one.
func (v *View) Unread(kinds ...model.Kind) (model.Kind, model.Read, bool) {
	for _, kind := range kinds {
		if read := v.Reads[kind]; read.State != model.ReadDone {
			return kind, read, true
		}
	}
	return "", model.Read{}, false
}
