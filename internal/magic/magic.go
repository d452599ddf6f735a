// Package magic names the type of a file by its content, as file(1) 5.44 and its library libmagic do: the detector
// that the real service asks about files to be sent. The answers are the same because the rules are: data/rules.tsv
// holds those of file(1), and what is not written as rules there (text, JSON, tables, tar, Microsoft's compound
// files) is done here in the same way.
//
// The rules, and the way in which they are applied, are a derived work of file(1); its licence stands in data/COPYING.
package magic

// Types that are named here rather than by a rule.
const (
	Binary = "application/octet-stream"
	Text   = "text/plain"
	CSV    = "text/csv"
	JSON   = "application/json"
	Zip    = "application/zip"
)

// Detect gives the MIME type of content. The work is linear in its length, with a bound on how often each rule is
// tried.
func Detect(content []byte) string {
	if len(content) == 0 {
		return "application/x-empty"
	}
	if len(content) == 1 {
		return Binary
	}
	_, isText := decode(content)
	if isTar(content) {
		return "application/x-tar"
	}
	if name := jsonType(content); name != "" {
		return name
	}
	if isText && isCSV(content) {
		return CSV
	}
	if name := compoundType(content); name != "" {
		return name
	}
	if name := search(content, binaryRule, isText); name != "" {
		return name
	}
	if name := textType(content, isText); name != "" {
		return name
	}
	return Binary
}

// textType names the type of a text by the rules for texts, which are applied to it in UTF-8.
func textType(content []byte, isText bool) string {
	trimmed := trimZeros(content)
	// Not within a character of UTF-16.
	if len(trimmed)%2 == 1 && len(content)%2 == 0 {
		trimmed = content[:len(trimmed)+1]
	}
	utf8, ok := decode(trimmed)
	if !ok || len(trimZeros(trimmed)) < 2 {
		return ""
	}
	if len(utf8) > 0 {
		if name := search(utf8, textRule, isText); name != "" {
			return name
		}
	}
	return Text
}

func trimZeros(b []byte) []byte {
	n := len(b)
	for n > 1 && b[n-1] == 0 {
		n--
	}
	return b[:n]
}
