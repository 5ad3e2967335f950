// Command release rehearses a release of the last commit: it builds it twice, signs it with a temporary key, checks it
// against the requirements of registries, and installs it with the real Terraform CLI from a registry on this machine.
// With -check it only checks a finished release, with -notes it only prints the changelog of a version.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

func main() {
	only := flag.String("check", "", "only check the finished release in this `folder` against the requirements of registries")
	notes := flag.String("notes", "", "only print the notes of this `version` in CHANGELOG.md")
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
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// check checks a finished release against the requirements of registries.
func check(out io.Writer, folder string) error {
	finished, err := open(folder)
	if err != nil {
		return err
	}
	if err := finished.check(); err != nil {
		return err
	}
	fmt.Fprintf(out, "release %s is complete: %d platforms, %d files with checksums, signed by %s\n",
		finished.version, len(finished.platforms), len(finished.sums), finished.keyID)
	return nil
}

// printNotes prints the notes of a version in the changelog.
func printNotes(ctx context.Context, out io.Writer, version string) error {
	root, err := tree.Root(ctx)
	if err != nil {
		return err
	}
	changelog, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	notes, err := notesOf(string(changelog), version)
	if err == nil {
		_, err = fmt.Fprintln(out, notes)
	}
	return err
}
