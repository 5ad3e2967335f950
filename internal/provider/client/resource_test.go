package client_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const address = "timesheets_client.test"

func value(attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want)
}

func key(n *acctest.Tenant) tenant.ClientKey { return tenant.ClientKey{Name: n.Prefix + " job"} }

// findClient returns the client of the test.
func findClient(ctx context.Context, n *acctest.Tenant) (tenant.Client, error) {
	return n.Ports.Clients.Get(ctx, key(n))
}

func stringSet(values ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, 0, len(values))
	for _, value := range values {
		checks = append(checks, knownvalue.StringExact(value))
	}
	return knownvalue.SetExact(checks)
}

func TestAccClient_basic(t *testing.T) {
	n := acctest.New(t)
	n.Run(t, resource.TestStep{
		ConfigStateChecks: []statecheck.StateCheck{
			value("name", knownvalue.StringExact(n.Prefix+" job")),
			value("client_id", knownvalue.NotNull()),
			value("description", knownvalue.Null()),
			value("client_metadata", knownvalue.Null()),
			value("grant_types", stringSet("client_credentials")),
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
		},
	})
}

// quotaOf returns a quota. limits contains names and numbers.
func quotaOf(limits ...any) config.Variable {
	entries := map[string]config.Variable{}
	for i := 0; i < len(limits); i += 2 {
		name, _ := limits[i].(string)
		count, _ := limits[i+1].(int)
		entries[name] = config.IntegerVariable(count)
	}
	return config.ObjectVariable(entries)
}

// TestAccClient_quotaLimitRemoved removes one of two limits, although the tenant merges a new quota into the existing one.
func TestAccClient_quotaLimitRemoved(t *testing.T) {
	n := acctest.New(t)
	fixture := config.StaticDirectory("testdata/TestAccClient_update")
	limits := func(limits ...any) config.Variables { return config.Variables{"token_quota": quotaOf(limits...)} }
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture, ConfigVariables: limits("per_hour", 60, "per_day", 500), ConfigStateChecks: []statecheck.StateCheck{
			n.ExpectWrites("POST clients app_type grant_types name token_endpoint_auth_method token_quota"),
		}},
		resource.TestStep{ConfigDirectory: fixture, ConfigVariables: limits("per_hour", 30, "per_day", 500), ConfigStateChecks: []statecheck.StateCheck{
			n.ExpectWrites("PATCH clients/{id} token_quota"),
		}},
		resource.TestStep{ConfigDirectory: fixture, ConfigVariables: limits("per_hour", 30), ConfigStateChecks: []statecheck.StateCheck{
			n.ExpectWrites("PATCH clients/{id} token_quota", "PATCH clients/{id} token_quota"),
			acctest.CheckTenant(func(ctx context.Context) error {
				client, err := findClient(ctx, n)
				if want := (tenant.TokenQuota{PerHour: 30, Enforce: true}); err == nil && client.TokenQuota != want {
					return fmt.Errorf("the quota is %v, want %v", client.TokenQuota, want)
				}
				return err
			}),
		}},
	)
}

