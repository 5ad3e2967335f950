package provider_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
)

// complete is an environment with which the provider configures.
func complete() map[string]string {
	return map[string]string{
		"AUTH0_DOMAIN":        "example.eu.auth0.com",
		"AUTH0_CLIENT_ID":     "client",
		"AUTH0_CLIENT_SECRET": "canary-provider-secret",
	}
}

// configure configures the provider over its protocol, without a CLI.
func configure(t *testing.T, environment map[string]string, block map[string]tftypes.Value) []*tfprotov6.Diagnostic {
	t.Helper()
	lookup := func(name string) (string, bool) {
		value, ok := environment[name]
		return value, ok
	}
	server := providerserver.NewProtocol6(provider.NewIn("test", lookup)())()
	schema, err := server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	kind := schema.Provider.ValueType()
	attributes := map[string]tftypes.Value{}
	for name, of := range kind.(tftypes.Object).AttributeTypes {
		attributes[name] = tftypes.NewValue(of, nil)
		if value, ok := block[name]; ok {
			attributes[name] = value
		}
	}
	config, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, attributes))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.ConfigureProvider(context.Background(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Diagnostics
}

func text(value string) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }

func TestConfigure(t *testing.T) {
	without := func(names ...string) map[string]string {
		environment := complete()
		for _, name := range names {
			delete(environment, name)
		}
		return environment
	}
	with := func(name, value string) map[string]string {
		environment := complete()
		environment[name] = value
		return environment
	}
	for name, c := range map[string]struct {
		environment map[string]string
		block       map[string]tftypes.Value
		says        []string // nothing: it configures
	}{
		"from the environment":    {environment: complete()},
		"from the block":          {block: map[string]tftypes.Value{"domain": text("example.auth0.com"), "client_id": text("c"), "client_secret": text("canary-block")}},
		"a ready token":           {environment: map[string]string{"AUTH0_DOMAIN": "example.auth0.com", "AUTH0_API_TOKEN": "token"}},
		"an assertion":            {environment: map[string]string{"AUTH0_DOMAIN": "example.auth0.com", "AUTH0_CLIENT_ID": "c", "AUTH0_CLIENT_ASSERTION": "canary-assertion"}},
		"an assertion in a file":  {environment: map[string]string{"AUTH0_DOMAIN": "example.auth0.com", "AUTH0_CLIENT_ID": "c", "AUTH0_CLIENT_ASSERTION_FILE": "missing"}},
		"assertion before secret": {environment: with("AUTH0_CLIENT_ASSERTION", "canary-assertion")},
		"assertion of no client":  {environment: map[string]string{"AUTH0_DOMAIN": "example.auth0.com", "AUTH0_CLIENT_ASSERTION": "canary-assertion"}, says: []string{"Missing client_id"}},
		"assertion in the block":  {environment: with("AUTH0_CLIENT_ASSERTION_FILE", "missing"), block: map[string]tftypes.Value{"client_assertion": text("canary-assertion")}},
		"secret in the block":     {environment: with("AUTH0_CLIENT_ASSERTION", "canary-assertion"), block: map[string]tftypes.Value{"client_secret": text("canary-block")}},
		"two assertions": {
			environment: map[string]string{"AUTH0_DOMAIN": "example.auth0.com", "AUTH0_CLIENT_ID": "c", "AUTH0_CLIENT_ASSERTION": "canary-assertion", "AUTH0_CLIENT_ASSERTION_FILE": "missing"},
			says:        []string{"Conflicting credentials", "`client_assertion` or `client_assertion_file`", "Unset AUTH0_CLIENT_ASSERTION"},
		},
		"assertion and file in the block": {
			environment: complete(), block: map[string]tftypes.Value{"client_assertion": text("canary-assertion"), "client_assertion_file": text("f")},
			says: []string{"Conflicting credentials", "`client_assertion` or `client_assertion_file`", "in the provider block"},
		},
		"assertion and secret in the block": {
			environment: complete(), block: map[string]tftypes.Value{"client_assertion": text("canary-assertion"), "client_secret": text("canary-block")},
			says: []string{"Conflicting credentials", "`client_assertion` or `client_secret`"},
		},
		"assertion and token in the block": {
			environment: complete(), block: map[string]tftypes.Value{"client_assertion_file": text("f"), "api_token": text("canary-token")},
			says: []string{"Conflicting credentials", "`api_token` or `client_assertion_file`"},
		},
		"blank assertion":          {environment: complete(), block: map[string]tftypes.Value{"client_assertion": text("")}, says: []string{"Blank client_assertion", "AUTH0_CLIENT_ASSERTION"}},
		"loopback over http":       {environment: with("AUTH0_DOMAIN", "http://127.0.0.1:4010")},
		"not known yet":            {environment: without("AUTH0_DOMAIN"), block: map[string]tftypes.Value{"domain": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)}},
		"no domain":                {environment: without("AUTH0_DOMAIN"), says: []string{"Missing domain", "AUTH0_DOMAIN", "it is not set"}},
		"blank domain":             {environment: with("AUTH0_DOMAIN", " "), says: []string{"Missing domain", "AUTH0_DOMAIN", "it is blank"}},
		"blank domain in block":    {environment: complete(), block: map[string]tftypes.Value{"domain": text("")}, says: []string{"Blank domain", "AUTH0_DOMAIN"}},
		"http elsewhere":           {environment: with("AUTH0_DOMAIN", "http://example.auth0.com"), says: []string{"Invalid domain", "AUTH0_DOMAIN", "https"}},
		"domain with path":         {environment: with("AUTH0_DOMAIN", "example.auth0.com/api"), says: []string{"Invalid domain", "AUTH0_DOMAIN"}},
		"no client":                {environment: without("AUTH0_CLIENT_ID"), says: []string{"Missing client_id", "AUTH0_CLIENT_ID"}},
		"no secret":                {environment: without("AUTH0_CLIENT_SECRET"), says: []string{"Missing client_secret", "AUTH0_CLIENT_SECRET", "AUTH0_CLIENT_ASSERTION_PRIVATE_KEY", "AUTH0_CLIENT_ASSERTION_FILE", "AUTH0_API_TOKEN"}},
		"key that is none":         {environment: with("AUTH0_CLIENT_ASSERTION_PRIVATE_KEY", "canary-not-a-key"), says: []string{"Invalid client_assertion_private_key", "AUTH0_CLIENT_ASSERTION_PRIVATE_KEY"}},
		"unknown signing alg":      {environment: with("AUTH0_CLIENT_ASSERTION_SIGNING_ALG", "rs256"), says: []string{"Invalid client_assertion_signing_alg", "`RS256`"}},
		"concurrency out of range": {environment: with("TIMESHEETS_MAX_CONCURRENCY", "0"), says: []string{"Invalid max_concurrency", "1 to 100", "TIMESHEETS_MAX_CONCURRENCY"}},
		"concurrency is no number": {environment: with("TIMESHEETS_MAX_CONCURRENCY", "many"), says: []string{"Invalid max_concurrency"}},
		"share out of range":       {environment: with("TIMESHEETS_RATE_LIMIT_SHARE", "1.5"), says: []string{"Invalid rate_limit_share", "from 0.01 to 1"}},
		"share is no number":       {environment: with("TIMESHEETS_RATE_LIMIT_SHARE", "NaN"), says: []string{"Invalid rate_limit_share"}},
		"timeout without unit":     {environment: with("TIMESHEETS_REQUEST_TIMEOUT", "90"), says: []string{"Invalid request_timeout", "90s"}},
	} {
		t.Run(name, func(t *testing.T) {
			diagnostics := configure(t, c.environment, c.block)
			var said strings.Builder
			for _, d := range diagnostics {
				said.WriteString(d.Summary + "\n" + d.Detail + "\n")
			}
			if len(c.says) == 0 && len(diagnostics) > 0 || len(c.says) > 0 && len(diagnostics) != 1 {
				t.Fatalf("%d diagnostics:\n%s", len(diagnostics), said.String())
			}
			for _, phrase := range c.says {
				if !strings.Contains(said.String(), phrase) {
					t.Errorf("the error does not say %q:\n%s", phrase, said.String())
				}
			}
			if strings.Contains(said.String(), "canary") {
				t.Errorf("the error shows a secret:\n%s", said.String())
			}
		})
	}
}
