package client_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/client"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const clientsRoute = "/api/v2/clients"

// TestAccClient_createUnknown creates a client with an unknown result: it stays in the state, and each plan looks for it by name.
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
	deleteClient := func(ctx context.Context) error {
		client, err := n.Ports.Clients.Get(ctx, tenant.ClientKey{Name: n.Prefix + " job"})
		if err != nil {
			return err
		}
		return n.Ports.Clients.Delete(ctx, tenant.ClientKey{ClientID: client.ClientID})
	}
	n.Steps(t, clientType,
		acctest.Step{Config: job(n), Error: acctest.Words("Unable to create client", "may have carried it out")},
		acctest.Step{
			Before: n.Server.ClearFaults, Config: job(n),
			Error: acctest.Words("Unable to find client", "The response to the create was lost", "terraform state rm timesheets_client.NAME", "import {"),
		},
		acctest.Step{
			Before: acctest.ChangeTenant(t, deleteClient), Config: job(n),
			Checks: acctest.Checks{value("client_id", knownvalue.NotNull())},
		},
	)
}

// TestClientWithoutID deletes a client without an ID in the state: the provider sends no request and reports an error.
func TestClientWithoutID(t *testing.T) {
	r := client.NewResource()
	var schema resource.SchemaResponse
	r.Schema(t.Context(), resource.SchemaRequest{}, &schema)
	object, ok := schema.Schema.Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("the schema is not an object")
	}
	values := map[string]tftypes.Value{}
	for name, attributeType := range object.AttributeTypes {
		values[name] = tftypes.NewValue(attributeType, nil)
	}
	values["name"] = tftypes.NewValue(tftypes.String, "job")
	state := tfsdk.State{Schema: schema.Schema, Raw: tftypes.NewValue(object, values)}
	resp := resource.DeleteResponse{State: state}
	r.Delete(t.Context(), resource.DeleteRequest{State: state}, &resp)
	if resp.Diagnostics.ErrorsCount() != 1 || resp.Diagnostics[0].Summary() != "Client may exist" {
		t.Errorf("diagnostics %v", resp.Diagnostics)
	}
}

// TestAccClient_secretDenied expects that nothing is created if the token is known to lack the permission to set the secret.
func TestAccClient_secretDenied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n := acctest.New(t).WithToken("read:clients", "create:clients", "update:clients", "delete:clients")
	n.Steps(t, clientType, acctest.Step{
		Config: ownSecret(n),
		Error:  acctest.Words("Unable to create client", "update:client_keys"),
	})
	if writes := n.Writes(); len(writes) > 0 {
		t.Errorf("the provider wrote %q", writes)
	}
}

// TestAccClient_secretUnset lets the request that sets the secret fail: the next apply sets the secret in place.
func TestAccClient_secretUnset(t *testing.T) {
	acctest.EmulatorOnly(t, "makes requests fail")
	n := acctest.New(t)
	if err := n.Server.Inject(emulator.Fault{Method: "PATCH", Route: clientsRoute + "/{id}", Nth: 1, Status: 403}); err != nil {
		t.Fatal(err)
	}
	n.Steps(t, clientType,
		acctest.Step{Config: ownSecret(n), NonEmpty: true},
		acctest.Step{Config: ownSecret(n), Checks: acctest.Checks{n.ExpectWrites("PATCH clients/{id} client_secret")}},
	)
}

func ownSecret(n *acctest.Tenant) map[string]any {
	return job(n, "client_secret_wo", "canary-first-secret-0001", "client_secret_wo_version", "1")
}

// TestAccClient_keysUnreadable creates a client with keys that the token cannot read, and whose create response lacks them: the
// client is created once, and the error names the missing permission.
func TestAccClient_keysUnreadable(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	n, key := acctest.New(t), newPair()
	if err := n.Server.Inject(emulator.Fault{Method: "POST", Route: clientsRoute, Nth: 1, Answer: map[string]any{"client_authentication_methods": nil}}); err != nil {
		t.Fatal(err)
	}
	scopes := []string{"read:clients", "create:clients", "update:clients", "delete:clients", "create:client_credentials"}
	limited := n.WithToken(scopes...)
	limited.Steps(t, clientType,
		acctest.Step{
			Config: keyed(n, map[string]pair{"first": key}),
			Error:  acctest.Words("Unable to read the keys of client", "read:client_credentials"),
		},
		acctest.Step{
			Before: func() {
				limited.Environment["AUTH0_API_TOKEN"] = n.Server.Token(append(scopes, "read:client_credentials")...)
			},
			Config: keyed(n, map[string]pair{"first": key}),
			Checks: acctest.Checks{
				expectKeys("first"), limited.ExpectWrites(), // it is not created again
			},
		},
	)
}
