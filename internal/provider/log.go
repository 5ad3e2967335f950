package provider

import (
	"cmp"
	"strings"
)

// LogLevels are environment variables for this process that hold its log to what Terraform was asked for, but for those
// that are set. Terraform throws away what is beyond that, though not before it was written: where nobody wants a log, a
// third of what a large plan takes.
func LogLevels(lookup func(name string) (value string, found bool)) map[string]string {
	asked := func(name string) string {
		value, _ := lookup(name)
		return strings.TrimSpace(value)
	}
	level := cmp.Or(asked("TF_LOG_PROVIDER"), asked("TF_LOG"), "OFF")
	levels := map[string]string{}
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_TIMESHEETS"} {
		if _, found := lookup(name); !found {
			levels[name] = level
		}
	}
	return levels
}
