package report

import "fmt"

// Title returns the description of a run.
func (r Run) Title() string { return r.SetUp.String() + "; " + r.Conditions.String() }

// String returns the description of a configuration.
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

// String returns the description of the conditions.
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
