// Command schema prints the provider's schemas in the layout of "terraform providers schema -json", which the
// documentation generator reads. It needs neither a Terraform CLI nor a network.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
)

// address is the provider address that the documentation generator expects. It supports this namespace only.
const address = "registry.terraform.io/hashicorp/timesheets"

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	server := providerserver.NewProtocol6(provider.New("dev")())()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return err
	}
	if err := refused(schemas.Diagnostics, identities.Diagnostics); err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document{
		FormatVersion: "1.0",
		Schemas:       map[string]exported{address: export(schemas, identities)},
	})
}

// refused returns the first error in the diagnostics of the schemas.
func refused(all ...[]*tfprotov6.Diagnostic) error {
	for _, diagnostics := range all {
		for _, d := range diagnostics {
			if d.Severity == tfprotov6.DiagnosticSeverityError {
				return fmt.Errorf("%s: %s", d.Summary, d.Detail)
			}
		}
	}
	return nil
}
