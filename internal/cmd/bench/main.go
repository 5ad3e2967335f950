// Command bench measures the requests, time and memory that the provider needs. It runs the real Terraform CLI and the
// provider, built as for a release, against an emulator, with configurations from one job to hundreds of objects. It prints
// a table of all runs, and saves the results with -write.
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

// resultsFile is the file with the results of the last bench, relative to the root of the source tree.
const resultsFile = "internal/cmd/bench/results.json"

func main() {
	only := flag.String("only", "", "run only configurations whose printed title matches `expression`")
	write := flag.Bool("write", false, "save the results in "+resultsFile)
	grid := flag.Bool("grid", false, "run configurations at parallelism 1, 10 and 30, with 0, 20 and 150 ms per request; save nothing")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := bench(ctx, os.Stdout, chosen(*grid), *only, *write && !*grid); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench executes the runs whose title matches the expression.
func bench(ctx context.Context, out io.Writer, runs []report.Run, only string, write bool) (err error) {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	if write && only != "" {
		return errors.New("-write saves the results of a complete bench, not of a part")
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
		return fmt.Errorf("-write saves the results of a complete bench, but %s; set TF_ACC_TERRAFORM_PATH to another CLI", lacks)
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
	return found.Write(filepath.Join(build.root, resultsFile))
}

// load returns the load average of the last 15 minutes on Linux, and 0 on other systems.
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
		return nil, errors.New("no run has a matching title")
	}
	return done, nil
}
