package reliability_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

// The table of the guide stands between these lines of its template.
const (
	template = "../tools/templates/guides/reliability.md.tmpl"
	begins   = "<!-- written by: go test ./internal/reliability -update -->\n"
	ends     = "<!-- end -->\n"
)

// unproven is the text for a fault without a passed test.
const unproven = "not proven"

// guide compares the guide's table with the results of this run. If write is true, it updates the table.
func guide(write bool) error {
	outcomes.Lock()
	table := tabulate(outcomes.proven)
	outcomes.Unlock()
	have, err := os.ReadFile(template)
	if err != nil {
		return err
	}
	want, err := splice(have, table)
	if err != nil || bytes.Equal(have, want) {
		return err
	}
	if write {
		return os.WriteFile(template, want, 0o600)
	}
	return fmt.Errorf("its table is not what this run proves. Run `go test ./internal/reliability -update`, then `make generate`.\n%s", table)
}

// tabulate returns the table of the catalog with the test of each row.
func tabulate(proven map[int]string) string {
	var table strings.Builder
	table.WriteString("| | Fault | What happens | Proof |\n|---|---|---|---|\n")
	for i, row := range catalogue {
		proof := unproven
		if test := proven[i+1]; test != "" {
			proof = "`" + test + "`"
		}
		fmt.Fprintf(&table, "| %d | %s | %s | %s |\n", i+1, row.what, row.happens, proof)
	}
	return table.String()
}

// splice inserts the table into the page.
func splice(page []byte, table string) ([]byte, error) {
	before, rest, found := strings.Cut(string(page), begins)
	_, after, closed := strings.Cut(rest, ends)
	if !found || !closed {
		return nil, errors.New("the page has no place for the table")
	}
	return []byte(before + begins + table + ends + after), nil
}

// TestTableClaimsNothing checks that a fault whose test did not pass, or does not exist, is not listed as proven.
func TestTableClaimsNothing(t *testing.T) {
	if len(catalogue) != 56 {
		t.Errorf("the catalogue has %d rows", len(catalogue))
	}
	table := tabulate(map[int]string{2: "TestFault02_Some"})
	rows := strings.Split(strings.TrimSpace(table), "\n")[2:]
	for i, row := range rows {
		if claimed := !strings.Contains(row, unproven); claimed != (i == 1) {
			t.Errorf("it claims too much or too little: %s", row)
		}
	}
	page := []byte("above\n" + begins + "old\n" + ends + "below\n")
	if got, err := splice(page, "new\n"); err != nil || string(got) != "above\n"+begins+"new\n"+ends+"below\n" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := splice([]byte("nothing"), "new\n"); err == nil {
		t.Error("a page without a place takes the table")
	}
}
