// Package mistune reads the Markdown dialect of emails and letters into a [Document].
//
// It imitates mistune 0.8.4, the Python library that GOV.UK Notify uses, with Notify's changes to the grammar. The
// dialect is far from CommonMark. The library is a list of regular expressions, tried in order at the place reached so
// far. The first that matches consumes its match, and reading goes on after it. So the order of the rules matters as
// much as the rules, and a rule that looks odd here is mostly a pattern that looks odd there. Each function that
// matches a pattern shows it in its comment.
//
// # What Notify changes
//
//   - A list item begins with •, * or -, or with a number and a full stop, and needs no space after that:
//     "*important*" and "10.30am" are items. + does not begin one.
//   - An inset, which is mistune's block quote, begins with ^ instead of >.
//   - Emphasis, strikethrough and code spans are gone: their marks are text.
//   - Every line break within a paragraph is shown.
//   - Notify changes the patterns after mistune has built the one for paragraphs. So the unchanged patterns decide
//     where a paragraph ends: > and "+ " end it, though they begin nothing. •, ^ and a marker without a space do not
//     end it, though they begin something.
//
// # How Markdown is parsed
//
//  1. [Parse] calls preprocess: line breaks become \n, tabs become spaces, and lines of only spaces become empty.
//  2. A blockParser cuts the string into blocks. The rules, in their order: newlines, horizontal rule, indented code,
//     fenced code, heading with #, table, heading with a line under it, inset, list, HTML, definition of a link,
//     definition of a footnote, table with borders, paragraph. Inside a list item there are no headings with #, no
//     tables, definitions or paragraphs, and the horizontal rule is tried later. Inside a footnote there are no
//     definitions.
//  3. The content of an item, an inset or a footnote is parsed in the same way, by a blockParser of its own. The
//     seventh level of lists or of insets still opens, but holds only text.
//  4. When all definitions are known, the resolver goes through the blocks from the first to the last and parses the
//     text of each with an inlineParser. The rules, in their order: backslash, HTML, address in angle brackets, web
//     address, reference to a footnote, link, line break. Everything else is text, in which &, < and > are escaped.
//  5. Footnotes that are referred to are put at the end, in the order of the references. Tables vanish, but a reference
//     in one counts.
//
// The readers of a document, in package render, decide how it is shown: that a heading of the third level is a
// paragraph, what a link looks like, how HTML is written for mail programs, what a letter makes of a horizontal rule. A
// document is never turned back into Markdown, and no reader looks for Markdown in its own output.
//
// # What is remembered, and why that makes it linear
//
// Templates and values may be hostile, and a regular expression engine that backtracks takes quadratic time or worse on
// several of the patterns. The code here looks at each place a fixed number of times, because it remembers what it
// found:
//
//   - A finder keeps the last place that a search found. Searching again from anywhere between the start of that search
//     and the place found costs nothing. So a row of [ does not search for its ] once for each.
//   - inlineParser.ends keeps, for each place between the parts of a link's text, where that text ends. From there on
//     the match is the same, whichever bracket it began with.
//   - A fenceScanner lists in one pass all rows of ` or ~ that could end fenced code, and for each the longest row from
//     there on. For each length it remembers the row it found.
//   - An htmlScanner keeps how a tag ends for each place where an attribute may begin, and where the closing tags of
//     each name are. So many beginnings of a tag cost as much as one.
//   - The length of the text without the white space at its end is counted once. Comparing a place with it shows
//     whether only white space follows.
//   - maxDepth and maxLinkDepth limit the levels, because each level reads its text again.
//
// # Where to begin reading
//
// document.go has the result. In blocks.go, the method block lists the block rules; in inline.go, the method special
// lists the inline rules. Each of the other files has one topic: lists.go, fences.go, html.go, links.go and so on. The
// tests compare with the patterns themselves, run in Python over random strings.
package mistune
