package provider

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/diagnose"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Model is the provider block as Terraform holds it.
type Model struct {
	Domain         types.String  `tfsdk:"domain"`
	ClientID       types.String  `tfsdk:"client_id"`
	ClientSecret   types.String  `tfsdk:"client_secret"`
	APIToken       types.String  `tfsdk:"api_token"`
	PrivateKey     types.String  `tfsdk:"client_assertion_private_key"`
	SigningAlg     types.String  `tfsdk:"client_assertion_signing_alg"`
	Assertion      types.String  `tfsdk:"client_assertion"`
	AssertionFile  types.String  `tfsdk:"client_assertion_file"`
	Audience       types.String  `tfsdk:"audience"`
	MaxConcurrency types.Int64   `tfsdk:"max_concurrency"`
	RateLimitShare types.Float64 `tfsdk:"rate_limit_share"`
	RequestTimeout types.String  `tfsdk:"request_timeout"`
}

var signingAlgs = []string{"RS256", "RS384", "PS256"}

// settings are what the block and the environment say together. Whatever is not known yet, because it comes from
// another resource of the same plan, becomes an error of the first call and not of the configuration: a plan may well
// need none.
func (m Model) settings(environment Environment, diags *diag.Diagnostics) management.Config {
	in := reader{environment: environment, diags: diags}
	domain := in.text("domain", m.Domain)
	config := management.Config{
		ClientID:       in.text("client_id", m.ClientID),
		Audience:       in.text("audience", m.Audience),
		SigningAlg:     in.text("client_assertion_signing_alg", m.SigningAlg),
		ClientSecret:   secret.New(in.text("client_secret", m.ClientSecret)),
		APIToken:       secret.New(in.text("api_token", m.APIToken)),
		PrivateKey:     secret.New(in.text("client_assertion_private_key", m.PrivateKey)),
		Assertion:      secret.New(in.text("client_assertion", m.Assertion)),
		AssertionFile:  in.text("client_assertion_file", m.AssertionFile),
		MaxConcurrency: in.concurrency(m.MaxConcurrency),
		RateLimitShare: in.share(m.RateLimitShare),
		RequestTimeout: in.timeout(m.RequestTimeout),
	}
	m.prefer(&config, diags)
	in.oneOf("client_assertion_signing_alg", config.SigningAlg, signingAlgs)
	if len(in.unknown) > 0 {
		config.BaseURL = &url.URL{Scheme: "https", Host: "domain.invalid"} // never asked
		config.Unready = fmt.Errorf(
			"the provider's %s is not known yet: it comes from a resource of this very plan. Set it from a variable or from %s, or apply that resource first",
			strings.Join(in.unknown, ", "), variables[in.unknown[0]])
		return config
	}
	if diags.HasError() {
		return config
	}
	if domain == "" {
		in.missing("domain", "the tenant's domain, such as example.eu.auth0.com")
		return config
	}
	base, err := management.BaseURL(domain)
	if err != nil {
		unusable(diags, err)
		return config
	}
	config.BaseURL = base
	in.credentials(config)
	return config
}

// unusable tells what is wrong with a setting, and where it comes from. The value is not shown: it may be a secret.
func unusable(diags *diag.Diagnostics, err error) {
	invalid := new(tenant.Invalid)
	if !errors.As(err, &invalid) {
		diagnose.Error(diags, diagnose.Operation{Verb: "configure", Noun: "provider"}, err)
		return
	}
	diagnose.Refusal(diags, path.Root(invalid.Field), "Invalid "+invalid.Field, "%s. The value comes from `%s` or from %s.",
		invalid.Message, invalid.Field, variables[invalid.Field])
}

// prefer leaves one way to authenticate: a pre-issued token before an assertion before a key before a secret. Arguments of the
// block take precedence over environment variables.
func (m Model) prefer(config *management.Config, diags *diag.Diagnostics) {
	ways := []struct {
		name    string
		written bool
		set     bool
		clear   func()
	}{
		{"api_token", !m.APIToken.IsNull(), !config.APIToken.Empty(), func() { config.APIToken = secret.Value{} }},
		{"client_assertion", !m.Assertion.IsNull(), !config.Assertion.Empty(), func() { config.Assertion = secret.Value{} }},
		{"client_assertion_file", !m.AssertionFile.IsNull(), config.AssertionFile != "", func() { config.AssertionFile = "" }},
		{"client_assertion_private_key", !m.PrivateKey.IsNull(), !config.PrivateKey.Empty(), func() { config.PrivateKey = secret.Value{} }},
		{"client_secret", !m.ClientSecret.IsNull(), !config.ClientSecret.Empty(), func() { config.ClientSecret = secret.Value{} }},
	}
	var written, left []string
	for _, way := range ways {
		if way.written {
			written = append(written, way.name)
		}
	}
	for _, way := range ways {
		switch {
		case !way.set:
		case len(written) > 0 && !way.written:
			way.clear()
		default:
			left = append(left, way.name)
			if len(left) > 1 {
				way.clear()
			}
		}
	}
	if len(written) == 0 && len(left) > 1 && left[0] == "api_token" {
		diagnose.Advice(diags, path.Root("api_token"), "API token takes precedence", "AUTH0_API_TOKEN is set, so the provider uses this token and ignores the secret, "+
			"key or assertion of the client. If the variable is left over from an earlier session, unset it.")
	}
	if assertion := slices.IndexFunc(written, isAssertion); assertion >= 0 && len(written) > 1 {
		conflicting(written[assertion], written, "Write only one of them in the provider block.", diags)
	} else if len(written) == 0 && len(left) > 1 && isAssertion(left[0]) && isAssertion(left[1]) {
		conflicting(left[0], left[:2], "Unset AUTH0_CLIENT_ASSERTION or AUTH0_CLIENT_ASSERTION_FILE.", diags)
	}
}

