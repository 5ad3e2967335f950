// Command terraform-provider-timesheets serves the provider to Terraform.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
)

// version is set by the linker at a release.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve one process that a debugger can attach to")
	flag.Parse()

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/timesheets/timesheets",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
