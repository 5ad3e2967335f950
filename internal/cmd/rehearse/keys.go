package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// keys are two signing keys that live as long as a rehearsal: the one of the release, and a stranger's.
type keys struct {
	home        string // of gpg, with nothing else in it
	fingerprint string
	stranger    string // fingerprint of the key that signed nothing
	public      string // the release's public key, armored
}

// newKeys makes both keys. The home of gpg is near the root of the file system's temporary files, because the path of
// its agent's socket must be short.
func newKeys(ctx context.Context, folder string) (keys, error) {
	k := keys{home: filepath.Join(folder, "gpg")}
	if err := os.Mkdir(k.home, 0o700); err != nil {
		return keys{}, err
	}
	var err error
	if k.fingerprint, err = k.make(ctx, "release@timesheets.example"); err != nil {
		return keys{}, errors.Join(err, k.close(ctx))
	}
	if k.stranger, err = k.make(ctx, "stranger@timesheets.example"); err != nil {
		return keys{}, errors.Join(err, k.close(ctx))
	}
	if k.public, err = k.gpg(ctx, "--armor", "--export", k.fingerprint); err != nil {
		return keys{}, errors.Join(err, k.close(ctx))
	}
	return k, nil
}

// make makes an RSA key without a passphrase and returns its fingerprint.
func (k keys) make(ctx context.Context, owner string) (string, error) {
	if _, err := k.gpg(ctx, "--passphrase", "", "--quick-generate-key", owner, "rsa3072", "sign", "1d"); err != nil {
		return "", err
	}
	listed, err := k.gpg(ctx, "--with-colons", "--list-keys", owner)
	for line := range strings.Lines(listed) {
		if fields := strings.Split(line, ":"); fields[0] == "fpr" && len(fields) > 9 {
			return fields[9], err
		}
	}
	return "", errors.Join(err, fmt.Errorf("gpg lists no fingerprint of %s", owner))
}

// sign makes a detached signature of a file; options such as --armor shape it.
func (k keys) sign(ctx context.Context, fingerprint, file string, options ...string) ([]byte, error) {
	signature := filepath.Join(k.home, "signature")
	args := append(options, "--yes", "--local-user", fingerprint, "--output", signature, "--detach-sign", file)
	if _, err := k.gpg(ctx, args...); err != nil {
		return nil, err
	}
	return os.ReadFile(signature)
}

func (k keys) gpg(ctx context.Context, args ...string) (string, error) {
	return run(ctx, "", nil, "gpg", append([]string{"--homedir", k.home, "--batch", "--quiet"}, args...)...)
}

// close ends the agent that gpg started for its home.
func (k keys) close(ctx context.Context) error {
	_, err := run(context.WithoutCancel(ctx), "", nil, "gpgconf", "--homedir", k.home, "--kill", "gpg-agent")
	return err
}
