// Package letter sets the blocks of a templated letter in type and draws it as a PDF.
//
// It imitates the letters of GOV.UK Notify as to measures: where the address, the contact block, the date, the subject
// and the page numbers stand, how large the print is, and so, about, how many pages a letter takes. It lacks their
// fonts and makes do with those built into PDF, which hold no more than Windows-1252. A QR code is printed as what it
// holds.
//
// # The way of a letter
//
//  1. Package render makes [Block]s of the Markdown: what is read, piece by piece, with nothing escaped. That is all
//     this package knows of Markdown.
//  2. [Draw] goes through the halves of a letter, Welsh before English, each of which begins on a page of its own and
//     counts its own pages. The address and the contact block have fixed places on the first page. What does not fit
//     into them is cut.
//  3. A typesetter breaks what is read into lines and lines into pages, and notes each line with its place. Space
//     between blocks is dropped at the top of a page, a heading is kept with what it heads, and a break on an empty
//     page makes no further one.
//  4. Only then is anything drawn, because each footer says how many pages there are.
//
// # What to rely on
//
// The same letter gives the same bytes, so a PDF need not be kept: dates in the file are those of the letter, nothing
// is compressed, and nothing is loaded before the first call. A letter that is far too long is cut at a hundred pages.
//
// # Where to begin reading
//
// letter.go has what a letter shows, and Draw; block.go the blocks; typeset.go the measures and the typesetter.
package letter
