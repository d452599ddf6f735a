// Package letter sets the blocks of a templated letter in type and draws it as a PDF.
//
// It imitates the measures of GOV.UK Notify's letters: the places of the address, the contact block, the date, the
// subject and the page numbers, and the size of the print. So a letter takes about as many pages as a real one. It does
// not have Notify's fonts, and uses those built into PDF, which hold only Windows-1252. A QR code is printed as its
// data.
//
// # How a letter is made
//
//  1. Package render makes [Block]s of the Markdown: plain text, piece by piece, with nothing escaped. This package
//     knows nothing else of Markdown.
//  2. [Draw] goes through the halves of a letter, Welsh before English. Each begins on a new page and counts its own
//     pages. The address and the contact block have fixed places on the first page, and are cut if they do not fit.
//  3. A typesetter breaks the text into lines and lines into pages, and notes the place of each line. It drops the
//     space between blocks at the top of a page, keeps a heading with the text below it, and ignores a page break on an
//     empty page.
//  4. Only then is anything drawn, because each footer shows the number of pages.
//
// # What to rely on
//
// The same letter always makes the same bytes, so a PDF need not be kept. The dates in the file are those of the
// letter, nothing is compressed, and nothing is loaded before the first call. A letter that is far too long is cut at a
// hundred pages.
//
// # Where to begin reading
//
// letter.go has the contents of a letter, and Draw. block.go has the blocks. typeset.go has the measures and the
// typesetter.
package letter
