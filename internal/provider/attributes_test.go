package provider_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/api"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/apiscope"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/client"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider/clientgrant"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// notRead lists the attributes that an import does not read from the tenant, with the reason.
var notRead = map[string]string{
	"timesheets_api.signing_secret_wo":           "write-only",
	"timesheets_api.signing_secret_wo_version":   "exists only in the state",
	"timesheets_api.deletion_protection":         "exists only in the state",
	"timesheets_client.client_secret_wo":         "write-only",
	"timesheets_client.client_secret_wo_version": "exists only in the state",
	"timesheets_client.deletion_protection":      "exists only in the state",
}

// notInData lists the attributes that data sources do not have although an import reads them, with the reason.
var notInData = map[string]string{
	"timesheets_client.private_key_jwt":     "needs an extra request",
	"timesheets_client_grant.organizations": "needs an extra request",
}

// attributesOf states how to create objects whose attributes have other values than their defaults.
type attributesOf struct {
	minimal map[string]any
	configs []map[string]any
	id      string // attribute with the import ID
	data    func(p *acctest.Protocol, state map[string]any) map[string]any
}

func attributeTable(t *testing.T, n *acctest.Tenant) map[string]attributesOf {
	t.Helper()
	identifier := "https://" + n.Prefix + ".example/"
	encryption := map[string]any{"format": nil, "encryption_key": map[string]any{"pem": newPublicKey(t), "algorithm": "RSA-OAEP-512", "name": "key", "kid": "2026"}}
	client := n.SilentClient(t, "job")
	p := n.Protocol(t)
	for _, name := range []string{"grants", "more-grants"} {
		p.Apply("timesheets_api", acctest.Stored{}, map[string]any{
			"name": name, "identifier": identifier + name, "scopes": map[string]any{"a": nil}, "authorization_details_types": []any{"payment"},
		})
	}
	grant := func(audience string, attributes map[string]any) map[string]any {
		attributes["client_id"], attributes["audience"] = client, identifier+audience
		return attributes
	}
	return map[string]attributesOf{
		"timesheets_api": {
			minimal: map[string]any{"name": "minimal", "identifier": identifier + "minimal"},
			configs: []map[string]any{{
				"name": "full", "identifier": identifier + "full", "signing_alg": "PS256", "scopes": map[string]any{"a": "A", "b": nil}, "token_lifetime": 3600,
				"token_lifetime_for_web": 600, "allow_offline_access": true, "skip_consent_for_verifiable_first_party_clients": true, "enforce_policies": true,
				"token_dialect": "rfc9068_profile_authz", "subject_type_authorization": map[string]any{"user": "deny_all", "client": "deny_all"},
				"allow_online_access": true, "allow_online_access_with_ephemeral_sessions": true, "consent_policy": "transactional-authorization-with-mfa",
				"authorization_details_types": []any{"payment"}, "authorization_policy_id": "apol_1", "token_encryption": encryption,
				"proof_of_possession": map[string]any{"mechanism": "dpop", "required": false, "required_for": "all_clients"},
			}},
			id: "identifier",
			data: func(p *acctest.Protocol, state map[string]any) map[string]any {
				return p.Data("timesheets_api", map[string]any{"id": state["id"]})
			},
		},
		"timesheets_client": {
			minimal: map[string]any{"name": "minimal"},
			configs: []map[string]any{
				{
					"name": "full", "description": "Job", "client_metadata": map[string]any{"team": "x"}, "grant_types": []any{"client_credentials", "password"},
					"token_endpoint_auth_method": "client_secret_basic", "token_quota": map[string]any{"per_hour": 60, "per_day": 600, "enforce": false},
					"organization_usage": "require", "default_organization_id": "org_AbCdEfGh12345678", "require_proof_of_possession": true,
				},
				{"name": "keys", "private_key_jwt": map[string]any{"2026": map[string]any{
					"pem": newPublicKey(t), "algorithm": "PS256", "expires_at": "2031-01-31T00:00:00Z", "key_id": nil,
				}}},
			},
			id: "client_id",
			data: func(p *acctest.Protocol, state map[string]any) map[string]any {
				return p.Data("timesheets_client", map[string]any{"client_id": state["client_id"]})
			},
		},
		"timesheets_client_grant": {
			minimal: grant("grants", map[string]any{"scopes": []any{}}),
			configs: []map[string]any{
				grant("more-grants", map[string]any{
					"scopes": []any{"a"}, "organization_usage": "require", "organizations": []any{n.Organization(t, "one")}, "authorization_details_types": []any{"payment"},
				}),
				grant("more-grants", map[string]any{
					"subject_type": "user", "scopes": nil, "allow_all_scopes": true, "organization_usage": "allow", "allow_any_organization": true,
				}),
			},
			id: "id",
			data: func(p *acctest.Protocol, state map[string]any) map[string]any {
				for _, one := range p.Data("timesheets_client_grants", map[string]any{"client_id": client, "audience": state["audience"]})["grants"].([]any) {
					if one := one.(map[string]any); one["id"] == state["id"] {
						return one
					}
				}
				return nil
			},
		},
		"timesheets_api_scope": {
			minimal: map[string]any{"identifier": identifier + "minimal", "value": "minimal"},
			configs: []map[string]any{{"identifier": identifier + "minimal", "value": "full", "description": "Full"}},
			id:      "id",
		},
	}
}

