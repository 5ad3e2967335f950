package provider_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// object is the configuration of a resource.
type object = map[string]any

// TestIgnoreChanges changes and omits every attribute of every resource, each with ignore_changes: nothing is rejected, and
// nothing is planned.
func TestIgnoreChanges(t *testing.T) {
	acctest.EmulatorOnly(t, "creates objects that need a paid plan")
	tried := map[string]bool{}
	for name, c := range map[string]struct {
		typeName        string
		applied, others object
		together        map[string][]string // attributes that are valid together only
		required        []string
	}{
		"API": {
			typeName: "timesheets_api",
			applied: object{
				"name": "A", "identifier": "https://a.example", "signing_alg": "RS512",
				"scopes": object{"read:a": "A"}, "deletion_protection": true, "subject_type_authorization": object{"user": "deny_all", "client": "require_client_grant"},
				"token_lifetime": 3600, "token_lifetime_for_web": 600, "allow_offline_access": true, "skip_consent_for_verifiable_first_party_clients": true,
				"enforce_policies": true, "token_dialect": "access_token_authz", "allow_online_access": true, "allow_online_access_with_ephemeral_sessions": true,
				"consent_policy": "transactional-authorization-with-mfa", "authorization_details_types": []string{"payment"}, "authorization_policy_id": "policy",
				"proof_of_possession": object{"mechanism": "dpop", "required": false, "required_for": nil},
			},
			others: object{
				"name": "B", "identifier": "https://b.example", "signing_alg": "RS256",
				"scopes": object{"read:b": "B"}, "deletion_protection": false, "subject_type_authorization": object{"user": "allow_all", "client": "deny_all"},
				"token_lifetime": 7200, "token_lifetime_for_web": 300, "allow_offline_access": false, "skip_consent_for_verifiable_first_party_clients": false,
				"enforce_policies": false, "token_dialect": "access_token", "allow_online_access": false, "allow_online_access_with_ephemeral_sessions": false,
				"consent_policy": nil, "authorization_details_types": []string{"other"}, "authorization_policy_id": "another",
				"proof_of_possession": object{"mechanism": "dpop", "required": true, "required_for": nil},
				"token_encryption":    nil,
			},
			together: map[string][]string{"allow_online_access": {"allow_online_access_with_ephemeral_sessions"}},
			required: []string{"name", "identifier"},
		},
		"API with a signing secret": {
			typeName: "timesheets_api",
			applied: object{
				"name": "A", "identifier": "https://a.example", "signing_alg": "HS256", "signing_secret_wo": "0123456789abcdef", "signing_secret_wo_version": "1",
			},
			others:   object{"signing_secret_wo": "fedcba9876543210", "signing_secret_wo_version": "2"},
			together: map[string][]string{"signing_secret_wo": {"signing_secret_wo_version"}, "signing_secret_wo_version": {"signing_secret_wo"}},
		},
		"scope": {
			typeName: "timesheets_api_scope",
			applied:  object{"identifier": "https://seeded.example", "value": "read:a", "description": "A"},
			others:   object{"identifier": "https://b.example", "value": "read:b", "description": "B"},
			required: []string{"identifier", "value"},
		},
		"client with a secret": {
			typeName: "timesheets_client",
			applied: object{
				"name": "A", "description": "a", "client_metadata": object{"a": "1"}, "grant_types": []string{"client_credentials", "password"},
				"token_endpoint_auth_method": "client_secret_basic", "token_quota": object{"per_hour": 100, "per_day": nil, "enforce": false},
				"organization_usage": "allow", "default_organization_id": "org_AbCdEfGh12345678", "require_proof_of_possession": true,
				"client_secret_wo": strings.Repeat("s", 48), "client_secret_wo_version": "1",
			},
			others: object{
				"name": "B", "description": "b", "client_metadata": object{"b": "1"}, "grant_types": []string{"client_credentials"},
				"token_endpoint_auth_method": "client_secret_post", "token_quota": object{"per_hour": 200, "per_day": 300, "enforce": true},
				"organization_usage": "require", "default_organization_id": "org_AbCdEfGh87654321", "require_proof_of_possession": false,
				"client_secret_wo": strings.Repeat("t", 48), "client_secret_wo_version": "2", "private_key_jwt": nil, "deletion_protection": true,
			},
			together: map[string][]string{"client_secret_wo": {"client_secret_wo_version"}, "client_secret_wo_version": {"client_secret_wo"}},
			required: []string{"name"},
		},
		"grant": {
			typeName: "timesheets_client_grant",
			applied: object{
				"audience": "https://seeded.example", "subject_type": "client", "scopes": []string{"read:seeded"},
				"organization_usage": "allow", "allow_any_organization": true, "authorization_details_types": []string{"payment"},
			},
			others: object{
				"audience": "https://b.example", "client_id": "other", "subject_type": "user", "scopes": []string{}, "allow_all_scopes": false,
				"organization_usage": "require", "allow_any_organization": false, "authorization_details_types": []string{"other"},
				"organizations": []string{"org_AbCdEfGh12345678"},
			},
			together: map[string][]string{"organizations": {"allow_any_organization"}},
			required: []string{"client_id", "audience", "scopes"},
		},
	} {
		for attribute := range c.others {
			tried[c.typeName+"."+attribute] = true
		}
		t.Run(name, func(t *testing.T) {
			n := acctest.New(t)
			seeded := tenant.API{
				Name: "Seeded", Identifier: "https://seeded.example", Scopes: []tenant.Scope{{Value: "read:seeded"}},
				TokenLifetime: tenant.DefaultTokenLifetime, TokenLifetimeForWeb: tenant.DefaultTokenLifetimeForWeb,
			}
			if _, err := n.Ports.APIs.Create(t.Context(), tenant.NewAPI{API: seeded}); err != nil {
				t.Fatal(err)
			}
			p := n.Protocol(t)
			if c.typeName == "timesheets_client_grant" {
				c.applied["client_id"] = p.Apply("timesheets_client", acctest.Stored{}, object{"name": "job"}).State["client_id"]
			}
			prior := p.Read(c.typeName, p.Apply(c.typeName, acctest.Stored{}, c.applied))
			for _, attribute := range slices.Sorted(maps.Keys(c.others)) {
				ignored := append([]string{attribute}, c.together[attribute]...)
				configs := map[string]object{"changed": maps.Clone(c.applied)}
				for _, name := range ignored {
					configs["changed"][name] = c.others[name]
				}
				if !slices.Contains(c.required, attribute) {
					configs["omitted"] = maps.Clone(c.applied)
					for _, name := range ignored {
						delete(configs["omitted"], name)
					}
				}
				for change, config := range configs {
					planned, errors := n.Protocol(t).Ignore(c.typeName, prior, config, ignored...)
					if len(errors) > 0 || !reflect.DeepEqual(planned, prior.State) {
						t.Errorf("%s is %s and ignored: errors %q, planned\n%v\nwant\n%v", attribute, change, errors, planned, prior.State)
					}
				}
			}
		})
	}
	for typeName, described := range resourceSchemas(t) {
		for name, attribute := range described.Attributes {
			if (attribute.IsOptional() || attribute.IsRequired()) && !tried[typeName+"."+name] {
				t.Errorf("%s.%s: no case has another value of it", typeName, name)
			}
		}
	}
}

