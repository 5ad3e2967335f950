package provider

import (
	"cmp"
	"strings"
)

// LogLevels returns environment variables that limit the log of this process to the level that is configured for Terraform,
// except for variables that are already set. Terraform discards other lines only after they were written, which takes a
// third of the time of a large plan.
func LogLevels(lookup func(name string) (value string, found bool)) map[string]string {
	trimmed := func(name string) string {
		value, _ := lookup(name)
		return strings.TrimSpace(value)
	}
	level := cmp.Or(trimmed("TF_LOG_PROVIDER"), trimmed("TF_LOG"), "OFF")
	levels := map[string]string{}
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_TIMESHEETS"} {
		if _, found := lookup(name); !found {
			levels[name] = level
		}
	}
	return levels
}