// TestAttributes creates objects whose attributes all have other values than their defaults. An import must find each value,
// so it is in the request and read from the response. The data source must have it, and the attribute table a row.
func TestAttributes(t *testing.T) {
	acctest.EmulatorOnly(t, "needs features of several subscription plans")
	n := acctest.New(t)
	table := attributeTable(t, n)
	for _, typeName := range []string{"timesheets_api", "timesheets_client", "timesheets_client_grant", "timesheets_api_scope"} {
		found, problem := map[string]bool{}, map[string]string{}
		create := func(config map[string]any) (imported, data map[string]any) {
			p := n.Protocol(t)
			created := p.Apply(typeName, acctest.Stored{}, config)
			id, _ := created.State[table[typeName].id].(string)
			found, diags := p.Import(typeName, id, nil)
			if diags != nil {
				t.Fatal(typeName, diags)
			}
			if table[typeName].data != nil {
				data = table[typeName].data(p, found.State)
			}
			return found.State, data
		}
		minimal, _ := create(table[typeName].minimal)
		for _, config := range table[typeName].configs {
			imported, data := create(config)
			for name, value := range imported {
				configured, read, usual := asJSON(t, config[name]), asJSON(t, value), asJSON(t, minimal[name])
				attribute := schemaOf(t, typeName).Attributes[name]
				switch {
				case config[name] == nil && attribute.IsOptional() || config[name] == nil && value == nil:
				case config[name] == nil:
					found[name] = true // computed
				case configured == usual && !attribute.IsRequired():
					problem[name] = "its value in attributeTable is the default, " + usual
				case configured != read:
					problem[name] = fmt.Sprintf("configured as %s and imported as %s: it is not converted to the request or from the response", configured, read)
				default:
					found[name] = true
				}
				if exempt := notInData[typeName+"."+name] != "" || notRead[typeName+"."+name] != ""; data != nil && !exempt && asJSON(t, data[name]) != read {
					t.Errorf("the data source of %s has %s %s, want %s", typeName, name, asJSON(t, data[name]), read)
				}
			}
		}
		for name := range schemaOf(t, typeName).Attributes {
			if _, exempt := notRead[typeName+"."+name]; !exempt && !found[name] {
				t.Errorf("%s.%s: %s", typeName, name, cmp.Or(problem[name], "attributeTable has no value for it"))
			}
			if !hasRow(t, typeName, name) {
				t.Errorf("README.md has no row for %s.%s", typeName, name)
			}
		}
	}
}

// asJSON returns a value as JSON, without the members that the tenant never returns.
func asJSON(t *testing.T, value any) string {
	t.Helper()
	content, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return notReturned.ReplaceAllString(string(content), "")
}

// notReturned matches keys in PEM, and computed attributes of nested objects.
var notReturned = regexp.MustCompile(`,?"(pem|key_id)":("[^"]*"|null)|,?"format":("compact-nested-jwe"|null)`)

func hasRow(t *testing.T, typeName, attribute string) bool {
	t.Helper()
	content, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(content), "\n## "+typeName+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	return strings.Contains(section, "\n| `"+attribute+"` |")
}

func schemaOf(t *testing.T, typeName string) schema.Schema {
	t.Helper()
	return resourceSchemas(t)[typeName]
}

// TestModels compares the fields of models with those of the domain types, because a conversion skips a field without a counterpart
// of the same name.
func TestModels(t *testing.T) {
	for name, c := range map[string]struct {
		model, object reflect.Type
		modelOnly     []string // not an Auth0 member, or in another object
		objectOnly    []string // not an attribute
	}{
		"API": {
			reflect.TypeFor[api.Model](), reflect.TypeFor[tenant.API](),
			[]string{"SigningSecretWO", "SigningSecretWOVersion", "DeletionProtection"},
			nil,
		},
		"scope": {reflect.TypeFor[apiscope.Model](), reflect.TypeFor[tenant.Scope](), []string{"ID", "Identifier", "APIID"}, []string{"Original"}},
		"client": {
			reflect.TypeFor[client.Model](), reflect.TypeFor[tenant.Client](),
			[]string{"ID", "PrivateKeyJWT", "ClientSecretWO", "ClientSecretWOVersion", "DeletionProtection"},
			[]string{"AppType", "AuthKind", "Credentials", "IsThirdParty", "IsGlobal"},
		},
		"client grant": {reflect.TypeFor[clientgrant.Model](), reflect.TypeFor[tenant.Grant](), nil, nil},
	} {
		for field := range c.model.Fields() {
			if _, same := c.object.FieldByName(field.Name); same == slices.Contains(c.modelOnly, field.Name) {
				t.Errorf("%s: the domain type has no field %s of the model, or modelOnly is wrong", name, field.Name)
			}
		}
		for field := range c.object.Fields() {
			if _, same := c.model.FieldByName(field.Name); same == slices.Contains(c.objectOnly, field.Name) {
				t.Errorf("%s: the model has no field %s of the domain type, or objectOnly is wrong", name, field.Name)
			}
		}
	}
}
