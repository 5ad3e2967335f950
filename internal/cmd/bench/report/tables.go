package report

import (
	"fmt"
	"strings"
)

// Head returns the first two lines of the table of all runs, in Markdown.
func Head() string {
	columns := []string{
		"Set-up and conditions", "Operation", "create", "read", "update", "delete", "requests", "token", "429", "seconds", "CPU seconds", "peak memory",
	}
	return "| " + strings.Join(columns, " | ") + " |\n" + strings.Repeat("|---", 2) + strings.Repeat("|---:", len(columns)-2) + "|\n"
}

// Rows returns the rows of a run, one for each operation.
func (r Run) Rows() string {
	var rows strings.Builder
	for _, o := range r.Operations {
		c := o.Calls
		fmt.Fprintf(&rows, "| %s | %s | %d | %d | %d | %d | %d | %d | %d | %.2f | %.2f | %.1f MB |\n", r.Title(), o.Name,
			c.Creates, c.Reads, c.Updates, c.Deletes, c.Management(), c.Tokens, c.Refused, o.Seconds, o.CPU, float64(o.Peak)/1e6)
	}
	return rows.String()
}
