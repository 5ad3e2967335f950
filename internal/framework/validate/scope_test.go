package validate

import (
	"slices"
	"strings"
	"testing"
)

// FuzzScope expects that a valid scope is unchanged after it was joined to a token's list and split again, and that
// suggestions for an invalid scope are valid.
func FuzzScope(f *testing.F) {
	for _, value := range []string{"batch:upload", "", "read timesheets", "batch:upload read:timesheets", "a\u00a0b", "ü:ß", `say "hi"`, "a\tb\x00", strings.Repeat("x", 281), "a\u2028b", "\xff"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		problem := scopeProblem(value)
		if problem == "" {
			if list := strings.Fields("first " + value + " last"); !slices.Equal(list, []string{"first", value, "last"}) {
				t.Errorf("%q in a list was split into %q", value, list)
			}
			return
		}
		if _, proposed, found := strings.Cut(problem, "write each one separately, "); found {
			for _, part := range strings.Fields(value) {
				if scopeProblem(part) != "" || !strings.Contains(proposed, part) {
					t.Errorf("invalid suggestion for %q: %s", value, problem)
				}
			}
		}
	})
}
