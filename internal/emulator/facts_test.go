package emulator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	factNumber = regexp.MustCompile(`\b(RS|CL|CG|CR|OR|KS|TK|PP|WK|GE)(0\d\d)\b`)
	factRange  = regexp.MustCompile(`\b(RS|CL|CG|CR|OR|KS|TK|PP|WK|GE)0(\d\d) to (?:RS|CL|CG|CR|OR|KS|TK|PP|WK|GE)0(\d\d)\b`)
	factRow    = regexp.MustCompile(`(?m)^\| ((?:RS|CL|CG|CR|OR|KS|TK|PP|WK|GE)\d{3}) \| .+ \| .*(observed|documented|assumed|choice).* \|$`)
)

// TestFacts compares FACTS.md with the code: every number is explained, implemented and tested.
func TestFacts(t *testing.T) {
	page, err := os.ReadFile("FACTS.md")
	if err != nil {
		t.Fatal(err)
	}
	explained := map[string]bool{}
	for _, row := range factRow.FindAllStringSubmatch(string(page), -1) {
		if explained[row[1]] {
			t.Errorf("%s is explained twice", row[1])
		}
		explained[row[1]] = true
	}
	cited := map[bool]map[string]bool{false: {}, true: {}} // by source and by test
	for _, pattern := range []string{"*.go", "store/*.go", "conformance/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			inTest := strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "conformance/")
			for _, number := range numbers(string(text)) {
				cited[inTest][number] = true
			}
		}
	}
	for number := range explained {
		if !cited[false][number] {
			t.Errorf("%s is not cited in the implementation", number)
		}
		if !cited[true][number] {
			t.Errorf("%s is not cited in a test", number)
		}
	}
	for _, numbers := range cited {
		for number := range numbers {
			if !explained[number] {
				t.Errorf("%s is cited but not explained", number)
			}
		}
	}
}

// numbers returns the facts that a text cites. "CL001 to CL003" are three.
func numbers(text string) (all []string) {
	all = factNumber.FindAllString(text, -1)
	for _, span := range factRange.FindAllStringSubmatch(text, -1) {
		from, fromErr := strconv.Atoi(span[2])
		to, toErr := strconv.Atoi(span[3])
		if fromErr != nil || toErr != nil {
			continue
		}
		for n := from; n <= to; n++ {
			all = append(all, fmt.Sprintf("%s%03d", span[1], n))
		}
	}
	return all
}
