package cli

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fake writes an executable into folder that reports a version.
func fake(t *testing.T, folder, name, version string) string {
	t.Helper()
	if err := os.MkdirAll(folder, 0o750); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, name)
	script := "#!/bin/sh\necho '{\"terraform_version\":\"" + version + "\"}'\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFind(t *testing.T) {
	for name, c := range map[string]struct {
		path, cached, named map[string]string // executable to version
		want                string
	}{
		"terraform in PATH":    {path: map[string]string{"terraform": "1.8.0", "tofu": "1.12.6"}, want: "Terraform 1.8.0"},
		"tofu alone":           {path: map[string]string{"tofu": "1.12.6"}, want: "OpenTofu 1.12.6"},
		"terraform is too old": {path: map[string]string{"terraform": "1.7.5", "tofu": "1.12.6"}, want: "OpenTofu 1.12.6"},
		"nothing but cache":    {cached: map[string]string{"terraform": installed}, want: "Terraform " + installed},
		"too old, and cache":   {path: map[string]string{"terraform": "1.7.5"}, cached: map[string]string{"terraform": installed}, want: "Terraform " + installed},
		"named by variable":    {path: map[string]string{"terraform": "1.14.0"}, named: map[string]string{"terraform": "1.9.1"}, want: "Terraform 1.9.1"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			in, cache := filepath.Join(folder, "path"), filepath.Join(folder, "cache")
			t.Setenv("PATH", in)
			t.Setenv("TF_ACC_TERRAFORM_PATH", "")
			for executable, version := range c.path {
				fake(t, in, executable, version)
			}
			for executable, version := range c.cached {
				fake(t, filepath.Join(cache, "terraform-"+installed), executable, version)
			}
			for executable, version := range c.named {
				t.Setenv("TF_ACC_TERRAFORM_PATH", fake(t, filepath.Join(folder, "named"), executable, version))
			}
			found, err := Find(t.Context(), cache)
			if err != nil || found.String() != c.want {
				t.Errorf("Find: %v, %v, want %s", found.Path, err, c.want)
			}
		})
	}
}

// TestFind_errorNamesAttempts cancels the installation before it uses the network.
func TestFind_errorNamesAttempts(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("PATH", folder)
	t.Setenv("TF_ACC_TERRAFORM_PATH", "")
	fake(t, folder, "tofu", "1.5.0")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Find(ctx, filepath.Join(folder, "cache"))
	if err == nil {
		t.Fatal("Find returns a CLI that does not exist")
	}
	for _, want := range []string{"terraform", "tofu", "install Terraform " + installed} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %q: %v", want, err)
		}
	}
}

func TestRun(t *testing.T) {
	t.Setenv("TF_WORKSPACE", "elsewhere")
	t.Setenv("AUTH0_DOMAIN", "other.example")
	folder := t.TempDir()
	path := filepath.Join(folder, "terraform")
	script := "#!/bin/sh\npwd\nenv\necho oops >&2\nexit 3\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	w := Workspace{CLI: CLI{Path: path}, Dir: folder, ConfigFile: "the.tfrc", Environment: []string{"AUTH0_CLIENT_ID=mine"}}
	output, err := w.Run(t.Context(), "plan")
	if err != nil || output.Code != 3 || string(output.Stderr) != "oops\n" {
		t.Fatalf("Run: code %d, %v, %q", output.Code, err, output.Stderr)
	}
	lines := strings.Split(string(output.Stdout), "\n")
	if lines[0] != folder {
		t.Errorf("the CLI ran in %s, want %s", lines[0], folder)
	}
	for _, want := range []string{"TF_CLI_CONFIG_FILE=the.tfrc", "AUTH0_CLIENT_ID=mine"} {
		if !slices.Contains(lines, want) {
			t.Errorf("the environment lacks %s", want)
		}
	}
	for _, line := range lines {
		if strings.HasPrefix(line, "TF_WORKSPACE=") || strings.HasPrefix(line, "AUTH0_DOMAIN=") {
			t.Errorf("the environment contains %s", line)
		}
	}
	if _, err := (Workspace{CLI: CLI{Path: filepath.Join(folder, "nothing")}}).Run(t.Context(), "plan"); err == nil {
		t.Error("a missing CLI runs")
	}
}

func TestFailure(t *testing.T) {
	for name, c := range map[string]struct {
		output     Output
		want, lack string
	}{
		"errors alone": {
			Output{Code: 1, Stdout: []byte(`{"type":"diagnostic","diagnostic":{"severity":"warning","summary":"Careful"}}
{"type":"diagnostic","diagnostic":{"severity":"error","summary":"Bad domain","detail":"Write a host name."}}
`)},
			"Bad domain\nWrite a host name.", "Careful",
		},
		"no event": {Output{Code: 2, Stdout: []byte("\n"), Stderr: []byte("Segmentation fault")}, "code 2: Segmentation fault", "null"},
		"no JSON":  {Output{Code: 1, Stdout: []byte("Usage: terraform plan")}, "Usage: terraform plan", "null"},
	} {
		t.Run(name, func(t *testing.T) {
			said := c.output.Failure().Error()
			if !strings.Contains(said, c.want) || strings.Contains(said, c.lack) {
				t.Errorf("Failure: %q", said)
			}
		})
	}
}
