package provider_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
)

// complete returns an environment that configures the provider completely.
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
	config := objectOf(t, schema.Provider.ValueType(), block)
	resp, err := server.ConfigureProvider(context.Background(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: config})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

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
		want        []string // phrases of the error; none if the configuration is valid
	}{
		"from the environment":    {environment: complete()},
		"from the block":          {block: map[string]tftypes.Value{"domain": text("example.auth0.com"), "client_id": text("c"), "client_secret": text("canary-block")}},
		"an access token":         {environment: map[string]string{"AUTH0_DOMAIN": "example.auth0.com", "AUTH0_API_TOKEN": "token"}},
		"an assertion":            {environment: map[string]string{"AUTH0_DOMAIN": "example.auth0.com", "AUTH0_CLIENT_ID": "c", "AUTH0_CLIENT_ASSERTION": "canary-assertion"}},
		"an assertion in a file":  {environment: map[string]string{"AUTH0_DOMAIN": "example.auth0.com", "AUTH0_CLIENT_ID": "c", "AUTH0_CLIENT_ASSERTION_FILE": "missing"}},
		"assertion before secret": {environment: with("AUTH0_CLIENT_ASSERTION", "canary-assertion")},
		"assertion of no client":  {environment: map[string]string{"AUTH0_DOMAIN": "example.auth0.com", "AUTH0_CLIENT_ASSERTION": "canary-assertion"}, want: []string{"Missing client_id"}},
		"assertion in the block":  {environment: with("AUTH0_CLIENT_ASSERTION_FILE", "missing"), block: map[string]tftypes.Value{"client_assertion": text("canary-assertion")}},
		"secret in the block":     {environment: with("AUTH0_CLIENT_ASSERTION", "canary-assertion"), block: map[string]tftypes.Value{"client_secret": text("canary-block")}},
		"two assertions": {
			environment: map[string]string{"AUTH0_DOMAIN": "example.auth0.com", "AUTH0_CLIENT_ID": "c", "AUTH0_CLIENT_ASSERTION": "canary-assertion", "AUTH0_CLIENT_ASSERTION_FILE": "missing"},
			want:        []string{"Conflicting credentials", "`client_assertion` or `client_assertion_file`", "Unset AUTH0_CLIENT_ASSERTION"},
		},
		"assertion and file in the block": {
			environment: complete(), block: map[string]tftypes.Value{"client_assertion": text("canary-assertion"), "client_assertion_file": text("f")},
			want: []string{"Conflicting credentials", "`client_assertion` or `client_assertion_file`", "in the provider block"},
		},
		"assertion and secret in the block": {
			environment: complete(), block: map[string]tftypes.Value{"client_assertion": text("canary-assertion"), "client_secret": text("canary-block")},
			want: []string{"Conflicting credentials", "`client_assertion` or `client_secret`"},
		},
		"assertion and token in the block": {
			environment: complete(), block: map[string]tftypes.Value{"client_assertion_file": text("f"), "api_token": text("canary-token")},
			want: []string{"Conflicting credentials", "`api_token` or `client_assertion_file`"},
		},
		"empty assertion":          {environment: complete(), block: map[string]tftypes.Value{"client_assertion": text("")}, want: []string{"Empty client_assertion", "AUTH0_CLIENT_ASSERTION"}},
		"loopback over http":       {environment: with("AUTH0_DOMAIN", "http://127.0.0.1:4010")},
		"not known yet":            {environment: without("AUTH0_DOMAIN"), block: map[string]tftypes.Value{"domain": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)}},
		"no domain":                {environment: without("AUTH0_DOMAIN"), want: []string{"Missing domain", "AUTH0_DOMAIN", "it is not set"}},
		"only spaces as domain":    {environment: with("AUTH0_DOMAIN", " "), want: []string{"Missing domain", "AUTH0_DOMAIN", "it is empty"}},
		"empty domain in block":    {environment: complete(), block: map[string]tftypes.Value{"domain": text("")}, want: []string{"Empty domain", "AUTH0_DOMAIN"}},
		"http elsewhere":           {environment: with("AUTH0_DOMAIN", "http://example.auth0.com"), want: []string{"Invalid domain", "AUTH0_DOMAIN", "https"}},
		"domain with path":         {environment: with("AUTH0_DOMAIN", "example.auth0.com/api"), want: []string{"Invalid domain", "AUTH0_DOMAIN"}},
		"no client":                {environment: without("AUTH0_CLIENT_ID"), want: []string{"Missing client_id", "AUTH0_CLIENT_ID"}},
		"no secret":                {environment: without("AUTH0_CLIENT_SECRET"), want: []string{"Missing client_secret", "AUTH0_CLIENT_SECRET", "AUTH0_CLIENT_ASSERTION_PRIVATE_KEY", "AUTH0_CLIENT_ASSERTION_FILE", "AUTH0_API_TOKEN"}},
		"invalid key":              {environment: with("AUTH0_CLIENT_ASSERTION_PRIVATE_KEY", "canary-not-a-key"), want: []string{"Invalid client_assertion_private_key", "AUTH0_CLIENT_ASSERTION_PRIVATE_KEY"}},
		"unknown signing alg":      {environment: with("AUTH0_CLIENT_ASSERTION_SIGNING_ALG", "rs256"), want: []string{"Invalid client_assertion_signing_alg", "`RS256`"}},
		"concurrency out of range": {environment: with("TIMESHEETS_MAX_CONCURRENCY", "0"), want: []string{"Invalid max_concurrency", "1 to 100", "TIMESHEETS_MAX_CONCURRENCY"}},
		"concurrency not a number": {environment: with("TIMESHEETS_MAX_CONCURRENCY", "many"), want: []string{"Invalid max_concurrency"}},
		"share out of range":       {environment: with("TIMESHEETS_RATE_LIMIT_SHARE", "1.5"), want: []string{"Invalid rate_limit_share", "from 0.01 to 1"}},
		"share too small":          {environment: with("TIMESHEETS_RATE_LIMIT_SHARE", "1e-12"), want: []string{"Invalid rate_limit_share", "from 0.01 to 1"}},
		"share not a number":       {environment: with("TIMESHEETS_RATE_LIMIT_SHARE", "NaN"), want: []string{"Invalid rate_limit_share"}},
		"timeout without unit":     {environment: with("TIMESHEETS_REQUEST_TIMEOUT", "90"), want: []string{"Invalid request_timeout", "90s"}},
	} {
		t.Run(name, func(t *testing.T) {
			diagnostics := configure(t, c.environment, c.block)
			var printed strings.Builder
			for _, d := range diagnostics {
				printed.WriteString(d.Summary + "\n" + d.Detail + "\n")
			}
			if len(c.want) == 0 && len(diagnostics) > 0 || len(c.want) > 0 && len(diagnostics) != 1 {
				t.Fatalf("%d diagnostics:\n%s", len(diagnostics), printed.String())
			}
			for _, phrase := range c.want {
				if !strings.Contains(printed.String(), phrase) {
					t.Errorf("the error does not contain %q:\n%s", phrase, printed.String())
				}
			}
			if strings.Contains(printed.String(), "canary") {
				t.Errorf("the error shows a secret:\n%s", printed.String())
			}
		})
	}
}

