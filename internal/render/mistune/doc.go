// Package mistune reads the Markdown dialect of emails and letters into a [Document].
//
// It imitates mistune 0.8.4, the Python library that GOV.UK Notify uses, with the grammar as Notify changes it. That is
// not CommonMark and not near it. The library is a list of regular expressions, tried in turn at the place that has
// been reached: the first that matches takes what it matched, and reading goes on behind it. So the order of the rules
// is half of their meaning, and a rule that looks odd here is mostly a pattern that looks odd there. The comment of
// each function that matches one shows the pattern it stands for.
//
// # What Notify changes
//
//   - A list item begins with •, * or -, or with a number and a full stop, and needs no space after that: "*important*"
//     and "10.30am" are items. + begins none.
//   - An inset, which is mistune's block quote, begins with ^ instead of >.
//   - Emphasis, strikethrough and code spans are gone: their marks are text.
//   - Every line break within a paragraph is shown.
//   - Notify puts its patterns in place after mistune has built the one for paragraphs. What ends a paragraph is
//     therefore what did so before: > and "+ " do, though they begin nothing; • and ^ and a marker without a space do
//     not, though they begin something.
//
// # The way of a text
//
//  1. [Parse] hands it to preprocess: line breaks become \n, tabs spaces, and lines of nothing but spaces empty.
//  2. A blockParser cuts it into blocks. The rules, in their order: newlines, horizontal rule, indented code, fenced
//     code, heading with #, table, heading with a line under it, inset, list, HTML, definition of a link, definition of
//     a footnote, table with borders, paragraph. Inside a list item there are no headings with #, no tables,
//     definitions or paragraphs, and the horizontal rule is tried later; inside a footnote there are no definitions.
//  3. What stands in an item, an inset or a footnote is parsed in the same way, by a blockParser of its own. The
//     seventh level of lists or of insets opens, but what it holds is text.
//  4. When all definitions are known, the resolver goes through the blocks from the first to the last and hands the
//     text of each to an inlineParser. Its rules, in their order: backslash, HTML, address in angle brackets, web
//     address, reference to a footnote, link, line break; everything else is text, in which &, < and > are escaped.
//  5. Footnotes that something refers to are put at the end, in the order of the references. Tables vanish, but a
//     reference in one counts.
//
// What becomes of a document is for its readers to say, in package render: that a heading of the third level is a
// paragraph, what a link looks like, how HTML is written for mail programs, what a letter makes of a horizontal rule. A
// document is never turned back into Markdown, and no reader looks for Markdown in what it writes.
//
// # What is remembered, and why that makes it linear
//
// Templates and values may be hostile, and several of the patterns take quadratic time or worse in a machine that
// backtracks. By hand, each place is looked at a fixed number of times, because what was learnt is kept:
//
//   - A finder keeps the last place that a search found. Asking from a place between there and where that search began
//     costs nothing, so a row of [ does not look for its ] once for each.
//   - inlineParser.ends keeps, for each place between the parts of a link's text, where that text ends. From there on
//     everything goes the same way, whichever bracket it began with.
//   - A fenceScanner lists in one pass all rows of ` or ~ that could end fenced code, with the longest that follows
//     each. For every length asked it keeps the row it found.
//   - An htmlScanner keeps how each tag ends by where an attribute may begin, and where the closing tags of each name
//     are: many beginnings of a tag cost as much as one.
//   - "Nothing but white space up to the end" is a comparison with the length without it, which is counted once.
//   - Levels are limited, by maxDepth and maxLinkDepth, because each level reads its text again.
//
// # Where to begin reading
//
// document.go is what comes out. In blocks.go the method block is the list of the block rules, in inline.go the method
// special that of the inline rules; from there a file is a topic: lists.go, fences.go, html.go, links.go and so on. The
// tests compare with the patterns themselves, run in Python over random texts.
package mistune
