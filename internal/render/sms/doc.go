// Package sms renders text messages: what the phone shows, how long it is and what is billed.
//
// It imitates SMSMessageTemplate of GOV.UK Notify's own Python library, notifications-utils 127, with its SanitiseSMS.
// A text message knows no Markdown, no typography and no HTML: &amp; stays &amp;. It does know an alphabet, and rules
// for white space that nothing else has.
//
// # The way of a message
//
//  1. The values go into the template; a list reads "a, b and c".
//  2. If a message is to be delivered or billed, and the service wants it, its name and a colon go before.
//  3. White space is tidied. Spaces before a comma or a full stop go. All that Python takes for the end of a line is
//     one, in each line one space stays between words and none at the ends, and one empty line at most stays between
//     paragraphs. Characters that nobody sees vanish. All this is one pass, in tidy.
//  4. Each character that the alphabet lacks becomes one that it has, or several, or a question mark; see
//     [text.Downgrade], which is shared with telephone numbers. Some 138 characters make the real service fail.
//
// The API shows what comes out without the name. The phone shows it with the name, and only the beginning differs: so
// [Render] tidies once, with the name before, and the body is the end of that.
//
// # The alphabet
//
// GSM 03.38 in its basic form, nine characters of its extension, and 43 letters with accents that Welsh needs and GSM
// lacks. An emoji is a question mark for each of its code points.
//
// # What is counted
//
//   - The length, which may be 918 at most, is that of the body in UTF-16 units, in which every character of the
//     alphabet is one. The name does not count, and a character of the extension counts once.
//   - The fragments, which are billed, are counted with the name. A message fits 160 characters, or 153 for each of
//     several; those of the extension count twice. One Welsh letter, and it is 70, or 67.
//   - Extension and Welsh letters are looked for before the alphabet is applied. So an ấ, which becomes the Welsh
//     letter â, is billed as GSM. That looks like a mistake of Notify's; the real service does so.
//
// # Placeholders without values
//
// A message without any values is counted as if its placeholders were not there, but for the white space around them.
// The real service puts a row of emoji in their place and takes it out at the end. If somebody writes that row in a
// message it is taken out as well, so it is here.
//
// # What is worked out when
//
// [Render] does steps 1 to 4 once and keeps the message as it was after step 3. [Message.Length], [Message.Fragments]
// and [Message.Delivered] each go over the finished message when they are asked. Nothing is remembered between
// messages, and every step is one pass, so time is linear.
//
// # Where to begin reading
//
// sms.go, from Render down, has what is counted and the alphabet; tidy.go the white space.
package sms
