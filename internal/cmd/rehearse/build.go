package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/release"
)

// manifest tells the registry which protocol the provider speaks.
const manifest = "internal/tools/terraform-registry-manifest.json"

// buildTwice makes the release of the last commit in two folders, which must come out byte for byte the same.
func buildTwice(ctx context.Context, out io.Writer, root, folder string, keys keys) (release.Release, error) {
	changed, err := run(ctx, root, nil, "git", "status", "--porcelain")
	if err != nil {
		return release.Release{}, err
	}
	if changed != "" {
		fmt.Fprintln(out, "what is not committed takes no part")
	}
	var built [2]release.Release
	for i, name := range []string{"one", filepath.Join("somewhere", "else")} {
		start := time.Now()
		if built[i], err = build(ctx, root, filepath.Join(folder, name), keys); err != nil {
			return release.Release{}, err
		}
		fmt.Fprintf(out, "built in %s\n", time.Since(start).Round(time.Second))
	}
	if !maps.Equal(built[0].Sums, built[1].Sums) {
		return release.Release{}, fmt.Errorf("two builds of one commit differ:\n%v\n%v", built[0].Sums, built[1].Sums)
	}
	fmt.Fprintln(out, "both builds have the same checksums")
	return built[0], nil
}

// build makes the release in a clone of the tree, as the release workflow does, but publishes nothing.
func build(ctx context.Context, root, tree string, keys keys) (release.Release, error) {
	if _, err := run(ctx, "", nil, "git", "clone", "--quiet", root, tree); err != nil {
		return release.Release{}, err
	}
	signing := []string{"GNUPGHOME=" + keys.home, "GPG_FINGERPRINT=" + keys.fingerprint}
	_, err := run(ctx, tree, signing, "go", "tool", "-modfile=internal/tools/go.mod", "goreleaser", "release",
		"--snapshot", "--clean", "--skip=publish")
	if err != nil {
		return release.Release{}, err
	}
	dist := filepath.Join(tree, "dist")
	if err := addManifest(tree, dist); err != nil {
		return release.Release{}, err
	}
	return release.Open(dist)
}

// addManifest puts the manifest where the other files are: GoReleaser publishes it from the tree, under another name.
func addManifest(tree, dist string) error {
	sums, err := filepath.Glob(filepath.Join(dist, release.Name+"_*_SHA256SUMS"))
	if err != nil {
		return err
	}
	if len(sums) != 1 {
		return fmt.Errorf("GoReleaser made %d checksum files, not one", len(sums))
	}
	content, err := os.ReadFile(filepath.Join(tree, manifest))
	if err != nil {
		return err
	}
	return os.WriteFile(strings.TrimSuffix(sums[0], "SHA256SUMS")+"manifest.json", content, 0o600)
}
