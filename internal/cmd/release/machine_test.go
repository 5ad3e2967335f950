//go:build unix

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// machine simulates the temporary machine of one run in HCP Terraform: only the environment of the workspace, a home that
// is not writable, and no terminal.
type machine struct {
	t           *testing.T
	installer   installer
	home        string
	environment []string
}

func newMachine(t *testing.T, i installer, environment ...string) *machine {
	t.Helper()
	w := &machine{t: t, installer: i, home: filepath.Join(t.TempDir(), "home"), environment: environment}
	if err := os.Mkdir(w.home, 0o500); err != nil {
		t.Fatal(err)
	}
	return w
}

// newRun returns the folder of a new run with the configuration, and a CLI configuration that names the registry.
func (w *machine) newRun() (folder, config string) {
	w.t.Helper()
	workspace, closeRegistry, err := w.installer.workspace(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(closeRegistry)
	return workspace.Dir, workspace.ConfigFile
}

// terraform runs a command, which must exit with the code, and returns its output.
func (w *machine) terraform(folder, config string, code int, args ...string) string {
	w.t.Helper()
	cmd := exec.CommandContext(w.t.Context(), w.installer.cli.Path, args...)
	cmd.Dir = folder
	cmd.Env = append([]string{
		"HOME=" + w.home, "TF_CLI_CONFIG_FILE=" + config, "TF_INPUT=0", "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"TMPDIR=" + w.t.TempDir(), "TFC_RUN_ID=run-worker", "TFC_WORKSPACE_SLUG=acme/timesheets",
	}, w.environment...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // a session without a terminal
	output, _ := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != code {
		w.t.Fatalf("terraform %s: code %d, want %d\n%s", args[0], got, code, output)
	}
	return string(output)
}

// assess detects drift like a health assessment, and returns the addresses of drifted objects.
func (w *machine) assess(from string, files ...string) string {
	w.t.Helper()
	folder, config := w.newRun()
	w.copy(from, folder, append(files, ".terraform.lock.hcl")...)
	w.terraform(folder, config, 0, "init", "-no-color", "-lockfile=readonly")
	w.terraform(folder, config, 0, "plan", "-no-color", "-refresh-only", "-out=assessment")
	var plan struct {
		Drift []struct{ Address string } `json:"resource_drift"`
	}
	if err := json.Unmarshal([]byte(w.terraform(folder, config, 0, "show", "-json", "assessment")), &plan); err != nil {
		w.t.Fatal(err)
	}
	var drifted []string
	for _, object := range plan.Drift {
		drifted = append(drifted, object.Address)
	}
	return strings.Join(drifted, " ")
}

// copy copies files from one machine to the next.
func (w *machine) copy(from, to string, files ...string) {
	w.t.Helper()
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(from, file))
		if err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, file), content, 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
}

// TestRemoteWorkers simulates runs of HCP Terraform with a machine for each phase: a plan, the apply of the saved plan, a
// speculative plan with read-only credentials, and health assessments before and after a change outside Terraform.
func TestRemoteWorkers(t *testing.T) {
	i := newInstaller(t)
	server := acctest.Emulator(t, emulator.Options{})
	w := newMachine(t, i, credentials(server)...)

	planned, config := w.newRun()
	w.terraform(planned, config, 0, "init", "-no-color")
	w.terraform(planned, config, 2, "plan", "-no-color", "-detailed-exitcode", "-out=run.tfplan")

	applied, config := w.newRun()
	w.copy(planned, applied, "run.tfplan", ".terraform.lock.hcl")
	w.terraform(applied, config, 0, "init", "-no-color", "-lockfile=readonly")
	w.terraform(applied, config, 0, "apply", "-no-color", "run.tfplan")

	const state = "terraform.tfstate" // kept by HCP Terraform between runs
	if drifted := w.assess(applied, state); drifted != "" {
		t.Errorf("drift right after the apply: %s", drifted)
	}

	reader := newMachine(t, i, "AUTH0_DOMAIN="+server.URL(), "TF_VAR_access_check=false", "TF_VAR_api_name=Hours API",
		"AUTH0_API_TOKEN="+server.Token("read:resource_servers", "read:clients", "read:client_grants"))
	speculative, config := reader.newRun()
	reader.copy(applied, speculative, state, ".terraform.lock.hcl")
	reader.terraform(speculative, config, 0, "init", "-no-color")
	if output := reader.terraform(speculative, config, 2, "plan", "-no-color", "-detailed-exitcode", "-lock=false"); !strings.Contains(output, "Hours API") {
		t.Errorf("the plan does not contain the change:\n%s", output)
	}
	refused := reader.terraform(speculative, config, 1, "apply", "-no-color", "-auto-approve")
	if !strings.Contains(refused, "update:resource_servers") {
		t.Errorf("the refusal does not name the scope that is missing:\n%s", refused)
	}

	changed := newMachine(t, i, append(credentials(server), "TF_VAR_api_name=Renamed elsewhere")...)
	elsewhere, config := changed.newRun()
	changed.copy(applied, elsewhere, state, ".terraform.lock.hcl")
	changed.terraform(elsewhere, config, 0, "init", "-no-color")
	changed.terraform(elsewhere, config, 0, "apply", "-no-color", "-auto-approve")
	if drifted := w.assess(applied, state); drifted != "timesheets_api.timesheets" {
		t.Errorf("the assessment finds drift of %q", drifted)
	}

	for _, m := range []*machine{w, reader, changed} {
		if left, err := os.ReadDir(m.home); err != nil || len(left) > 0 {
			t.Errorf("a run left %v in the home of its machine: %v", left, err)
		}
	}
}
