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
)

// installer installs a release with Terraform.
type installer struct {
	cli     cli.CLI
	folder  string // of workspaces
	example string // folder of the configuration
	release release
	public  string // armored public key of the release
}

// install installs the release from a registry on this machine, and applies and destroys the example with it.
func (i installer) install(ctx context.Context, out io.Writer) (err error) {
	server, err := emulator.Start(ctx, emulator.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	w, closeRegistry, err := i.workspace(nil)
	if err != nil {
		return err
	}
	defer closeRegistry()
	w.Environment = credentials(server)
	for _, args := range [][]string{
		{"init"},
		{"apply", "-auto-approve"},
		{"plan", "-detailed-exitcode"},
		{"destroy", "-auto-approve"},
	} {
		output, err := w.Run(ctx, append(args, "-no-color")...)
		if err == nil && output.Code != 0 {
			err = output.Failure()
		}
		if err != nil {
			return fmt.Errorf("%s %s: %w", i.cli, args[0], err)
		}
	}
	if err := i.locked(w); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s installed the release, applied examples/timesheets, planned no changes and destroyed\n", i.cli)
	return nil
}

func credentials(server *emulator.Server) []string {
	return []string{
		"AUTH0_DOMAIN=" + server.URL(),
		"AUTH0_CLIENT_ID=" + server.Terraform().ClientID,
		"AUTH0_CLIENT_SECRET=" + server.Terraform().ClientSecret,
	}
}

// locked checks that the lock file contains the checksum of every archive: Terraform records those of other platforms
// only after it has verified the signature of the checksum file.
func (i installer) locked(w cli.Workspace) error {
	content, err := os.ReadFile(filepath.Join(w.Dir, ".terraform.lock.hcl"))
	if err != nil {
		return err
	}
	for _, p := range i.release.platforms {
		if !strings.Contains(string(content), `"zh:`+p.sum+`"`) {
			return fmt.Errorf("the lock file lacks the checksum of %s, so the signature was not verified:\n%s", p.file, content)
		}
	}
	return nil
}

// workspace copies the example into a workspace that installs the provider from a registry. The registry serves some files
// with altered content.
func (i installer) workspace(altered map[string][]byte) (w cli.Workspace, closeRegistry func(), err error) {
	w = cli.Workspace{CLI: i.cli}
	if w.Dir, err = os.MkdirTemp(i.folder, "workspace-"); err != nil {
		return w, nil, err
	}
	if err := os.CopyFS(w.Dir, os.DirFS(i.example)); err != nil {
		return w, nil, err
	}
	server := registry{release: i.release, public: i.public, altered: altered}.start()
	w.ConfigFile = filepath.Join(w.Dir, "cli.tfrc")
	host := "registry.terraform.io"
	if i.cli.Tofu {
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
