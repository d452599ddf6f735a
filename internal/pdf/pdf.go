// Package pdf reads and judges letters that are uploaded as PDFs.
package pdf

// Sheets is the number of sheets of paper that the given number of pages takes: letters are printed on both sides.
func Sheets(pages int) int { return (pages + 1) / 2 }
