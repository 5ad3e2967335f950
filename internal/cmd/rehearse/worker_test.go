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

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// worker is a machine as HCP Terraform gives to one run and throws away: nothing in its environment but what the
// workspace says, a home that cannot be written, and no terminal.
type worker struct {
	t           *testing.T
	house       house
	home        string
	environment []string
}

func newWorker(t *testing.T, h house, environment ...string) *worker {
	t.Helper()
	w := &worker{t: t, house: h, home: filepath.Join(t.TempDir(), "home"), environment: environment}
	if err := os.Mkdir(w.home, 0o500); err != nil {
		t.Fatal(err)
	}
	return w
}

// fresh is the folder of a new run: the configuration, and a file of Terraform's that points at the registry.
func (w *worker) fresh() (folder, config string) {
	w.t.Helper()
	workspace, closeRegistry, err := w.house.workspace(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(closeRegistry)
	return workspace.Dir, workspace.ConfigFile
}

// terraform runs a command, which must end with the code, and returns what it printed.
func (w *worker) terraform(folder, config string, code int, args ...string) string {
	w.t.Helper()
	cmd := exec.CommandContext(w.t.Context(), w.house.cli.Path, args...)
	cmd.Dir = folder
	cmd.Env = append([]string{
		"HOME=" + w.home, "TF_CLI_CONFIG_FILE=" + config, "TF_INPUT=0", "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"TMPDIR=" + w.t.TempDir(), "TFC_RUN_ID=run-worker", "TFC_WORKSPACE_SLUG=acme/timesheets",
	}, w.environment...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // a session without a terminal
	said, _ := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != code {
		w.t.Fatalf("terraform %s: code %d, want %d\n%s", args[0], got, code, said)
	}
	return string(said)
}

// assess looks for drift as a health assessment does, and returns the addresses of what drifted.
func (w *worker) assess(from string, files ...string) string {
	w.t.Helper()
	folder, config := w.fresh()
	w.hand(from, folder, append(files, ".terraform.lock.hcl")...)
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

// hand copies a file from one machine to the next.
func (w *worker) hand(from, to string, files ...string) {
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

func credentials(server *emulator.Server) []string {
	return []string{
		"AUTH0_DOMAIN=" + server.URL(),
		"AUTH0_CLIENT_ID=" + server.Terraform().ClientID,
		"AUTH0_CLIENT_SECRET=" + server.Terraform().ClientSecret,
	}
}

func startEmulator(t *testing.T) *emulator.Server {
	t.Helper()
	server, err := emulator.Start(t.Context(), emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close the emulator: %v", err)
		}
	})
	return server
}

// TestRemoteWorkers plays a run of HCP Terraform, each phase on a machine of its own: a plan, the apply of that saved plan,
// a speculative plan with credentials that only read, and a health assessment before and after somebody changed something.
func TestRemoteWorkers(t *testing.T) {
	h := opened(t)
	server := startEmulator(t)
	w := newWorker(t, h, credentials(server)...)

	planned, config := w.fresh()
	w.terraform(planned, config, 0, "init", "-no-color")
	w.terraform(planned, config, 2, "plan", "-no-color", "-detailed-exitcode", "-out=run.tfplan")

	applied, config := w.fresh()
	w.hand(planned, applied, "run.tfplan", ".terraform.lock.hcl")
	w.terraform(applied, config, 0, "init", "-no-color", "-lockfile=readonly")
	w.terraform(applied, config, 0, "apply", "-no-color", "run.tfplan")

	const state = "terraform.tfstate" // kept by HCP Terraform between runs
	if drifted := w.assess(applied, state); drifted != "" {
		t.Errorf("drift right after the apply: %s", drifted)
	}

	reader := newWorker(t, h, "AUTH0_DOMAIN="+server.URL(), "TF_VAR_access_check=false", "TF_VAR_api_name=Hours API",
		"AUTH0_API_TOKEN="+server.Token("read:resource_servers", "read:clients", "read:client_grants"))
	speculative, config := reader.fresh()
	reader.hand(applied, speculative, state, ".terraform.lock.hcl")
	reader.terraform(speculative, config, 0, "init", "-no-color")
	if said := reader.terraform(speculative, config, 2, "plan", "-no-color", "-detailed-exitcode", "-lock=false"); !strings.Contains(said, "Hours API") {
		t.Errorf("the plan does not tell of the change:\n%s", said)
	}
	refused := reader.terraform(speculative, config, 1, "apply", "-no-color", "-auto-approve")
	if !strings.Contains(refused, "update:resource_servers") {
		t.Errorf("the refusal does not name the scope that is missing:\n%s", refused)
	}

	changed := newWorker(t, h, append(credentials(server), "TF_VAR_api_name=Renamed elsewhere")...)
	elsewhere, config := changed.fresh()
	changed.hand(applied, elsewhere, state, ".terraform.lock.hcl")
	changed.terraform(elsewhere, config, 0, "init", "-no-color")
	changed.terraform(elsewhere, config, 0, "apply", "-no-color", "-auto-approve")
	if drifted := w.assess(applied, state); drifted != "timesheets_api.timesheets" {
		t.Errorf("the assessment finds drift of %q", drifted)
	}

	for _, machine := range []*worker{w, reader, changed} {
		if left, err := os.ReadDir(machine.home); err != nil || len(left) > 0 {
			t.Errorf("a run left %v in the home of its machine: %v", left, err)
		}
	}
}
