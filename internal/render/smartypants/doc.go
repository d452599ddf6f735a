// Package smartypants makes the straight quotes of a text or of HTML curly.
//
// It imitates smartypants 2.0.2, the Python library that GOV.UK Notify applies to all but text messages, with the flags
// that Notify sets: quotes, and characters rather than entities. What the library gets wrong is kept, because people
// see it in what the real service sends: '80s becomes ‘80s, 5'10" becomes 5‘10”, and "!" becomes ”!”. Dashes, ellipses
// and double backticks, which the library can also do, are switched off. That a hyphen between spaces becomes a dash,
// and that apostrophes in email addresses become straight again, are rules of Notify's own and stand in package render.
//
// # The way of a text
//
//  1. A tagScanner cuts it into tags and the texts between them. A tag is what lies between < and the next >, so a lone
//     < is one as well. A comment is a tag, but one with -- inside is text.
//  2. Tags are copied. keepQuotes follows which elements are open whose text keeps its quotes: a, code, pre and some
//     more. Only the beginning of a name is compared, so <abbr> counts as <a>, and only the element opened last can be
//     closed.
//  3. The text between two tags goes to curl. In it a backslash before a quote, a full stop, a hyphen, a backtick or a
//     backslash makes an entity of the two. It stays one: readers of HTML see the character, readers of a subject see
//     the entity.
//  4. A text of a single quote is decided by the last character of the text before. Nothing else looks beyond a tag.
//     All other quotes are decided by a curler.
//  5. Everything is written with the quotes as decided, and seven entities that the library uses itself become
//     characters, those included that an author typed.
//
// # The rules for quotes
//
// Each goes over all quotes that are still undecided before the next one does.
//
//   - Two different quotes right before a word open.
//   - The apostrophe of a decade that follows a word, as in x'80s, closes.
//   - Single quotes: one with white space or a dash before it and a word after it opens. One behind a character that it
//     can belong to closes, unless white space, a digit or a lone s follows. One behind such a character, with white
//     space or a lone s after it, closes. The rest open.
//   - Double quotes: one with white space or a dash before it and a word after it opens. One before white space closes.
//     One at the very beginning, before punctuation, closes. One behind a character that it can belong to closes. The
//     rest open.
//
// # What is remembered
//
// In Python each of these rules is a substitution that goes through the whole text and leaves an entity like &#8217;
// where a quote was; to later rules a decided quote is something that begins with & and ends with ;. Here the text
// stays as it is. A quoteMark for each quote says whether it is decided and how, and the curler's before and after show
// a decided neighbour as the ; or & that the rule would have seen. closeAfter remembers how far the last match reached,
// because a substitution does not give the same character to two matches.
//
// So each rule passes once over the quotes, and looks at a fixed number of characters on either side. The tagScanner
// remembers when no comment ends any more; otherwise a row of <!-- would be searched to the end each time. Together
// that keeps the time linear.
//
// # Where to begin reading
//
// smartypants.go goes the way above, from Curl to curl. quotes.go has the rules, in the method run; tags.go is about
// tags.
package smartypants
