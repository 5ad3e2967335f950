// Command mutants switches off each guard of the product once and looks whether the test that watches it fails. A guard
// whose test passes without it is as good as none.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

func main() {
	only := flag.String("only", "", "try only the guards that match this regular expression")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *only); err != nil {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, only string) error {
	chosen, err := choose(only)
	if err != nil {
		return err
	}
	root, err := tree.Root(ctx)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()

	bench := bench{root: root, folder: folder}
	start := time.Now()
	if err := bench.control(ctx, chosen); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d guards; with all of them in place their tests pass (%s)\n", len(chosen), since(start))
	var bad []error
	for _, g := range chosen {
		start, outcome := time.Now(), "caught by"
		if err := bench.trial(ctx, g); err != nil {
			outcome = "NOT CAUGHT by"
			bad = append(bad, fmt.Errorf("%s: %w", g.name, err))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		fmt.Fprintf(out, "%-65s %s %s (%s)\n", g.name, outcome, g.test, since(start))
	}
	if len(bad) > 0 {
		return errors.Join(bad...)
	}
	fmt.Fprintln(out, "Every guard has a test that fails without it.")
	return nil
}

func choose(only string) ([]guard, error) {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return nil, err
	}
	var chosen []guard
	for _, g := range guards() {
		if pattern.MatchString(g.name) {
			chosen = append(chosen, g)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no guard matches %q", only)
	}
	return chosen, nil
}

func since(start time.Time) time.Duration { return time.Since(start).Round(100 * time.Millisecond) }
