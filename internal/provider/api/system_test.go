package api_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// systemAPI identifies an API that Auth0 created.
type systemAPI struct{ identifier, name string }

// step returns a step that applies the API with more attributes: names and values in turn.
func (s systemAPI) step(more []any, checks ...acctest.Check) acctest.Step {
	return acctest.Step{Config: acctest.With(map[string]any{"identifier": s.identifier, "name": s.name}, more...), Checks: checks}
}

// rejected returns a step with an error.
func (s systemAPI) rejected(more []any, phrases ...string) acctest.Step {
	step := s.step(more)
	step.Error = acctest.Words(append([]string{"API is a system API"}, phrases...)...)
	return step
}

// subjects checks subject_type_authorization of the API of the test.
func subjects(user, client string) acctest.Check {
	return value("subject_type_authorization", subjectsOf(user, client))
}

// clientSubject and userSubject return the attribute subject_type_authorization.
func clientSubject(value string) []any {
	return []any{"subject_type_authorization", map[string]any{"client": value}}
}

func userSubject(value string) []any {
	return []any{"subject_type_authorization", map[string]any{"user": value}}
}

// TestAccAPI_systemCreated creates a system API: omitted attributes have the tenant's values, and the second plan is empty.
func TestAccAPI_systemCreated(t *testing.T) {
	acctest.EmulatorOnly(t, "must not change the system APIs of a real tenant")
	n := acctest.New(t)
	s := systemAPI{n.Server.URL() + "/me/", "Auth0 My Account API"}
	n.Steps(t, apiType,
		s.rejected([]any{"name", "Ours"}, `Set name = "Auth0 My Account API"`),
		s.rejected([]any{"scopes", map[string]any{"read:me": nil}}, "determines scopes", "Remove the attribute"),
		s.rejected([]any{"enforce_policies", true}, "determines enforce_policies"),
		s.rejected(clientSubject("require_client_grant"), "determines subject_type_authorization"),
		s.step(nil, n.ExpectWrites("POST resource-servers identifier name"), subjects("require_client_grant", "deny_all"),
			value("token_lifetime", knownvalue.Int64Exact(600)), value("allow_offline_access", knownvalue.Bool(true)), value("is_system", knownvalue.Bool(true))),
		s.step(userSubject("deny_all"), subjects("deny_all", "deny_all"), n.ExpectWrites("PATCH resource-servers/{id} subject_type_authorization")),
		s.step([]any{"token_lifetime", 300}, subjects("deny_all", "deny_all"), n.ExpectWrites("PATCH resource-servers/{id} token_lifetime token_lifetime_for_web")),
		s.rejected(clientSubject("require_client_grant"), "subject_type_authorization.client"),
		s.rejected([]any{"enforce_policies", true}, "enforce_policies"),
		s.step(nil, n.ExpectWrites(), value("token_lifetime", knownvalue.Int64Exact(300))),
		acctest.Step{Forget: true},
	)
}

// eachMerge runs a test on a tenant that merges objects, and on one that replaces them.
func eachMerge(t *testing.T, test func(t *testing.T, n *acctest.Tenant)) {
	for _, replaces := range []bool{false, true} {
		t.Run(fmt.Sprintf("replaces %v", replaces), func(t *testing.T) {
			test(t, acctest.New(t, func(o *emulator.Options) { o.Switches.ReplaceObjects = replaces }))
		})
	}
}

// TestAccAPI_systemSubjects changes subject_type_authorization of a system API: only the half that can be changed is sent, and a change
// of the other half is rejected in the plan. Nothing is lost if the tenant replaces objects.
func TestAccAPI_systemSubjects(t *testing.T) {
	acctest.EmulatorOnly(t, "must not change the system API of a real tenant")
	eachMerge(t, func(t *testing.T, n *acctest.Tenant) {
		s := systemAPI{n.Server.URL() + "/api/v2/", "Auth0 Management API"}
		imported := s.step(nil, n.ExpectWrites())
		imported.ImportID = s.identifier
		n.Steps(t, apiType,
			imported,
			s.step(userSubject("deny_all"), n.ExpectWrites("PATCH resource-servers/{id} subject_type_authorization"), subjects("deny_all", "require_client_grant")),
			s.rejected(clientSubject("deny_all"), "subject_type_authorization.client"),
			acctest.Step{Forget: true},
		)
	})
}

// TestAccAPI_subjects expects that the unchanged half of subject_type_authorization is kept, whether the tenant merges objects or
// replaces them.
func TestAccAPI_subjects(t *testing.T) {
	eachMerge(t, func(t *testing.T, n *acctest.Tenant) {
		step := func(subject map[string]any, user string) acctest.Step {
			return acctest.Step{Config: api(n, "subject_type_authorization", acctest.With(subject, "client", "deny_all")), Checks: acctest.Checks{subjects(user, "deny_all")}}
		}
		n.Steps(t, apiType,
			step(nil, "allow_all"),
			step(map[string]any{"user": "deny_all"}, "deny_all"),
			step(map[string]any{"user": "require_client_grant"}, "require_client_grant"),
		)
	})
}

// TestAccAPI_systemUpdated expects that a create of a system API also sends the configured values.
func TestAccAPI_systemUpdated(t *testing.T) {
	acctest.EmulatorOnly(t, "must not change the system APIs of a real tenant")
	n := acctest.New(t)
	s := systemAPI{"urn:auth0:express-configure", "Okta OIN Express Configuration API"}
	n.Steps(t, apiType,
		s.step(append(userSubject("deny_all"), "token_lifetime", 120, "allow_offline_access", true),
			n.ExpectWrites("POST resource-servers allow_offline_access identifier name subject_type_authorization token_lifetime token_lifetime_for_web",
				"PATCH resource-servers/{id} subject_type_authorization token_lifetime"),
			subjects("deny_all", "deny_all"), value("token_lifetime", knownvalue.Int64Exact(120)), value("token_lifetime_for_web", knownvalue.Int64Exact(120)),
			value("enforce_policies", knownvalue.Bool(true))),
		acctest.Step{Forget: true},
	)
}

// TestAccAPI_system imports an API that Auth0 created: it can be neither deleted nor renamed.
func TestAccAPI_system(t *testing.T) {
	acctest.EmulatorOnly(t, "must not change the system API of a real tenant")
	n := acctest.New(t)
	s := systemAPI{n.Server.URL() + "/api/v2/", "Auth0 Management API"}
	imported := s.step(nil, value("is_system", knownvalue.Bool(true)))
	imported.ImportID = s.identifier
	destroy := s.rejected(nil, "removed")
	destroy.Destroy = true
	n.Steps(t, apiType,
		imported, destroy,
		s.rejected([]any{"name", "Ours"}, "name"),
		s.rejected([]any{"proof_of_possession", map[string]any{"mechanism": "dpop"}}, "proof_of_possession", "Set the value that the tenant has"),
		acctest.Step{Forget: true},
	)
	if writes := n.Writes(); len(writes) > 0 {
		t.Errorf("the provider wrote %q", writes)
	}
}
