package acctest

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

// Workspace is a directory in which the Terraform CLI runs any command with the provider under test, for what the steps
// of Run cannot do: -replace, -refresh=false, changes of the state. The provider runs in the process of the test.
type Workspace struct {
	t      *testing.T
	inside cli.Workspace
}

// runTimeout limits the time of one run of the CLI.
const runTimeout = 3 * time.Minute

// Workspace returns an empty workspace for the tenant.
func (n *Tenant) Workspace(t *testing.T) *Workspace {
	t.Helper()
	root, err := tree.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found, err := cli.Find(t.Context(), filepath.Join(root, ".cache"))
	if err != nil {
		t.Fatal(err)
	}
	w := &Workspace{t: t, inside: cli.Workspace{CLI: found, Dir: t.TempDir(), ConfigFile: os.DevNull}}
	w.inside.Environment = append(w.inside.Environment, "TF_REATTACH_PROVIDERS="+n.serve(t))
	return w
}

// FixtureWorkspace returns a workspace with the configuration of a test, and with the prefix as a variable.
func (n *Tenant) FixtureWorkspace(t *testing.T, test string) *Workspace {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", test, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	w := n.Workspace(t)
	w.Write("main.tf", string(content))
	w.Write("terraform.tfvars", "prefix = \""+n.Prefix+"\"\n")
	return w
}

// ExpectEmptyPlan checks that a plan is empty.
func (w *Workspace) ExpectEmptyPlan(args ...string) {
	w.t.Helper()
	if printed, ok := w.Run("plan", append(args, "-detailed-exitcode")...); !ok {
		w.t.Errorf("the plan is not empty:\n%s", printed)
	}
}

// ExpectPlanned checks that the output of a plan or an apply contains these phrases.
func (w *Workspace) ExpectPlanned(printed string, phrases ...string) {
	w.t.Helper()
	for _, phrase := range phrases {
		if !Words(phrase).MatchString(printed) {
			w.t.Errorf("the plan does not contain %q:\n%s", phrase, printed)
		}
	}
}

// serve serves the provider until the test ends, and returns how the CLI reaches it.
func (n *Tenant) serve(t *testing.T) string {
	t.Helper()
	server, err := n.Providers()["timesheets"]()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	reached, closed := make(chan *plugin.ReattachConfig), make(chan struct{})
	go func() {
		_ = tf6server.Serve("timesheets", func() tfprotov6.ProviderServer { return server },
			tf6server.WithDebug(ctx, reached, closed), tf6server.WithGoPluginLogger(hclog.NewNullLogger()), tf6server.WithLoggingSink(t))
	}()
	config := <-reached
	t.Cleanup(func() {
		stop()
		<-closed
	})
	reach := map[string]any{
		"Protocol": "grpc", "ProtocolVersion": 6, "Pid": config.Pid, "Test": true,
		"Addr": map[string]string{"Network": config.Addr.Network(), "String": config.Addr.String()},
	}
	encoded, err := json.Marshal(map[string]any{ // the addresses of a provider without required_providers
		"registry.terraform.io/hashicorp/timesheets": reach, "registry.opentofu.org/hashicorp/timesheets": reach,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// Write writes a file of the workspace.
func (w *Workspace) Write(name, content string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.inside.Dir, name), []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// Read reads a file of the workspace.
func (w *Workspace) Read(name string) string {
	w.t.Helper()
	content, err := os.ReadFile(filepath.Join(w.inside.Dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(content)
}

// Run runs a command of the CLI, such as "apply" or "state rm", and returns what it printed and whether it succeeded.
func (w *Workspace) Run(command string, args ...string) (string, bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), runTimeout)
	defer cancel()
	words := strings.Fields(command)
	if words[0] != "state" { // has no colors
		words = append(words, "-no-color")
	}
	output, err := w.inside.Run(ctx, append(words, args...)...)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(output.Stdout) + string(output.Stderr), output.Code == 0
}

// Succeed runs a command that must succeed, and returns what it printed.
func (w *Workspace) Succeed(command string, args ...string) string {
	w.t.Helper()
	printed, ok := w.Run(command, args...)
	if !ok {
		w.t.Fatalf("terraform %s %s failed:\n%s", command, strings.Join(args, " "), printed)
	}
	return printed
}
