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
	// alice@example.gov.uk: delivered
	// bob@example.com: nothing sent; add them to the guest list first
	// bob@example.com: delivered
	// the team sees 2 messages on its dashboard
}
