package validate

import (
	"strings"
)

// Bounds of a suggestion: a longer word gets none, and more edits are not a misspelling. They also bound its time.
const (
	longestNear = 64
	mostEdits   = 5
)

// Near returns the candidate that word was probably meant to be: the only one that is as close, or the one that word
// begins. It returns "" if there is none, or if several are equally close: a guess among them can be an insecure one.
// Letter case is ignored.
func Near(word string, candidates []string) string {
	lower := []rune(strings.ToLower(word))
	if len(lower) > longestNear { // also bounds the counts of a bag
		return ""
	}
	best, fewest, alone := "", min(max(2, len(word)/3), mostEdits)+1, false
	letters := count(word)
	for _, candidate := range candidates {
		if letters.edits(count(candidate)) > fewest {
			continue
		}
		other := []rune(strings.ToLower(candidate))
		if len(other) > len(lower)+fewest || len(lower) > len(other)+fewest {
			continue
		}
		switch edits := distance(lower, other, fewest); {
		case edits < fewest:
			best, fewest, alone = candidate, edits, true
		case edits == fewest && candidate != best:
			alone = false
		}
	}
	if alone {
		return best
	}
	if best != "" {
		return ""
	}
	return begun(word, candidates)
}

// bag counts the characters of a word by their last five bits, which ignore letter case.
type bag [32]int16

func count(word string) (found bag) {
	for _, character := range word {
		if character < 128 {
			found[character%32]++
		}
	}
	return found
}

// edits returns how many edits two words differ by at least: one changes at most one character into another.
func (b *bag) edits(other bag) int {
	var more, fewer int16
	for i, number := range b {
		more += max(0, number-other[i])
		fewer += max(0, other[i]-number)
	}
	return int(max(more, fewer))
}

// begun returns the candidate that word is the beginning of; if several are, the one that all others begin with.
func begun(word string, candidates []string) string {
	const shortest = 3
	found := ""
	for _, candidate := range candidates {
		if len(word) < shortest || !strings.HasPrefix(candidate, word) {
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

// distance counts the edits between two words: a character added, dropped, changed, or swapped with its neighbor. It
// returns most+1 for more than most edits, which is at most mostEdits+1; the shorter word has at most longestNear
// characters. It compares only those places of the words that so few edits can bring together, and keeps three rows of
// the matrix, so that it takes neither long nor memory.
func distance(a, b []rune, most int) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > most {
		return most + 1
	}
	var rows [3][longestNear + mostEdits + 3]int
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		row, above, before := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		from, to := max(1, i-most), min(len(b), i+most)
		row[from-1] = most + 1
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
			if j < i+most || i == 1 {
				edits = min(edits, above[j]+1)
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				edits = min(edits, before[j-2]+1)
			}
			row[j] = edits
			fewest = min(fewest, edits)
		}
		if fewest > most+1 { // a swap reaches back two rows, by one edit
			return most + 1
		}
	}
	return min(rows[len(a)%3][len(b)], most+1)
}
