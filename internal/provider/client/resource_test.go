package client_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	clientType = "timesheets_client"
	address    = clientType + ".test"
)

// job returns the configuration of the client of the test with more attributes: names and values in turn.
func job(n *acctest.Tenant, more ...any) map[string]any {
	return acctest.With(map[string]any{"name": n.Prefix + " job"}, more...)
}

func value(attribute string, want knownvalue.Check) acctest.Check {
	return acctest.Value(address, want, attribute)
}

func key(n *acctest.Tenant) tenant.ClientKey { return tenant.ClientKey{Name: n.Prefix + " job"} }

// findClient returns the client of the test.
func findClient(ctx context.Context, n *acctest.Tenant) (tenant.Client, error) {
	return n.Ports.Clients.Get(ctx, key(n))
}

// TestAccClient_basic creates, changes, imports and deletes a client with the CLI.
func TestAccClient_basic(t *testing.T) {
	n := acctest.New(t)
	id := acctest.Same(address, "client_id")
	changed := config.Variables{
		"description": config.StringVariable("Ünïcode ✓"), "client_metadata": config.MapVariable(map[string]config.Variable{"team": config.StringVariable("payroll")}),
		"grant_types": config.SetVariable(config.StringVariable("client_credentials"), config.StringVariable("password")),
		"token_quota": config.ObjectVariable(map[string]config.Variable{"per_hour": config.IntegerVariable(60)}),
	}
	n.Run(t,
		resource.TestStep{ConfigStateChecks: acctest.Checks{
			id(), statecheck.CompareValuePairs(address, tfjsonpath.New("id"), address, tfjsonpath.New("client_id"), compare.ValuesSame()),
			value("name", knownvalue.StringExact(n.Prefix+" job")),
			value("description", knownvalue.Null()),
			value("client_metadata", knownvalue.Null()),
			value("grant_types", acctest.StringSet("client_credentials")),
			value("token_endpoint_auth_method", knownvalue.StringExact("client_secret_post")),
			value("client_secret_wo", knownvalue.Null()),
			n.ExpectWrites("POST clients app_type grant_types name token_endpoint_auth_method"),
			acctest.CheckTenant(func(ctx context.Context) error {
				client, err := findClient(ctx, n)
				if err == nil && client.AppType != "non_interactive" {
					return fmt.Errorf("app_type is %q", client.AppType)
				}
				return err
			}),
		}},
		resource.TestStep{
			ConfigVariables:  changed,
			ConfigPlanChecks: acctest.ExpectAction(address, acctest.Update),
			ConfigStateChecks: acctest.Checks{
				id(), value("description", knownvalue.StringExact("Ünïcode ✓")), value("grant_types", acctest.StringSet("client_credentials", "password")),
				value("client_metadata", knownvalue.MapExact(map[string]knownvalue.Check{"team": knownvalue.StringExact("payroll")})),
				n.ExpectWrites("PATCH clients/{id} client_metadata description grant_types token_quota"),
			},
		},
		resource.TestStep{ConfigVariables: changed, ResourceName: address, ImportState: true, ImportStateVerify: true},
	)
}

// quotaOf returns a check of a quota.
func quotaOf(perHour, perDay, enforce knownvalue.Check) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{"per_hour": perHour, "per_day": perDay, "enforce": enforce})
}

// TestAccClient_quotaLimitRemoved removes one of two limits, although the tenant merges a new quota into the existing one.
func TestAccClient_quotaLimitRemoved(t *testing.T) {
	n := acctest.New(t)
	step := func(writes []string, limits ...any) acctest.Step {
		return acctest.Step{Config: job(n, "token_quota", acctest.With(nil, limits...)), Checks: acctest.Checks{n.ExpectWrites(writes...)}}
	}
	const write = "PATCH clients/{id} token_quota"
	removed := step([]string{write, write}, "per_hour", 30)
	removed.Checks = append(removed.Checks, acctest.CheckTenant(func(ctx context.Context) error {
		client, err := findClient(ctx, n)
		if want := (tenant.TokenQuota{PerHour: 30, Enforce: true}); err == nil && client.TokenQuota != want {
			return fmt.Errorf("the quota is %v, want %v", client.TokenQuota, want)
		}
		return err
	}))
	n.Steps(t, clientType,
		step([]string{"POST clients app_type grant_types name token_endpoint_auth_method token_quota"}, "per_hour", 60, "per_day", 500),
		step([]string{write}, "per_hour", 30, "per_day", 500),
		removed,
	)
}

