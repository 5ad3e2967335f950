package provider_test

import (
	"os"
	"path/filepath"
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
		"nothing asked":          {nil, map[string]string{sdk: "OFF", own: "OFF"}},
		"blank":                  {map[string]string{"TF_LOG": " "}, map[string]string{sdk: "OFF", own: "OFF"}},
		"all":                    {map[string]string{"TF_LOG": "debug"}, map[string]string{sdk: "debug", own: "debug"}},
		"providers before all":   {map[string]string{"TF_LOG": "TRACE", "TF_LOG_PROVIDER": "INFO"}, map[string]string{sdk: "INFO", own: "INFO"}},
		"of the core alone":      {map[string]string{"TF_LOG_CORE": "TRACE"}, map[string]string{sdk: "OFF", own: "OFF"}},
		"set by whoever debugs":  {map[string]string{sdk: "TRACE", own: ""}, map[string]string{}},
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

// The provider writes no log that Terraform would throw away, and all of one that was asked for.
func TestLogIsWrittenForSomebody(t *testing.T) {
	b := build(t)
	folder := t.TempDir()
	written := filepath.Join(folder, "log")
	text := "#!/bin/sh\nexec '" + filepath.Join(b.binaries, "terraform-provider-timesheets") + "' \"$@\" 2>>'" + written + "'\n"
	if err := os.WriteFile(filepath.Join(folder, "terraform-provider-timesheets"), []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	config, err := cli.WriteConfig(folder, folder)
	if err != nil {
		t.Fatal(err)
	}
	b.config = config
	s := b.site(t, "testdata/TestCalls_adopted", emulator.Options{Seed: neverTold(1)})
	quiet := s.workspace.Environment
	for level, c := range map[string]struct{ holds, lacks string }{
		"":      {"", `"@module":`},
		"DEBUG": {`"@module":"timesheets"`, `"@level":"trace"`},
		"TRACE": {`"@module":"sdk.framework"`, "nothing that a log can lack"},
	} {
		s.workspace.Environment = quiet
		if level != "" {
			s.workspace.Environment = append(quiet[:len(quiet):len(quiet)], "TF_LOG_PROVIDER="+level)
		}
		s.run(t, "plan", "-var=clients=1")
		log, err := os.ReadFile(written)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(log), c.holds) || strings.Contains(string(log), c.lacks) {
			t.Errorf("level %q: the log has not %q, or has %q:\n%.2000s", level, c.holds, c.lacks, log)
		}
		if err := os.Remove(written); err != nil {
			t.Fatal(err)
		}
	}
}