// TestIgnoreChanges_scopes ignores the scopes of an API that the configuration omits, next to a resource for one of them:
// after an import, and after the API managed the scopes itself.
func TestIgnoreChanges_scopes(t *testing.T) {
	n := acctest.New(t)
	w := n.Workspace(t)
	api := func(more string) string {
		return fmt.Sprintf("resource \"timesheets_api\" \"a\" {\n  name = \"A\"\n  identifier = \"https://%s.example\"\n  %s\n}\n", n.Prefix, more)
	}
	single := `
resource "timesheets_api_scope" "s" {
  identifier  = timesheets_api.a.identifier
  value       = "read:a"
  description = "A"
}
`
	imports := fmt.Sprintf(`
import {
  to = timesheets_api.a
  id = "https://%[1]s.example"
}
import {
  to = timesheets_api_scope.s
  id = "https://%[1]s.example read:a"
}
`, n.Prefix)
	const ignore = "lifecycle {\n    ignore_changes = [scopes]\n  }"
	w.Write("main.tf", api(`scopes = { "read:a" = "A" }`))
	w.Succeed("apply", "-auto-approve")
	w.Write("main.tf", api(ignore)+single+imports)
	w.Succeed("apply", "-auto-approve")
	w.Succeed("plan", "-detailed-exitcode")
	w.Succeed("state rm", "timesheets_api.a", "timesheets_api_scope.s")
	w.Succeed("apply", "-auto-approve")
	w.Succeed("plan", "-detailed-exitcode")
	w.Succeed("plan", "-detailed-exitcode", "-refresh=false")
	w.Write("main.tf", api(`scopes = { "read:a" = "A" }`+"\n"+ignore)+single)
	if printed, ok := w.Run("plan"); ok || !acctest.Words("Conflicting scope management").MatchString(printed) {
		t.Errorf("ignore_changes permits what is rejected without it:\n%s", printed)
	}
}