func isAssertion(name string) bool {
	return name == "client_assertion" || name == "client_assertion_file"
}

// conflicting rejects credentials of which an assertion is one: it is not clear which of them is left over.
func conflicting(at string, names []string, advice string, diags *diag.Diagnostics) {
	diagnose.Refusal(diags, path.Root(at), "Conflicting credentials", "The provider authenticates with %s, and several of them are set. %s", validate.Choices(names), advice)
}

// reader takes each setting from the block, else from the environment.
type reader struct {
	environment Environment
	diags       *diag.Diagnostics
	unknown     []string
}

func (r *reader) text(name string, written types.String) string {
	if written.IsUnknown() {
		r.unknown = append(r.unknown, name)
		return ""
	}
	value := strings.TrimSpace(written.ValueString())
	if !written.IsNull() && value == "" {
		diagnose.Refusal(r.diags, path.Root(name), "Blank "+name, "`%s` is blank. Write a value, or take it out of the block and set %s.", name, variables[name])
	}
	if !written.IsNull() {
		return value
	}
	found, _ := r.environment(variables[name])
	return strings.TrimSpace(found)
}

func (r *reader) missing(name, what string) {
	state := "not set"
	if _, set := r.environment(variables[name]); set {
		state = "blank"
	}
	diagnose.Refusal(r.diags, path.Root(name), "Missing "+name, "The provider needs %s. Set the environment variable %s (it is %s), or write `%s` in the provider block.",
		what, variables[name], state, name)
}

func (r *reader) credentials(config management.Config) {
	switch {
	case !config.APIToken.Empty():
	case config.ClientID == "":
		r.missing("client_id", "the id of the client it works as")
	case config.ClientSecret.Empty() && config.PrivateKey.Empty() && config.Assertion.Empty() && config.AssertionFile == "":
		r.missing("client_secret", "the secret of the client it works as, or a private key (AUTH0_CLIENT_ASSERTION_PRIVATE_KEY), or a client assertion "+
			"(AUTH0_CLIENT_ASSERTION or AUTH0_CLIENT_ASSERTION_FILE), or a ready token (AUTH0_API_TOKEN)")
	}
}

func (r *reader) oneOf(name, value string, choices []string) {
	if value == "" || slices.Contains(choices, value) {
		return
	}
	diagnose.Refusal(r.diags, path.Root(name), "Invalid "+name, "%q is none of %s. It comes from `%s` or from %s.", value, validate.Choices(choices), name, variables[name])
}

func (r *reader) concurrency(written types.Int64) int {
	value := int(written.ValueInt64())
	if text, ok := r.instead("max_concurrency", written.IsNull()); ok {
		value, _ = strconv.Atoi(text)
	} else if written.IsNull() || written.IsUnknown() {
		return 0
	}
	if value < 1 || value > 100 {
		r.refuse("max_concurrency", "a whole number from 1 to 100, such as 10")
	}
	return value
}

func (r *reader) share(written types.Float64) float64 {
	value := written.ValueFloat64()
	if text, ok := r.instead("rate_limit_share", written.IsNull()); ok {
		value, _ = strconv.ParseFloat(text, 64)
	} else if written.IsNull() || written.IsUnknown() {
		return 0
	}
	if !(value >= management.LeastRateLimitShare && value <= 1) {
		r.refuse("rate_limit_share", fmt.Sprintf("a number from %g to 1, such as 0.8", management.LeastRateLimitShare))
	}
	return value
}

func (r *reader) timeout(written types.String) time.Duration {
	text := r.text("request_timeout", written)
	if text == "" {
		return 0
	}
	value, err := time.ParseDuration(text)
	if err != nil || value < time.Second || value > time.Hour {
		r.refuse("request_timeout", "a duration from 1s to 1h, such as 90s or 5m")
	}
	return value
}

// instead is the environment's value for an attribute that is left out.
func (r *reader) instead(name string, absent bool) (string, bool) {
	if !absent {
		return "", false
	}
	text, _ := r.environment(variables[name])
	text = strings.TrimSpace(text)
	return text, text != ""
}

func (r *reader) refuse(name, rule string) {
	diagnose.Refusal(r.diags, path.Root(name), "Invalid "+name, "Write %s. The value comes from `%s` or from %s.", rule, name, variables[name])
}
