package findings

// kind is what a word says about a number near it.
type kind int

const (
	saysNothing kind = iota
	isCode
	ofOtherCode // before "code"
	isNoCode
	isText
	isMonth
	isBeforeYear
	isUnit
)

// kindOf are the words that say something about a number, in lower case.
var kindOf = map[string]kind{
	"code": isCode, "passcode": isCode, "pin": isCode, "otp": isCode, "password": isCode,

	"sort": ofOtherCode, "tax": ofOtherCode, "area": ofOtherCode, "dialling": ofOtherCode, "country": ofOtherCode,
	"qr": ofOtherCode, "discount": ofOtherCode,

	"call": isNoCode, "phone": isNoCode, "telephone": isNoCode, "tel": isNoCode, "ring": isNoCode, "dial": isNoCode,
	"fax": isNoCode, "mobile": isNoCode, "textphone": isNoCode,
	"reference": isNoCode, "ref": isNoCode, "order": isNoCode, "case": isNoCode, "claim": isNoCode, "account": isNoCode,
	"application": isNoCode, "booking": isNoCode, "invoice": isNoCode, "licence": isNoCode, "ticket": isNoCode,
	"card": isNoCode, "ending": isNoCode, "ends": isNoCode, "room": isNoCode,

	"text": isText, "reply": isText, "send": isText,

	"january": isMonth, "february": isMonth, "march": isMonth, "april": isMonth, "may": isMonth, "june": isMonth,
	"july": isMonth, "august": isMonth, "september": isMonth, "october": isMonth, "november": isMonth,
	"december": isMonth, "jan": isMonth, "feb": isMonth, "mar": isMonth, "apr": isMonth, "jun": isMonth, "jul": isMonth,
	"aug": isMonth, "sep": isMonth, "sept": isMonth, "oct": isMonth, "nov": isMonth, "dec": isMonth,

	"in": isBeforeYear, "since": isBeforeYear, "until": isBeforeYear, "by": isBeforeYear, "year": isBeforeYear,

	"second": isUnit, "seconds": isUnit, "minute": isUnit, "minutes": isUnit, "mins": isUnit, "hour": isUnit,
	"hours": isUnit, "day": isUnit, "days": isUnit, "week": isUnit, "weeks": isUnit, "month": isUnit, "months": isUnit,
	"years": isUnit, "pounds": isUnit, "pence": isUnit, "gbp": isUnit, "euros": isUnit,
}
