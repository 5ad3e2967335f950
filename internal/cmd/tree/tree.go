// Package tree is the source tree a program of the project was started in: where it is, and the provider built from it.
package tree

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

const module = "github.com/timesheets/terraform-provider-timesheets"

// Provider is the package of the provider's executable.
const Provider = module

// Root returns the folder of the tree.
func Root(ctx context.Context) (string, error) {
	return Go(ctx, "list", "-m", "-f", "{{.Dir}}", module)
}

// Build builds a program of the tree, given by its package, into a folder that exists. Flags are those of go build.
func Build(ctx context.Context, folder, program string, flags ...string) error {
	return build(ctx, folder, nil, append(flags, program)...)
}

// Release builds a program of the tree as a release builds the provider, into a folder that exists.
func Release(ctx context.Context, folder, program string) error {
	return build(ctx, folder, []string{"CGO_ENABLED=0"}, "-trimpath", "-ldflags=-s -w", program)
}

func build(ctx context.Context, folder string, environment []string, args ...string) error {
	_, err := run(ctx, environment, append([]string{"build", "-o", folder + "/"}, args...)...)
	return err
}

// Go runs a command of Go and returns what it prints, without the blanks at both ends. Its error holds what the command
// said.
func Go(ctx context.Context, args ...string) (string, error) { return run(ctx, nil, args...) }

func run(ctx context.Context, environment []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), environment...)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, exit.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}
