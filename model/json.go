package model

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/s2"
)

// JSON is a JSON document at rest. It is kept compressed, since an estate holds tens
// of thousands of documents and looks at one at a time. Its zero value is empty.
type JSON struct {
	kept []byte
	// like is what the text was packed with; kept is the text itself where it is nil.
	like *s2.Dict
}

// leastPacked is the size from which packing is worth it.
const leastPacked = 1 << 10

// pattern is the first large document: those after it look much like it, so that
// little more than what is their own remains of them.
var pattern atomic.Pointer[s2.Dict]

// scratch holds buffers to pack into.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

// NewJSON keeps a copy of a document's text.
func NewJSON(text []byte) JSON {
	if len(text) < leastPacked {
		return JSON{kept: bytes.Clone(text)}
	}
	like := pattern.Load()
	if like == nil {
		pattern.CompareAndSwap(nil, s2.MakeDict(bytes.Clone(text), nil))
		like = pattern.Load()
	}
	buffer := scratch.Get().(*[]byte)
	defer scratch.Put(buffer)
	if most := s2.MaxEncodedLen(len(text)); cap(*buffer) < most {
		*buffer = make([]byte, most)
	}
	return JSON{kept: bytes.Clone(like.Encode(*buffer, text)), like: like}
}

// Bytes returns the document's text. It is not to be changed.
func (j JSON) Bytes() []byte {
	if j.like == nil {
		return j.kept
	}
	return j.unpack(nil)
}

// Append appends the document's text to a slice.
func (j JSON) Append(dst []byte) []byte {
	if j.like == nil {
		return append(dst, j.kept...)
	}
	size, _ := s2.DecodedLen(j.kept) // unpack tells what is wrong
	dst = slices.Grow(dst, size)
	return dst[:len(dst)+len(j.unpack(dst[len(dst):len(dst):len(dst)+size]))]
}

// unpack gives the text, in the room of dst where that is enough.
func (j JSON) unpack(dst []byte) []byte {
	text, err := j.like.Decode(dst[:cap(dst)], j.kept)
	if err != nil {
		// Nothing but this file writes what is kept.
		panic(fmt.Sprintf("a document was damaged in memory: %v", err))
	}
	return text
}

// String returns the document's text.
func (j JSON) String() string { return string(j.Bytes()) }

// Equal reports whether both documents have the same text.
func (j JSON) Equal(other JSON) bool {
	if j.like == other.like {
		return bytes.Equal(j.kept, other.kept)
	}
	return bytes.Equal(j.Bytes(), other.Bytes())
}
