package reliability_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestFault23_MissingScope(t *testing.T) {
	proves(t, 23)
	s := open(t, "job")
	s.set("AUTH0_API_TOKEN", s.Server.Token("create:clients", "read:clients"))
	printed := s.apply(1)
	s.expect(printed, "lacks the Management API scope `create:resource_servers`", "insufficient_scope", "client grant on the Auth0 Management API")
	s.expectCalls("POST", apis, 1)
	s.agree()
	s.set("AUTH0_API_TOKEN", "")
	s.settled()
}

func TestFault24_PlanExhausted(t *testing.T) {
	proves(t, 24)
	subtest(t, "too many", "job", func(s *testbed) {
		s.dashboard("POST", apis, map[string]any{"name": "Other", "identifier": "https://other.example"}, nil)
		s.theirs()
		s.expect(s.apply(1), "too_many_entities", "The tenant's subscription plan allows no more objects of this kind")
		s.expectCalls("POST", apis, 1)
		s.agree()
	}, func(o *emulator.Options) { o.Limits = emulator.Limits{APIs: 1} })
	subtest(t, "not included", "client", func(s *testbed) {
		s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Status: 403, Body: `{"statusCode":403,"error":"Forbidden","message":"This feature is not enabled","errorCode":"feature_not_enabled"}`})
		s.expect(s.apply(1), "The tenant's subscription plan does not include this feature")
		s.settled()
	})
}

// TestFault25_Refused rejects an update with a message that contains a value of the request.
func TestFault25_Refused(t *testing.T) {
	proves(t, 25)
	s := open(t, "secretive")
	s.write("tokens.tf", tokensOfJob)
	s.apply(0)
	s.set("TF_VAR_description", "changed")
	body := `{"statusCode":400,"error":"Bad Request","message":"Payload validation error: 'String does not match' on property description. You sent ` +
		s.canaries["the provider's secret"] + `","errorCode":"invalid_body"}`
	s.inject(emulator.Fault{Method: "PATCH", Route: aClient, Status: 400, Body: body})
	s.expect(s.apply(1), "with timesheets_client.job", `description = var.description`, "on property description", "Correct `description` and apply again")
	s.expectCalls("PATCH", aClient, 2) // the first one set the secret
	s.settled()
	s.shown()
}

func TestFault26_DroppedValue(t *testing.T) {
	proves(t, 26)
	subtest(t, "in an update", "job", func(s *testbed) {
		s.apply(0)
		s.set("TF_VAR_granted", `["batch:upload", "read:timesheets"]`)
		grant := s.objects()["timesheets_client_grant"][0]
		s.when("PATCH", grants, 1, func() { // the request has no effect
			s.inject(emulator.Fault{
				Method: "PATCH", Route: aGrant, Nth: 1, Status: 200,
				Body: `{"id":"` + grant.ID + `","client_id":"` + grant.ClientID + `","audience":"` + grant.Audience + `","scope":["batch:upload"],"subject_type":"client"}`,
			})
		})
		s.expect(s.apply(1), "did not keep what was sent for `scope`", "The state contains the values of the tenant")
		s.agree()
		s.settled()
	})
	subtest(t, "in a create", "client", func(s *testbed) {
		s.when("POST", clients, 1, func() {
			s.inject(emulator.Fault{
				Method: "POST", Route: clients, Nth: 1, Status: 201,
				Body: `{"client_id":"dropped00000000000000000000000000","name":"Timesheets Import Job","app_type":"non_interactive","grant_types":["client_credentials"],"token_endpoint_auth_method":"client_secret_post"}`,
			})
		})
		s.expect(s.apply(0), "Warning: Client differs from the configuration", "did not keep what was sent for `description`")
		if stored := s.objects()["timesheets_client"]; len(stored) != 1 {
			s.t.Errorf("the state contains %v", stored)
		}
		s.settled() // no object has that ID, so it is created again
	})
}

func TestFault27_UnknownValue(t *testing.T) {
	proves(t, 27)
	s := open(t, "job")
	s.apply(0)
	api := s.objects()["timesheets_api"][0]
	s.inject(emulator.Fault{Method: "GET", Route: anAPI, Body: `{"id":"` + api.ID + `","name":"Timesheets API","identifier":"` + api.Identifier + `","is_system":false,` +
		`"scopes":[{"value":"batch:upload","description":"Upload timesheets in bulk","colour":"green"},{"value":"read:timesheets","description":"Read timesheets"}],` +
		`"signing_alg":"ML-DSA-65","token_lifetime":86400,"token_lifetime_for_web":7200,"token_dialect":"quantum","enforce_policies":false,"allow_offline_access":false,` +
		`"skip_consent_for_verifiable_first_party_clients":false,"subject_type_authorization":{"user":{"policy":"allow_all"},"client":{"policy":"require_client_grant"},"robot":{"policy":"deny_all"}},` +
		`"invented":{"later":[1,2]}}`})
	s.expect(s.plan(pending), `"ML-DSA-65" -> "RS256"`, `"quantum" -> "access_token"`)
	s.steady()
}

