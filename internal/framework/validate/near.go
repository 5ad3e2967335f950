package validate

import (
	"strings"
)

// Limits of suggestions. A longer word has none, and more edits are not a misspelling. They also limit the time.
const (
	maxNearLength = 64
	maxEdits      = 5
)

// Near returns the candidate that word was probably meant to be: the single closest one, or the one that starts with
// word. It returns "" if there is none, or if several are equally close, because a guess can be insecure.
// Letter case is ignored.
func Near(word string, candidates []string) string {
	lower := []rune(strings.ToLower(word))
	if len(lower) > maxNearLength { // also limits the counts of a letterCount
		return ""
	}
	best, fewest, unique := "", min(max(2, len(word)/3), maxEdits)+1, false
	letters := countLetters(word)
	for _, candidate := range candidates {
		if letters.minEdits(countLetters(candidate)) > fewest {
			continue
		}
		other := []rune(strings.ToLower(candidate))
		if len(other) > len(lower)+fewest || len(lower) > len(other)+fewest {
			continue
		}
		switch edits := distance(lower, other, fewest); {
		case edits < fewest:
			best, fewest, unique = candidate, edits, true
		case edits == fewest && candidate != best:
			unique = false
		}
	}
	if unique {
		return best
	}
	if best != "" {
		return ""
	}
	return completion(word, candidates)
}

// letterCount counts the characters of a word by their last five bits, which ignore letter case.
type letterCount [32]int16

// countLetters returns the letterCount of the ASCII characters of a word.
func countLetters(word string) (counts letterCount) {
	for _, character := range word {
		if character < 128 {
			counts[character%32]++
		}
	}
	return counts
}

// minEdits returns a lower bound of the distance of two words: one edit changes at most one character into another.
func (c *letterCount) minEdits(other letterCount) int {
	var more, fewer int16
	for i, number := range c {
		more += max(0, number-other[i])
		fewer += max(0, other[i]-number)
	}
	return int(max(more, fewer))
}

// completion returns the candidate that starts with word. Of several, it returns the one that all others start with.
func completion(word string, candidates []string) string {
	const minLength = 3
	found := ""
	for _, candidate := range candidates {
		if len(word) < minLength || !strings.HasPrefix(candidate, word) {
			continue
		}
		switch {
		case found == "" || strings.HasPrefix(found, candidate):
			found = candidate
		case !strings.HasPrefix(candidate, found):
			return ""
		}
	}
	return found
}

// distance returns the number of edits between two words (optimal string alignment): a character added, removed,
// changed, or swapped with its neighbor. It returns limit+1 for more than limit edits. limit is at most maxEdits+1, and
// the shorter word has at most maxNearLength characters. To save time and memory, it compares only the diagonal band
// that limit edits can reach, and stores three rows of the matrix.
func distance(a, b []rune, limit int) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > limit {
		return limit + 1
	}
	var rows [3][maxNearLength + maxEdits + 3]int
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		row, above, before := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		from, to := max(1, i-limit), min(len(b), i+limit)
		row[from-1] = limit + 1
		if from == 1 {
			row[0] = i
		}
		fewest := row[from-1]
		for j := from; j <= to; j++ {
			edits := above[j-1]
			if a[i-1] != b[j-1] {
				edits++
			}
			edits = min(edits, row[j-1]+1)
			if j < i+limit || i == 1 {
				edits = min(edits, above[j]+1)
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				edits = min(edits, before[j-2]+1)
			}
			row[j] = edits
			fewest = min(fewest, edits)
		}
		if fewest > limit+1 { // a swap refers to the row before the previous one, and costs one edit
			return limit + 1
		}
	}
	return min(rows[len(a)%3][len(b)], limit+1)
}
