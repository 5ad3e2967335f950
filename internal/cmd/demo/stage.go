package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/demo/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

const module = "github.com/timesheets/terraform-provider-timesheets"

// stage is where the demo plays: a tenant, and a workspace that uses it.
type stage struct {
	server    *emulator.Server
	workspace cli.Workspace
}

// setUp builds the provider, copies the example and starts the emulator.
func setUp(ctx context.Context, say screen, folder string) (stage, error) {
	say.heading("Set-up")
	root, err := moduleRoot(ctx)
	if err != nil {
		return stage{}, err
	}
	terraform, err := cli.Find(ctx, filepath.Join(root, ".cache"))
	if err != nil {
		return stage{}, err
	}
	say.line("%s, %s", terraform, terraform.Path)
	start := time.Now()
	config, err := buildProvider(ctx, folder)
	if err != nil {
		return stage{}, err
	}
	say.line("provider built in %s", time.Since(start).Round(100*time.Millisecond))
	configuration := filepath.Join(folder, "configuration")
	if err := os.CopyFS(configuration, os.DirFS(filepath.Join(root, "examples", "timesheets"))); err != nil {
		return stage{}, err
	}
	server, err := emulator.Start(ctx, emulator.Options{})
	if err != nil {
		return stage{}, fmt.Errorf("start the emulator: %w", err)
	}
	say.line("emulator on %s, configuration from examples/timesheets", server.URL())
	return stage{server: server, workspace: workspace(terraform, server, configuration, config)}, nil
}

// workspace is a configuration that works on the tenant of an emulator.
func workspace(terraform cli.CLI, server *emulator.Server, dir, config string) cli.Workspace {
	return cli.Workspace{
		CLI:        terraform,
		Dir:        dir,
		ConfigFile: config,
		Environment: []string{
			"AUTH0_DOMAIN=" + server.URL(),
			"AUTH0_CLIENT_ID=" + server.Terraform().ClientID,
			"AUTH0_CLIENT_SECRET=" + server.Terraform().ClientSecret,
		},
	}
}

// buildProvider builds the provider into a folder and returns the CLI configuration that takes it from there.
func buildProvider(ctx context.Context, folder string) (config string, err error) {
	binaries := filepath.Join(folder, "bin")
	if err := os.MkdirAll(binaries, 0o750); err != nil {
		return "", err
	}
	if _, err := goCommand(ctx, "build", "-o", binaries+string(filepath.Separator), module); err != nil {
		return "", err
	}
	return cli.WriteConfig(folder, binaries)
}

// moduleRoot is the folder of the tree the demo was started in.
func moduleRoot(ctx context.Context) (string, error) {
	return goCommand(ctx, "list", "-m", "-f", "{{.Dir}}", module)
}

func goCommand(ctx context.Context, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "go", args...).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, exit.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}
