package validate

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestDistance compares the bounded distance with a distance computed by the full matrix.
func TestDistance(t *testing.T) {
	fullMatrix := func(a, b []rune) int {
		rows := make([][]int, len(a)+1)
		for i := range rows {
			rows[i] = make([]int, len(b)+1)
			rows[i][0] = i
		}
		for j := range rows[0] {
			rows[0][j] = j
		}
		for i := 1; i <= len(a); i++ {
			for j := 1; j <= len(b); j++ {
				edits := rows[i-1][j-1]
				if a[i-1] != b[j-1] {
					edits++
				}
				rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, edits)
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
				}
			}
		}
		return rows[len(a)][len(b)]
	}
	word := func() []rune {
		letters := make([]rune, rand.IntN(12))
		for i := range letters {
			letters[i] = rune('a' + rand.IntN(3))
		}
		return letters
	}
	for range 20000 {
		a, b, limit := word(), word(), rand.IntN(maxEdits+2)
		if got, want := distance(a, b, limit), min(fullMatrix(a, b), limit+1); got != want {
			t.Fatalf("distance(%q, %q, %d) = %d, want %d", string(a), string(b), limit, got, want)
		}
	}
	long := make([]rune, maxNearLength+maxEdits+1)
	if got, want := distance(long[:maxNearLength], long, maxEdits+1), maxEdits+1; got != want {
		t.Errorf("the distance of the longest words is %d, want %d", got, want)
	}
}

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