// TestAccClient_update sets and removes each attribute: only it is sent, and a removal restores the default.
func TestAccClient_update(t *testing.T) {
	n := acctest.New(t)
	n.Steps(t, clientType, n.ChangesInPlace(address, "clients", func(more ...any) map[string]any { return job(n, more...) }, map[string]acctest.Change{
		"name":                       acctest.ChangeToText(n.Prefix+" Ünïcode – renamed ✓", knownvalue.StringExact(n.Prefix+" job")),
		"description":                acctest.ChangeToText("Uploads timesheets every night", knownvalue.Null()),
		"grant_types":                acctest.ChangeTo([]string{"client_credentials", "password"}, acctest.StringSet("client_credentials", "password"), acctest.StringSet("client_credentials")),
		"token_endpoint_auth_method": acctest.ChangeToText("client_secret_basic", knownvalue.StringExact("client_secret_post")),
		"token_quota": acctest.ChangeTo(
			map[string]any{"per_hour": 60, "per_day": 500}, quotaOf(knownvalue.Int64Exact(60), knownvalue.Int64Exact(500), knownvalue.Bool(true)), knownvalue.Null(),
		),
		"organization_usage":          acctest.ChangeToText("require", knownvalue.StringExact("deny")),
		"default_organization_id":     acctest.ChangeToText("org_AbCdEfGh12345678", knownvalue.Null(), "default_organization"),
		"require_proof_of_possession": acctest.ChangeToTrue(),
		"client_metadata": acctest.ChangeTo(
			map[string]any{"team": "payroll", "cost": "42"},
			knownvalue.MapExact(map[string]knownvalue.Check{"team": knownvalue.StringExact("payroll"), "cost": knownvalue.StringExact("42")}), knownvalue.Null(),
		),
	})...)
}

// TestAccClient_metadataByKey changes, adds and removes keys of metadata, which the tenant merges.
func TestAccClient_metadataByKey(t *testing.T) {
	n := acctest.New(t)
	n.Steps(t, clientType,
		acctest.Step{Config: job(n, "client_metadata", map[string]any{"keep": "1", "change": "1", "go": "1"})},
		acctest.Step{
			Config: job(n, "client_metadata", map[string]any{"keep": "1", "change": "2", "come": "1"}),
			Checks: acctest.Checks{
				value("client_metadata", knownvalue.MapExact(map[string]knownvalue.Check{
					"keep": knownvalue.StringExact("1"), "change": knownvalue.StringExact("2"), "come": knownvalue.StringExact("1"),
				})),
				acctest.CheckTenant(func(ctx context.Context) error {
					client, err := findClient(ctx, n)
					if err == nil && (len(client.Metadata) != 3 || client.Metadata["change"] != "2") {
						return fmt.Errorf("the tenant has %v", client.Metadata)
					}
					return err
				}),
			},
		},
	)
}

// changeClient changes the client of the test outside Terraform.
func changeClient(t *testing.T, n *acctest.Tenant, act func(ctx context.Context, key tenant.ClientKey) error) func() {
	return acctest.ChangeTenant(t, func(ctx context.Context) error {
		client, err := findClient(ctx, n)
		if err != nil {
			return err
		}
		return act(ctx, tenant.ClientKey{ClientID: client.ClientID})
	})
}

// exists checks that the tenant has the client of the test.
func exists(n *acctest.Tenant) acctest.Check {
	return acctest.CheckTenant(func(ctx context.Context) error {
		_, err := findClient(ctx, n)
		return err
	})
}

func TestAccClient_disappears(t *testing.T) {
	n := acctest.New(t)
	n.Steps(t, clientType,
		acctest.Step{Config: job(n)},
		acctest.Step{Before: changeClient(t, n, n.Ports.Clients.Delete), Config: job(n), Action: acctest.Create, Checks: acctest.Checks{exists(n)}},
	)
}

