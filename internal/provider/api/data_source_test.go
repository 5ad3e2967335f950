package api_test

import (
	"reflect"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

func TestAccAPIDataSource(t *testing.T) {
	n := acctest.New(t)
	api := n.CreateAPI(t, tenant.Scope{Value: "batch:upload", Description: "Upload"}, tenant.Scope{Value: "read:timesheets"})
	for _, config := range []map[string]any{{"identifier": api.Identifier}, {"id": api.ID}} {
		n.Protocol(t).ExpectData(apiType, config, map[string]any{
			"name":                   n.Prefix + " API",
			"identifier":             n.Identifier(),
			"id":                     api.ID,
			"signing_alg":            "RS256",
			"token_lifetime":         int64(86400),
			"token_lifetime_for_web": int64(7200),
			"is_system":              false,
			"scopes":                 map[string]any{"batch:upload": "Upload", "read:timesheets": nil},
		})
	}
}

func TestAccAPIDataSource_mistakes(t *testing.T) {
	p := acctest.New(t).Protocol(t)
	p.ExpectDataErrors(apiType, nil, "Exactly one of id and identifier must be set", "exactly one of")
	p.ExpectDataErrors(apiType, map[string]any{"id": "x", "identifier": "x"}, "Exactly one of id and identifier must be set")
	p.ExpectDataErrors(apiType, map[string]any{"identifier": "https://missing.example"}, "Unable to read API", "https://missing.example")
}

func TestAccAPIDataSource_denied(t *testing.T) {
	acctest.EmulatorOnly(t, "mints a token of chosen scopes")
	p := acctest.New(t).WithToken("read:clients").Protocol(t)
	p.ExpectDataErrors(apiType, map[string]any{"identifier": "x"}, "Unable to read API", "read:resource_servers")
}

// TestAccAPIDataSource_encryption reads an API with an encryption key: Auth0 never returns the PEM text, so the data source has no
// attribute for it.
func TestAccAPIDataSource_encryption(t *testing.T) {
	acctest.EmulatorOnly(t, "not every tenant's subscription plan includes token encryption")
	n := acctest.New(t)
	p := n.Protocol(t)
	p.Apply(apiType, acctest.Stored{}, api(n, "token_encryption", map[string]any{"encryption_key": map[string]any{"pem": encryptionPEM(), "kid": "2026"}}))
	want := map[string]any{"format": "compact-nested-jwe", "encryption_key": map[string]any{"name": nil, "algorithm": "RSA-OAEP-256", "kid": "2026"}}
	if got := p.Data(apiType, map[string]any{"identifier": n.Identifier()})["token_encryption"]; !reflect.DeepEqual(got, want) {
		t.Errorf("token_encryption is %v, want %v", got, want)
	}
}
