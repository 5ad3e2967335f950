package provider

import (
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/concise"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/recovery"
)

var errPartial = errors.New("the plugin framework does not serve every request that is guarded")

// Server is what Terraform talks to: p over the protocol, with short generated configuration, and with each request
// guarded against defects.
func Server(p provider.Provider) (tfprotov6.ProviderServer, error) {
	server, ok := providerserver.NewProtocol6(p)().(recovery.Server)
	if !ok {
		return nil, errPartial
	}
	return recovery.New(concise.New(server, p)), nil
}
