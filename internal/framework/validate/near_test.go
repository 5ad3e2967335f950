package validate_test

import (
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/validate"
)

func TestNear(t *testing.T) {
	scopes := []string{"batch:upload", "read:timesheets", "create:timesheets", "delete:timesheets", "approve:timesheets"}
	for word, want := range map[string]string{
		"batch:uplaod":      "batch:upload",
		"Batch:Upload":      "batch:upload",
		"batch:uploads":     "batch:upload",
		"raed:timesheets":   "read:timesheets",
		"create:timesheet":  "create:timesheets",
		"upload:batch":      "",
		"something":         "",
		"":                  "",
		"approve:timeshets": "approve:timesheets",
	} {
		if got := validate.Near(word, scopes); got != want {
			t.Errorf("Near(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestChoices(t *testing.T) {
	for want, values := range map[string][]string{"": nil, "`a`": {"a"}, "`a` or `b`": {"a", "b"}, "`a`, `b` or `c`": {"a", "b", "c"}} {
		if got := validate.Choices(values); got != want {
			t.Errorf("Choices(%q) = %q, want %q", values, got, want)
		}
	}
}
