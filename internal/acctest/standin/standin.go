// Package standin has other people's providers as far as examples and guides need them: a maker of passwords, a vault,
// and auth0/auth0 in a state that is moved away from it.
package standin

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// prefix is what Terraform expects a provider's executable to be called.
const prefix = "terraform-provider-"

// addresses are the stand-ins, and where configurations look for them.
var addresses = map[string]string{"random": "hashicorp/random", "vault": "hashicorp/vault", "auth0": "auth0/auth0"}

// Install makes this very executable answer for the stand-ins and returns a CLI configuration: that of the file config,
// and the stand-ins besides. An executable that calls it must begin with [Serve].
func Install(folder, config string) (string, error) {
	content, err := os.ReadFile(config)
	if err != nil {
		return "", err
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	const begin = "dev_overrides {\n"
	before, after, found := strings.Cut(string(content), begin)
	if !found {
		return "", errors.New("the CLI configuration has no dev_overrides")
	}
	overrides := before + begin
	for name, address := range addresses {
		binaries := filepath.Join(folder, name)
		if err := os.MkdirAll(binaries, 0o750); err != nil {
			return "", err
		}
		if err := os.Symlink(self, filepath.Join(binaries, prefix+name)); err != nil {
			return "", err
		}
		overrides += "    \"" + address + "\" = \"" + filepath.ToSlash(binaries) + "\"\n"
	}
	extended := filepath.Join(folder, "with-standins.tfrc")
	return extended, os.WriteFile(extended, []byte(overrides+after), 0o600)
}

// Serve serves a stand-in if this process was started under a name that [Install] gave it, until Terraform ends it. It
// reports whether it was.
func Serve(ctx context.Context) (bool, error) {
	name, started := strings.CutPrefix(filepath.Base(os.Args[0]), prefix)
	if !started {
		return false, nil
	}
	serve := providerserver.ServeOpts{Address: "registry.terraform.io/" + addresses[name]}
	return true, providerserver.Serve(ctx, func() provider.Provider { return standin{name: name} }, serve)
}

// standin is a provider that needs no configuration.
type standin struct{ name string }

// Metadata names the provider.
func (s standin) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = s.name
}

// Schema has nothing to configure.
func (standin) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

// Configure has nothing to do.
func (standin) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

// DataSources are none.
func (standin) DataSources(context.Context) []func() datasource.DataSource { return nil }

// Resources are those of the provider it stands in for.
func (s standin) Resources(context.Context) []func() resource.Resource {
	switch s.name {
	case "vault":
		return []func() resource.Resource{func() resource.Resource { return keyValue{} }}
	case "auth0":
		var all []func() resource.Resource
		for _, kind := range slices.Sorted(slices.Values(left)) {
			all = append(all, func() resource.Resource { return leaving{kind: kind} })
		}
		return all
	}
	return nil
}

// EphemeralResources are those of the provider it stands in for.
func (s standin) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	if s.name != "random" {
		return nil
	}
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return password{} }}
}
