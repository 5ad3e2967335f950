package client

import (
	"context"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// ListResource is the list resource timesheets_client.
type ListResource struct{ server.ListResource }

// NewListResource returns an unconfigured list resource.
func NewListResource() list.ListResource {
	return &ListResource{server.NewListResource("client", listSchema)}
}

// listConfig is the configuration of a list of clients.
type listConfig struct {
	Name types.String `tfsdk:"name"`
}

// listSchema describes the filters of the list.
func listSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "The machine-to-machine [clients](https://auth0.com/docs/get-started/applications) of the tenant, for `terraform query` (Terraform 1.14, at most 100 results unless the `list` block sets " +
			"`limit`), without the types that `timesheets_client` does not manage: login applications and third-party clients. The client of the " +
			"provider itself is omitted too. No secret is read.\n\nSends one request per 100 clients of the tenant until the limit of the query is " +
			"reached. Requires the Management API scope `read:clients`. With the scope `read:client_credentials`, clients that authenticate with a " +
			"certificate (mTLS) are omitted too, and with `include_resource`, or if configuration is generated, the keys of a client that " +
			"authenticates with keys are read, with one extra request. Without that scope, both are listed like a client with a secret.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only clients with this name. `*` matches any text, as in `Timesheets*`.",
			},
		},
	}
}

// List streams the clients.
func (l *ListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	all := func(config listConfig) iter.Seq2[Model, error] { return l.models(ctx, config, req.IncludeResource) }
	server.List(ctx, req, stream, "clients", all, func(_ listConfig, model Model) (string, Model, bool) {
		return model.Name.ValueString(), model, true
	})
}

// models returns the clients that can be managed and match the configuration, with their keys if includeKeys is true.
func (l *ListResource) models(ctx context.Context, config listConfig, includeKeys bool) iter.Seq2[Model, error] {
	return func(yield func(Model, error) bool) {
		for client, err := range l.Tenant.Clients.List(ctx, tenant.ClientFilter{}) {
			if err == nil && (unmanageable(client) != "" || l.Self.ClientID == client.ClientID || client.AuthKind == tenant.AuthUnsupported || !config.Name.IsNull() && !matches(config.Name.ValueString(), client.Name)) {
				continue
			}
			model, usesMTLS := newModel(client, Model{}), false
			if err == nil && includeKeys {
				usesMTLS, err = readKeys(ctx, l.Tenant.Credentials, client, model, &model)
			}
			if !usesMTLS && !yield(model, err) {
				return
			}
		}
	}
}

// matches reports whether a name matches a pattern in which each asterisk matches any text.
func matches(pattern, name string) bool {
	first, rest, starred := strings.Cut(pattern, "*")
	if !starred {
		return name == pattern
	}
	name, ok := strings.CutPrefix(name, first)
	for ok {
		var part string
		if part, rest, starred = strings.Cut(rest, "*"); !starred {
			return strings.HasSuffix(name, part)
		}
		_, name, ok = strings.Cut(name, part)
	}
	return false
}
