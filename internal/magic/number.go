package magic

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"
	"strings"
)

// width is the size in bytes of a kind of number, or 0 if the kind is not a number.
func width(kind byte) int {
	switch kind {
	case kindByte:
		return 1
	case kindShort, kindBEShort, kindLEShort, kindLEDOSDate, kindLEDOSTime:
		return 2
	case kindLong, kindBELong, kindLELong, kindMELong, kindDate, kindBEDate, kindLEDate, kindLDate, kindLELDate,
		kindBEFloat, kindLEFloat, kindBEID3, kindLEID3:
		return 4
	case kindQuad, kindBEQuad, kindLEQuad, kindBEQDate, kindLEQDate, kindQWDate, kindLEQWDate, kindOffset,
		kindBEDouble, kindLEDouble:
		return 8
	}
	return 0
}

func bigEndian(kind byte) bool {
	switch kind {
	case kindBEShort, kindBELong, kindBEDate, kindBEFloat, kindBEID3, kindBEQuad, kindBEQDate, kindBEDouble:
		return true
	}
	return false
}

// flipped is the same kind in the other byte order.
func flipped(kind byte) byte {
	pairs := [...]byte{
		kindBEShort, kindLEShort, kindBELong, kindLELong, kindBEDate, kindLEDate, kindBEQuad, kindLEQuad,
		kindBEQDate, kindLEQDate, kindBEFloat, kindLEFloat, kindBEDouble, kindLEDouble,
	}
	if i := bytes.IndexByte(pairs[:], kind); i >= 0 {
		return pairs[i^1]
	}
	return kind
}

// read returns the number at the start of b, which has enough bytes.
func read(kind byte, b []byte) uint64 {
	var order binary.ByteOrder = binary.LittleEndian
	if bigEndian(kind) {
		order = binary.BigEndian
	}
	switch width(kind) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(order.Uint16(b))
	case 4:
		if kind == kindMELong {
			return uint64(order.Uint16(b))<<16 | uint64(order.Uint16(b[2:]))
		}
		return uint64(order.Uint32(b))
	}
	return order.Uint64(b)
}

func signed(n uint64, width int) int64 {
	switch width {
	case 1:
		return int64(int8(n))
	case 2:
		return int64(int16(n))
	case 4:
		return int64(int32(n))
	}
	return int64(n)
}

// octalPrefix reads an octal number as C's strtoull does.
func octalPrefix(b []byte) int64 {
	s := strings.TrimLeft(string(b), " \t\n\v\f\r")
	end := 0
	for end < len(s) && s[end] >= '0' && s[end] <= '7' {
		end++
	}
	n, _ := strconv.ParseUint(s[:end], 8, 64)
	return int64(n)
}

// Operators.
const (
	opAnd = iota
	opOr
	opXor
	opAdd
	opSubtract
	opMultiply
	opDivide
	opModulo

	opMask     = 0x07
	opSigned   = 0x20
	opInvert   = 0x40
	opIndirect = 0x80
)

// calculate does arithmetic on offsets, which have to stay within 32 bits.
func calculate(op byte, left, right int64) (int64, bool) {
	small := func(n int64) bool { return n > math.MinInt32 && n < math.MaxUint32 }
	if !small(left) || !small(right) {
		return 0, false
	}
	n := left
	if right != 0 {
		switch op & opMask {
		case opAnd:
			n = left & right
		case opOr:
			n = left | right
		case opXor:
			n = left ^ right
		case opAdd:
			n = left + right
		case opSubtract:
			n = left - right
		case opMultiply:
			n = left * right
		case opDivide:
			n = left / right
		case opModulo:
			n = left % right
		}
	}
	if op&opInvert != 0 {
		n = ^n
	}
	return n, n < math.MaxUint32
}

// masked applies a rule's operator and mask to a number of the given width.
func masked(n uint64, r *rule, width int) (uint64, bool) {
	all := ^uint64(0) >> (64 - 8*width)
	if mask := r.mask & all; r.mask != 0 {
		switch r.maskOp & opMask {
		case opAnd:
			n &= mask
		case opOr:
			n |= mask
		case opXor:
			n ^= mask
		case opAdd:
			n += mask
		case opSubtract:
			n -= mask
		case opMultiply:
			n *= mask
		case opDivide:
			if mask == 0 {
				return 0, false
			}
			n /= mask
		case opModulo:
			if mask == 0 {
				return 0, false
			}
			n %= mask
		}
	}
	if r.maskOp&opInvert != 0 {
		n = ^n
	}
	return n & all, true
}
