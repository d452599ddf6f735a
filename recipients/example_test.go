package recipients_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/notifykit/notify/recipients"
)

func ExampleParsePhone() {
	service := recipients.Permissions{} // texts to UK mobiles only
	for _, given := range []string{"07900 900123", "0044 (0)7900-900-123", "07900 90012", "+33 6 12 34 56 78"} {
		phone, err := recipients.ParsePhone(given, service)
		switch {
		case err == nil:
			fmt.Println(phone.E164(), "or", phone.Readable())
		case errors.Is(err, recipients.International):
			fmt.Println("Enter a UK mobile number")
		default:
			fmt.Println(err) // as Notify would say it
		}
	}
	// Output:
	// +447900900123 or 07900 900123
	// +447900900123 or 07900 900123
	// Number is not valid – double check the phone number you entered
	// Enter a UK mobile number
}

func ExamplePhone() {
	service := recipients.Permissions{InternationalSMS: true, SMSToUKLandlines: true}
	for _, given := range []string{"020 7123 4567", "07797 123456", "+33 6 12 34 56 78"} {
		phone, err := recipients.ParsePhone(given, service)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(phone.String(), phone.CountryCode(), phone.International(), phone.UKLandline(), phone.RateMultiplier())
	}
	// Output:
	// 020 7123 4567 44 false true 1
	// 07797 123456 44 true false 2
	// +33 6 12 34 56 78 33 true false 2
}

func ExampleEmail() {
	email, err := recipients.ParseEmail(" Amala.Bird@Exämple.com ")
	fmt.Println(email.String(), email.Normalised(), email.Domain(), err)
	_, err = recipients.ParseEmail("amala.bird@localhost")
	fmt.Println(errors.Is(err, recipients.NotEmailAddress))
	// Output:
	// Amala.Bird@Exämple.com amala.bird@exämple.com xn--exmple-cua.com <nil>
	// true
}

func ExampleAddress() {
	service := recipients.Permissions{InternationalLetters: true}
	address, err := recipients.ParseAddress("Amala Bird\n1 rue de la Paix ,\n75002 paris\nffrainc", service)
	fmt.Println(strings.Join(address.Lines(), " / "), address.Postage(), err)
	_, err = recipients.ParseAddress("Amala Bird\nParis", service)
	fmt.Println(err)
	// Output:
	// Amala Bird / 1 rue de la Paix / 75002 paris / France europe <nil>
	// Address must be at least 3 lines
}

// A form says what to do about a problem rather than what Notify calls it.
func ExampleProblem() {
	_, err := recipients.ParsePhone("07900 90012x", recipients.Permissions{})
	var problem recipients.Problem
	if errors.As(err, &problem) {
		switch problem {
		case recipients.LettersOrSymbols:
			fmt.Println("A phone number has only numbers in it, such as 07900 900123")
		default:
			fmt.Println("Enter a UK mobile number, such as 07900 900123")
		}
	}
	fmt.Println(problem.Error())
	// Output:
	// A phone number has only numbers in it, such as 07900 900123
	// Must not contain letters or symbols
}
