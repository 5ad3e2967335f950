package report

import (
	"fmt"
	"strconv"
	"strings"
)

// Table is all that was measured of a run.
func (r Run) Table() string {
	rows := [][]string{{
		"Operation", "create", "read", "update", "delete", "calls", "token", "429", "seconds", "processes", "CPU seconds", "peak memory",
	}}
	for _, o := range r.Operations {
		c := o.Calls
		row := []string{o.Name}
		for _, n := range []int{c.Creates, c.Reads, c.Updates, c.Deletes, c.Management(), c.Tokens, c.Refused} {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, append(row, seconds(o.Seconds), strconv.Itoa(o.Processes), fmt.Sprintf("%.2f", o.CPU), megabytes(o.Peak)))
	}
	return table(1, rows)
}

// Table is what the executable is made of and takes. Modules of less than 50 kB of code are one row.
func (b Binary) Table() string {
	const small = 50_000
	rows := [][]string{{"Module", "packages", "code"}}
	var rest Module
	for _, m := range b.Modules {
		if m.Code < small {
			rest.Packages, rest.Code, rest.Path = rest.Packages+m.Packages, rest.Code+m.Code, rest.Path+"+"
			continue
		}
		name := "`" + m.Path + "`"
		if m.Path == "std" {
			name = "Go's standard library and runtime"
		}
		rows = append(rows, []string{name, strconv.Itoa(m.Packages), kilobytes(m.Code)})
	}
	rows = append(rows, []string{fmt.Sprintf("%d smaller modules", len(rest.Path)), strconv.Itoa(rest.Packages), kilobytes(rest.Code)})
	return table(1, rows)
}

// cell tells something of one operation, where the run has it.
func (r Run) cell(name string, tell func(Operation) string) string {
	if o, found := r.Operation(name); found {
		return tell(o)
	}
	return "–"
}

func kilobytes(bytes int64) string { return fmt.Sprintf("%d kB", (bytes+500)/1000) }

// calls tables what each operation of the runs without a limit asked of the Management API.
func (r Results) calls() string {
	rows := [][]string{append([]string{"Set-up"}, Operations()...)}
	for _, run := range r.Runs {
		if c := run.Conditions; c.Rate > 0 || c.Latency > 0 {
			continue
		}
		row := []string{strings.TrimSuffix(run.Title(), "; no limit")}
		for _, name := range Operations() {
			row = append(row, run.cell(name, func(o Operation) string { return strconv.Itoa(o.Calls.Management()) }))
		}
		rows = append(rows, row)
	}
	return table(1, rows)
}

// limits tables the seconds of each operation, and the rejections of all of them, where a limit holds.
func (r Results) limits() string {
	rows := [][]string{append(append([]string{"Set-up", "Limit"}, Operations()...), "429")}
	for _, run := range r.Runs {
		if run.Conditions.Rate == 0 {
			continue
		}
		row, refused := []string{run.SetUp.String(), run.Conditions.String()}, 0
		for _, name := range Operations() {
			row = append(row, run.cell(name, func(o Operation) string {
				refused += o.Calls.Refused
				return seconds(o.Seconds)
			}))
		}
		rows = append(rows, append(row, strconv.Itoa(refused)))
	}
	return table(2, rows)
}
