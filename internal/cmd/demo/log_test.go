package main

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

var (
	summary = regexp.MustCompile(`\[INFO\]  provider\.\S*: Auth0 requests of this run: (.*)\n`)
	counted = regexp.MustCompile(`(calls|tokens|rejected)=\d+`)
	waited  = regexp.MustCompile(`waited_seconds=[1-9]`)
)

// TestLog_usage compares the last line of the provider's log, as the CLI prints it, with the journal of the tenant.
func TestLog_usage(t *testing.T) {
	bed := newTestbed(t)
	w := bed.example(t, "timesheets")
	w.Environment = append(w.Environment, "TF_LOG_PROVIDER=INFO")
	if err := bed.server.Inject(emulator.Fault{
		Method: "POST", Route: "/api/v2/clients", Nth: 1, Status: http.StatusTooManyRequests, Headers: map[string]string{"Retry-After": "1"},
	}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		args   []string
		silent bool // it sends no requests to the tenant
	}{
		{args: []string{"plan"}, silent: true},
		{args: []string{"apply", "-auto-approve"}},
		{args: []string{"plan", "-detailed-exitcode"}},
	} {
		bed.server.ResetJournal()
		said := must(t, w, 0, step.args...)
		var got []string
		for _, line := range summary.FindAllStringSubmatch(said, -1) {
			fields := counted.FindAllString(line[1], -1)
			slices.Sort(fields)
			got = append(got, strings.Join(fields, " "))
		}
		var want []string
		if !step.silent {
			want = []string{journalled(bed.server.Journal())}
		}
		if !slices.Equal(got, want) {
			t.Errorf("terraform %v: its log contains %q, the journal %q\n%s", step.args, got, want, said)
		}
		if step.args[0] == "apply" && (!waited.MatchString(said) || !strings.Contains(said, "Auth0 rate limit reached")) {
			t.Errorf("the log does not contain the wait:\n%s", said)
		}
	}
}

// journalled returns the counts of a journal in the form of the log.
func journalled(journal []emulator.Entry) string {
	tokens, rejected := 0, 0
	for _, entry := range journal {
		if entry.Route == "/oauth/token" {
			tokens++
		}
		if entry.Status == http.StatusTooManyRequests {
			rejected++
		}
	}
	return fmt.Sprintf("calls=%d rejected=%d tokens=%d", len(journal), rejected, tokens)
}
