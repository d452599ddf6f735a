package schema

import (
	"strconv"
	"strings"
	"time"

	"github.com/notifykit/notify/internal/pyjson"
	"github.com/notifykit/notify/internal/text"
)

// file is the schema of an object with a key "file" in the personalisation of an email.
var file = Schema{
	properties: []property{
		{"file", isString},
		{"is_csv", isBoolOrNull},
		{"confirm_email_before_download", isBoolOrNull},
		{"retention_period", isRetention},
		{"filename", isFilename},
	},
}

// CheckFile returns everything that is wrong with a file to send, unexpected properties first.
func CheckFile(o *pyjson.Object) []string {
	wrong := append(file.unexpected(o), file.Check(o)...)
	if o.Has("is_csv") && o.Has("filename") {
		wrong = append(wrong, "Do not set a value for `is_csv` if `filename` is set.")
	}
	return wrong
}

func isBoolOrNull(name string, v any, _ time.Time) Result {
	if _, ok := v.(bool); ok || v == nil {
		return Result{}
	}
	return offence(name, "Unsupported value for "+name+": "+plain(v)+". Use a boolean true or false value.")
}

// plain is a value as an error message about a file shows it: Python's str without apostrophes.
func plain(v any) string { return strings.ReplaceAll(pyjson.Str(v), "'", "") }

const maxRetentionWeeks = 78

func isRetention(name string, v any, _ time.Time) Result {
	s, _ := v.(string)
	if v == nil || weeks(s) >= 1 && weeks(s) <= maxRetentionWeeks {
		return Result{}
	}
	return offence(name, "Unsupported value for retention_period: "+plain(v)+
		". Supported periods are from 1 to 78 weeks.")
}

// weeks reads a string such as "26 weeks" or "1 week"; it returns 0 for anything else.
func weeks(s string) int {
	number, unit, _ := strings.Cut(text.Lower(text.Strip(s)), " ")
	if unit != "week" && unit != "weeks" {
		return 0
	}
	n, err := strconv.ParseUint(text.Digits(number), 10, 16)
	if err != nil {
		return 0
	}
	return int(n)
}

func isFilename(name string, v any, _ time.Time) Result {
	if s, ok := v.(string); v == nil || ok && strings.Contains(s, ".") {
		return Result{}
	}
	return offence(name, "`filename` must end with a file extension. For example, filename.csv")
}
