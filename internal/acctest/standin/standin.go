// Package standin contains stand-ins for other providers, as far as examples and guides need them: a generator of passwords,
// places that store secrets, a signer of client assertions, an API gateway, and auth0/auth0.
package standin

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// prefix is the prefix that Terraform requires of a provider's executable.
const prefix = "terraform-provider-"

// Install installs an executable that calls [Serve] as the stand-ins and returns a CLI configuration: that of the file config,
// and the stand-ins.
func Install(folder, executable, config string) (string, error) {
	content, err := os.ReadFile(config)
	if err != nil {
		return "", err
	}
	const begin = "dev_overrides {\n"
	before, after, found := strings.Cut(string(content), begin)
	if !found {
		return "", errors.New("the CLI configuration has no dev_overrides")
	}
	overrides := before + begin
	for name, stand := range stands {
		binaries := filepath.Join(folder, name)
		if err := os.MkdirAll(binaries, 0o750); err != nil {
			return "", err
		}
		if err := os.Symlink(executable, filepath.Join(binaries, prefix+name)); err != nil {
			return "", err
		}
		overrides += "    \"" + stand.address + "\" = \"" + filepath.ToSlash(binaries) + "\"\n"
	}
	extended := filepath.Join(folder, "with-standins.tfrc")
	return extended, os.WriteFile(extended, []byte(overrides+after), 0o600)
}

// Serve serves a stand-in until Terraform ends it. The name with which [Install] installed the executable chooses it.
func Serve(ctx context.Context) error {
	name := strings.TrimPrefix(filepath.Base(os.Args[0]), prefix)
	if _, ok := stands[name]; !ok {
		return errors.New("there is no stand-in " + name)
	}
	serve := providerserver.ServeOpts{Address: "registry.terraform.io/" + stands[name].address}
	return providerserver.Serve(ctx, func() provider.Provider { return standin{name: name} }, serve)
}

// standin is a provider without configuration.
type standin struct{ name string }

// Metadata returns the type name of the provider.
func (s standin) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = s.name
}

// Schema returns an empty schema.
func (standin) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

// Configure does nothing.
func (standin) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

// DataSources returns no data sources.
func (standin) DataSources(context.Context) []func() datasource.DataSource { return nil }

// Resources returns the resources of the provider that it replaces.
func (s standin) Resources(context.Context) []func() resource.Resource {
	var all []func() resource.Resource
	for kind, schema := range stands[s.name].resources {
		all = append(all, func() resource.Resource { return object{kind: kind, schema: schema} })
	}
	if s.name == "auth0" {
		for _, kind := range movedResources {
			all = append(all, func() resource.Resource { return movedResource{kind: kind} })
		}
	}
	return all
}

// EphemeralResources returns the ephemeral resources of the provider that it replaces.
func (s standin) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	switch s.name {
	case "random":
		return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return password{} }}
	case "signer":
		return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return assertion{} }}
	}
	return nil
}
