package network

import "math/bits"

// bitset is a set of indices. All sets of one analysis have the same length.
type bitset []uint64

func newBitset(size int) bitset { return make(bitset, (size+63)/64) }

func (b bitset) add(i int) { b[i/64] |= 1 << (i % 64) }

func (b bitset) has(i int) bool { return i>>6 < len(b) && b[i/64]&(1<<(i%64)) != 0 }

func (b bitset) addAll(other bitset) {
	for i := range b {
		b[i] |= other[i]
	}
}

func (b bitset) removeAll(other bitset) {
	for i := range b {
		b[i] &^= other[i]
	}
}

func (b bitset) empty() bool {
	for _, word := range b {
		if word != 0 {
			return false
		}
	}
	return true
}

// each calls do with every index in the set, in order.
func (b bitset) each(do func(int)) {
	for i, word := range b {
		for word != 0 {
			do(i*64 + bits.TrailingZeros64(word))
			word &= word - 1
		}
	}
}
