package accesscheck_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestAccAccessCheck_restrictions expects Auth0's message for every setting that restricts access, and true after it is
// reverted.
func TestAccAccessCheck_restrictions(t *testing.T) {
	acctest.EmulatorOnly(t, "needs organizations")
	n := acctest.New(t)
	acme := config.StringVariable(n.Organization(t, "acme"))
	of := func(name string, value config.Variable) config.Variables { return config.Variables{name: value} }
	text := config.StringVariable
	const required, notAllowed = "parameter organization is required for this client", "parameter organization is not allowed for this client"
	const notAuthorized = `Client "[^"]+" is not authorized to access resource server "https://[^"]+"`
	var steps []resource.TestStep
	step := func(variables config.Variables, checks ...statecheck.StateCheck) {
		steps = append(steps, resource.TestStep{ConfigDirectory: acctest.Fixture(t.Name()), ConfigVariables: variables, ConfigStateChecks: checks})
	}
	for _, c := range []struct {
		restricted config.Variables
		organized  bool // the request contains an organization
		reason     string
	}{
		{of("client_policy", text("deny_all")), false, notAuthorized + `\.$`},
		{of("granted", config.BoolVariable(false)), false, notAuthorized + `\. You need to create a "client-grant"`},
		{of("grant_types", config.SetVariable(text("authorization_code"))), false, "Grant type 'client_credentials' not allowed"},
		{of("grant_usage", text("require")), false, required},
		{of("client_usage", text("require")), false, required},
		{of("grant_usage", text("deny")), true, notAllowed},
		{of("client_usage", text("deny")), true, notAllowed},
		{of("any_organization", config.BoolVariable(false)), true, notAuthorized + ` for organization "org_`},
		{of("require_proof", config.BoolVariable(true)), false, "proof of possession is required for this client, and not supported by the resource server"},
	} {
		open := config.Variables{}
		organization := knownvalue.Check(knownvalue.Null())
		if c.organized {
			c.restricted["organization"], open["organization"] = acme, acme
			organization = knownvalue.NotNull()
		}
		step(c.restricted,
			value("test", "authorized", knownvalue.Bool(false)), value("test", "reason", matches(c.reason)),
			value("test", "scopes", knownvalue.Null()), value("test", "token_type", knownvalue.Null()), value("test", "bound_to_proof_key", knownvalue.Null()))
		step(open,
			value("test", "authorized", knownvalue.Bool(true)), value("test", "reason", knownvalue.Null()), value("test", "organization_id", organization))
	}
	n.Run(t, steps...)
}

// TestAccAccessCheck_proof expects a DPoP proof if one is required, and no result for an API that binds tokens to a
// certificate.
func TestAccAccessCheck_proof(t *testing.T) {
	acctest.EmulatorOnly(t, "needs proof of possession")
	n := acctest.New(t)
	acme := n.Organization(t, "acme")
	bound := func(tokenType string, bound bool) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			value("test", "authorized", knownvalue.Bool(true)), value("test", "token_type", knownvalue.StringExact(tokenType)),
			value("test", "bound_to_proof_key", knownvalue.Bool(bound)), value("test", "signature_verified", knownvalue.Bool(true)),
		}
	}
	dpop := func(more config.Variables) config.Variables {
		variables := config.Variables{"mechanism": config.StringVariable("dpop")}
		for name, value := range more {
			variables[name] = value
		}
		return variables
	}
	permitted := config.Variables{"required": config.BoolVariable(false)}
	var steps []resource.TestStep
	for _, c := range []struct {
		variables config.Variables
		checks    []statecheck.StateCheck
	}{
		{dpop(nil), bound("DPoP", true)},
		{dpop(permitted), bound("Bearer", false)},
		{dpop(config.Variables{"required_for": config.StringVariable("public_clients")}), bound("Bearer", false)},
		{dpop(config.Variables{"required": config.BoolVariable(false), "require_proof": config.BoolVariable(true)}), bound("DPoP", true)},
		{config.Variables{"mechanism": config.StringVariable("mtls")}, []statecheck.StateCheck{
			value("test", "authorized", knownvalue.Null()), value("test", "reason", matches(`TLS client certificate \(mTLS\)`)),
			value("test", "bound_to_proof_key", knownvalue.Null()),
		}},
		{config.Variables{"grant_usage": config.StringVariable("require"), "default_organization": config.StringVariable(acme)}, []statecheck.StateCheck{
			value("test", "authorized", knownvalue.Bool(true)), value("test", "organization_id", knownvalue.StringExact(acme)),
		}},
	} {
		steps = append(steps, resource.TestStep{ConfigDirectory: acctest.Fixture("TestAccAccessCheck_restrictions"), ConfigVariables: c.variables, ConfigStateChecks: c.checks})
	}
	n.Run(t, steps...)
}

// TestAccAccessCheck_nonce expects a new proof after the tenant required a nonce, and an empty second plan, because the result
// contains no key.
func TestAccAccessCheck_nonce(t *testing.T) {
	acctest.EmulatorOnly(t, "uses an option of the emulator")
	n := acctest.New(t, func(o *emulator.Options) { o.Switches.RequireProofNonce = true })
	n.Run(t, resource.TestStep{
		ConfigDirectory: acctest.Fixture("TestAccAccessCheck_restrictions"), ConfigVariables: config.Variables{"mechanism": config.StringVariable("dpop")},
		ConfigStateChecks: []statecheck.StateCheck{value("test", "authorized", knownvalue.Bool(true)), value("test", "bound_to_proof_key", knownvalue.Bool(true))},
	})
}

func matches(pattern string) knownvalue.Check {
	return knownvalue.StringRegexp(regexp.MustCompile(pattern))
}
