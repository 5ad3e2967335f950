package cli

import (
	"context"
	"path/filepath"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

// Build builds the provider of this source tree into an existing directory. It returns a workspace that uses the
// provider; its Dir is empty.
func Build(ctx context.Context, binaries string) (w Workspace, err error) {
	root, err := tree.Root(ctx)
	if err != nil {
		return w, err
	}
	if w.CLI, err = Find(ctx, filepath.Join(root, ".cache")); err != nil {
		return w, err
	}
	if err := tree.Build(ctx, binaries, tree.Provider); err != nil {
		return w, err
	}
	w.ConfigFile, err = WriteConfig(binaries, binaries)
	return w, err
}