// TestAccClient_drift changes attributes outside Terraform: the next plan shows the change, and the next apply reverts it.
func TestAccClient_drift(t *testing.T) {
	n := acctest.New(t)
	steps := []acctest.Step{{Config: job(n)}}
	for field, change := range map[string]tenant.Client{
		"description":                 {Description: "by hand"},
		"grant_types":                 {GrantTypes: []string{"client_credentials", "authorization_code"}},
		"token_endpoint_auth_method":  {TokenEndpointAuthMethod: "client_secret_basic"},
		"client_metadata":             {Metadata: map[string]string{"by": "hand"}},
		"name":                        {Name: "by hand"},
		"token_quota":                 {TokenQuota: tenant.TokenQuota{PerDay: 1}},
		"organization_usage":          {OrganizationUsage: "allow"},
		"default_organization":        {DefaultOrganization: "org_AbCdEfGh12345678"},
		"require_proof_of_possession": {RequireProof: true},
	} {
		steps = append(steps, acctest.Step{
			Before: changeClient(t, n, func(ctx context.Context, key tenant.ClientKey) error {
				_, err := n.Ports.Clients.Update(ctx, key, tenant.ClientUpdate{Planned: change})
				return err
			}),
			Config: job(n), Action: acctest.Update, Checks: acctest.Checks{n.ExpectWrites("PATCH clients/{id} " + field), exists(n)},
		})
	}
	n.Steps(t, clientType, steps...)
}

func TestAccClient_import(t *testing.T) {
	n := acctest.New(t)
	n.Steps(t, clientType,
		acctest.Step{Config: job(n)},
		acctest.Step{ImportBy: []string{"client_id"}, Config: job(n)},
		acctest.Step{ImportBy: []string{"name"}, Config: job(n)},
		acctest.Step{ImportID: "missing client", Config: job(n), Error: acctest.Words("Unable to import client", "missing client")},
	)
}

// expectSecret checks the secret of the client.
func expectSecret(n *acctest.Tenant, text string) acctest.Check {
	return acctest.CheckTenant(func(ctx context.Context) error {
		client, err := findClient(ctx, n)
		if err != nil {
			return err
		}
		got, err := n.Ports.Secrets.Client(ctx, client.ClientID)
		if err == nil && got.Value.Reveal() != text {
			return fmt.Errorf("the client has another secret than the expected one")
		}
		return err
	})
}

const (
	firstSecret, secondSecret = "canary-first-secret-0001", "canary-second-secret-0002"
	sendSecret                = "PATCH clients/{id} client_secret"
)

// TestAccClient_secret sets client_secret_wo with the CLI. The version is a number, a text, or the ID of a resource that is replaced,
// which is unknown in the plan.
func TestAccClient_secret(t *testing.T) {
	n := acctest.New(t)
	n.Versions = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)} // for client_secret_wo
	step := func(secret, name string, value config.Variable, checks ...acctest.Check) resource.TestStep {
		return resource.TestStep{ConfigVariables: config.Variables{"secret": config.StringVariable(secret), name: value}, ConfigStateChecks: checks}
	}
	n.Run(t,
		step(firstSecret, "secret_version", config.IntegerVariable(1),
			value("client_secret_wo", knownvalue.Null()), value("client_secret_wo_version", knownvalue.StringExact("1")), acctest.CheckTenant(n.ResetJournal)),
		step(secondSecret, "secret_version", config.StringVariable("1"), expectSecret(n, firstSecret), n.ExpectWrites()),
		step(secondSecret, "rotation", config.StringVariable("1"), expectSecret(n, secondSecret), n.ExpectWrites(sendSecret)),
	)
}

// TestAccClient_secretVersion sets client_secret_wo, which needs a second request in a create, and sends it again only if its version
// changes.
func TestAccClient_secretVersion(t *testing.T) {
	n := acctest.New(t)
	step := func(secret, version, expected string, writes ...string) acctest.Step {
		return acctest.Step{
			Config: job(n, "client_secret_wo", secret, "client_secret_wo_version", version),
			Checks: acctest.Checks{expectSecret(n, expected), value("client_secret_wo", knownvalue.Null()), n.ExpectWrites(writes...)},
		}
	}
	described := step(secondSecret, "1", firstSecret, "PATCH clients/{id} description")
	described.Config["description"] = "Uploads"
	const outside = "canary-third-secret-0003"
	outsideRotated := step(secondSecret, "2026-11-a", outside) // as AWS Secrets Manager does
	outsideRotated.Before = changeClient(t, n, func(ctx context.Context, key tenant.ClientKey) error {
		_, err := n.Ports.Clients.Update(ctx, key, tenant.ClientUpdate{Secret: secret.New(outside)})
		return err
	})
	n.Steps(t, clientType,
		step(firstSecret, "1", firstSecret, "POST clients app_type grant_types name token_endpoint_auth_method", sendSecret),
		step(secondSecret, "1", firstSecret),
		described,
		step(secondSecret, "1", firstSecret, "PATCH clients/{id} description"),
		step(secondSecret, "2026-11-a", secondSecret, sendSecret),
		outsideRotated,
	)
}
