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

// Workspace is a directory with a configuration, and what Terraform needs to run there.
type Workspace struct {
	CLI         CLI
	Dir         string
	ConfigFile  string   // CLI configuration from WriteConfig
	Environment []string // NAME=value, in addition to that of the process
}

// Output is the output and the exit code of one run of the CLI.
type Output struct {
	Stdout []byte
	Stderr []byte
	Code   int
}

// grace is the time that Terraform has to stop after an interrupt.
const grace = 20 * time.Second

// Run runs the CLI in the workspace. An exit code other than 0 is not an error, because its meaning depends on the command.
func (w Workspace) Run(ctx context.Context, args ...string) (Output, error) {
	var stdout, stderr bytes.Buffer
	cmd := w.Command(ctx, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	output := Output{Stdout: stdout.Bytes(), Stderr: stderr.Bytes(), Code: cmd.ProcessState.ExitCode()}
	var exit *exec.ExitError
	if errors.As(err, &exit) { // unless a signal ended it, the exit code is sufficient
		err = ctx.Err()
	}
	if err != nil {
		return output, fmt.Errorf("run %s %s: %w", w.CLI.Path, args[0], err)
	}
	return output, nil
}

// Command returns a command that runs the CLI in the workspace. When ctx ends, the CLI is interrupted.
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

// environment returns the environment of the process without variables that affect Terraform or the provider, plus additions.
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

// WriteConfig writes a CLI configuration into folder that uses the provider in the directory binaries without terraform
// init, and returns its path.
func WriteConfig(folder, binaries string) (string, error) {
	path := filepath.Join(folder, "cli.tfrc")
	content := fmt.Sprintf(`disable_checkpoint = true
provider_installation {
  dev_overrides {
    "timesheets/timesheets" = %[1]q
  }
  direct {}
}
`, binaries)
	return path, os.WriteFile(path, []byte(content), 0o600)
}
