package provider_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// TestReleasedState plans and applies the configuration of each release with its state and its tenant, and expects an empty
// plan, no warnings and no writes.
func TestReleasedState(t *testing.T) {
	b := build(t)
	for _, dir := range released(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			if lacks := b.CLI.Lacks(cli.WriteOnly); lacks != "" && strings.HasSuffix(dir, "-secrets") {
				t.Skip(lacks)
			}
			s := b.site(t, dir, emulator.Options{Seed: tenantOf(t, dir)})
			if b.CLI.Tofu { // uses another registry
				inWorkspace(t, s, "terraform.tfstate", "registry.terraform.io/", "registry.opentofu.org/")
			}
			output, err := s.workspace.Run(t.Context(), "apply", "-auto-approve", "-input=false", "-json")
			if err != nil || output.Code != 0 {
				t.Fatalf("%v: %v", err, output.Failure())
			}
			events, err := output.Events()
			if err != nil {
				t.Fatal(err)
			}
			for _, event := range events {
				if c := event.Changes; c != nil && c.Add+c.Change+c.Remove > 0 {
					t.Errorf("the plan is not empty: %+v", *c)
				}
				if d := event.Diagnostic; d != nil && !strings.Contains(d.Summary, "development overrides") {
					t.Errorf("%s: %s\n%s", d.Severity, d.Summary, d.Detail)
				}
			}
			for _, entry := range s.Journal() {
				if entry.Method != "GET" && strings.HasPrefix(entry.Route, "/api/") {
					t.Errorf("unexpected write: %s %s", entry.Method, entry.Path)
				}
			}
			s.unchanged(t)
		})
	}
}

// TestEverySchemaVersionIsReplayed expects a released state for every schema version, so that a missing upgrade is detected.
func TestEverySchemaVersionIsReplayed(t *testing.T) {
	replayed := map[string]map[int64]bool{}
	for _, dir := range released(t) {
		var state struct {
			Resources []struct {
				Type      string
				Instances []struct {
					Version int64 `json:"schema_version"`
				}
			}
		}
		content, err := os.ReadFile(filepath.Join(dir, "terraform.tfstate"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(content, &state); err != nil {
			t.Fatal(err)
		}
		for _, object := range state.Resources {
			if replayed[object.Type] == nil {
				replayed[object.Type] = map[int64]bool{}
			}
			for _, instance := range object.Instances {
				replayed[object.Type][instance.Version] = true
			}
		}
	}
	for name, version := range schemaVersions(t) {
		for v := range version + 1 {
			if !replayed[name][v] {
				t.Errorf("no release under testdata/released contains %s with schema version %d", name, v)
			}
		}
	}
}

// schemaVersions returns the current schema versions of all resources.
func schemaVersions(t *testing.T) map[string]int64 {
	t.Helper()
	versions := map[string]int64{}
	for typeName, described := range resourceSchemas(t) {
		versions[typeName] = described.Version
	}
	return versions
}

// released returns the directories of all releases.
func released(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob("testdata/released/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no releases: %v", err)
	}
	return dirs
}

// tenantOf returns the tenant of a release.
func tenantOf(t *testing.T, dir string) *emulator.Seed {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, "tenant.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	seed, err := emulator.ReadSeed(file)
	if err != nil {
		t.Fatal(err)
	}
	return seed
}

// inWorkspace replaces a string in a file of the workspace.
func inWorkspace(t *testing.T, s site, file, before, after string) {
	t.Helper()
	path := filepath.Join(s.workspace.Dir, file)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(content), before, after)), 0o600); err != nil {
		t.Fatal(err)
	}
}
