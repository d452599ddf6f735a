// Package render makes the texts of messages out of templates and personalisation, as GOV.UK Notify does.
//
// It is the face of the packages below it, and holds what is Notify's own about emails and letters. Everything is a
// function of its input: the same template and the same values give the same text.
//
// # Who does what
//
//   - placeholder: ((names)) and values, and how one is put in the place of the other
//   - entity: what is escaped in HTML, and decoded
//   - mistune: the Markdown dialect, which gives a document
//   - smartypants: curly quotes
//   - sms: all about text messages
//   - letter: blocks laid out as a PDF
//   - render itself: what a document looks like as HTML, as plain text and as blocks for a letter; typography; what is
//     taken out of the values of strangers
//   - golden: rows of testdata, for the tests of all these
//
// None of them knows another but these: placeholder uses entity, and sms uses placeholder.
//
// # What is made how
//
//	                 values   lists    Markdown    then
//	Body             plain    bullets  stays       stripped
//	Subject          plain    words                typography, white space
//	SubjectHTML      escaped  words                typography, white space
//	SMS              plain    words                see package sms
//	Email.HTML       escaped  bullets  HTML        typography
//	Email.PlainText  plain    bullets  plain text  typography, entities decoded
//	Email.Preheader  escaped  bullets  plain text  typography, one line of 256 characters
//	Letter.HTML      escaped  bullets  HTML        typography, hyphens that do not break
//	Letter.Blocks    escaped  bullets  blocks      typography line by line, entities decoded
//
// So the API shows the body of an email or a letter as Markdown, with the values in it. Only that of a text message is
// what the phone shows, but for the name of the service. Typography is spaces before commas, curly quotes and dashes,
// in that order, and goes over finished HTML. Before an email is parsed, a "GOV.UK" is kept from becoming a link.
//
// # One parse, several readers
//
// An [Email] and a [Letter] are parsed when they are first read, and keep the document. A form is one way of writing a
// document down: the tags around each of its parts, and how an item, a link and an address are written. A writer
// follows the document with a form and makes one string. That a third heading is a paragraph, that links in a letter
// are shown as they were typed, or that a paragraph may be a QR code, is said by the form. The blocks of a letter are
// no string, so they have a reader of their own, layout.
//
// HTML and plain text differ in what is escaped before Markdown is parsed. Where nothing is, they are one text, and one
// parse does for both.
//
// # Hostile input
//
// Templates come from teams and values from strangers. Everything here takes time linear in its input; where a rule of
// the real service is a pattern that does not, what was found is remembered, and the comment says how. TestHostile
// holds a list of texts to that.
//
// # Where to begin reading
//
// template.go is what all messages have in common. email.go and letter.go are the two that are Markdown, each with its
// forms beside it; write.go is how a form is written down.
package render
