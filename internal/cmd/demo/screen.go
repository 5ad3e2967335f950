package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
)

// screen is where a person reads along.
type screen struct{ out io.Writer }

func (s screen) heading(text string) { fmt.Fprintf(s.out, "\n%s\n", text) }

func (s screen) line(format string, args ...any) {
	fmt.Fprintf(s.out, "  "+format+"\n", args...)
}

// events prints what Terraform says of a run, in Terraform's words. An apply repeats its plan: that is left out.
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

// warning prints a warning on one line. That the provider comes from a build of this tree is the point of the demo,
// and that a check waits for the apply is no news: those two are left out.
func (s screen) warning(d *cli.Diagnostic) {
	expected := strings.HasPrefix(d.Summary, "Provider development overrides") || strings.HasPrefix(d.Summary, "Check block assertion known after")
	if !expected {
		s.line("%s: %s: %s", d.Severity, d.Summary, strings.Join(strings.Fields(d.Detail), " "))
	}
}

// table prints what each step cost.
func (s screen) table(steps []step) {
	s.heading("Requests to the tenant, from the emulator's journal")
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tcreate\tread\tupdate\tdelete\t=\tcalls\t|\tsecret\ttoken\tkeys\t|\town tokens\t")
	for _, step := range steps {
		c := step.cost
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t=\t%d\t|\t%d\t%d\t%d\t|\t%d\t\n",
			step.name, c.Creates, c.Reads, c.Updates, c.Deletes, c.Management(), c.Checks, c.JobTokens, c.KeySets, c.Tokens)
	}
	_ = w.Flush()
	s.line("calls: Management API, for API, client and grant; secret, token, keys: the access check;")
	s.line("own tokens: the provider's, one for each of its processes that asks anything")
}
