// Package tree finds the source tree in which a program of the project was started, and builds the provider from it.
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

// Import paths of programs.
const (
	Provider = module
	StandIn  = module + "/internal/cmd/standin"
)

// Root returns the directory of the tree.
func Root(ctx context.Context) (string, error) {
	return Go(ctx, "list", "-m", "-f", "{{.Dir}}", module)
}

// Build builds a program of the tree, given by its package, into an existing directory. flags are passed to go build.
func Build(ctx context.Context, folder, program string, flags ...string) error {
	return build(ctx, folder, nil, append(flags, program)...)
}

// Release builds a program of the tree with the flags of a release, into an existing directory.
func Release(ctx context.Context, folder, program string) error {
	return build(ctx, folder, []string{"CGO_ENABLED=0"}, "-trimpath", "-ldflags=-s -w", program)
}

func build(ctx context.Context, folder string, environment []string, args ...string) error {
	_, err := run(ctx, environment, append([]string{"build", "-o", folder + "/"}, args...)...)
	return err
}

// Go runs a go command and returns its output without leading and trailing whitespace. Its error contains the standard error
// of the command.
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
