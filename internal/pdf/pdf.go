// Package pdf makes and reads the PDF side of letters: it draws a templated letter and inspects a precompiled one.
//
// Both are pure functions: the same input gives the same bytes, and nothing is loaded before the first call.
package pdf

// Sheets is the number of sheets of paper that the given number of pages takes: letters are printed on both sides.
func Sheets(pages int) int { return (pages + 1) / 2 }
