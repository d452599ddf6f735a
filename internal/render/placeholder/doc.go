// Package placeholder finds the ((placeholders)) of a template and puts the values of a personalisation in their place.
//
// It imitates two classes of GOV.UK Notify's own Python library, notifications-utils 127: Field, which fills a
// template, and InsensitiveDict, which looks up names. Values are printed by package pyjson, as Python's str prints
// them.
//
// # What a placeholder is
//
// A placeholder is ((name)), or ((name??text)), which shows the text if the value means yes: yes, y, true, t, 1,
// include or show, in any case and with nothing around it. There is at least one character between the brackets, and no
// other bracket. A name may hold a line break or a single ?. So the innermost brackets of ((((x)))) count, (()) is
// text, and a conditional text can hold no brackets. A value is not searched for placeholders: ((b)) is printed as it
// is. There is no way to escape a bracket, and there are no filters or expressions.
//
// # How names are compared
//
// Names are compared by their [Key]: in lower case, without spaces, underscores and hyphens. Nothing else is ignored:
// tabs, no-break spaces and accents count. Of two values with the same key the last wins, even if it is null. If a
// template spells a name in several ways, the first spelling is reported. A null counts as a missing value. Everything
// else is a value, even "", false and an empty list.
//
// # How a value is printed
//
//   - A list is printed as "a, b and c", or in a body as a Markdown list, after two line breaks so that it begins a
//     block. Members are stripped. Members that are null, or empty after that, are dropped.
//   - Anything else is printed as Python prints it: True, 1.0, 1e+16, {'x': None}.
//   - Then it is escaped, if the template is.
//
// Whether a value means yes is decided after it is printed. So ["yes"] means yes in a subject and in a text message,
// but not in a body, where it is a bullet.
//
// # Escaping
//
// A [Field] that escapes makes HTML of the whole template before it looks for placeholders. This has two effects that
// look like mistakes, but Notify has them too. Brackets written as entities make a placeholder that [Names] does not
// report. And the names of the values have to be escaped as well, so that ((a<b)) still finds its value.
//
// # What is remembered
//
// [NewValues] computes the keys of the values once, because a message is filled several times. Up to sixteen values are
// searched from the last to the first, which is faster than a map; more are kept in a map. A template is read once:
// after a failed candidate, next goes on from the place where it failed.
//
// # Where to begin reading
//
// names.go has the grammar, in next. values.go looks up values. field.go fills a template, from [Field.Fill] down to
// how lists are printed.
package placeholder
