package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
	"github.com/timesheets/terraform-provider-timesheets/internal/management"
)

// variables maps attributes to the environment variables that replace omitted attributes.
var variables = map[string]string{
	"domain":                       "AUTH0_DOMAIN",
	"client_id":                    "AUTH0_CLIENT_ID",
	"client_secret":                "AUTH0_CLIENT_SECRET",
	"api_token":                    "AUTH0_API_TOKEN",
	"client_assertion_private_key": "AUTH0_CLIENT_ASSERTION_PRIVATE_KEY",
	"client_assertion_signing_alg": "AUTH0_CLIENT_ASSERTION_SIGNING_ALG",
	"client_assertion":             "AUTH0_CLIENT_ASSERTION",
	"client_assertion_file":        "AUTH0_CLIENT_ASSERTION_FILE",
	"audience":                     "AUTH0_AUDIENCE",
	"max_concurrency":              "TIMESHEETS_MAX_CONCURRENCY",
	"rate_limit_share":             "TIMESHEETS_RATE_LIMIT_SHARE",
	"request_timeout":              "TIMESHEETS_REQUEST_TIMEOUT",
}

func providerSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Manages the Auth0 authorization setup of a timesheets system: an API with its scopes, a machine-to-machine client, a client grant, and " +
			"a check that the token of the client contains exactly what the configuration says. Every argument can be set with an environment " +
			"variable.",
		Attributes: map[string]schema.Attribute{
			"domain": text("domain", "Domain of the tenant, such as `example.eu.auth0.com`. The provider always uses HTTPS; "+
				"`http://` is accepted only for a loopback address, for the emulator.", false),
			"client_id":                    text("client_id", "ID of the machine-to-machine client that the provider authenticates as.", false),
			"client_secret":                text("client_secret", "Secret of that client. Prefer the environment variable: a value in this block is stored in saved plans, even if it is sensitive.", true),
			"api_token":                    text("api_token", "A pre-issued access token for the Management API, used instead of `client_id` and a secret or key.", true),
			"client_assertion_private_key": text("client_assertion_private_key", "Private key of that client in PEM, used instead of `client_secret`.", true),
			"client_assertion_signing_alg": text("client_assertion_signing_alg", "Algorithm that signs client assertions with that key: `RS256`, `RS384` or `PS256`. Defaults to `RS256`.", false),
			"client_assertion": text("client_assertion", "Client assertion of that client, a JWT that for example a key management service signed, used instead of a secret or key. "+
				"Auth0 accepts it once and for at most five minutes, so each provider process needs a new one: see [Authentication without a stored secret](guides/workload-identity).", true),
			"client_assertion_file": text("client_assertion_file", "Path of a file with a client assertion, which is read whenever the provider requests a token.", false),
			"audience":              text("audience", "Identifier of the Management API, required only if `domain` is a custom domain. Defaults to `https://DOMAIN/api/v2/`.", false),
			"max_concurrency": schema.Int64Attribute{
				Optional:            true,
				Validators:          []validator.Int64{validate.Count(1, 100, "the default of 10")},
				MarkdownDescription: "Maximum number of concurrent requests, 1 to 100. Defaults to `10`." + from("max_concurrency"),
			},
			"rate_limit_share": schema.Float64Attribute{
				Optional:   true,
				Validators: []validator.Float64{validate.Share(management.LeastRateLimitShare, "the default of 0.8")},
				MarkdownDescription: "Share of the tenant's rate limit that the provider uses, 0.01 to 1. Defaults to `0.8`." +
					from("rate_limit_share"),
			},
			"request_timeout": text("request_timeout", "Time limit of one operation, including retries and waits, such as `90s` or `5m`. Defaults to `2m`.", false),
		},
	}
}

func text(name, description string, sensitive bool) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, Sensitive: sensitive, MarkdownDescription: description + from(name)}
}

func from(name string) string { return " Also read from `" + variables[name] + "`." }

// Model contains the arguments of the provider block.
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
