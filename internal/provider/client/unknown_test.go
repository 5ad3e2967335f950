package client_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/config"
	acc "github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/client"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const clientsRoute = "/api/v2/clients"

// A client whose create has an unknown result stays in the state, and each plan looks for it by name.
func TestAccClient_createUnknown(t *testing.T) {
	acctest.EmulatorOnly(t, "makes requests fail")
	n := acctest.New(t)
	n.Environment["TIMESHEETS_REQUEST_TIMEOUT"] = "2s"
	for _, fault := range []emulator.Fault{
		{Method: "POST", Route: clientsRoute, Nth: 1, Cut: emulator.CutAfter},
		{Method: "GET", Route: clientsRoute, Status: 503},
	} {
		if err := n.Server.Inject(fault); err != nil {
			t.Fatal(err)
		}
	}
	const configuration = `
variable "prefix" { type = string }
resource "timesheets_client" "test" {
  name = "${var.prefix} job"
}`
	gone := func(ctx context.Context) error {
		left, err := n.Ports.Clients.Get(ctx, tenant.ClientKey{Name: n.Prefix + " job"})
		if err != nil {
			return err
		}
		return n.Ports.Clients.Delete(ctx, tenant.ClientKey{ClientID: left.ClientID})
	}
	n.Run(t,
		acc.TestStep{Config: configuration, ExpectError: acctest.Words("Unable to create client", "may have carried it out")},
		acc.TestStep{
			PreConfig: n.Server.ClearFaults, Config: configuration,
			ExpectError: acctest.Words("Unable to find client", "The answer to the create was lost", "terraform state rm timesheets_client.NAME", "import {"),
		},
		acc.TestStep{
			PreConfig: acctest.ChangeTenant(t, gone), Config: configuration,
			ConfigStateChecks: []statecheck.StateCheck{value("client_id", knownvalue.NotNull())},
		},
	)
}

// A client without an id in the state is not deleted: no request is sent.
func TestClientWithoutID(t *testing.T) {
	r := client.NewResource()
	var described resource.SchemaResponse
	r.Schema(t.Context(), resource.SchemaRequest{}, &described)
	kind, ok := described.Schema.Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("the schema is not an object")
	}
	values := map[string]tftypes.Value{}
	for name, of := range kind.AttributeTypes {
		values[name] = tftypes.NewValue(of, nil)
	}
	values["name"] = tftypes.NewValue(tftypes.String, "job")
	state := tfsdk.State{Schema: described.Schema, Raw: tftypes.NewValue(kind, values)}
	resp := resource.DeleteResponse{State: state}
	r.Delete(t.Context(), resource.DeleteRequest{State: state}, &resp)
	if resp.Diagnostics.ErrorsCount() != 1 || resp.Diagnostics[0].Summary() != "Client may exist" {
		t.Errorf("diagnostics %v", resp.Diagnostics)
	}
}

// A token that is known not to set secrets creates nothing.
func TestAccClient_secretDenied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n := acctest.New(t).WithToken("read:clients", "create:clients", "update:clients", "delete:clients")
	n.Versions = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)} // for client_secret_wo
	n.Run(t, acc.TestStep{
		ConfigDirectory: acctest.Fixture("TestAccClient_secret"), ConfigVariables: ownSecret(),
		ExpectError: acctest.Words("Unable to create client", "update:client_keys"),
	})
	if writes := n.Writes(); len(writes) > 0 {
		t.Errorf("the provider wrote %q", writes)
	}
}

// A secret that a create could not set is set by the next apply, in place.
func TestAccClient_secretUnset(t *testing.T) {
	acctest.EmulatorOnly(t, "makes requests fail")
	n := acctest.New(t)
	n.Versions = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)} // for client_secret_wo
	if err := n.Server.Inject(emulator.Fault{Method: "PATCH", Route: clientsRoute + "/{id}", Nth: 1, Status: 403}); err != nil {
		t.Fatal(err)
	}
	fixture := acctest.Fixture("TestAccClient_secret")
	n.Run(t,
		acc.TestStep{ConfigDirectory: fixture, ConfigVariables: ownSecret(), ExpectNonEmptyPlan: true, ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		acc.TestStep{ConfigDirectory: fixture, ConfigVariables: ownSecret(), ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites("PATCH clients/{id} client_secret")}},
	)
}

func ownSecret() config.Variables {
	return config.Variables{"secret": config.StringVariable("canary-first-secret-0001"), "secret_version": config.StringVariable("1")}
}

// A client whose keys the token may not read is created once and stays as it is; the error names the permission. The
// response of the create may lack the keys.
func TestAccClient_keysUnreadable(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n, key := acctest.New(t), newPair(t)
	if err := n.Server.Inject(emulator.Fault{Method: "POST", Route: clientsRoute, Nth: 1, Answer: map[string]any{"client_authentication_methods": nil}}); err != nil {
		t.Fatal(err)
	}
	scopes := []string{"read:clients", "create:clients", "update:clients", "delete:clients", "create:client_credentials"}
	limited := n.WithToken(scopes...)
	limited.Run(t,
		acc.TestStep{
			ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"first": key}),
			ExpectError: acctest.Words("Unable to read the keys of client", "read:client_credentials"),
		},
		acc.TestStep{
			PreConfig: func() {
				limited.Environment["AUTH0_API_TOKEN"] = n.Server.Token(append(scopes, "read:client_credentials")...)
			},
			ConfigDirectory: keysFixture, ConfigVariables: keyed(map[string]pair{"first": key}),
			ConfigStateChecks: []statecheck.StateCheck{
				held("first"), limited.ExpectWrites("POST clients app_type client_authentication_methods grant_types name"),
			},
		},
	)
}
