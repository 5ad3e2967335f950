// Command terraform-provider-timesheets serves the provider to Terraform.
package main

import (
	"context"
	"flag"
	"log"
	"os"

	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/timesheets/terraform-provider-timesheets/internal/parent"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
)

// version is set by the linker for a release.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve one process that a debugger can attach to")
	flag.Parse()

	process := provider.NewProcess(version, parent.Subcommand() == "test")
	if _, reattached := os.LookupEnv("TF_REATTACH_PROVIDERS"); !*debug && !reattached {
		parent.Watch(func() {
			process.StopWrites()
			os.Exit(1)
		})
	}
	err := serve(process.Provider(), *debug)
	process.LogUsage(context.Background())
	if err != nil {
		log.Fatal(err)
	}
}

func serve(p framework.Provider, debug bool) error {
	levels := provider.LogLevels(os.LookupEnv)
	if debug { // the log of this process is read directly, not through Terraform
		levels = nil
	}
	for name, level := range levels {
		if err := os.Setenv(name, level); err != nil {
			return err
		}
	}
	server, err := provider.Server(p)
	if err != nil {
		return err
	}
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	return tf6server.Serve("registry.terraform.io/timesheets/timesheets", func() tfprotov6.ProviderServer { return server }, options...)
}
