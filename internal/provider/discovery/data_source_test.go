package discovery_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

const discoveryRoute = "/.well-known/openid-configuration"

func value(attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue("data.timesheets_tenant.test", tfjsonpath.New(attribute), want)
}

func TestAccTenant(t *testing.T) {
	n := acctest.New(t)
	domain := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(n.Environment["AUTH0_DOMAIN"], "https://"), "http://"), "/")
	scheme := "https://"
	if n.Server != nil {
		scheme = "http://"
	}
	at := func(path string) knownvalue.Check { return knownvalue.StringExact(scheme + domain + path) }
	audience := at("/api/v2/")
	if set := n.Environment["AUTH0_AUDIENCE"]; set != "" {
		audience = knownvalue.StringExact(set)
	}
	n.Run(t, resource.TestStep{ConfigStateChecks: []statecheck.StateCheck{
		value("domain", knownvalue.StringExact(domain)),
		value("issuer", at("/")),
		value("jwks_uri", at("/.well-known/jwks.json")),
		value("token_endpoint", at("/oauth/token")),
		value("management_audience", audience),
	}})
}

// The document is public: the provider requests no token for it, so wrong credentials do not matter.
func TestAccTenant_noToken(t *testing.T) {
	acctest.EmulatorOnly(t, "uses wrong credentials")
	n := acctest.New(t)
	n.Environment["AUTH0_CLIENT_SECRET"] = "wrong"
	n.Run(t, resource.TestStep{ConfigDirectory: acctest.Fixture("TestAccTenant"), ConfigStateChecks: []statecheck.StateCheck{value("issuer", knownvalue.NotNull())}})
	for _, entry := range n.Server.Journal() {
		if entry.Route != discoveryRoute && entry.UserAgent != "acctest" && strings.HasPrefix(entry.UserAgent, "terraform-provider") {
			t.Errorf("the provider sent %s %s", entry.Method, entry.Path)
		}
	}
}

// With a custom domain, the audience is the configured one and does not follow the domain.
func TestAccTenant_audience(t *testing.T) {
	acctest.EmulatorOnly(t, "has an audience of its own")
	n := acctest.New(t)
	const audience = "https://example.eu.auth0.com/api/v2/"
	n.Environment["AUTH0_AUDIENCE"] = audience
	n.Run(t, resource.TestStep{ConfigDirectory: acctest.Fixture("TestAccTenant"), ConfigStateChecks: []statecheck.StateCheck{
		value("management_audience", knownvalue.StringExact(audience)),
	}})
}

// A response that is not the discovery document of the configured domain is an error.
func TestAccTenant_foreign(t *testing.T) {
	acctest.EmulatorOnly(t, "changes responses")
	n := acctest.New(t)
	address := n.Server.URL()
	var steps []resource.TestStep
	for _, c := range []struct {
		fault emulator.Fault
		says  []string
	}{
		{emulator.Fault{Body: "<html>Sign in to the network</html>", ContentType: "text/html"}, []string{"The response is not from Auth0"}},
		{emulator.Fault{Answer: map[string]any{"issuer": "https://other.eu.auth0.com/"}}, []string{"the issuer in the response is not " + address + "/"}},
		{emulator.Fault{Answer: map[string]any{"issuer": address}}, []string{"the issuer in the response is not " + address + "/"}},
		{emulator.Fault{Answer: map[string]any{"issuer": nil}}, []string{"the issuer in the response is not"}},
		{emulator.Fault{Answer: map[string]any{"jwks_uri": "https://other.eu.auth0.com/.well-known/jwks.json"}}, []string{"jwks_uri in the response is not an address below"}},
		{emulator.Fault{Answer: map[string]any{"token_endpoint": address + "/"}}, []string{"token_endpoint in the response is not an address below"}},
		{emulator.Fault{Status: 404, Body: `{"statusCode":404,"error":"Not Found","message":"Not Found"}`, ContentType: "application/json"}, []string{"The response is not from Auth0"}},
	} {
		steps = append(steps, resource.TestStep{
			PreConfig: func() {
				n.Server.ClearFaults()
				c.fault.Route = discoveryRoute
				if err := n.Server.Inject(c.fault); err != nil {
					t.Fatal(err)
				}
			},
			ConfigDirectory: acctest.Fixture("TestAccTenant"), ExpectError: acctest.Words(append([]string{"Unable to read tenant"}, c.says...)...),
		})
	}
	n.Run(t, steps...)
}
