package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/bench/report"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tally"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// driver executes one run, with a tenant and a workspace of its own.
type driver struct {
	run       report.Run
	server    *emulator.Server
	witness   *witness
	workspace cli.Workspace
	usage     string // folder the meter writes to
}

// drive executes a run in an empty directory, and returns it with its operations.
func drive(ctx context.Context, build build, run report.Run, folder string) (_ report.Run, err error) {
	server, err := emulator.Start(ctx, emulator.Options{
		Seed:   seed(run.SetUp),
		Limits: emulator.Limits{Rate: run.Conditions.Rate, Burst: run.Conditions.Burst},
	})
	if err != nil {
		return run, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	witness, err := watch(ctx, server.URL())
	if err != nil {
		return run, err
	}
	defer func() { err = errors.Join(err, witness.close()) }()
	d := driver{run: run, server: server, witness: witness, usage: filepath.Join(folder, "usage")}
	if err := d.prepareWorkspace(build, filepath.Join(folder, "configuration")); err != nil {
		return run, err
	}
	for _, name := range operations(build.cli) {
		done, err := d.perform(ctx, name)
		if err != nil {
			return run, fmt.Errorf("%s: %w", name, err)
		}
		d.run.Operations = append(d.run.Operations, done)
	}
	return d.run, nil
}

// operations returns the operations that the CLI supports.
func operations(with cli.CLI) []string {
	return slices.DeleteFunc(report.Operations(), func(name string) bool {
		return name == report.Query && with.Lacks(cli.Query) != ""
	})
}

// prepareWorkspace creates the workspace, and sets the latency of the tenant.
func (d *driver) prepareWorkspace(build build, configuration string) error {
	if err := os.CopyFS(configuration, os.DirFS(filepath.Join(build.root, "internal", "cmd", "bench", "configuration"))); err != nil {
		return err
	}
	s := d.run.SetUp
	d.workspace = cli.Workspace{CLI: build.cli, Dir: configuration, ConfigFile: build.metered}
	d.workspace.Environment = append(d.server.Environment(),
		"AUTH0_DOMAIN="+d.witness.url,
		"AUTH0_AUDIENCE="+d.server.ManagementAudience(), // its own, whatever address it is reached at
		"BENCH_PROVIDER="+build.provider,
		"BENCH_USAGE="+d.usage,
		"TF_VAR_apis="+strconv.Itoa(s.APIs),
		"TF_VAR_scopes="+strconv.Itoa(s.Scopes),
		"TF_VAR_clients="+strconv.Itoa(s.Clients),
		"TF_VAR_grants="+strconv.Itoa(s.Grants),
		"TF_VAR_single="+strconv.FormatBool(s.Single),
	)
	if d.run.Conditions.Latency == 0 {
		return nil
	}
	return d.server.Inject(emulator.Fault{Delay: time.Duration(d.run.Conditions.Latency) * time.Millisecond})
}

// arguments returns the Terraform arguments of an operation. Variables keep the values of the previous operation.
func (d *driver) arguments(operation string) []string {
	with := func(revision, remark string, command ...string) []string {
		return append(command, "-var=revision="+revision, "-var=remark="+remark)
	}
	walk := func(command ...string) []string {
		if n := d.run.Conditions.Parallelism; n != 0 {
			command = append(command, "-parallelism="+strconv.Itoa(n))
		}
		return append(command, "-input=false")
	}
	switch operation {
	case report.Create:
		return with("0", "", walk("apply", "-auto-approve")...)
	case report.Refresh:
		return with("0", "", walk("plan", "-detailed-exitcode")...)
	case report.Query:
		return with("0", "", "query")
	case report.ChangeOne:
		return with("0", ", changed", walk("apply", "-auto-approve")...)
	case report.ChangeAll:
		return with("1", ", changed", walk("apply", "-auto-approve")...)
	}
	return with("1", ", changed", walk("destroy", "-auto-approve")...)
}

func (d *driver) perform(ctx context.Context, name string) (report.Operation, error) {
	done := report.Operation{Name: name}
	if err := os.Mkdir(d.usage, 0o750); err != nil {
		return done, err
	}
	if err := d.rest(ctx); err != nil {
		return done, err
	}
	d.server.ResetJournal()
	start := time.Now()
	output, err := d.workspace.Run(ctx, append(d.arguments(name), "-no-color")...)
	done.Seconds = time.Since(start).Seconds()
	if err == nil && output.Code != 0 {
		err = output.Failure()
	}
	if err != nil {
		return done, err
	}
	done.Calls = tally.Count(d.server.Journal(), d.server.Terraform().ClientID)
	if err := errors.Join(d.witness.confirm(done.Calls), readUsage(d.usage, &done)); err != nil {
		return done, err
	}
	return done, os.RemoveAll(d.usage)
}

// rest waits until the rate limit of the tenant is fully available, so that no operation is affected by the previous one.
func (d *driver) rest(ctx context.Context) error {
	c := d.run.Conditions
	if c.Rate == 0 || len(d.run.Operations) == 0 {
		return nil
	}
	full := time.NewTimer(time.Duration(float64(c.Burst) / c.Rate * float64(time.Second)))
	defer full.Stop()
	select {
	case <-full.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
