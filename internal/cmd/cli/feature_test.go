package cli_test

import (
	"testing"

	"github.com/hashicorp/go-version"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
)

func TestLacks(t *testing.T) {
	for name, c := range map[string]struct {
		version string
		tofu    bool
		feature cli.Feature
		want    string
	}{
		"before ephemeral values":   {"1.9.8", false, cli.Ephemeral, "Terraform 1.9.8 has no ephemeral values: that takes 1.10.0"},
		"the first with them":       {"1.10.0", false, cli.Ephemeral, ""},
		"OpenTofu before them":      {"1.10.6", true, cli.Ephemeral, "OpenTofu 1.10.6 has no ephemeral values: that takes 1.11.0"},
		"the first OpenTofu":        {"1.11.0", true, cli.Ephemeral, ""},
		"ephemeral, not write-only": {"1.10.5", false, cli.WriteOnly, "Terraform 1.10.5 has no write-only arguments: that takes 1.11.0"},
		"no identity yet":           {"1.11.4", false, cli.Identity, "Terraform 1.11.4 has no import by identity: that takes 1.12.0"},
		"identity in OpenTofu":      {"1.12.6", true, cli.Identity, ""},
		"no query yet":              {"1.13.9", false, cli.Query, "Terraform 1.13.9 has no command query: that takes 1.14.0"},
		"query":                     {"1.15.9", false, cli.Query, ""},
		"actions":                   {"1.14.0", false, cli.Actions, ""},
		"no OpenTofu has actions":   {"1.14.0", true, cli.Actions, "OpenTofu 1.14.0 has no actions"},
	} {
		t.Run(name, func(t *testing.T) {
			given := cli.CLI{Version: version.Must(version.NewVersion(c.version)), Tofu: c.tofu}
			if got := given.Lacks(c.feature); got != c.want {
				t.Errorf("Lacks: %q, want %q", got, c.want)
			}
		})
	}
}
