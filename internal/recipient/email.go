package recipient

import (
	"strings"
	"unicode/utf8"
)

const (
	maxAddress = 320 // characters
	maxHost    = 253 // bytes, converted to ASCII
	maxLabel   = 63
)

// NotEmail is all that the v2 API says about an address that is refused.
const NotEmail = "Not a valid email address"

// ParseEmail returns the address as the real service stores it, which is [Clean] but not lower-cased, and reports
// whether it is valid. The rules are stricter than the standards: no quotes, comments or IP addresses, at least two
// labels in the host, and no underscore there. Only the host may contain non-ASCII characters; it is not converted.
func ParseEmail(s string) (address string, ok bool) {
	address = Clean(s)
	if len(address) > maxAddress && utf8.RuneCountInString(address) > maxAddress {
		return "", false
	}
	local, host, _ := strings.Cut(address, "@")
	if local == "" || strings.ContainsFunc(local, foreignToLocalPart) || strings.Contains(address, "..") {
		return "", false
	}
	if !validHost(host) {
		return "", false
	}
	return address, true
}

// Domain is the host of a valid address in the form that is looked up: in ASCII and lower case.
func Domain(address string) string {
	_, host, _ := strings.Cut(address, "@")
	host, _ = asciiHost(host)
	return strings.ToLower(host)
}

func foreignToLocalPart(r rune) bool {
	return !isAlphanumeric(r) && !strings.ContainsRune(".!#$%&'*+/=?^_`{|}~-", r)
}

func isAlphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

func isAlpha(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

func validHost(host string) bool {
	host, ok := asciiHost(host)
	if !ok || len(host) > maxHost || !strings.Contains(host, ".") {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if !validLabel(label) {
			return false
		}
	}
	return validTopLevel(host[strings.LastIndexByte(host, '.')+1:])
}

// validLabel accepts letters and digits with up to two hyphens in a row between them.
func validLabel(label string) bool {
	return label != "" && len(label) <= maxLabel &&
		label[0] != '-' && label[len(label)-1] != '-' && !strings.Contains(label, "---") &&
		!strings.ContainsFunc(label, func(r rune) bool { return !isAlphanumeric(r) && r != '-' })
}

// validTopLevel accepts those valid labels that are two or more letters, or Punycode.
func validTopLevel(label string) bool {
	if len(label) > 4 && strings.EqualFold(label[:4], "xn--") {
		return !strings.Contains(label[4:], "--")
	}
	return len(label) >= 2 && !strings.ContainsFunc(label, func(r rune) bool { return !isAlpha(r) })
}
