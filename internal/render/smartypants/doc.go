// Package smartypants curls the straight quotes in plain text and HTML.
//
// It imitates smartypants 2.0.2, the Python library that GOV.UK Notify applies to everything but text messages, with
// the flags that Notify sets: quotes, and characters rather than entities. The library's mistakes are kept, because the
// real service makes them: '80s becomes ‘80s, 5'10" becomes 5‘10”, and "!" becomes ”!”. Dashes, ellipses and
// double backticks, which the library can also convert, are switched off. Two more rules are Notify's own and are in
// package render: a hyphen between spaces becomes a dash, and apostrophes in email addresses become straight again.
//
// # How quotes are curled
//
//  1. A tagScanner cuts the input into tags and the text between them. A tag goes from < to the next >, so a lone <
//     begins one too. A comment is a tag, but a comment with -- inside it is text.
//  2. Tags are copied. keepQuotes keeps track of the open elements whose text keeps its quotes: a, code, pre and some
//     more. It compares only the beginning of a name, so <abbr> counts as <a>, and only the element opened last can be
//     closed.
//  3. The text between two tags goes to curl. A backslash before a quote, a full stop, a hyphen, a backtick or a
//     backslash makes an entity of the two. It stays one: readers of HTML see the character, readers of a subject see
//     the entity.
//  4. If the text is a single quote, the last character of the text before it decides. Nothing else looks beyond a tag.
//     All other quotes are decided by a curler.
//  5. The text is written with curled quotes. Seven entities that the library itself uses become characters, even if an
//     author typed them.
//
// # The rules for quotes
//
// Each rule goes over all undecided quotes before the next rule does.
//
//   - Two different quotes right before a word open.
//   - The apostrophe of a decade that follows a word, as in x'80s, closes.
//   - Single quotes: one with white space or a dash before it and a word after it opens. One after a character that it
//     can belong to closes, unless white space, a digit or a lone s follows. One after such a character, with white
//     space or a lone s after it, closes. The rest open.
//   - Double quotes: one with white space or a dash before it and a word after it opens. One before white space closes.
//     One at the very beginning, before punctuation, closes. One after a character that it can belong to closes. The
//     rest open.
//
// # What is remembered
//
// In Python each of these rules is a substitution over the whole text, which puts an entity like &#8217; in the place
// of a quote. Later rules see a decided quote as something that begins with & and ends with ;. Here the text does not
// change. A quoteMark for each quote records whether it is decided, and how. The curler's before and after return ; or
// & for a decided neighbour, which is what the rule would have seen. closeAfter remembers how far the last match
// reached, because a substitution does not use the same character in two matches.
//
// So each rule passes over the quotes once, and looks at a fixed number of characters on either side. The tagScanner
// remembers when no more comments end; otherwise it would search a row of <!-- to the end each time. Together that
// keeps the time linear.
//
// # Where to begin reading
//
// smartypants.go follows the steps above, from Curl to curl. quotes.go has the rules, in the method run. tags.go is
// about tags.
package smartypants
