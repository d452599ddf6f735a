package recipient

import (
	"errors"
	"strconv"
	"strings"
)

const (
	isLandline  = "landline"
	isElsewhere = "elsewhere"
)

// MarshalText writes everything that is known about p, for [Phone.UnmarshalText]. To parse a number again takes a
// hundred times as long.
func (p Phone) MarshalText() ([]byte, error) {
	b := append(strconv.AppendInt(nil, int64(p.countryCode), 10), ' ')
	b = append(b, p.e164...)
	if p.landline {
		b = append(b, " "+isLandline...)
	}
	if p.elsewhere {
		b = append(b, " "+isElsewhere...)
	}
	return b, nil
}

var errPhoneText = errors.New("not a phone number as it was written")

// UnmarshalText reads what [Phone.MarshalText] wrote. Whether there is such a number it does not check.
func (p *Phone) UnmarshalText(written []byte) error {
	fields := strings.Fields(string(written))
	if len(fields) < 2 || strings.Trim(fields[1], "0123456789") != "" {
		return errPhoneText
	}
	code, err := strconv.Atoi(fields[0])
	if err != nil || code < 1 || !strings.HasPrefix(fields[1], fields[0]) {
		return errPhoneText
	}
	read := Phone{e164: fields[1], countryCode: code}
	for _, f := range fields[2:] {
		switch f {
		case isLandline:
			read.landline = true
		case isElsewhere:
			read.elsewhere = true
		default:
			return errPhoneText
		}
	}
	*p = read
	return nil
}
