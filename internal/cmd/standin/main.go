// Command standin serves the stand-in for another provider that the name of its executable chooses. Tests of examples use it.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/standin"
)

func main() {
	if err := standin.Serve(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
