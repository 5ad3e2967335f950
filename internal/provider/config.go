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

var signingAlgs = []string{"RS256", "RS384", "PS256"}

// settings returns the configuration from the block and the environment. An unknown value, from a resource of the same plan,
// is an error of the first request and not of the configuration, because a plan can need no requests.
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
		config.BaseURL = &url.URL{Scheme: "https", Host: "domain.invalid"} // receives no requests
		config.Unready = unready(in.unknown)
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
		addInvalid(diags, err)
		return config
	}
	config.BaseURL = base
	in.credentials(config)
	return config
}

// unready returns the error of a request while settings are unknown.
func unready(unknown []string) error {
	first := unknown[0]
	if len(unknown) == 1 {
		return fmt.Errorf("the provider's %s is not known yet, because it comes from a resource of the same plan. Set it from a variable or from %s, or apply that resource first",
			first, variables[first])
	}
	last, before, sources := unknown[len(unknown)-1], strings.Join(unknown[:len(unknown)-1], ", "), []string{}
	for _, name := range unknown {
		sources = append(sources, variables[name])
	}
	return fmt.Errorf("the provider's %s and %s are not known yet, because they come from resources of the same plan. Set them from variables or from %s, or apply those resources first",
		before, last, strings.Join(sources, ", "))
}

// addInvalid adds an error about a setting and its origin. It does not show the value, which can be a secret.
func addInvalid(diags *diag.Diagnostics, err error) {
	invalid := new(tenant.Invalid)
	if !errors.As(err, &invalid) {
		diagnose.AddOperationError(diags, diagnose.Operation{Verb: "configure", Noun: "provider"}, err)
		return
	}
	diagnose.Reject(diags, path.Root(invalid.Field), "Invalid "+invalid.Field, "%s. The value comes from `%s` or from %s.",
		invalid.Message, invalid.Field, variables[invalid.Field])
}

// prefer selects one authentication method: a pre-issued access token before an assertion before a key before a secret.
// Arguments of the block take precedence over environment variables.
func (m Model) prefer(config *management.Config, diags *diag.Diagnostics) {
	methods := []struct {
		name    string
		inBlock bool
		set     bool
		clear   func()
	}{
		{"api_token", !m.APIToken.IsNull(), !config.APIToken.Empty(), func() { config.APIToken = secret.Value{} }},
		{"client_assertion", !m.Assertion.IsNull(), !config.Assertion.Empty(), func() { config.Assertion = secret.Value{} }},
		{"client_assertion_file", !m.AssertionFile.IsNull(), config.AssertionFile != "", func() { config.AssertionFile = "" }},
		{"client_assertion_private_key", !m.PrivateKey.IsNull(), !config.PrivateKey.Empty(), func() { config.PrivateKey = secret.Value{} }},
		{"client_secret", !m.ClientSecret.IsNull(), !config.ClientSecret.Empty(), func() { config.ClientSecret = secret.Value{} }},
	}
	var inBlock, candidates []string
	for _, method := range methods {
		if method.inBlock {
			inBlock = append(inBlock, method.name)
		}
	}
	for _, method := range methods {
		switch {
		case !method.set:
		case len(inBlock) > 0 && !method.inBlock:
			method.clear()
		default:
			candidates = append(candidates, method.name)
			if len(candidates) > 1 {
				method.clear()
			}
		}
	}
	if len(inBlock) == 0 && len(candidates) > 1 && candidates[0] == "api_token" {
		diagnose.Warn(diags, path.Root("api_token"), "API token takes precedence", "AUTH0_API_TOKEN is set, so the provider uses this token and ignores the secret, "+
			"key or assertion of the client. If the variable is left over from an earlier session, unset it.")
	}
	if assertion := slices.IndexFunc(inBlock, isAssertion); assertion >= 0 && len(inBlock) > 1 {
		addConflicting(inBlock[assertion], inBlock, "Write only one of them in the provider block.", diags)
	} else if len(inBlock) == 0 && len(candidates) > 1 && isAssertion(candidates[0]) && isAssertion(candidates[1]) {
		addConflicting(candidates[0], candidates[:2], "Unset AUTH0_CLIENT_ASSERTION or AUTH0_CLIENT_ASSERTION_FILE.", diags)
	}
}

