package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// stage contains the tenant of the demo, and a workspace that uses it.
type stage struct {
	server    *emulator.Server
	workspace cli.Workspace
}

// setUp builds the provider, copies the example and starts the emulator.
func setUp(ctx context.Context, say screen, folder string) (stage, error) {
	say.heading("Set-up")
	root, err := tree.Root(ctx)
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

// workspace returns a workspace for the tenant of an emulator.
func workspace(terraform cli.CLI, server *emulator.Server, dir, config string) cli.Workspace {
	return cli.Workspace{CLI: terraform, Dir: dir, ConfigFile: config, Environment: server.Environment()}
}

// buildProvider builds the provider into a directory and returns the CLI configuration that uses it.
func buildProvider(ctx context.Context, folder string) (config string, err error) {
	binaries := filepath.Join(folder, "bin")
	if err := os.MkdirAll(binaries, 0o750); err != nil {
		return "", err
	}
	if err := tree.Build(ctx, binaries, tree.Provider); err != nil {
		return "", err
	}
	return cli.WriteConfig(folder, binaries)
}
