// Package placeholder finds the ((placeholders)) of a template and puts the values of a personalisation in their place.
//
// It imitates two classes of GOV.UK Notify's own Python library, notifications-utils 127: Field, which fills a
// template, and InsensitiveDict, in which names are looked up. What a value looks like when it is printed is Python's
// str, and comes from package pyjson.
//
// # What is a placeholder
//
// ((name)), or ((name??text)), which shows the text if the value says yes: yes, y, true, t, 1, include or show, in any
// case and with nothing around it. A name holds no bracket and at least one character, which may be a line break or a
// single ?. So of ((((x)))) the innermost pairs count, (()) is text, and a conditional text can hold no brackets.
// Values are not looked through: one that is ((b)) prints as that. Nor is there a way to write a bracket, filters or
// expressions.
//
// # How names are compared
//
// By their [Key]: without spaces, underscores and hyphens, in lower case. Nothing else is folded, neither a tab nor a
// no-break space nor an accent. Of two values with the same key the last wins, even if it is null. Of two spellings in
// a template the first is the one that is reported. A null is a value that is missing; everything else is there, "" and
// false and an empty list included.
//
// # What a value becomes
//
//   - A list becomes "a, b and c", or in a body a list of Markdown's, with two line breaks before it so that it begins
//     a block. Members are stripped, and those of which nothing is left, or that are null, are dropped.
//   - Everything else becomes what Python prints: True, 1.0, 1e+16, {'x': None}.
//   - Then it is escaped, if the template is.
//
// Whether a value says yes is asked of what it has become. So ["yes"] says yes in a subject and in a text message, but
// not in a body, where it is a bullet.
//
// # Escaping
//
// A [Field] that escapes makes HTML of the whole template before it looks for placeholders. Two things follow that look
// like mistakes and are Notify's: brackets written as entities make a placeholder that [Names] does not report, and the
// names of the values have to be escaped as well, so that ((a<b)) still finds its value.
//
// # What is remembered
//
// [NewValues] folds the names of the values once, and a message is filled several times. Up to sixteen values are
// searched from the last to the first, which beats a map; more are kept in one. A template is read once: next goes on
// where a candidate failed and never back.
//
// # Where to begin reading
//
// names.go has the grammar, in next; values.go the looking up; field.go the filling, from [Field.Fill] down to how
// lists are printed.
package placeholder
