package report

import (
	"fmt"
	"strings"
)

// Title is a run in words.
func (r Run) Title() string { return r.SetUp.String() + "; " + r.Conditions.String() }

// String is a set-up in words.
func (s SetUp) String() string {
	scopes := "scopes in a map"
	if s.Single {
		scopes = "scopes as resources"
	}
	text := fmt.Sprintf("%s of %d scopes, %s, %s, %s",
		count(s.APIs, "API"), s.Scopes, count(s.Clients, "client"), count(s.Grants, "grant"), scopes)
	if s.Foreign > 0 {
		text += fmt.Sprintf(", in a tenant of %d other clients", s.Foreign)
	}
	return text
}

// String is the conditions in words.
func (c Conditions) String() string {
	text := "no limit"
	switch {
	case c.Latency > 0:
		text = fmt.Sprintf("%d ms an answer", c.Latency)
	case c.Rate > 0:
		text = fmt.Sprintf("%g requests a second, %d at once", c.Rate, c.Burst)
	}
	if c.Parallelism > 0 {
		text += fmt.Sprintf(", parallelism %d", c.Parallelism)
	}
	return text
}

func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

func seconds(s float64) string { return fmt.Sprintf("%.2f", s) }

// megabytes are millions of bytes.
func megabytes(bytes int64) string {
	if bytes == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
}

// table is a table in Markdown; its first row is the head, and all columns but the first so many hold numbers.
func table(words int, rows [][]string) string {
	var text strings.Builder
	for i, row := range rows {
		fmt.Fprintf(&text, "| %s |\n", strings.Join(row, " | "))
		if i > 0 {
			continue
		}
		rule := strings.Repeat("|---", words) + strings.Repeat("|---:", len(row)-words) + "|\n"
		text.WriteString(rule)
	}
	return text.String()
}
