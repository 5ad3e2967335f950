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

var errIncompleteServer = errors.New("the plugin framework does not implement every request of the protocol that this provider serves")

// Server returns the protocol server of a provider, with short generated configuration, deferral, and recovery from panics.
func Server(p provider.Provider) (tfprotov6.ProviderServer, error) {
	served, ok := providerserver.NewProtocol6(p)().(server.Server)
	if !ok {
		return nil, errIncompleteServer
	}
	refresh := tenant.Refresh
	if own, ok := p.(*Provider); ok && own.shared {
		refresh = tenant.LookUp // what an earlier walk read can have changed since
	}
	return server.Recover(server.Defer(readPurpose{server.Concise(served, p), refresh})), nil
}

// readPurpose adds the purpose of a read to its context. Terraform reads data sources in a plan and in an apply, but
// resources only in a plan.
type readPurpose struct {
	server.Server
	refresh tenant.Purpose // of a resource
}

// ReadResource implements server.Server.
func (s readPurpose) ReadResource(ctx context.Context, request *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return s.Server.ReadResource(tenant.ReadFor(ctx, s.refresh), request)
}

// ReadDataSource implements server.Server.
func (s readPurpose) ReadDataSource(ctx context.Context, request *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return s.Server.ReadDataSource(tenant.ReadFor(ctx, tenant.LookUp), request)
}
