package policies_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestPlan applies the policies to plans of the Terraform CLI and the provider, with a tenant in the emulator.
func TestPlan(t *testing.T) {
	w := openWorkspace(t)

	w.expect(t, w.plan(t, "-var=fulfilled=false"), violated("module.jobs"), nil)
	w.expect(t, w.plan(t),
		nil, []string{
			"module.jobs.timesheets_client.job: each limit of token_quota" + unknown,
			"module.jobs.timesheets_client_grant.job: an element of scopes" + unknown,
			"timesheets_api.timesheets: token_lifetime" + unknown,
		})
	w.expect(t, w.plan(t, "-target=terraform_data.lifetime"),
		nil, []string{"The plan is incomplete because of -target or deferred changes. The resources that it omits cannot be decided"})

	w.run(t, "apply", "-input=false", "-auto-approve")
	w.expect(t, w.plan(t), nil, nil)
	state := decode(t, w.run(t, "show", "-json"))
	w.expect(t, state, []string{"The input is not the JSON of a Terraform plan. Use the output of: terraform show -json PLANFILE"}, nil)

	w.write(t, "moved.tf", "moved {\n  from = module.jobs\n  to   = module.others\n}\n")
	w.replace(t, `module "jobs"`, `module "others"`)
	w.run(t, "get")
	w.expect(t, w.plan(t, "-var=fulfilled=false"), violated("module.others"), nil)

	// An API that was created elsewhere, which the import does not protect.
	w.run(t, "state", "rm", "timesheets_api.timesheets", "module.jobs")
	w.write(t, "moved.tf", "import {\n  to = timesheets_api.timesheets\n  id = \"https://api.timesheets.example/v1\"\n}\n")
	w.write(t, "main.tf", terraformBlock+`
resource "timesheets_api" "timesheets" {
  name           = "Timesheets API"
  identifier     = "https://api.timesheets.example/v1"
  token_lifetime = 3600
}
`)
	w.expect(t, w.plan(t), []string{"timesheets_api.timesheets: deletion_protection must be true"}, nil)
	w.run(t, "apply", "-input=false", "-auto-approve")
	w.expect(t, w.plan(t, "-destroy"), nil, nil)
}

const (
	unknown        = " is not known before the apply, so it cannot be decided in the plan"
	terraformBlock = "terraform {\n  required_providers {\n    timesheets = {\n      source = \"timesheets/timesheets\"\n    }\n  }\n}\n"
)

// violated returns the violations of testdata without its values that fulfill the policies.
func violated(module string) []string {
	return []string{
		module + ".timesheets_client.job: deletion_protection must be true",
		module + ".timesheets_client.job: token_quota must be set",
		module + ".timesheets_client_grant.job: the scope delete:timesheets of https://api.timesheets.example/v1 is not allowed",
		"timesheets_api.timesheets: deletion_protection must be true",
		"timesheets_api.timesheets: signing_alg must not be HS256",
		"timesheets_api.timesheets: token_lifetime must be at most 86400 seconds and is 86401",
	}
}

// workspace is a directory in which Terraform runs with the provider of this repository and a tenant of the emulator.
type workspace struct {
	folder, terraform string
	environment       []string
}

func openWorkspace(t *testing.T) workspace {
	t.Helper()
	binaries := t.TempDir()
	build(t, binaries, "terraform-provider-timesheets", ".")
	build(t, binaries, "emulator", "./internal/cmd/emulator")
	w := workspace{folder: filepath.Join(t.TempDir(), "configuration"), terraform: cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform")}
	if err := os.CopyFS(w.folder, os.DirFS("testdata")); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(binaries, "cli.tfrc")
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"timesheets/timesheets\" = %q\n  }\n  direct {}\n}\n", binaries)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w.environment = append(os.Environ(), startTenant(t, filepath.Join(binaries, "emulator"))...)
	w.environment = append(w.environment, "TF_CLI_CONFIG_FILE="+config, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
	w.run(t, "get")
	return w
}

// build builds a command of the repository.
func build(t *testing.T, folder, name, command string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(folder, name), command)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", command, err, out)
	}
}

// startTenant runs the emulator until the end of the test, and returns the variables that configure the provider.
func startTenant(t *testing.T, program string) []string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, program, "-listen", "127.0.0.1:0")
	var messages bytes.Buffer
	cmd.Stderr = &messages
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // ended by the context
	})
	var environment []string
	for lines := bufio.NewScanner(out); len(environment) < 3 && lines.Scan(); {
		environment = append(environment, strings.TrimPrefix(lines.Text(), "export "))
	}
	if len(environment) < 3 {
		t.Fatalf("the emulator did not start: %s", messages.String())
	}
	return environment
}

// run runs Terraform and returns its output.
func (w workspace) run(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), w.terraform, args...)
	cmd.Dir, cmd.Env = w.folder, w.environment
	out, err := cmd.Output()
	if err != nil {
		exit := new(exec.ExitError)
		_ = errors.As(err, &exit)
		t.Fatalf("terraform %s: %v\n%s%s", strings.Join(args, " "), err, out, exit.Stderr)
	}
	return out
}

// plan returns the JSON of a plan.
func (w workspace) plan(t *testing.T, args ...string) map[string]any {
	t.Helper()
	w.run(t, append([]string{"plan", "-input=false", "-out=tfplan"}, args...)...)
	return decode(t, w.run(t, "show", "-json", "tfplan"))
}

func decode(t *testing.T, encoded []byte) map[string]any {
	t.Helper()
	var decoded map[string]any
	if err := json.Unmarshal(encoded, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}

func (w workspace) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.folder, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// replace replaces a text in main.tf.
func (w workspace) replace(t *testing.T, before, after string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(w.folder, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	w.write(t, "main.tf", strings.Replace(string(content), before, after, 1))
}

// expect checks the violations and the undecided values of a plan, alone and in the input of HCP Terraform.
func (w workspace) expect(t *testing.T, plan map[string]any, violations, undecided []string) {
	t.Helper()
	for name, input := range map[string]map[string]any{
		"terraform show": plan,
		"HCP Terraform":  {"plan": plan, "run": map[string]any{"workspace": map[string]any{"name": "timesheets"}}},
	} {
		if got := evaluate(t, "data.timesheets.violations", input); !slices.Equal(got, violations) {
			t.Errorf("%s: violations\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(violations, "\n"))
		}
		if got := evaluate(t, "data.timesheets.undecided", input); !slices.Equal(got, undecided) {
			t.Errorf("%s: undecided\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(undecided, "\n"))
		}
	}
}