func TestFault28_WrongCredentials(t *testing.T) {
	proves(t, 28)
	s := open(t, "job")
	wrong := s.canaries["the job's secret"]
	for name, broken := range map[string]map[string]string{
		"secret":   {"AUTH0_CLIENT_SECRET": wrong},
		"audience": {"AUTH0_AUDIENCE": "https://elsewhere.example/api/v2/"},
		"client":   {"AUTH0_CLIENT_ID": "missing"},
	} {
		s.Server.ResetJournal()
		for variable, value := range broken {
			s.set(variable, value)
		}
		s.expect(s.apply(1), "could not get a token for the Management API", "The provider's credentials are rejected")
		s.expectCalls("POST", tokens, 1)
		if requests := len(s.Server.Journal()); requests != 1 {
			t.Errorf("%s: the tenant received %d requests, want 1", name, requests)
		}
		for variable := range broken {
			s.set(variable, s.Environment[variable])
		}
	}
	s.set("AUTH0_CLIENT_SECRET", " ")
	s.expect(s.apply(1), "Missing client_secret", "AUTH0_CLIENT_SECRET", "it is empty")
	s.set("AUTH0_CLIENT_SECRET", s.Environment["AUTH0_CLIENT_SECRET"])
	s.settled()
}

func TestFault29_TokenExpires(t *testing.T) {
	proves(t, 29)
	subtest(t, "unexpectedly", "job", func(s *testbed) { // the tenant's clock advances by a day between two creates
		s.when("POST", grants, 1, func() { s.Server.Shift(25 * time.Hour) })
		s.apply(0)
		s.expectCalls("POST", tokens, 2)
		s.expectCalls("POST", grants, 2)
		s.Server.Shift(-25 * time.Hour)
		s.steady()
	})
	subtest(t, "as announced", "job", func(s *testbed) {
		s.dashboard("PATCH", apis+"/"+url.PathEscape(s.Server.ManagementAudience()), map[string]any{"token_lifetime": 15, "token_lifetime_for_web": 15}, nil)
		s.set("TF_CLI_ARGS_apply", "-parallelism=1")
		s.inject(emulator.Fault{Method: "POST", Route: clients, Nth: 1, Delay: 13 * time.Second}) // four fifths of the token's lifetime have passed
		s.apply(0)
		for _, entry := range s.Server.Journal() {
			if entry.Status == http.StatusUnauthorized {
				s.t.Errorf("%s %s was sent with an expired token", entry.Method, entry.Route)
			}
		}
		s.expectCalls("POST", tokens, 2)
		s.steady()
	})
}

func TestFault30_Revoked(t *testing.T) {
	proves(t, 30)
	s := open(t, "job")
	s.when("POST", grants, 1, func() {
		s.inject(emulator.Fault{Status: 401, Body: `{"statusCode":401,"error":"Unauthorized","message":"Invalid token"}`})
	})
	printed := s.apply(1)
	s.expect(printed, "Unable to create client grant", "Invalid token")
	s.expectCalls("POST", grants, 1) // no new token was available
	s.agree()
	s.settled()
}

// TestFault31_CopiedCredentials uses credentials with the changes that copying through other tools causes.
func TestFault31_CopiedCredentials(t *testing.T) {
	proves(t, 31)
	subtest(t, "secret", "job", func(s *testbed) {
		s.set("AUTH0_CLIENT_SECRET", " "+s.Environment["AUTH0_CLIENT_SECRET"]+"\r\n")
		s.settled()
		s.set("AUTH0_CLIENT_SECRET", "split\n"+s.Environment["AUTH0_CLIENT_SECRET"])
		s.expect(s.plan(1), "it holds control characters, such as a line end in its middle")
	})
	subtest(t, "private key", "client", func(s *testbed) {
		private := s.withKey()
		for _, form := range copies(private) {
			s.set("AUTH0_CLIENT_ASSERTION_PRIVATE_KEY", form)
			s.apply(0)
		}
		s.steady()
		s.set("AUTH0_CLIENT_ASSERTION_PRIVATE_KEY", private[:len(private)/2])
		s.expect(s.plan(1), "client_assertion_private_key")
	})
}

func TestFault32_OwnCredentials(t *testing.T) {
	proves(t, 32)
	writeOnly(t)
	s := open(t, empty)
	own := s.Server.Terraform().ClientID
	s.write("main.tf", `
variable "client_secret" {
  type      = string
  ephemeral = true
}

import {
  to = timesheets_client.own
  id = "`+own+`"
}

resource "timesheets_client" "own" {
  name                     = "Terraform"
  client_secret_wo         = var.client_secret
  client_secret_wo_version = 1
}
`)
	s.expect(s.apply(1), "Client is the provider's own", "a new secret invalidates the one that it uses")
	s.behind(func(ctx context.Context) error {
		_, err := s.Ports.Clients.Get(ctx, tenant.ClientKey{ClientID: own})
		return err
	})
	s.expectCalls("PATCH", aClient, 0)
}