// TestTenantIsReadOnce expects one request for the discovery document from all data sources of a provider process, and
// another one after a failure.
func TestTenantIsReadOnce(t *testing.T) {
	s := build(t).site(t, t.TempDir(), emulator.Options{})
	const configuration = `
terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}
data "timesheets_tenant" "all" { count = 20 }
output "issuers" { value = toset(data.timesheets_tenant.all[*].issuer) }
`
	if err := os.WriteFile(filepath.Join(s.workspace.Dir, "main.tf"), []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	s.apply(t)
	for _, lost := range []bool{false, true} {
		if lost {
			if err := s.Inject(emulator.Fault{Route: discoveryRoute, Nth: 1, Cut: emulator.CutAfter}); err != nil {
				t.Fatal(err)
			}
		}
		s.unchanged(t)
		journal, want := s.Journal(), 1
		if lost {
			want = 2
		}
		if len(journal) != want || journal[0].Route != discoveryRoute {
			t.Errorf("lost %v: a plan of 20 data sources sends %d requests, not %d", lost, len(journal), want)
		}
	}
}

const discoveryRoute = "/.well-known/openid-configuration"

var setting = regexp.MustCompile("`(timesheets_[a-z_]+\\.[a-z_]+)`")

// TestSettingsAreReviewed compares the arguments of all resources with the pages of the emulator: each either affects tokens
// there, or FACTS.md states why it does not. The guide lists the same settings as the emulator.
func TestSettingsAreReviewed(t *testing.T) {
	enforced := section(t, "../emulator/README.md", "## Enforced settings")
	without := section(t, "../emulator/FACTS.md", "## Settings without an effect")
	if guide := section(t, "../tools/templates/guides/testing.md.tmpl", "## Settings that the emulator enforces"); rows(guide) != rows(enforced) {
		t.Errorf("the guide's table differs from that of the emulator:\n%s\n%s", rows(guide), rows(enforced))
	}
	listed, explained := settings(enforced), settings(without)
	var all []string
	for typeName, described := range resourceSchemas(t) {
		for attribute, of := range described.Attributes {
			if !of.IsOptional() && !of.IsRequired() {
				continue
			}
			argument := typeName + "." + attribute
			all = append(all, argument)
			if slices.Contains(listed, argument) == slices.Contains(explained, argument) {
				t.Errorf("%s must be in exactly one table: if it affects tokens in the emulator, in \"Enforced settings\" of internal/emulator/README.md, with a copy in "+
					"internal/tools/templates/guides/testing.md.tmpl; otherwise in \"Settings without an effect\" of internal/emulator/FACTS.md", argument)
			}
		}
	}
	for _, argument := range slices.Concat(listed, explained) {
		if !slices.Contains(all, argument) && !strings.HasSuffix(argument, ".deletion_protection") {
			t.Errorf("%s is not an argument", argument)
		}
	}
}

// section returns the part of a page below a heading.
func section(t *testing.T, file, heading string) string {
	t.Helper()
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), heading+"\n")
	if !found {
		t.Fatalf("%s has no section %q", file, heading)
	}
	part, _, _ := strings.Cut(rest, "\n## ")
	return part
}

// rows returns the lines of the tables of a text.
func rows(text string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return !strings.HasPrefix(line, "|") }), "\n")
}

// settings returns the arguments in the first column of the tables of a text.
func settings(text string) []string {
	var all []string
	for line := range strings.Lines(rows(text)) {
		first, _, _ := strings.Cut(strings.TrimPrefix(line, "|"), "|")
		for _, found := range setting.FindAllStringSubmatch(first, -1) {
			all = append(all, found[1])
		}
	}
	return all
}
