package validate

import (
	"math/rand/v2"
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
