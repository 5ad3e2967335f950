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

	ctx, run := context.Background(), provider.NewRun(version)
	err := providerserver.Serve(ctx, run.Provider, providerserver.ServeOpts{
		Address: "registry.terraform.io/timesheets/timesheets",
		Debug:   *debug,
	})
	run.Tell(ctx)
	if err != nil {
		log.Fatal(err)
	}
}
