// Package magic finds the type of a file from its content.
//
// It gives the same answers as file(1) 5.44 and its library libmagic, which the real service uses to check files before
// sending them, because it applies the same rules. data/rules.tsv holds the rules of file(1). What file(1) does in code
// rather than with rules (text, JSON, CSV, tar, Microsoft's compound files) is done here in the same way.
//
// The rules, and the way they are applied, are a derived work of file(1); its licence is in data/COPYING.
package magic

// Types found in code rather than by a rule.
const (
	Binary = "application/octet-stream"
	Text   = "text/plain"
	CSV    = "text/csv"
	JSON   = "application/json"
	Zip    = "application/zip"
)

// Detect returns the MIME type of content. The time is linear in its length, and the number of rules tried is bounded.
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

// textType finds the type of a text file with the rules for text, which it applies to the content in UTF-8.
func textType(content []byte, isText bool) string {
	trimmed := trimZeros(content)
	// Do not cut a UTF-16 character in half.
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
