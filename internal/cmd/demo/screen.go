package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
)

// screen prints the progress for a person.
type screen struct{ out io.Writer }

func (s screen) heading(text string) { fmt.Fprintf(s.out, "\n%s\n", text) }

func (s screen) line(format string, args ...any) {
	fmt.Fprintf(s.out, "  "+format+"\n", args...)
}

// events prints the messages of a run of Terraform, without the plan that an apply repeats.
func (s screen) events(command string, events []cli.Event) {
	for _, event := range events {
		switch {
		case event.Type == "diagnostic":
			s.warning(event.Diagnostic)
		case event.Type == "planned_change" && command != "apply",
			slices.Contains([]string{"change_summary", "apply_complete", "resource_drift"}, event.Type):
			s.line("%s", event.Message)
		}
	}
}

// warning prints a warning on one line. It omits the warnings about a provider development override and about a check that is
// deferred until the apply, because both are expected.
func (s screen) warning(d *cli.Diagnostic) {
	expected := strings.HasPrefix(d.Summary, "Provider development overrides") || strings.HasPrefix(d.Summary, "Check block assertion known after")
	if !expected {
		s.line("%s: %s: %s", d.Severity, d.Summary, strings.Join(strings.Fields(d.Detail), " "))
	}
}

// block prints text with its line breaks, without empty lines at its ends.
func (s screen) block(text string) {
	for line := range strings.Lines(strings.TrimSpace(text)) {
		s.line("%s", strings.TrimRight(line, " \n"))
	}
}

// table prints the requests of each step.
func (s screen) table(steps []step) {
	s.heading("Requests of each step, from the emulator's journal")
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tcreate\tread\tupdate\tdelete\t=\ttotal\t|\tsecret\ttoken\tJWKS\t|\tprovider token\t")
	for _, step := range steps {
		c := step.cost
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t=\t%d\t|\t%d\t%d\t%d\t|\t%d\t\n",
			step.name, c.Creates, c.Reads, c.Updates, c.Deletes, c.Management(), c.Checks, c.JobTokens, c.KeySets, c.Tokens)
	}
	_ = w.Flush()
	s.line("create to total: Management API requests for the API, the client and the client grant")
	s.line("secret, token, JWKS: requests of the access check")
	s.line("provider token: one for each provider process that sends requests")
}
