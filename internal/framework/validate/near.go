package validate

import (
	"slices"
	"strings"
)

// Near is the candidate that word was probably meant to be; empty where none is close. Letter case does not count.
func Near(word string, candidates []string) string {
	best, fewest := "", max(2, len(word)/3)+1
	for _, candidate := range slices.Sorted(slices.Values(candidates)) {
		if edits := distance(strings.ToLower(word), strings.ToLower(candidate)); edits < fewest {
			best, fewest = candidate, edits
		}
	}
	return best
}

// distance counts the edits between two words: a character added, dropped, changed, or swapped with its neighbour.
func distance(from, to string) int {
	a, b := []rune(from), []rune(to)
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
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
