package provider_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// TestSuggestions expects suggestions only if the correct value is certain. They are never insecure, never fail in the next
// run, and never guess free text.
func TestSuggestions(t *testing.T) {
	const api, client, grant = "timesheets_api", "timesheets_client", "timesheets_client_grant"
	for name, c := range map[string]struct {
		resource string
		block    map[string]tftypes.Value
		want     string // the end of the error
	}{
		"three algorithms are as close": {
			api,
			map[string]tftypes.Value{"signing_alg": text("ES256")},
			"\"ES256\" is not one of `RS256`, `HS256`, `RS512` or `PS256`.",
		},
		"algorithm in lower case": {api, map[string]tftypes.Value{"signing_alg": text("rs256")}, `Did you mean "RS256"?`},
		"beginning of a dialect":  {api, map[string]tftypes.Value{"token_dialect": text("rfc9068")}, `Did you mean "rfc9068_profile"?`},
		"two scopes in one text": {
			grant,
			map[string]tftypes.Value{"scopes": set("batch:upload read:timesheets")},
			`These are 2 scopes: write each one separately, "batch:upload" and "read:timesheets".`,
		},
		"free text as a scope":  {grant, map[string]tftypes.Value{"scopes": set("upload timesheets")}, "a quotation mark or a backslash."},
		"name as a client ID":   {grant, map[string]tftypes.Value{"client_id": text("Timesheets Import Job"), "scopes": set("a")}, "If it is the name of a client, write timesheets_client.NAME.client_id instead."},
		"identifier with space": {api, map[string]tftypes.Value{"identifier": text("https://api.m.example v1")}, "because import IDs and tokens separate values by spaces."},
		"identifier of a dot":   {api, map[string]tftypes.Value{"identifier": text(".")}, "so no request could address the object."},
		"audience of two dots":  {grant, map[string]tftypes.Value{"audience": text(".."), "scopes": set("a")}, "so no request could address the object."},
		"no lifetime":           {api, map[string]tftypes.Value{"token_lifetime": number(0)}, "or omit the attribute for the default of 86400."},
		"short secret": {
			client,
			map[string]tftypes.Value{"client_secret_wo": text("short"), "client_secret_wo_version": text("1")},
			"Generate it with `ephemeral \"random_password\"` and length = 32, which is not stored in the state.",
		},
		"keys as a method": {
			client,
			map[string]tftypes.Value{"token_endpoint_auth_method": text("private_key_jwt")},
			"To authenticate with keys, remove this attribute and set the attribute `private_key_jwt` with a public key.",
		},
		"second key of another kind": {
			client,
			map[string]tftypes.Value{"private_key_jwt": keys(map[string]string{"a": newPublicKey(t), "b": ellipticKey})},
			`-----BEGIN PUBLIC KEY-----".`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := validationErrors(t, c.resource, c.block); !strings.HasSuffix(got, c.want) || strings.Contains(got, "\n") {
				t.Errorf("the error is\n  %s\nwant one that ends with\n  %s", got, c.want)
			}
		})
	}
	key := validationErrors(t, client, map[string]tftypes.Value{"private_key_jwt": keys(map[string]string{"a": newPublicKey(t), "b": ellipticKey})})
	if want := `AttributeName("private_key_jwt").ElementKeyString("b").AttributeName("pem"): Invalid private_key_jwt["b"].pem: `; !strings.HasPrefix(key, want) {
		t.Errorf("the error is %s, want %s", key, want)
	}
}

// ellipticKey is a public key of a type that Auth0 does not accept here.
const ellipticKey = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9\nq9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==\n-----END PUBLIC KEY-----\n"

// TestEmptyValuesAreAccepted accepts values that mean the same as omitted ones, because modules use them as defaults.
func TestEmptyValuesAreAccepted(t *testing.T) {
	none := tftypes.NewValue(tftypes.String, nil)
	if got := validationErrors(t, "timesheets_client", map[string]tftypes.Value{
		"description": text(""), "client_metadata": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"owner": text("a"), "team": none}),
	}); got != "" {
		t.Error(got)
	}
}

// TestSuggestionsTakeLittleTime expects that a plan with a thousand wrong scopes of the maximum length takes less than two
// seconds, or less than ten with the race detector, which slows the program down several times.
func TestSuggestionsTakeLittleTime(t *testing.T) {
	limit := 2 * time.Second
	if raceDetector {
		limit = 10 * time.Second
	}
	for name, length := range map[string]int{"longest scopes": 280, "longest scopes with a suggestion": 64} {
		t.Run(name, func(t *testing.T) {
			right, wrong := map[string]string{}, []string{}
			for i := range 1000 {
				body := strings.Repeat(string(rune('a'+i%26))+string(rune('a'+i/26)), length)
				right[("r:" + body)[:length]], wrong = "", append(wrong, ("w:x" + body)[:length])
			}
			p := newPlanner(t)
			kind := p.schema.ResourceSchemas["timesheets_api"].ValueType()
			none, err := nullOf(kind)
			if err != nil {
				t.Fatal(err)
			}
			p.request(t, "timesheets_api", none, map[string]tftypes.Value{"name": text("API"), "identifier": text("urn:api"), "scopes": texts(right)})
			if none, err = nullOf(p.schema.ResourceSchemas["timesheets_client_grant"].ValueType()); err != nil {
				t.Fatal(err)
			}
			before := processorTime(t)
			resp := p.request(t, "timesheets_client_grant", none, map[string]tftypes.Value{"client_id": text("job"), "audience": text("urn:api"), "scopes": set(wrong...)})
			if took := processorTime(t) - before; len(resp.Diagnostics) < 1000 || took > limit {
				t.Errorf("%d errors after %s of processor time, want 1000 in less than %s", len(resp.Diagnostics), took, limit)
			}
		})
	}
}

// processorTime returns the CPU time of this process, which does not depend on the load of the machine as the clock does.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// TestValidValues accepts values at the limits, and unknown values.
func TestValidValues(t *testing.T) {
	unknown := tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	for name, c := range map[string]struct {
		resource string
		block    map[string]tftypes.Value
	}{
		"at the limits": {"timesheets_api", map[string]tftypes.Value{
			"name": text(strings.Repeat("é", 200)), "identifier": text(strings.Repeat("a", 600)), "scopes": texts(many(1000)),
			"token_lifetime": number(2592000), "token_lifetime_for_web": number(2592000),
		}},
		"unknown": {"timesheets_api", map[string]tftypes.Value{"name": unknown, "identifier": unknown, "signing_alg": unknown}},
		"metadata at the limits": {"timesheets_client", map[string]tftypes.Value{
			"description": text(strings.Repeat("d", 140)), "client_metadata": texts(map[string]string{strings.Repeat("k", 255): strings.Repeat("v", 255)}),
		}},
		"no scopes at all": {"timesheets_client_grant", map[string]tftypes.Value{"scopes": set()}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := validationErrors(t, c.resource, c.block); got != "" {
				t.Errorf("unexpected errors: %s", got)
			}
		})
	}
}
