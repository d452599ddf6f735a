// Package sms renders text messages: what the phone shows, how long it is and what is billed.
//
// It imitates SMSMessageTemplate of GOV.UK Notify's own Python library, notifications-utils 127. A text message has no
// Markdown, no typography and no HTML: &amp; stays &amp;. It does have an alphabet, and rules of its own for white
// space.
//
// # How a message is rendered
//
//  1. The values go into the template; a list is printed as "a, b and c".
//  2. For delivery and billing, the service's name and a colon go in front, if the service wants that.
//  3. White space is tidied, in one pass, by tidy. Spaces before a comma or a full stop go. Whatever Python treats as
//     the end of a line becomes a line break. One space is left between words, none at the ends of a line, and at most
//     one empty line between paragraphs. Invisible characters vanish.
//  4. Each character outside the alphabet becomes one or several characters of the alphabet, or a question mark; see
//     [text.Downgrade], which telephone numbers use too. Some 138 characters make the real service fail.
//
// The API shows the result without the name, and the phone shows it with the name. Only the beginning differs. So
// [Render] tidies once, with the name in front, and the body is the end of the result.
//
// # The alphabet
//
// The alphabet is GSM 03.38 in its basic form, nine characters of its extension, and 43 letters with accents that Welsh
// needs and GSM lacks. An emoji becomes a question mark for each of its code points.
//
// # How length and fragments are counted
//
//   - The length may be at most 918. It is the length of the body in UTF-16 units; each character of the alphabet is
//     one. The name does not count, and a character of the extension counts once.
//   - The fragments, which are billed, are counted with the name. A message fits 160 characters, or 153 for each of
//     several fragments, and characters of the extension count twice. With a Welsh letter in it, it fits 70, or 67, and
//     they count once.
//   - Characters of the extension and Welsh letters are looked for before the alphabet is applied. So an ấ, which
//     becomes the Welsh letter â, is billed as GSM. That looks like a mistake of Notify's, but the real service does
//     it.
//
// # Placeholders without values
//
// If a message is given no values at all, its placeholders are left out, but the white space around them stays. The
// real service puts a row of emoji in their place and removes it at the end. If somebody types that row in a message,
// the real service removes it too, and so does this package.
//
// # What is computed when
//
// [Render] takes the four steps once and keeps the message as it was after step 3. [Message.Length],
// [Message.Fragments] and [Message.Delivered] go over the finished message on each call. Nothing is remembered between
// messages. Every step is one pass, so time is linear.
//
// # Where to begin reading
//
// sms.go, from Render down, has the counting and the alphabet. tidy.go has the white space.
package sms
