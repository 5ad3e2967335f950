// Command bench measures what the provider asks of a tenant and what it takes itself: the real Terraform CLI, the
// provider as a release builds it, an emulator, and set-ups from one job to hundreds of objects. It prints a table of all
// runs; with -write it keeps the results.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"syscall"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/bench/report"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

// kept is where the results of the last bench are, beneath the root of the tree.
const kept = "internal/cmd/bench/results.json"

func main() {
	only := flag.String("only", "", "run only what the `expression` finds in the titles that a bench prints")
	write := flag.Bool("write", false, "keep the results in "+kept)
	grid := flag.Bool("grid", false, "run set-ups at parallelism 1, 10 and 30, at 0, 20 and 150 ms a call each; keep nothing")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := bench(ctx, os.Stdout, chosen(*grid), *only, *write && !*grid); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench makes those runs whose title the expression finds.
func bench(ctx context.Context, out io.Writer, runs []report.Run, only string, write bool) (err error) {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	if write && only != "" {
		return errors.New("-write keeps the results of a whole bench, not of a part")
	}
	folder, err := os.MkdirTemp("", "timesheets-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	build, err := prepare(ctx, folder, func(ctx context.Context, folder string) error {
		return tree.Release(ctx, folder, tree.Provider)
	})
	if err != nil {
		return err
	}
	if lacks := build.cli.Lacks(cli.Query); write && lacks != "" {
		return fmt.Errorf("-write keeps the results of a whole bench, but %s; TF_ACC_TERRAFORM_PATH names another CLI", lacks)
	}
	found := report.Results{Machine: report.Machine{
		System:    runtime.GOOS + "/" + runtime.GOARCH,
		CPUs:      runtime.NumCPU(),
		Go:        runtime.Version(),
		Terraform: build.cli.String(),
		Date:      time.Now().Format(time.DateOnly),
	}}
	if found.Runs, err = runAll(ctx, out, build, runs, wanted, folder); err != nil || !write {
		return err
	}
	found.Machine.Load = load()
	return found.Write(filepath.Join(build.root, kept))
}

// load is the machine's average load of the last quarter of an hour, where Linux tells.
func load() float64 {
	var one, five, fifteen float64
	text, err := os.ReadFile("/proc/loadavg")
	if err == nil {
		_, err = fmt.Sscan(string(text), &one, &five, &fifteen)
	}
	if err != nil {
		return 0
	}
	return fifteen
}

func runAll(ctx context.Context, out io.Writer, build build, runs []report.Run, wanted *regexp.Regexp, folder string) ([]report.Run, error) {
	var done []report.Run
	fmt.Fprint(out, report.Head())
	for i, run := range runs {
		if !wanted.MatchString(run.Title()) {
			continue
		}
		own := filepath.Join(folder, fmt.Sprintf("run%d", i))
		if err := os.Mkdir(own, 0o750); err != nil {
			return nil, err
		}
		run, err := drive(ctx, build, run, own)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", run.Title(), err)
		}
		done = append(done, run)
		fmt.Fprint(out, run.Rows())
	}
	if len(done) == 0 {
		return nil, errors.New("no run has such a title")
	}
	return done, nil
}