func TestAccClient_update(t *testing.T) {
	for variable, u := range map[string]struct {
		value           config.Variable
		check, restored knownvalue.Check
	}{
		"name":                       {config.StringVariable("Ünïcode – renamed ✓"), nil, nil},
		"description":                {config.StringVariable("Uploads timesheets every night"), knownvalue.StringExact("Uploads timesheets every night"), knownvalue.Null()},
		"grant_types":                {config.SetVariable(config.StringVariable("client_credentials"), config.StringVariable("password")), stringSet("client_credentials", "password"), stringSet("client_credentials")},
		"token_endpoint_auth_method": {config.StringVariable("client_secret_basic"), knownvalue.StringExact("client_secret_basic"), knownvalue.StringExact("client_secret_post")},
		"token_quota": {
			quotaOf("per_hour", 60, "per_day", 500),
			knownvalue.ObjectExact(map[string]knownvalue.Check{"per_hour": knownvalue.Int64Exact(60), "per_day": knownvalue.Int64Exact(500), "enforce": knownvalue.Bool(true)}),
			knownvalue.Null(),
		},
		"organization_usage":          {config.StringVariable("require"), knownvalue.StringExact("require"), knownvalue.StringExact("deny")},
		"default_organization":        {config.StringVariable("org_AbCdEfGh12345678"), knownvalue.StringExact("org_AbCdEfGh12345678"), knownvalue.Null()},
		"require_proof_of_possession": {config.BoolVariable(true), knownvalue.Bool(true), knownvalue.Bool(false)},
		"client_metadata": {
			config.MapVariable(map[string]config.Variable{"team": config.StringVariable("payroll"), "cost": config.StringVariable("42")}),
			knownvalue.MapExact(map[string]knownvalue.Check{"team": knownvalue.StringExact("payroll"), "cost": knownvalue.StringExact("42")}),
			knownvalue.Null(),
		},
	} {
		t.Run(variable, func(t *testing.T) {
			n := acctest.New(t)
			fixture := config.StaticDirectory("testdata/TestAccClient_update")
			if variable == "name" {
				u.check, u.restored = knownvalue.StringExact(n.Prefix+" Ünïcode – renamed ✓"), knownvalue.StringExact(n.Prefix+" job")
			}
			same := statecheck.CompareValue(compare.ValuesSame())
			id := func() statecheck.StateCheck { return same.AddStateValue(address, tfjsonpath.New("client_id")) }
			inPlace := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)}}
			change := n.ExpectWrites("PATCH clients/{id} " + variable)
			attribute := variable
			if variable == "default_organization" {
				attribute = "default_organization_id"
			}
			n.Run(t,
				resource.TestStep{ConfigDirectory: fixture, ConfigStateChecks: []statecheck.StateCheck{id(), acctest.CheckTenant(n.ResetJournal)}},
				resource.TestStep{
					ConfigDirectory: fixture, ConfigVariables: config.Variables{variable: u.value}, ConfigPlanChecks: inPlace,
					ConfigStateChecks: []statecheck.StateCheck{id(), value(attribute, u.check), change},
				},
				resource.TestStep{
					ConfigDirectory: fixture, ConfigPlanChecks: inPlace,
					ConfigStateChecks: []statecheck.StateCheck{id(), value(attribute, u.restored), change},
				},
			)
		})
	}
}

// TestAccClient_metadataByKey changes, adds and removes keys of metadata, which the tenant merges.
func TestAccClient_metadataByKey(t *testing.T) {
	n := acctest.New(t)
	fixture := config.StaticDirectory("testdata/TestAccClient_update")
	notes := func(entries map[string]string) config.Variables {
		variables := map[string]config.Variable{}
		for key, value := range entries {
			variables[key] = config.StringVariable(value)
		}
		return config.Variables{"client_metadata": config.MapVariable(variables)}
	}
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture, ConfigVariables: notes(map[string]string{"keep": "1", "change": "1", "go": "1"})},
		resource.TestStep{
			ConfigDirectory: fixture, ConfigVariables: notes(map[string]string{"keep": "1", "change": "2", "come": "1"}),
			ConfigStateChecks: []statecheck.StateCheck{
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

func TestAccClient_disappears(t *testing.T) {
	n := acctest.New(t)
	fixture := config.StaticDirectory("testdata/TestAccClient_basic")
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture},
		resource.TestStep{
			PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
				client, err := findClient(ctx, n)
				if err != nil {
					return err
				}
				return n.Ports.Clients.Delete(ctx, tenant.ClientKey{ClientID: client.ClientID})
			}),
			ConfigDirectory: fixture,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate),
			}},
			ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(func(ctx context.Context) error {
				_, err := findClient(ctx, n)
				return err
			})},
		},
	)
}

// TestAccClient_drift changes attributes outside Terraform: the next plan shows the change, and the next apply reverts it.
func TestAccClient_drift(t *testing.T) {
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
		t.Run(field, func(t *testing.T) {
			n := acctest.New(t)
			fixture := config.StaticDirectory("testdata/TestAccClient_basic")
			n.Run(t,
				resource.TestStep{ConfigDirectory: fixture, ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
				resource.TestStep{
					PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
						client, err := findClient(ctx, n)
						if err == nil {
							_, err = n.Ports.Clients.Update(ctx, tenant.ClientKey{ClientID: client.ClientID}, tenant.ClientUpdate{Planned: change})
						}
						return err
					}),
					ConfigDirectory: fixture,
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					}},
					ConfigStateChecks: []statecheck.StateCheck{n.ExpectWrites("PATCH clients/{id} " + field), acctest.CheckTenant(func(ctx context.Context) error {
						_, err := findClient(ctx, n)
						return err
					})},
				},
			)
		})
	}
}

