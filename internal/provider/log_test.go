package provider_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/provider"
)

func TestLogLevels(t *testing.T) {
	const sdk, own = "TF_LOG_SDK", "TF_LOG_PROVIDER_TIMESHEETS"
	for name, c := range map[string]struct{ environment, want map[string]string }{
		"no variables":           {nil, map[string]string{sdk: "OFF", own: "OFF"}},
		"only spaces":            {map[string]string{"TF_LOG": " "}, map[string]string{sdk: "OFF", own: "OFF"}},
		"all":                    {map[string]string{"TF_LOG": "debug"}, map[string]string{sdk: "debug", own: "debug"}},
		"providers before all":   {map[string]string{"TF_LOG": "TRACE", "TF_LOG_PROVIDER": "INFO"}, map[string]string{sdk: "INFO", own: "INFO"}},
		"only of the core":       {map[string]string{"TF_LOG_CORE": "TRACE"}, map[string]string{sdk: "OFF", own: "OFF"}},
		"set explicitly":         {map[string]string{sdk: "TRACE", own: ""}, map[string]string{}},
		"one is set, one is not": {map[string]string{"TF_LOG": "JSON", sdk: "WARN"}, map[string]string{own: "JSON"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := provider.LogLevels(func(name string) (string, bool) {
				value, found := c.environment[name]
				return value, found
			})
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestLogIsWrittenIfEnabled expects no log that Terraform would discard, and all of one that is enabled.
func TestLogIsWrittenIfEnabled(t *testing.T) {
	b := build(t)
	dir := t.TempDir()
	logFile := filepath.Join(dir, "log")
	text := "#!/bin/sh\nexec '" + filepath.Join(binaries, "terraform-provider-timesheets") + "' \"$@\" 2>>'" + logFile + "'\n"
	if err := os.WriteFile(filepath.Join(dir, "terraform-provider-timesheets"), []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	config, err := cli.WriteConfig(dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	b.ConfigFile = config
	s := b.site(t, "testdata/TestCalls_adopted", emulator.Options{Seed: clientsWithoutMethod(1)})
	environment := s.workspace.Environment
	for level, c := range map[string]struct{ contains, lacks string }{
		"":      {"", `"@module":`},
		"DEBUG": {`"@module":"timesheets"`, `"@level":"trace"`},
		"TRACE": {`"@module":"sdk.framework"`, "a text that no log contains"},
	} {
		s.workspace.Environment = environment
		if level != "" {
			s.workspace.Environment = append(slices.Clip(environment), "TF_LOG_PROVIDER="+level)
		}
		s.run(t, "plan", "-var=clients=1")
		log, err := os.ReadFile(logFile)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(log), c.contains) || strings.Contains(string(log), c.lacks) {
			t.Errorf("level %q: the log must contain %q and must not contain %q:\n%.2000s", level, c.contains, c.lacks, log)
		}
		if err := os.Remove(logFile); err != nil {
			t.Fatal(err)
		}
	}
}
