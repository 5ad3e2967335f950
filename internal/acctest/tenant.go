// Package acctest runs Terraform with this provider against a tenant: an emulator for each test, or a real development
// tenant if TF_ACC and AUTH0_DOMAIN are set.
package acctest

import (
	"context"
	"maps"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/prefix"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Tenant is the tenant of a test.
type Tenant struct {
	// Ports change the tenant outside Terraform, as a user of the dashboard does.
	Ports tenant.Tenant
	// Server is the emulator; nil on a real tenant.
	Server *emulator.Server
	// Prefix is the prefix of the name and identifier of every object that this test creates.
	Prefix string
	// Environment contains the environment variables of the provider.
	Environment map[string]string
	// Others contains other providers that a configuration uses, by name.
	Others map[string]func() (tfprotov6.ProviderServer, error)
	// Versions skips a test if the CLI is too old for it.
	Versions []tfversion.TerraformVersionCheck

	later []func(ctx context.Context) error
}

// Later registers a function that reverts a change outside Terraform, after Terraform destroyed the objects that it manages.
func (n *Tenant) Later(act func(ctx context.Context) error) { n.later = append(n.later, act) }

// New returns the tenant of one test: a new, empty emulator, or the real tenant of the environment.
func New(t *testing.T, options ...func(*emulator.Options)) *Tenant {
	t.Helper()
	n := &Tenant{Prefix: prefix.New()}
	if Real() {
		environment, err := realEnvironment()
		if err != nil {
			t.Fatal(err)
		}
		n.Environment = maps.Clone(environment)
	} else {
		n.start(t, options)
	}
	ports, err := ports(n.Environment, n.Server)
	if err != nil {
		t.Fatal(err)
	}
	n.Ports = ports
	t.Cleanup(func() { // for tests without Terraform; an emulator has ended already
		if !Real() {
			return
		}
		for _, act := range n.later {
			if err := act(context.WithoutCancel(t.Context())); err != nil {
				t.Errorf("revert changes of the test: %v", err)
			}
		}
	})
	return n
}

// Real reports whether tests run on a real tenant.
func Real() bool { return os.Getenv("TF_ACC") != "" && os.Getenv("AUTH0_DOMAIN") != "" }

// EmulatorOnly skips a test on a real tenant for a reason.
func EmulatorOnly(t *testing.T, reason string) {
	t.Helper()
	if Real() {
		t.Skip("emulator only: " + reason)
	}
}

// Emulator starts an emulator until the end of the test.
func Emulator(t *testing.T, options emulator.Options) *emulator.Server {
	t.Helper()
	options.SigningKey = emulator.SharedKeys()
	server, err := emulator.Start(t.Context(), options)
	if err != nil {
		t.Fatalf("start the emulator: %v", err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close the emulator: %v", err)
		}
	})
	return server
}

func (n *Tenant) start(t *testing.T, options []func(*emulator.Options)) {
	t.Helper()
	var settings emulator.Options
	for _, option := range options {
		option(&settings)
	}
	server := Emulator(t, settings)
	n.Server = server
	n.Environment = map[string]string{
		"AUTH0_DOMAIN":        server.URL(),
		"AUTH0_CLIENT_ID":     server.Terraform().ClientID,
		"AUTH0_CLIENT_SECRET": server.Terraform().ClientSecret,
	}
}

// WithToken returns the same tenant with a pre-issued access token for the provider with only these Management API scopes.
func (n *Tenant) WithToken(scopes ...string) *Tenant {
	withToken := *n
	withToken.Environment = map[string]string{
		"AUTH0_DOMAIN":    n.Server.URL(),
		"AUTH0_API_TOKEN": n.Server.Token(scopes...),
	}
	return &withToken
}

// environments guards Tenant.Environment while a provider can read it.
var environments sync.RWMutex

// Setenv sets a variable of the environment between two runs of Terraform, or removes it if the value is empty.
func (n *Tenant) Setenv(name, value string) {
	environments.Lock()
	defer environments.Unlock()
	n.Environment[name] = value
	if value == "" {
		delete(n.Environment, name)
	}
}

// Providers returns the provider under test, configured by the tenant's environment only.
func (n *Tenant) Providers() map[string]func() (tfprotov6.ProviderServer, error) {
	lookup := func(name string) (string, bool) {
		environments.RLock()
		defer environments.RUnlock()
		value, ok := n.Environment[name]
		return value, ok
	}
	providers := maps.Clone(n.Others)
	if providers == nil {
		providers = map[string]func() (tfprotov6.ProviderServer, error){}
	}
	providers["timesheets"] = func() (tfprotov6.ProviderServer, error) { return provider.Server(provider.NewIn("test", lookup)()) }
	return providers
}

// Run runs the steps with Terraform. A step without a configuration uses the files of testdata/TEST/STEP, with the prefix as
// a variable.
func (n *Tenant) Run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	providers := n.Providers()
	for i := range steps {
		if len(n.Others) > 0 { // a fixture that configures one of them can get it only from its step
			steps[i].ProtoV6ProviderFactories = providers
		}
		if steps[i].RefreshState {
			continue // uses the configuration of the step before
		}
		if steps[i].ConfigDirectory == nil && steps[i].Config == "" && steps[i].ConfigFile == nil {
			steps[i].ConfigDirectory = config.TestNameDirectory()
		}
		variables := config.Variables{"prefix": config.StringVariable(n.Prefix)}
		for name, value := range steps[i].ConfigVariables {
			variables[name] = value
		}
		steps[i].ConfigVariables = variables
	}
	if len(n.Others) > 0 {
		providers = nil
	}
	resource.ParallelTest(t, resource.TestCase{
		IsUnitTest:               !Real(),
		ProtoV6ProviderFactories: providers,
		TerraformVersionChecks:   n.Versions,
		CheckDestroy:             func(*terraform.State) error { return n.empty(t) },
		Steps:                    steps,
	})
}

// withTimeout limits the time of changes outside Terraform.
func withTimeout(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), time.Minute)
}

// Fixture returns the configuration of another test of the same package.
func Fixture(test string) func(config.TestStepConfigRequest) string {
	return config.StaticDirectory("testdata/" + test)
}
