// Package cli runs a Terraform CLI offline with a provider built from this repository.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

const (
	oldest    = "1.8.0"  // the first version with provider functions and moves between providers
	installed = "1.15.9" // the version to install if there is none
)

// CLI is an executable of Terraform or OpenTofu.
type CLI struct {
	Path    string
	Version *version.Version
	Tofu    bool
}

// String returns the product and its version.
func (c CLI) String() string {
	if c.Tofu {
		return "OpenTofu " + c.Version.String()
	}
	return "Terraform " + c.Version.String()
}

// Find returns the CLI that TF_ACC_TERRAFORM_PATH names, otherwise the first of terraform and tofu in PATH that is new
// enough, otherwise Terraform from the cache directory, where the first call installs it. Its errors list the attempts.
func Find(ctx context.Context, cache string) (CLI, error) {
	if named := os.Getenv("TF_ACC_TERRAFORM_PATH"); named != "" {
		return probe(ctx, named)
	}
	var tried []error
	for _, name := range []string{"terraform", "tofu"} {
		path, err := exec.LookPath(name)
		if err != nil {
			tried = append(tried, err)
			continue
		}
		found, err := probe(ctx, path)
		if err == nil {
			return found, nil
		}
		tried = append(tried, err)
	}
	path, err := install(ctx, cache)
	if err != nil {
		tried = append(tried, fmt.Errorf("install Terraform %s: %w", installed, err))
		return CLI{}, fmt.Errorf("there is no Terraform CLI: install Terraform or OpenTofu %s or newer into PATH, or set TF_ACC_TERRAFORM_PATH to one\n%w", oldest, errors.Join(tried...))
	}
	return probe(ctx, path)
}

// probe runs an executable to get its version.
func probe(ctx context.Context, path string) (CLI, error) {
	cmd := exec.CommandContext(ctx, path, "version", "-json")
	// OpenTofu prints a warning about a missing configuration file in its output.
	cmd.Env = environment("TF_CLI_CONFIG_FILE="+os.DevNull, "CHECKPOINT_DISABLE=1")
	answer, err := cmd.Output()
	if err != nil {
		return CLI{}, fmt.Errorf("ask %s for its version: %w", path, err)
	}
	var said struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(answer, &said); err != nil {
		return CLI{}, fmt.Errorf("read the version of %s: %w", path, err)
	}
	found, err := version.NewVersion(said.Version)
	if err != nil {
		return CLI{}, fmt.Errorf("read the version of %s: %w", path, err)
	}
	if found.LessThan(version.Must(version.NewVersion(oldest))) {
		return CLI{}, fmt.Errorf("%s is %s, older than %s", path, found, oldest)
	}
	return CLI{Path: path, Version: found, Tofu: strings.HasPrefix(filepath.Base(path), "tofu")}, nil
}

// install installs Terraform into the cache directory if it is missing, and returns its path.
func install(ctx context.Context, cache string) (string, error) {
	folder := filepath.Join(cache, "terraform-"+installed)
	path := filepath.Join(folder, product.Terraform.BinaryName())
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return "", err
	}
	release := &releases.ExactVersion{
		Product:    product.Terraform,
		Version:    version.Must(version.NewVersion(installed)),
		InstallDir: folder,
	}
	return release.Install(ctx)
}
