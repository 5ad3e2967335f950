package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Workspace is a folder that holds a configuration, and what Terraform needs to run there.
type Workspace struct {
	CLI         CLI
	Dir         string
	ConfigFile  string   // CLI configuration, as WriteConfig makes it
	Environment []string // NAME=value, on top of the process's own
}

// Output is what one run of the CLI left.
type Output struct {
	Stdout []byte
	Stderr []byte
	Code   int
}

// grace is how long Terraform may take to stop once it was asked to.
const grace = 20 * time.Second

// Run runs the CLI in the workspace. A run that ends with another code than 0 is no error: the caller knows which codes
// mean what.
func (w Workspace) Run(ctx context.Context, args ...string) (Output, error) {
	var stdout, stderr bytes.Buffer
	cmd := w.Command(ctx, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	output := Output{Stdout: stdout.Bytes(), Stderr: stderr.Bytes(), Code: cmd.ProcessState.ExitCode()}
	var exit *exec.ExitError
	if errors.As(err, &exit) { // unless somebody stopped it, the code says it all
		err = ctx.Err()
	}
	if err != nil {
		return output, fmt.Errorf("run %s %s: %w", w.CLI.Path, args[0], err)
	}
	return output, nil
}

// Command is a run of the CLI in the workspace that has not started yet. When ctx ends, the CLI is asked to stop.
func (w Workspace) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, w.CLI.Path, args...)
	cmd.Dir = w.Dir
	cmd.Env = environment(append([]string{
		"TF_CLI_CONFIG_FILE=" + w.ConfigFile,
		"TF_IN_AUTOMATION=1",
		"CHECKPOINT_DISABLE=1",
	}, w.Environment...)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = grace
	return cmd
}

// environment is the process's own without what would steer Terraform or the provider elsewhere, plus additions.
func environment(additions ...string) []string {
	var kept []string
	for _, entry := range os.Environ() {
		if !steers(entry) {
			kept = append(kept, entry)
		}
	}
	return append(kept, additions...)
}

func steers(entry string) bool {
	for _, prefix := range []string{"TF_", "AUTH0_", "TIMESHEETS_"} {
		if strings.HasPrefix(entry, prefix) {
			return true
		}
	}
	return false
}

// WriteConfig writes a CLI configuration into folder that takes the provider from the folder binaries, with nothing to
// initialize, and returns its path.
func WriteConfig(folder, binaries string) (string, error) {
	path := filepath.Join(folder, "cli.tfrc")
	content := fmt.Sprintf(`disable_checkpoint = true
provider_installation {
  dev_overrides {
    "timesheets/timesheets" = %[1]q
    "hashicorp/timesheets"  = %[1]q # what a configuration without required_providers asks for
  }
  direct {}
}
`, binaries)
	return path, os.WriteFile(path, []byte(content), 0o600)
}
