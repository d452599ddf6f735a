package simulator_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// compare says how a response differs from the recorded one. It binds ids that are new in a case to their placeholders.
func compare(want recordedResponse, got *http.Response, body []byte, bound map[string]string, base string) string {
	if got.StatusCode != want.Status {
		return fmt.Sprintf("status %d, want %d: %.300s", got.StatusCode, want.Status, body)
	}
	if want.ContentType != nil && got.Header.Get("Content-Type") != *want.ContentType {
		return fmt.Sprintf("content type %q, want %q", got.Header.Get("Content-Type"), *want.ContentType)
	}
	for name, value := range want.Headers {
		values, present := got.Header[http.CanonicalHeaderKey(name)]
		switch joined := strings.Join(values, ", "); {
		case value == nil && present:
			return fmt.Sprintf("header %s: %q, want none", name, joined)
		case value == nil:
		case name == "Allow":
			if !sameSet(joined, *value) {
				return fmt.Sprintf("header %s: %q, want %q", name, joined, *value)
			}
		case joined != strings.ReplaceAll(*value, recordedBase, base):
			return fmt.Sprintf("header %s: %q, want %q", name, joined, *value)
		}
	}
	if want.BodyBinary {
		if len(body) == 0 {
			return "empty body"
		}
		return ""
	}
	return matchText(strings.ReplaceAll(want.Body, recordedBase, base), string(body), bound)
}

func sameSet(a, b string) bool {
	set := map[string]int{}
	for s := range strings.SplitSeq(a, ",") {
		set[strings.TrimSpace(s)]++
	}
	for s := range strings.SplitSeq(b, ",") {
		set[strings.TrimSpace(s)]--
	}
	for _, n := range set {
		if n != 0 {
			return false
		}
	}
	return true
}

// matchText compares a string with placeholders against one without.
func matchText(want, got string, bound map[string]string) string {
	whole := got
	for want != "" {
		literal, rest, placeholder := cutPlaceholder(want)
		if !strings.HasPrefix(got, literal) {
			n := 0
			for n < len(got) && n < len(literal) && got[n] == literal[n] {
				n++
			}
			return fmt.Sprintf("at %d:\n\twant %.200q\n\tgot  %.200q", len(whole)-len(got)+n, literal[n:], got[n:])
		}
		got, want = got[len(literal):], rest
		if placeholder == "" {
			break
		}
		n := placeholderLength(placeholder, got)
		if n == 0 {
			return fmt.Sprintf("want %s, got %.60q", placeholder, got)
		}
		if id, isID := bound[placeholder]; isID && id != got[:n] {
			return fmt.Sprintf("%s: want the same id %s, got %s", placeholder, id, got[:n])
		}
		if strings.HasPrefix(placeholder, "<uuid:") {
			for other, id := range bound {
				if other != placeholder && id == got[:n] {
					return fmt.Sprintf("%s: want a new id, got that of %s", placeholder, other)
				}
			}
			bound[placeholder] = got[:n]
		}
		got = got[n:]
	}
	if got != "" {
		return fmt.Sprintf("more than wanted: %.200q", got)
	}
	return ""
}

func cutPlaceholder(s string) (literal, rest, placeholder string) {
	for i := strings.IndexByte(s, '<'); i >= 0; {
		end := strings.IndexByte(s[i:], '>')
		if end < 0 {
			break
		}
		name := s[i : i+end+1]
		_, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(name, "<uuid:"), ">"))
		if err == nil || name == "<timestamp>" || name == "<document-url>" {
			return s[:i], s[i+end+1:], name
		}
		next := strings.IndexByte(s[i+1:], '<')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return s, "", ""
}

// placeholderLength is how much of got fits the placeholder; 0 if nothing does.
func placeholderLength(placeholder, got string) int {
	fits := func(pattern string) int {
		if len(got) < len(pattern) {
			return 0
		}
		for i := range len(pattern) {
			digit := got[i] >= '0' && got[i] <= '9'
			switch pattern[i] {
			case 'd':
				if !digit {
					return 0
				}
			case 'x':
				if !digit && (got[i] < 'a' || got[i] > 'f') {
					return 0
				}
			default:
				if got[i] != pattern[i] {
					return 0
				}
			}
		}
		return len(pattern)
	}
	switch placeholder {
	case "<timestamp>":
		return fits("dddd-dd-ddTdd:dd:dd.ddddddZ")
	case "<document-url>":
		if !strings.HasPrefix(got, "https://documents.service.gov.uk/d/") {
			return 0
		}
		end := strings.IndexFunc(got, func(r rune) bool { return strings.ContainsRune(" \\\"<>()[]", r) })
		if end < 0 {
			end = len(got)
		}
		return end
	}
	return fits("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
}
