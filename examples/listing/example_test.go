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
	// newest:
	//   loan-0299  delivered
	//   loan-0298  delivered
	//   loan-0297  delivered
	// all: 298 delivered, 2 failed for good
	// failed:
	//   loan-0200  permanent-failure
	//   loan-0100  permanent-failure
	// loan-0042: "Please return Emma."
}
