package main

import (
	"context"
	"fmt"
	"os"
)

func Example() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// the email has 2 links
	//   ((leaflet)) is leaflet.txt, 29 bytes
	//   ((payments)) is payments.csv, 29 bytes
	// notify: personalisation "payments": the file is larger than 2098176 bytes
}
