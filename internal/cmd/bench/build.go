package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

// build contains what all runs share: the provider, and a Terraform CLI that runs it through the meter.
type build struct {
	root     string // of the tree
	provider string // executable
	metered  string // CLI configuration
	cli      cli.CLI
}

// prepare builds the provider with make, and the meter, into a directory.
func prepare(ctx context.Context, folder string, make func(ctx context.Context, folder string) error) (build, error) {
	var b build
	var err error
	if b.root, err = tree.Root(ctx); err != nil {
		return b, err
	}
	if b.cli, err = cli.Find(ctx, filepath.Join(b.root, ".cache")); err != nil {
		return b, err
	}
	binaries, meter := filepath.Join(folder, "bin"), filepath.Join(folder, "meter")
	for _, f := range []string{binaries, meter} {
		if err := os.MkdirAll(f, 0o750); err != nil {
			return b, err
		}
	}
	if err := make(ctx, binaries); err != nil {
		return b, err
	}
	if err := tree.Build(ctx, meter, tree.Provider+"/internal/cmd/bench/meter"); err != nil {
		return b, err
	}
	name := filepath.Base(tree.Provider) // what Terraform looks for
	if err := os.Rename(filepath.Join(meter, "meter"), filepath.Join(meter, name)); err != nil {
		return b, err
	}
	b.provider = filepath.Join(binaries, name)
	b.metered, err = cli.WriteConfig(folder, meter)
	return b, err
}
