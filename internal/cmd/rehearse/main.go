// Command rehearse makes a release of the last commit as it would be published, signs it with a throw-away key, and has
// the real Terraform CLI install it from a registry on this machine: all the way to an applied configuration, and not at
// all where a file or a signature was altered.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
	"github.com/timesheets/terraform-provider-timesheets/internal/release"
)

func main() {
	only := flag.String("check", "", "only hold the finished release in this `folder` against what registries ask for")
	notes := flag.String("notes", "", "only print what CHANGELOG.md says of this `version`")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	run := func() error { return rehearse(ctx, os.Stdout) }
	switch {
	case *only != "":
		run = func() error { return check(os.Stdout, *only) }
	case *notes != "":
		run = func() error { return printNotes(ctx, os.Stdout, *notes) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "rehearse:", err)
		os.Exit(1)
	}
}

// check holds a finished release against what registries ask for.
func check(out io.Writer, folder string) error {
	finished, err := release.Open(folder)
	if err != nil {
		return err
	}
	if err := finished.Check(); err != nil {
		return err
	}
	fmt.Fprintf(out, "release %s is complete: %d platforms, %d files with checksums, signed by %s\n",
		finished.Version, len(finished.Platforms), len(finished.Sums), finished.Signature.KeyID)
	return nil
}

// printNotes prints the changelog's notes of a version.
func printNotes(ctx context.Context, out io.Writer, version string) error {
	root, err := tree.Root(ctx)
	if err != nil {
		return err
	}
	changelog, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	notes, err := release.Notes(string(changelog), version)
	if err == nil {
		_, err = fmt.Fprintln(out, notes)
	}
	return err
}

// rehearse plays a release in a folder that is gone afterwards.
func rehearse(ctx context.Context, out io.Writer) (err error) {
	folder, err := os.MkdirTemp("", "rehearse-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	root, err := tree.Root(ctx)
	if err != nil {
		return err
	}
	terraform, err := cli.Find(ctx, filepath.Join(root, ".cache"))
	if err != nil {
		return err
	}
	keys, err := newKeys(ctx, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, keys.close(ctx)) }()

	finished, err := buildTwice(ctx, out, root, folder, keys)
	if err != nil {
		return err
	}
	if err := check(out, finished.Folder); err != nil {
		return err
	}
	house := house{cli: terraform, folder: folder, example: filepath.Join(root, "examples", "timesheets"), release: finished, keys: keys}
	return errors.Join(house.install(ctx, out), house.reject(ctx, out))
}

// run runs a command in a folder, with additions to the environment, and returns what it printed.
func run(ctx context.Context, folder string, environment []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), environment...)
	var said strings.Builder
	cmd.Stderr = &said
	output, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(args, " "), err, output, said.String())
	}
	return strings.TrimSpace(string(output)), nil
}
