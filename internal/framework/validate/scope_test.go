package validate

import (
	"slices"
	"strings"
	"testing"
)

// FuzzScope: a scope that is allowed comes out of a token's list as it went in, and what is suggested in the place of one
// that is not allowed is allowed itself.
func FuzzScope(f *testing.F) {
	for _, value := range []string{"batch:upload", "", "read timesheets", "batch:upload read:timesheets", "a\u00a0b", "ü:ß", `say "hi"`, "a\tb\x00", strings.Repeat("x", 281), "a\u2028b", "\xff"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		said := brokenScope(value)
		if said == "" {
			if list := strings.Fields("first " + value + " last"); !slices.Equal(list, []string{"first", value, "last"}) {
				t.Errorf("%q comes out of a list as %q", value, list)
			}
			return
		}
		if _, proposed, found := strings.Cut(said, "write each one separately, "); found {
			for _, part := range strings.Fields(value) {
				if brokenScope(part) != "" || !strings.Contains(proposed, part) {
					t.Errorf("in the place of %q: %s", value, said)
				}
			}
		}
	})
}
