package cli

import (
	"fmt"

	"github.com/hashicorp/go-version"
)

// Feature is a part of the language, or a command, that the oldest supported CLI does not have.
type Feature int

// Features that a configuration or a test can need.
const (
	Ephemeral Feature = iota // resources and variables
	WriteOnly                // arguments
	Identity                 // in import blocks
	Query                    // the command, and list resources
	Actions
)

// Lacks returns a message with the required version if the CLI does not have the feature, otherwise "".
func (c CLI) Lacks(f Feature) string {
	name, terraform, tofu := f.since()
	since := terraform
	if c.Tofu {
		since = tofu
	}
	switch {
	case since == "":
		return fmt.Sprintf("%s has no %s", c, name)
	case c.Version.LessThan(version.Must(version.NewVersion(since))):
		return fmt.Sprintf("%s has no %s: that takes %s", c, name, since)
	}
	return ""
}

// since returns the feature's name and the first versions of Terraform and OpenTofu that have it, or "" for none.
func (f Feature) since() (name, terraform, tofu string) {
	switch f {
	case Ephemeral:
		return "ephemeral values", "1.10.0", "1.11.0"
	case WriteOnly:
		return "write-only arguments", "1.11.0", "1.11.0"
	case Identity:
		return "import by identity", "1.12.0", "1.12.0"
	case Query:
		return "command query", "1.14.0", ""
	case Actions:
		return "actions", "1.14.0", ""
	}
	return fmt.Sprintf("feature %d", int(f)), "", ""
}
