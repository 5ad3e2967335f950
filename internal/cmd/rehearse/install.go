package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/release"
)

// house is where a release is installed.
type house struct {
	cli     cli.CLI
	folder  string // for workspaces
	example string // folder of the configuration
	release release.Release
	keys    keys
}

// install installs the release and works with it, from init to destroy.
func (h house) install(ctx context.Context, out io.Writer) (err error) {
	server, err := emulator.Start(ctx, emulator.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	w, closeRegistry, err := h.workspace(nil)
	if err != nil {
		return err
	}
	defer closeRegistry()
	w.Environment = []string{
		"AUTH0_DOMAIN=" + server.URL(),
		"AUTH0_CLIENT_ID=" + server.Terraform().ClientID,
		"AUTH0_CLIENT_SECRET=" + server.Terraform().ClientSecret,
	}
	for _, args := range [][]string{
		{"init"},
		{"apply", "-auto-approve"},
		{"plan", "-detailed-exitcode"},
		{"destroy", "-auto-approve"},
	} {
		output, err := w.Run(ctx, append(args, "-no-color")...)
		if err != nil {
			return err
		}
		if output.Code != 0 {
			return fmt.Errorf("%s %s: %w", h.cli, args[0], output.Failure())
		}
	}
	if err := h.locked(w); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s installed it by the registry protocol, applied examples/timesheets, found an empty plan and destroyed\n", h.cli)
	return nil
}

// locked looks that the lock file holds the sum of every archive: Terraform takes those of other platforms over only
// when it has verified the signature of the checksum file.
func (h house) locked(w cli.Workspace) error {
	content, err := os.ReadFile(filepath.Join(w.Dir, ".terraform.lock.hcl"))
	if err != nil {
		return err
	}
	for _, p := range h.release.Platforms {
		if !strings.Contains(string(content), `"zh:`+p.Sum+`"`) {
			return fmt.Errorf("the lock file does not hold the sum of %s, so the signature was not verified:\n%s", p.File, content)
		}
	}
	return nil
}

// workspace is a copy of the example whose Terraform takes the provider from a registry that serves some files altered.
func (h house) workspace(altered map[string][]byte) (w cli.Workspace, closeRegistry func(), err error) {
	w = cli.Workspace{CLI: h.cli}
	if w.Dir, err = os.MkdirTemp(h.folder, "workspace-"); err != nil {
		return w, nil, err
	}
	if err := os.CopyFS(w.Dir, os.DirFS(h.example)); err != nil {
		return w, nil, err
	}
	server := registry{release: h.release, public: h.keys.public, altered: altered}.start()
	w.ConfigFile = filepath.Join(w.Dir, "cli.tfrc")
	host := "registry.terraform.io"
	if h.cli.Tofu {
		host = "registry.opentofu.org"
	}
	config := fmt.Sprintf(`disable_checkpoint = true
host %q {
  services = { "providers.v1" = %q }
}
provider_installation {
  direct {}
}
`, host, server.URL+services)
	return w, server.Close, os.WriteFile(w.ConfigFile, []byte(config), 0o600)
}
