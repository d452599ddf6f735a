// Package render makes messages out of templates and personalisation, as GOV.UK Notify does.
//
// It puts together the packages below it, and holds Notify's own rules for emails and letters. Every result depends
// only on the input: the same template and the same values always make the same message.
//
// # The packages
//
//   - placeholder: finds ((names)) and puts values in their place
//   - entity: escapes HTML and decodes entities
//   - mistune: parses the Markdown dialect into a document
//   - smartypants: curls quotes
//   - sms: renders text messages
//   - letter: lays out blocks as a PDF
//   - render itself: writes a document as HTML, as plain text and as blocks for a letter; applies typography; sanitises
//     the values of untrusted people
//   - golden: reads rows of testdata, for the tests of all these
//
// Below render, only two packages use another: placeholder uses entity, and sms uses placeholder.
//
// # How each rendering is made
//
//	                 values   lists    Markdown    then
//	Body             plain    bullets  kept        stripped
//	Subject          plain    words                typography, white space
//	SubjectHTML      escaped  words                typography, white space
//	SMS              plain    words                see package sms
//	Email.HTML       escaped  bullets  HTML        typography
//	Email.PlainText  plain    bullets  plain text  typography, entities decoded
//	Email.Preheader  escaped  bullets  plain text  typography, one line of 256 characters
//	Letter.HTML      escaped  bullets  HTML        typography, hyphens that do not break
//	Letter.Blocks    escaped  bullets  blocks      typography line by line, entities decoded
//
// So the API shows the body of an email or a letter as Markdown, with the values filled in. It shows the body of a text
// message as the phone does, but without the name of the service. Typography removes spaces before commas and full
// stops, curls quotes and makes dashes, in that order. It is applied to finished HTML. Before an email is parsed,
// "GOV.UK" is changed so that it does not become a link.
//
// # One parse, several readers
//
// An [Email] and a [Letter] are parsed when they are first read, and keep the document. A form says how to write a
// document: the tags around each part, and how to write a list item, a link and an address. A writer goes through the
// document with a form and makes one string. The form also says that a third-level heading is a paragraph, that a
// letter shows links as they were typed, and that a paragraph may be a QR code. The blocks of a letter are not a
// string, so a reader of their own, layout, makes them.
//
// HTML and plain text differ in whether the Markdown is escaped before it is parsed. If there is nothing to escape, one
// parse serves both.
//
// # Hostile input
//
// Templates come from teams and values from strangers. Everything here takes time linear in its input. If a rule of the
// real service is a pattern that takes longer, the code remembers what it has found, and the comment says how.
// TestHostile checks this with a list of hostile inputs.
//
// # Where to begin reading
//
// template.go has what all messages share. email.go and letter.go have the two kinds that are Markdown, each with its
// forms beside it. write.go writes a document in a form.
package render
