package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

var errPartial = errors.New("the plugin framework does not serve every request that is guarded")

// Server is what Terraform talks to: p over the protocol, with short generated configuration, and with each request
// guarded against defects.
func Server(p provider.Provider) (tfprotov6.ProviderServer, error) {
	served, ok := providerserver.NewProtocol6(p)().(server.Server)
	if !ok {
		return nil, errPartial
	}
	return server.Recover(purposeful{server.Concise(served, p)}), nil
}

// purposeful tells those who read what Terraform reads for. It asks for data sources in a plan and in an apply alike, but
// for resources in a plan alone.
type purposeful struct{ server.Server }

// ReadResource implements server.Server.
func (s purposeful) ReadResource(ctx context.Context, request *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return s.Server.ReadResource(tenant.ReadFor(ctx, tenant.Refresh), request)
}

// ReadDataSource implements server.Server.
func (s purposeful) ReadDataSource(ctx context.Context, request *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return s.Server.ReadDataSource(tenant.ReadFor(ctx, tenant.LookUp), request)
}
