package provider_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
)

// validationErrors validates a resource over the provider protocol, as `terraform validate` does. It returns a line for each
// error, with the attribute path. Required attributes that are not in block get a value.
func validationErrors(t *testing.T, resource string, block map[string]tftypes.Value) string {
	t.Helper()
	server := providerserver.NewProtocol6(provider.New("test")())()
	schema, err := server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]tftypes.Value{}
	maps.Copy(given, block)
	for _, attribute := range schema.ResourceSchemas[resource].Block.Attributes {
		if _, written := block[attribute.Name]; attribute.Required && !written {
			given[attribute.Name] = text("required")
		}
	}
	resp, err := server.ValidateResourceConfig(context.Background(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: resource, Config: objectOf(t, schema.ResourceSchemas[resource].ValueType(), given),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, d := range resp.Diagnostics {
		lines = append(lines, fmt.Sprintf("%s: %s: %s", d.Attribute, d.Summary, d.Detail))
	}
	return strings.Join(lines, "\n")
}

// mistakes contains common mistakes with the exact errors. They are detected without requests.
var mistakes = map[string]struct {
	resource string
	block    map[string]tftypes.Value
	want     string
}{
	"API name with brackets": {
		"timesheets_api",
		map[string]tftypes.Value{"name": text("<API>")},
		`AttributeName("name"): Invalid name: It contains < or >, which Auth0 rejects.`,
	},
	"API name of spaces": {
		"timesheets_api",
		map[string]tftypes.Value{"name": text("  ")},
		`AttributeName("name"): Invalid name: It is empty. Write a name such as "Timesheets API".`,
	},
	"long API name": {
		"timesheets_api",
		map[string]tftypes.Value{"name": text(strings.Repeat("é", 201))},
		`AttributeName("name"): Invalid name: It has 201 characters; at most 200 are allowed.`,
	},
	"empty identifier": {
		"timesheets_api",
		map[string]tftypes.Value{"identifier": text("")},
		`AttributeName("identifier"): Invalid identifier: It is empty. Write for example "https://api.timesheets.example/v1".`,
	},
	"identifier with a space": {
		"timesheets_api",
		map[string]tftypes.Value{"identifier": text("https://api example")},
		`AttributeName("identifier"): Invalid identifier: It contains a space or a control character. An identifier contains neither, because import IDs and tokens separate values by spaces.`,
	},
	"ID of an API": {
		"timesheets_client_grant",
		map[string]tftypes.Value{"scopes": set(), "audience": text("65f0c1d2a3b4c5d6e7f80912")},
		`AttributeName("audience"): Invalid audience: "65f0c1d2a3b4c5d6e7f80912" has the form of the ID of an API. Write its identifier: timesheets_api.NAME.identifier, or the one that the dashboard shows.`,
	},
	"long identifier": {
		"timesheets_api",
		map[string]tftypes.Value{"identifier": text(strings.Repeat("a", 601))},
		`AttributeName("identifier"): Invalid identifier: It has 601 characters; at most 600 are allowed.`,
	},
	"algorithm in lower case": {
		"timesheets_api",
		map[string]tftypes.Value{"signing_alg": text("rs256")},
		`AttributeName("signing_alg"): Invalid signing_alg: "rs256" is not one of ` + "`RS256`, `HS256`, `RS512` or `PS256`" + `. Did you mean "RS256"?`,
	},
	"scope with a space": {
		"timesheets_api",
		map[string]tftypes.Value{"scopes": texts(map[string]string{"batch upload": ""})},
		`AttributeName("scopes").ElementKeyString("batch upload"): Invalid scopes["batch upload"]: The scope "batch upload" contains a space, a control character, a quotation mark or a backslash.`,
	},
	"scope with a quotation mark": {
		"timesheets_api",
		map[string]tftypes.Value{"scopes": texts(map[string]string{`"read"`: ""})},
		`AttributeName("scopes").ElementKeyString(""read""): Invalid scopes["\"read\""]: The scope "\"read\"" contains a space, a control character, a quotation mark or a backslash.`,
	},
	"scope with a control character": {
		"timesheets_api",
		map[string]tftypes.Value{"scopes": texts(map[string]string{"read\x07": ""})},
		`AttributeName("scopes").ElementKeyString("read` + "\a" + `"): Invalid scopes["read\a"]: The scope "read\a" contains a space, a control character, a quotation mark or a backslash.`,
	},
	"empty scope": {
		"timesheets_api",
		map[string]tftypes.Value{"scopes": texts(map[string]string{"": ""})},
		`AttributeName("scopes").ElementKeyString(""): Invalid scopes[""]: The scope is empty. Write for example "batch:upload".`,
	},
	"long scope": {
		"timesheets_api_scope",
		map[string]tftypes.Value{"value": text(strings.Repeat("s", 281))},
		`AttributeName("value"): Invalid value: The scope has 281 characters; at most 280 are allowed.`,
	},
	"long scope description": {
		"timesheets_api",
		map[string]tftypes.Value{"scopes": texts(map[string]string{"read": strings.Repeat("d", 501)})},
		`AttributeName("scopes").ElementKeyString("read"): Invalid scopes["read"]: The description has 501 characters; at most 500 are allowed.`,
	},
	"too many scopes": {
		"timesheets_api",
		map[string]tftypes.Value{"scopes": texts(many(1001))},
		`AttributeName("scopes"): Invalid scopes: There are 1001 scopes; an API can have at most 1000.`,
	},
	"lifetime of nothing": {
		"timesheets_api",
		map[string]tftypes.Value{"token_lifetime": number(0)},
		`AttributeName("token_lifetime"): Invalid token_lifetime: 0 seconds are not allowed: write a whole number from 1 to 2592000, or omit the attribute for the default of 86400.`,
	},
	"lifetime of ages": {
		"timesheets_api",
		map[string]tftypes.Value{"token_lifetime": number(2592001)},
		`AttributeName("token_lifetime"): Invalid token_lifetime: 2592001 seconds are not allowed: write a whole number from 1 to 2592000, or omit the attribute for the default of 86400.`,
	},
	"longer for the web": {
		"timesheets_api",
		map[string]tftypes.Value{"token_lifetime": number(600), "token_lifetime_for_web": number(601)},
		`AttributeName("token_lifetime_for_web"): Invalid token_lifetime_for_web: 601 seconds exceed token_lifetime, which is 600. Set at most 600, or a longer token_lifetime.`,
	},
	"short signing secret": {
		"timesheets_api",
		map[string]tftypes.Value{"signing_alg": text("HS256"), "signing_secret_wo": text("canary"), "signing_secret_wo_version": text("1")},
		`AttributeName("signing_secret_wo"): Invalid signing_secret_wo: The secret is too short: at least 16 characters are required. Generate it with ` + "`ephemeral \"random_password\"`" + ` and length = 32, which is not stored in the state.`,
	},
	"signing secret without a version": {
		"timesheets_api",
		map[string]tftypes.Value{"signing_alg": text("HS256"), "signing_secret_wo": text("canary-0123456789")},
		`AttributeName("signing_secret_wo_version"): Missing signing_secret_wo_version: ` + "`signing_secret_wo` is set: write `signing_secret_wo_version = 1` too, and change it whenever the secret changes.",
	},
	"signing secret for RS256": {
		"timesheets_api",
		map[string]tftypes.Value{"signing_secret_wo": text("canary-0123456789"), "signing_secret_wo_version": text("1")},
		`AttributeName("signing_secret_wo"): Invalid signing_secret_wo: A signing secret can only be used with HS256. Set signing_alg = "HS256", or remove the secret.`,
	},
	"long client description": {
		"timesheets_client",
		map[string]tftypes.Value{"description": text(strings.Repeat("d", 141))},
		`AttributeName("description"): Invalid description: It has 141 characters; 0 to 140 are allowed.`,
	},
	"too much metadata": {
		"timesheets_client",
		map[string]tftypes.Value{"client_metadata": texts(many(11))},
		`AttributeName("client_metadata"): Invalid client_metadata: There are 11 entries; a client can have at most 10.`,
	},
	"metadata with null entries": {
		"timesheets_client",
		map[string]tftypes.Value{"client_metadata": withElements(texts(many(10)), tftypes.NewValue(tftypes.String, nil), tftypes.NewValue(tftypes.String, tftypes.UnknownValue))},
		"",
	},
	"too much metadata with a null entry": {
		"timesheets_client",
		map[string]tftypes.Value{"client_metadata": withElements(texts(many(11)), tftypes.NewValue(tftypes.String, nil))},
		`AttributeName("client_metadata"): Invalid client_metadata: There are 11 entries; a client can have at most 10.`,
	},
	"client name of spaces": {
		"timesheets_client",
		map[string]tftypes.Value{"name": text("  ")},
		`AttributeName("name"): Invalid name: It is empty. Write a name such as "Timesheets import job".`,
	},
	"long metadata key": {
		"timesheets_client",
		map[string]tftypes.Value{"client_metadata": texts(map[string]string{strings.Repeat("k", 256): ""})},
		`AttributeName("client_metadata").ElementKeyString("` + strings.Repeat("k", 256) + `"): Invalid client_metadata["` + strings.Repeat("k", 60) + `…"]: The key "` + strings.Repeat("k", 256) + `" has 256 characters; 1 to 255 are allowed.`,
	},
	"metadata key with an accent": {
		"timesheets_client",
		map[string]tftypes.Value{"client_metadata": texts(map[string]string{"café": ""})},
		`AttributeName("client_metadata").ElementKeyString("café"): Invalid client_metadata["café"]: The key "café" contains a character that is not ASCII, or a control character.`,
	},
	"long metadata value": {
		"timesheets_client",
		map[string]tftypes.Value{"client_metadata": texts(map[string]string{"k": strings.Repeat("v", 256)})},
		`AttributeName("client_metadata").ElementKeyString("k"): Invalid client_metadata["k"]: The value of "k" has 256 characters; at most 255 are allowed.`,
	},
	"no grant type": {
		"timesheets_client",
		map[string]tftypes.Value{"grant_types": set()},
		`AttributeName("grant_types"): Invalid grant_types: It is empty. Write ["client_credentials"], or omit the attribute.`,
	},
	"misspelled grant type": {
		"timesheets_client",
		map[string]tftypes.Value{"grant_types": set("client-credentials", "http://auth0.com/oauth/grant-type/password-realm", "refresh_token")},
		`AttributeName("grant_types").ElementKeyValue(tftypes.String<"client-credentials">): Invalid grant_types: "client-credentials" is not a valid grant type. Did you mean "client_credentials"?`,
	},
	"secret version alone": {
		"timesheets_client",
		map[string]tftypes.Value{"client_secret_wo_version": text("1")},
		`AttributeName("client_secret_wo"): Missing client_secret_wo: ` + "`client_secret_wo_version` is set: write `client_secret_wo` too, or remove the version.",
	},
	"empty version of a client secret": {
		"timesheets_client",
		map[string]tftypes.Value{"client_secret_wo": text("canary-canary-canary"), "client_secret_wo_version": text("")},
		`AttributeName("client_secret_wo_version"): Invalid client_secret_wo_version: It is empty, so a later change of the secret would not be detected. Write a version such as "1", and change it whenever the secret changes.`,
	},
	"empty version of a signing secret": {
		"timesheets_api",
		map[string]tftypes.Value{"signing_alg": text("HS256"), "signing_secret_wo": text("canary-canary-canary"), "signing_secret_wo_version": text("")},
		`AttributeName("signing_secret_wo_version"): Invalid signing_secret_wo_version: It is empty, so a later change of the secret would not be detected. Write a version such as "1", and change it whenever the secret changes.`,
	},
	"short client secret": {
		"timesheets_client",
		map[string]tftypes.Value{"client_secret_wo": text("canary"), "client_secret_wo_version": text("1")},
		`AttributeName("client_secret_wo"): Invalid client_secret_wo: The secret is too short: at least 16 characters are required. Generate it with ` + "`ephemeral \"random_password\"`" + ` and length = 32, which is not stored in the state.`,
	},
	"private key for the encryption of tokens": {
		"timesheets_api",
		map[string]tftypes.Value{"token_encryption": encryption("-----BEGIN RSA PRIVATE KEY-----\ncanary", "k")},
		`AttributeName("token_encryption").AttributeName("encryption_key").AttributeName("pem"): Invalid token_encryption.encryption_key.pem: The value is a private key, so it is not shown here. ` +
			"Only the job must have it: write its public key, which `openssl pkey -pubout` prints. If the private key has been committed or planned before, generate a new key pair.",
	},
	"long key for the encryption of tokens": {
		"timesheets_api",
		map[string]tftypes.Value{"token_encryption": encryption(publicKey+strings.Repeat("\n", 4096), "k")},
		`AttributeName("token_encryption").AttributeName("encryption_key").AttributeName("pem"): Invalid token_encryption.encryption_key.pem: The value has 4546 bytes; at most 4096 are allowed. ` +
			"Write the public key alone instead of a certificate.",
	},
	"key without a name for the encryption of tokens": {
		"timesheets_api",
		map[string]tftypes.Value{"token_encryption": encryption(publicKey, "")},
		`AttributeName("token_encryption").AttributeName("encryption_key").AttributeName("name"): Invalid token_encryption.encryption_key.name: It has 0 characters; 1 to 128 are allowed.`,
	},
	"consent policy by half": {
		"timesheets_api",
		map[string]tftypes.Value{"consent_policy": text("transactional-authorization")},
		`AttributeName("consent_policy"): Invalid consent_policy: "transactional-authorization" is not one of ` + "`transactional-authorization-with-mfa`" +
			`. Did you mean "transactional-authorization-with-mfa"?`,
	},
	"proof of an unknown mechanism": {
		"timesheets_api",
		map[string]tftypes.Value{"proof_of_possession": proof("dop")},
		`AttributeName("proof_of_possession").AttributeName("mechanism"): Invalid proof_of_possession.mechanism: "dop" is not one of ` + "`dpop` or `mtls`" + `. Did you mean "dpop"?`,
	},
	"quota without a limit": {
		"timesheets_client",
		map[string]tftypes.Value{"token_quota": quota(0)},
		`AttributeName("token_quota"): Invalid token_quota: The quota has no limit. ` + "Set `per_hour`, `per_day` or both, or remove `token_quota`.",
	},
	"quota below one": {
		"timesheets_client",
		map[string]tftypes.Value{"token_quota": quota(-1)},
		`AttributeName("token_quota").AttributeName("per_hour"): Invalid token_quota.per_hour: -1 is not allowed: write a whole number from 1 to 2147483647, or omit the attribute for no such limit.`,
	},
	"organization by its name": {
		"timesheets_client",
		map[string]tftypes.Value{"default_organization_id": text("acme")},
		`AttributeName("default_organization_id"): Invalid default_organization_id: "acme" is not a valid organization ID. ` +
			"Write the ID that the dashboard shows, which begins with org_, and not the name.",
	},
	"private key for a public one": {
		"timesheets_client",
		map[string]tftypes.Value{"private_key_jwt": keys(map[string]string{"job": "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----"})},
		`AttributeName("private_key_jwt").ElementKeyString("job").AttributeName("pem"): Invalid private_key_jwt["job"].pem: The value is a private key, so it is not shown here. Only the job must have it: ` +
			"write its public key, which `openssl pkey -pubout` prints. If the private key has been committed or planned before, generate a new key pair.",
	},
	"key that is none": {
		"timesheets_client",
		map[string]tftypes.Value{"private_key_jwt": keys(map[string]string{"job": "ssh-rsa canary"})},
		`AttributeName("private_key_jwt").ElementKeyString("job").AttributeName("pem"): Invalid private_key_jwt["job"].pem: It cannot be used: it is not valid PEM. ` +
			`Write a public RSA key or a certificate in PEM, which begins with "-----BEGIN PUBLIC KEY-----".`,
	},
	"no keys": {
		"timesheets_client",
		map[string]tftypes.Value{"private_key_jwt": keys(nil)},
		`AttributeName("private_key_jwt"): Invalid private_key_jwt: It is empty. Write one key, or omit the attribute so that the client uses a secret.`,
	},
	"three keys": {
		"timesheets_client",
		map[string]tftypes.Value{"private_key_jwt": keys(map[string]string{"a": "", "b": "", "c": ""})},
		`AttributeName("private_key_jwt"): Invalid private_key_jwt: There are 3 keys; a client can use at most 2 at a time. ` +
			"Add the new key, switch the job to it, then remove the old key.",
	},
	"one key twice": {
		"timesheets_client",
		map[string]tftypes.Value{"private_key_jwt": keys(map[string]string{"a": publicKey, "b": publicKey + "\n"})},
		`AttributeName("private_key_jwt").ElementKeyString("b").AttributeName("pem"): Invalid private_key_jwt["b"].pem: ` +
			`It is the same key as that of "a". Write a different key, or remove one of the two entries.`,
	},
	"key without a name": {
		"timesheets_client",
		map[string]tftypes.Value{"private_key_jwt": keys(map[string]string{"": publicKey})},
		`AttributeName("private_key_jwt").ElementKeyString(""): Invalid private_key_jwt[""]: The name has 0 characters; 1 to 128 are allowed.`,
	},
	"expiry without a zone": {
		"timesheets_client",
		map[string]tftypes.Value{"private_key_jwt": keys(map[string]string{"a": publicKey}, "expires_at", "2040-01-31")},
		`AttributeName("private_key_jwt").ElementKeyString("a").AttributeName("expires_at"): Invalid private_key_jwt["a"].expires_at: "2040-01-31" is not a valid time with date and time zone. ` +
			`Write for example "2030-01-31T00:00:00Z".`,
	},
	"expiry with a fraction of a second": {
		"timesheets_client",
		map[string]tftypes.Value{"private_key_jwt": keys(map[string]string{"a": publicKey}, "expires_at", "2040-01-31T00:00:00.5Z")},
		`AttributeName("private_key_jwt").ElementKeyString("a").AttributeName("expires_at"): Invalid private_key_jwt["a"].expires_at: "2040-01-31T00:00:00.5Z" has a fraction of a second. ` +
			`Write "2040-01-31T00:00:00Z".`,
	},
	"key of an unknown algorithm": {
		"timesheets_client",
		map[string]tftypes.Value{"private_key_jwt": keys(map[string]string{"a": publicKey}, "algorithm", "ES256")},
		`AttributeName("private_key_jwt").ElementKeyString("a").AttributeName("algorithm"): Invalid private_key_jwt["a"].algorithm: "ES256" is not one of ` +
			"`RS256`, `RS384` or `PS256`" + `.`,
	},
	"keys and a secret": {
		"timesheets_client",
		map[string]tftypes.Value{
			"private_key_jwt": keys(map[string]string{"a": publicKey}), "client_secret_wo": text("canary-canary-canary"), "client_secret_wo_version": text("1"),
		},
		`AttributeName("client_secret_wo"): Conflicting authentication methods: ` + "`client_secret_wo` configures a secret, and a client with `private_key_jwt` has none. Remove one of the two.",
	},
	"no types of details": {
		"timesheets_client_grant",
		map[string]tftypes.Value{"scopes": set(), "authorization_details_types": set()},
		`AttributeName("authorization_details_types"): Invalid authorization_details_types: It is empty. Write a type such as "payment", or omit the attribute.`,
	},
	"empty type of details": {
		"timesheets_client_grant",
		map[string]tftypes.Value{"scopes": set(), "authorization_details_types": set("")},
		`AttributeName("authorization_details_types").ElementKeyValue(tftypes.String<"">): Invalid authorization_details_types: The type has 0 characters; 1 to 255 are allowed.`,
	},
	"both kinds of scopes": {
		"timesheets_client_grant",
		map[string]tftypes.Value{"scopes": set("batch:upload"), "allow_all_scopes": tftypes.NewValue(tftypes.Bool, true)},
		`AttributeName("allow_all_scopes"): Conflicting scopes: ` + "`scopes` cannot be set if `allow_all_scopes = true`. Remove `allow_all_scopes` to allow only the listed scopes, or remove `scopes` to allow all.",
	},
	"no kind of scopes": {
		"timesheets_client_grant",
		map[string]tftypes.Value{"client_id": text("c")},
		`AttributeName("scopes"): Missing scopes: ` + "One of `scopes` and `allow_all_scopes` must be set. Set `scopes = [\"batch:upload\"]`, `scopes = []` for tokens without scopes, or `allow_all_scopes = true`.",
	},
	"unknown subject": {
		"timesheets_client_grant",
		map[string]tftypes.Value{"scopes": set(), "subject_type": text("clients")},
		`AttributeName("subject_type"): Invalid subject_type: "clients" is not one of ` + "`client` or `user`" + `. Did you mean "client"?`,
	},
	"grant of a scope with a space": {
		"timesheets_client_grant",
		map[string]tftypes.Value{"scopes": set("batch upload")},
		`AttributeName("scopes").ElementKeyValue(tftypes.String<"batch upload">): Invalid scopes: The scope "batch upload" contains a space, a control character, a quotation mark or a backslash.`,
	},
}

func TestMistakes(t *testing.T) {
	for name, c := range mistakes {
		t.Run(name, func(t *testing.T) {
			if got := validationErrors(t, c.resource, c.block); got != c.want {
				t.Errorf("the errors are\n  %s\nwant\n  %s", got, c.want)
			}
		})
	}
}