func isAssertion(name string) bool {
	return name == "client_assertion" || name == "client_assertion_file"
}

// addConflicting adds an error about several credentials that include an assertion, because any of them can be obsolete.
func addConflicting(at string, names []string, advice string, diags *diag.Diagnostics) {
	diagnose.Reject(diags, path.Root(at), "Conflicting credentials", "The provider authenticates with %s, and several of them are set. %s", validate.Choices(names), advice)
}

// reader reads each setting from the block, or from the environment if the block omits it.
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
		diagnose.Reject(r.diags, path.Root(name), "Empty "+name, "`%s` is empty. Write a value, or remove it from the provider block and set %s.", name, variables[name])
	}
	if !written.IsNull() {
		return value
	}
	found, _ := r.environment(variables[name])
	return strings.TrimSpace(found)
}

func (r *reader) missing(name, description string) {
	state := "not set"
	if _, set := r.environment(variables[name]); set {
		state = "empty"
	}
	diagnose.Reject(r.diags, path.Root(name), "Missing "+name, "The provider needs %s. Set the environment variable %s (it is %s), or write `%s` in the provider block.",
		description, variables[name], state, name)
}

func (r *reader) credentials(config management.Config) {
	switch {
	case !config.APIToken.Empty():
	case config.ClientID == "":
		r.missing("client_id", "the ID of the client that it authenticates as")
	case config.ClientSecret.Empty() && config.PrivateKey.Empty() && config.Assertion.Empty() && config.AssertionFile == "":
		r.missing("client_secret", "the secret of the client that it authenticates as, or a private key (AUTH0_CLIENT_ASSERTION_PRIVATE_KEY), or a client "+
			"assertion (AUTH0_CLIENT_ASSERTION or AUTH0_CLIENT_ASSERTION_FILE), or an access token (AUTH0_API_TOKEN)")
	}
}

func (r *reader) oneOf(name, value string, choices []string) {
	if value == "" || slices.Contains(choices, value) {
		return
	}
	diagnose.Reject(r.diags, path.Root(name), "Invalid "+name, "%q is not one of %s. The value comes from `%s` or from %s.", value, validate.Choices(choices), name, variables[name])
}

func (r *reader) concurrency(written types.Int64) int {
	value := int(written.ValueInt64())
	if text, ok := r.fallback("max_concurrency", written.IsNull()); ok {
		value, _ = strconv.Atoi(text)
	} else if written.IsNull() || written.IsUnknown() {
		return 0
	}
	if value < 1 || value > 100 {
		r.reject("max_concurrency", "a whole number from 1 to 100, such as 10")
	}
	return value
}

func (r *reader) share(written types.Float64) float64 {
	value := written.ValueFloat64()
	if text, ok := r.fallback("rate_limit_share", written.IsNull()); ok {
		value, _ = strconv.ParseFloat(text, 64)
	} else if written.IsNull() || written.IsUnknown() {
		return 0
	}
	if !(value >= management.LeastRateLimitShare && value <= 1) {
		r.reject("rate_limit_share", fmt.Sprintf("a number from %g to 1, such as 0.8", management.LeastRateLimitShare))
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
		r.reject("request_timeout", "a duration from 1s to 1h, such as 90s or 5m")
	}
	return value
}

// fallback returns the value in the environment for an omitted attribute.
func (r *reader) fallback(name string, omitted bool) (string, bool) {
	if !omitted {
		return "", false
	}
	text, _ := r.environment(variables[name])
	text = strings.TrimSpace(text)
	return text, text != ""
}

func (r *reader) reject(name, rule string) {
	diagnose.Reject(r.diags, path.Root(name), "Invalid "+name, "Write %s. The value comes from `%s` or from %s.", rule, name, variables[name])
}
