package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
)

// manifest names the protocol of the provider for registries.
const manifest = "internal/tools/terraform-registry-manifest.json"

// rehearse builds, signs, checks and installs a release of the last commit in a temporary folder.
func rehearse(ctx context.Context, out io.Writer) (err error) {
	folder, err := os.MkdirTemp("", "release-")
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
	key, public, err := newKey(packet.PubKeyAlgoRSA)
	if err != nil {
		return err
	}
	finished, err := buildTwice(ctx, out, root, folder, key)
	if err != nil {
		return err
	}
	if err := check(out, finished.folder); err != nil {
		return err
	}
	i := installer{cli: terraform, folder: folder, example: filepath.Join(root, "examples", "timesheets"), release: finished, public: public}
	return i.install(ctx, out)
}

// newKey generates a temporary signing key, and returns its public key in armored form.
func newKey(algorithm packet.PublicKeyAlgorithm) (*openpgp.Entity, string, error) {
	key, err := openpgp.NewEntity("Rehearsal", "", "release@timesheets.example", &packet.Config{Algorithm: algorithm, RSABits: 3072})
	if err != nil {
		return nil, "", err
	}
	var public strings.Builder
	armored, err := armor.Encode(&public, openpgp.PublicKeyType, nil)
	if err != nil {
		return nil, "", err
	}
	err = errors.Join(key.Serialize(armored), armored.Close())
	return key, public.String(), err
}

// buildTwice builds the release of the last commit in two folders. Both builds must have the same checksums.
func buildTwice(ctx context.Context, out io.Writer, root, folder string, key *openpgp.Entity) (_ release, err error) {
	home := filepath.Join(folder, "gpg") // short: the path of the agent's socket is limited
	if err := importKey(ctx, home, key); err != nil {
		return release{}, err
	}
	defer func() {
		closeErr := run(context.WithoutCancel(ctx), "", nil, "gpgconf", "--homedir", home, "--kill", "gpg-agent")
		err = errors.Join(err, closeErr)
	}()
	signing := []string{"GNUPGHOME=" + home, fmt.Sprintf("GPG_FINGERPRINT=%X", key.PrimaryKey.Fingerprint)}
	fmt.Fprintln(out, "building the last commit; uncommitted changes are ignored")
	var built [2]release
	for i, name := range []string{"one", filepath.Join("somewhere", "else")} {
		start := time.Now()
		if built[i], err = build(ctx, root, filepath.Join(folder, name), signing); err != nil {
			return release{}, err
		}
		fmt.Fprintf(out, "built in %s\n", time.Since(start).Round(time.Second))
	}
	if !maps.Equal(built[0].sums, built[1].sums) {
		return release{}, fmt.Errorf("two builds of one commit differ:\n%v\n%v", built[0].sums, built[1].sums)
	}
	fmt.Fprintln(out, "both builds have the same checksums")
	return built[0], nil
}

// importKey makes a home of gpg that contains only the key.
func importKey(ctx context.Context, home string, key *openpgp.Entity) error {
	var private bytes.Buffer
	file := filepath.Join(home, "key.pgp")
	if err := errors.Join(os.Mkdir(home, 0o700), key.SerializePrivate(&private, nil), os.WriteFile(file, private.Bytes(), 0o600)); err != nil {
		return err
	}
	err := run(ctx, "", nil, "gpg", "--homedir", home, "--batch", "--quiet", "--import", file)
	return err
}

// build builds the release in a clone of the tree, like the release workflow, without publishing it.
func build(ctx context.Context, root, clone string, signing []string) (release, error) {
	if err := run(ctx, "", nil, "git", "clone", "--quiet", root, clone); err != nil {
		return release{}, err
	}
	err := run(ctx, clone, signing, "go", "tool", "-modfile=internal/tools/go.mod", "goreleaser", "release",
		"--snapshot", "--clean", "--skip=publish")
	if err != nil {
		return release{}, err
	}
	dist := filepath.Join(clone, "dist")
	if err := addManifest(clone, dist); err != nil {
		return release{}, err
	}
	return open(dist)
}

// addManifest copies the manifest to the other files. GoReleaser publishes it from the tree under another name.
func addManifest(clone, dist string) error {
	sums, err := filepath.Glob(filepath.Join(dist, provider+"_*_SHA256SUMS"))
	if err != nil {
		return err
	}
	if len(sums) != 1 {
		return fmt.Errorf("GoReleaser wrote %d checksum files, want 1", len(sums))
	}
	content, err := os.ReadFile(filepath.Join(clone, manifest))
	if err != nil {
		return err
	}
	return os.WriteFile(strings.TrimSuffix(sums[0], "SHA256SUMS")+"manifest.json", content, 0o600)
}

// run runs a command in a folder, with additions to the environment.
func run(ctx context.Context, folder string, environment []string, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), environment...)
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, output)
	}
	return nil
}
