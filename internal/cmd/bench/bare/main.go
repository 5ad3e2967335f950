// Command bare is a provider with nothing in it: what the plugin framework alone takes, to hold the real one against.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

func main() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return bare{} },
		providerserver.ServeOpts{Address: "registry.terraform.io/timesheets/timesheets"})
	if err != nil {
		log.Fatal(err)
	}
}

type bare struct{}

// Metadata implements provider.Provider.
func (bare) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "timesheets"
}

// Schema implements provider.Provider.
func (bare) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

// Configure implements provider.Provider.
func (bare) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

// Resources implements provider.Provider.
func (bare) Resources(context.Context) []func() resource.Resource { return nil }

// DataSources implements provider.Provider.
func (bare) DataSources(context.Context) []func() datasource.DataSource { return nil }
