// Command publish puts a finished release into the private registry of an organization in HCP Terraform. What is there
// already is left alone, so that it can be run again after a failure, and a second run does nothing.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/timesheets/terraform-provider-timesheets/internal/release"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// tokenVariable holds a token of the owners' team, or of one that may manage the private registry.
const tokenVariable = "TFE_TOKEN"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv(tokenVariable), os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "publish:", err)
		os.Exit(1)
	}
}

// settings are the flags.
type settings struct {
	address, organization, dist, key string
	dryRun                           bool
}

func parse(args []string, messages io.Writer) (settings, error) {
	var set settings
	flags := flag.NewFlagSet("publish", flag.ContinueOnError)
	flags.SetOutput(messages)
	flags.StringVar(&set.address, "address", "https://app.terraform.io", "`URL` of HCP Terraform or Terraform Enterprise")
	flags.StringVar(&set.organization, "organization", "", "`name` of the organization")
	flags.StringVar(&set.dist, "dist", "dist", "`folder` with the finished release")
	flags.StringVar(&set.key, "key", "", "`file` with the armored public key that the release is signed by; needed while the registry does not know it")
	flags.BoolVar(&set.dryRun, "dry-run", false, "only look, and say what would be done")
	if err := flags.Parse(args); err != nil {
		return set, err
	}
	if flags.NArg() > 0 {
		return set, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if set.organization == "" {
		return set, errors.New("-organization is missing")
	}
	return set, nil
}

func run(ctx context.Context, args []string, token string, out, messages io.Writer) error {
	set, err := parse(args, messages)
	if err != nil {
		return err
	}
	if token == "" {
		return fmt.Errorf("%s is not set", tokenVariable)
	}
	finished, err := release.Open(set.dist)
	if err != nil {
		return err
	}
	if err := finished.Check(); err != nil {
		return err
	}
	var key []byte
	if set.key != "" {
		if key, err = os.ReadFile(set.key); err != nil {
			return err
		}
	}
	remote, err := newAPI(set.address, secret.New(token))
	if err != nil {
		return err
	}
	p := publisher{api: remote, organization: set.organization, release: finished, key: string(key), dry: set.dryRun, out: out}
	return p.publish(ctx)
}
