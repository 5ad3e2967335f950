// Command demo demonstrates the provider on this machine: it builds the provider, starts the emulator, runs the Terraform CLI
// to plan, apply, verify, plan again, reject a mistake, revert drift and destroy the timesheets example, and counts the requests.
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
	"syscall"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

func main() {
	tamper := flag.Bool("tamper", false, "widen the grant behind Terraform's back before the second plan: the demo must notice and fail")
	environment := flag.Bool("cli-env", false, "only print the variables that make acceptance tests use the demo's Terraform CLI")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	run := func() error { return play(ctx, os.Stdout, *tamper) }
	if *environment {
		run = func() error { return printEnvironment(ctx, os.Stdout) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "\ndemo:", err)
		os.Exit(1)
	}
}

// printEnvironment prints NAME=value pairs on one line, for env(1).
func printEnvironment(ctx context.Context, out io.Writer) error {
	terraform, err := findCLI(ctx)
	if err != nil {
		return err
	}
	line := "TF_ACC_TERRAFORM_PATH=" + terraform.Path
	if terraform.Tofu { // otherwise the tests look up the provider in Terraform's registry
		line += " TF_ACC_PROVIDER_HOST=registry.opentofu.org"
	}
	_, err = fmt.Fprintln(out, line)
	return err
}

func findCLI(ctx context.Context) (cli.CLI, error) {
	root, err := tree.Root(ctx)
	if err != nil {
		return cli.CLI{}, err
	}
	return cli.Find(ctx, filepath.Join(root, ".cache"))
}

// play runs the demo in a temporary directory.
func play(ctx context.Context, out io.Writer, tamper bool) (err error) {
	folder, err := os.MkdirTemp("", "timesheets-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	say := screen{out}
	stage, err := setUp(ctx, say, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stage.server.Close()) }()
	d := demo{stage: stage, screen: say, tamper: tamper}
	return d.run(ctx)
}
