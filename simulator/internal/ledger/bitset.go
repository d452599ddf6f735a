package ledger

import "math/bits"

// bitset is a set of small whole numbers. It finds the next smaller member in constant time: each level above the first
// marks which words of the level below are not empty.
type bitset struct{ levels [6][]uint64 }

func (b *bitset) set(i int) {
	for level := range b.levels {
		word := i >> 6
		for len(b.levels[level]) <= word {
			b.levels[level] = append(b.levels[level], 0)
		}
		b.levels[level][word] |= 1 << (i & 63)
		i = word
	}
}

func (b *bitset) clear(i int) {
	for level := range b.levels {
		word := i >> 6
		if word >= len(b.levels[level]) {
			return
		}
		b.levels[level][word] &^= 1 << (i & 63)
		if b.levels[level][word] != 0 {
			return
		}
		i = word
	}
}

// before returns the largest member below i, or -1.
func (b *bitset) before(i int) int {
	for level := range b.levels {
		words := b.levels[level]
		i = min(i, len(words)<<6)
		word := i >> 6
		if i&63 != 0 {
			if below := words[word] & (1<<(i&63) - 1); below != 0 {
				i = word<<6 + bits.Len64(below) - 1
				for level--; level >= 0; level-- {
					i = i<<6 + bits.Len64(b.levels[level][i]) - 1
				}
				return i
			}
		}
		i = word
	}
	return -1
}
