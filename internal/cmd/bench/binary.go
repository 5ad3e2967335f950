package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/bench/report"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

// bare is the provider that the real one is held against.
const bare = tree.Provider + "/internal/cmd/bench/bare"

// starts is of how many starts the median is taken.
const starts = 11

// weigh measures the provider's executable, in an empty folder.
func weigh(ctx context.Context, build build, folder string) (report.Binary, error) {
	var b report.Binary
	var err error
	if b.Bytes, b.Schema, err = answers(ctx, build, folder); err != nil {
		return b, err
	}
	if err := tree.Release(ctx, folder, bare); err != nil {
		return b, err
	}
	other := build
	other.provider = filepath.Join(folder, filepath.Base(bare))
	if b.Bare.Bytes, b.Bare.Schema, err = answers(ctx, other, folder); err != nil {
		return b, err
	}
	if b.Init, b.OwnInit, err = initWork(ctx, build.provider); err != nil {
		return b, err
	}
	if err := tree.Named(ctx, folder); err != nil {
		return b, err
	}
	b.Modules, err = modules(ctx, filepath.Join(folder, filepath.Base(build.provider)))
	for _, m := range b.Modules {
		b.Code += m.Code
	}
	return b, err
}

// answers is the size of a provider, and what it takes to start it and have it answer.
func answers(ctx context.Context, build build, folder string) (int64, report.Start, error) {
	info, err := os.Stat(build.provider)
	if err != nil {
		return 0, report.Start{}, err
	}
	took, err := start(ctx, build, folder)
	return info.Size(), took, err
}

// start has Terraform ask the provider for its schema.
func start(ctx context.Context, build build, folder string) (report.Start, error) {
	const configuration = `terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}
`
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(configuration), 0o600); err != nil {
		return report.Start{}, err
	}
	usage := filepath.Join(folder, "usage")
	w := cli.Workspace{
		CLI: build.cli, Dir: folder, ConfigFile: build.metered,
		Environment: []string{"BENCH_PROVIDER=" + build.provider, "BENCH_USAGE=" + usage},
	}
	var seconds, cpu []float64
	var peak []int64
	for range starts {
		if err := os.Mkdir(usage, 0o750); err != nil {
			return report.Start{}, err
		}
		began := time.Now()
		output, err := w.Run(ctx, "providers", "schema", "-json")
		if err == nil && output.Code != 0 {
			err = output.Failure()
		}
		if err != nil {
			return report.Start{}, err
		}
		seconds = append(seconds, time.Since(began).Seconds())
		var took report.Operation
		if err := errors.Join(readUsage(usage, &took), os.RemoveAll(usage)); err != nil {
			return report.Start{}, err
		}
		cpu, peak = append(cpu, took.CPU), append(peak, took.Peak)
	}
	return report.Start{Seconds: median(seconds), CPU: median(cpu), Peak: median(peak)}, nil
}

func median[T cmp.Ordered](of []T) T {
	slices.Sort(of)
	return of[len(of)/2]
}

// initWork starts the provider as no plugin, so that it ends at once, and has Go tell what its packages do before main.
func initWork(ctx context.Context, provider string) (all, own report.Init, err error) {
	cmd := exec.CommandContext(ctx, provider)
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	said, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return all, own, err
	}
	for line := range strings.Lines(string(said)) {
		name, bytes, found := initLine(line)
		if !found {
			continue
		}
		all.Packages, all.Bytes = all.Packages+1, all.Bytes+bytes
		if strings.HasPrefix(name, tree.Provider) {
			own.Packages, own.Bytes = own.Packages+1, own.Bytes+bytes
		}
	}
	if all.Packages == 0 {
		return all, own, errors.New("the provider tells nothing of its packages")
	}
	return all, own, nil
}

// initLine reads a line such as "init path @4.8 ms, 0.05 ms clock, 480 bytes, 7 allocs".
func initLine(line string) (name string, bytes int64, found bool) {
	name, rest, found := strings.Cut(strings.TrimPrefix(line, "init "), " @")
	if !found || !strings.HasPrefix(line, "init ") {
		return "", 0, false
	}
	var at, clock float64
	_, err := fmt.Sscanf(rest, "%f ms, %f ms clock, %d bytes", &at, &clock, &bytes)
	return name, bytes, err == nil
}