func TestAccClient_import(t *testing.T) {
	n := acctest.New(t)
	fixture := config.StaticDirectory("testdata/TestAccClient_basic")
	n.Run(t,
		resource.TestStep{ConfigDirectory: fixture},
		resource.TestStep{
			ConfigDirectory: fixture, ResourceName: address, ImportState: true, ImportStateVerify: true,
			ImportStateVerifyIdentifierAttribute: "client_id", ImportStateIdFunc: acctest.Attribute(address, "client_id"),
		},
		resource.TestStep{
			ConfigDirectory: fixture, ResourceName: address, ImportState: true, ImportStateVerify: true,
			ImportStateVerifyIdentifierAttribute: "client_id", ImportStateIdFunc: acctest.Attribute(address, "name"),
		},
		resource.TestStep{
			ConfigDirectory: fixture, ResourceName: address, ImportState: true, ImportStateId: "missing client",
			ExpectError: acctest.Words("Unable to import client", "missing client"),
		},
	)
}

// TestAccClient_secret sets client_secret_wo, which needs a second request in a create, and sends it again only if its version
// changes. The version is a number, a text, or the ID of a resource that is replaced, which is unknown in the plan.
func TestAccClient_secret(t *testing.T) {
	n := acctest.New(t)
	n.Versions = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)} // for client_secret_wo
	number, text := config.IntegerVariable[int], config.StringVariable
	versioned := func(secret string, version config.Variable) config.Variables {
		return config.Variables{"secret": text(secret), "secret_version": version}
	}
	rotated := func(secret, rotation string) config.Variables {
		return config.Variables{"secret": text(secret), "rotation": text(rotation)}
	}
	expectSecret := func(text string) statecheck.StateCheck {
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
	described := versioned("canary-second-secret-0002", number(1))
	described["description"] = text("Uploads")
	const sent = "PATCH clients/{id} client_secret"
	const first, second, outside = "canary-first-secret-0001", "canary-second-secret-0002", "canary-third-secret-0003"
	n.Run(t,
		resource.TestStep{ConfigVariables: versioned(first, number(1)), ConfigStateChecks: []statecheck.StateCheck{
			expectSecret(first), value("client_secret_wo", knownvalue.Null()), value("client_secret_wo_version", knownvalue.StringExact("1")),
			n.ExpectWrites("POST clients app_type grant_types name token_endpoint_auth_method", sent),
		}},
		resource.TestStep{ConfigVariables: versioned(second, number(1)), ConfigStateChecks: []statecheck.StateCheck{expectSecret(first), n.ExpectWrites()}},
		resource.TestStep{ConfigVariables: described, ConfigStateChecks: []statecheck.StateCheck{expectSecret(first), n.ExpectWrites("PATCH clients/{id} description")}},
		resource.TestStep{ConfigVariables: versioned(second, number(1)), ConfigStateChecks: []statecheck.StateCheck{acctest.CheckTenant(n.ResetJournal)}},
		resource.TestStep{ConfigVariables: versioned(second, text("1")), ConfigStateChecks: []statecheck.StateCheck{expectSecret(first), n.ExpectWrites()}},
		resource.TestStep{ConfigVariables: versioned(second, text("2026-11-a")), ConfigStateChecks: []statecheck.StateCheck{expectSecret(second), n.ExpectWrites(sent)}},
		resource.TestStep{ConfigVariables: rotated(first, "1"), ConfigStateChecks: []statecheck.StateCheck{expectSecret(first), n.ExpectWrites(sent)}},
		resource.TestStep{ConfigVariables: rotated(second, "1"), ConfigStateChecks: []statecheck.StateCheck{expectSecret(first), n.ExpectWrites()}},
		resource.TestStep{ConfigVariables: rotated(second, "2"), ConfigStateChecks: []statecheck.StateCheck{expectSecret(second), n.ExpectWrites(sent)}},
		resource.TestStep{ // rotated outside Terraform, as AWS Secrets Manager does
			PreConfig: acctest.ChangeTenant(t, func(ctx context.Context) error {
				client, err := findClient(ctx, n)
				if err == nil {
					_, err = n.Ports.Clients.Update(ctx, tenant.ClientKey{ClientID: client.ClientID}, tenant.ClientUpdate{Secret: secret.New(outside)})
				}
				return errors.Join(err, n.ResetJournal(ctx))
			}),
			ConfigVariables: rotated(second, "2"), ConfigStateChecks: []statecheck.StateCheck{expectSecret(outside), n.ExpectWrites()},
		},
	)
}
