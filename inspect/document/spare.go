package document

import (
	"math/bits"

	"github.com/aksight/aksight/model"
)

// spare are the objects of trees that nobody needs any more, cleared, by the room
// they have: going through one takes as long as it has room.
type spare [sizes][]map[string]any

// What is kept: objects with room for up to 8, 16, 32 and 64 members, which AKS'
// documents have, and of each as many as a large document has.
const (
	sizes     = 4
	leastRoom = 8
	mostSpare = 512
)

// size is the place of objects with that many members; one from sizes on is not kept.
func size(members int) int { return bits.Len(uint(max(members-1, 0)) / leastRoom) }

// object returns an empty object for that many members.
func (s *spare) object(members int) map[string]any {
	size := size(members)
	if size >= sizes {
		return make(map[string]any, members)
	}
	last := len(s[size]) - 1
	if last < 0 {
		return make(map[string]any, leastRoom<<size)
	}
	object := s[size][last]
	s[size][last] = nil
	s[size] = s[size][:last]
	return object
}

// take takes the objects of a value.
func (s *spare) take(value any) {
	switch value := value.(type) {
	case map[string]any:
		for _, member := range value {
			s.take(member)
		}
		if size := size(len(value)); size < sizes && len(s[size]) < mostSpare {
			clear(value)
			s[size] = append(s[size], value)
		}
	case []any:
		for _, element := range value {
			s.take(element)
		}
	}
}

// Recycle takes the document's tree for those to come. Nobody may hold any part of
// it but texts: it is for who decodes one document after the other.
func Recycle(d *model.Document) {
	decoder := decoders.Get().(*treeDecoder)
	decoder.spare.take(d.Tree)
	decoders.Put(decoder)
	d.Tree = nil
}
