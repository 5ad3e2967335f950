// Command rehearsal runs the acceptance and conformance tests as they run on a development tenant, against an emulator that behaves
// like one: HTTPS, and the rate and entity limits of a subscription plan. It reports the requests of the run and every skipped test
// with its reason, and sweeps the tenant at the end.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tally"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

func main() {
	limits := flag.String("limits", "free", "rate and entity limits: off, free, nonproduction, production or `RATE:BURST`")
	tests := flag.String("run", "^TestAcc|^TestTenant", "tests to run, as a regular `expression`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	packages := flag.Args()
	if len(packages) == 0 {
		packages = []string{"./internal/..."}
	}
	if err := rehearse(ctx, *limits, *tests, packages, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func rehearse(ctx context.Context, limits, tests string, packages []string, out io.Writer) (err error) {
	parsed, err := emulator.ParseLimits(limits)
	if err != nil {
		return err
	}
	server, err := emulator.Start(ctx, emulator.Options{TLS: true, Limits: parsed})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	folder, err := os.MkdirTemp("", "rehearsal")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	authority := filepath.Join(folder, "ca.pem")
	if err := os.WriteFile(authority, server.CA(), 0o600); err != nil {
		return err
	}
	environment := append(os.Environ(), server.Environment()...)
	environment = append(environment, "SSL_CERT_FILE="+authority, "TF_ACC=1", "TIMESHEETS_TEST_RUN=rehearsal")
	before, err := tenantOf(ctx, server)
	if err != nil {
		return err
	}
	start := time.Now()
	// One package at a time and few tests, as the workflow does, because a small tenant allows few objects at a time.
	failed := run(ctx, environment, out, append([]string{"test", "-json", "-count=1", "-timeout=120m", "-p=1", "-parallel=2", "-run=" + tests}, packages...)...)
	report(server, out, time.Since(start))
	left, err := tenantOf(ctx, server)
	if err != nil {
		return errors.Join(failed, err)
	}
	if swept := run(ctx, environment, out, "test", "-json", "-count=1", "./internal/acctest", "-sweep=tenant"); swept != nil {
		failed = errors.Join(failed, swept)
	}
	after, err := tenantOf(ctx, server)
	if err != nil {
		return errors.Join(failed, err)
	}
	if !slices.Equal(after, before) {
		failed = errors.Join(failed, fmt.Errorf("after the sweep the tenant has %v", after))
	}
	if !slices.Equal(left, before) {
		failed = errors.Join(failed, fmt.Errorf("the tests leave objects in the tenant: %v", left))
	}
	return failed
}

// event is a line of go test -json.
type event struct{ Action, Package, Test, Output string }

var reason = regexp.MustCompile(`^\s+\S+_test\.go:\d+: |^\s+\S+\.go:\d+: `)

// run runs the go command, and prints what failed, which tests were skipped and why, and the result of each package.
func run(ctx context.Context, environment []string, out io.Writer, args ...string) error {
	command := exec.CommandContext(ctx, "go", args...)
	command.Env, command.Stderr = environment, out
	pipe, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	printed := map[string]string{}
	lines := bufio.NewScanner(pipe)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			continue
		}
		test := e.Package + " " + e.Test
		switch {
		case e.Action == "output":
			printed[test] += e.Output
		case e.Action == "fail":
			_, _ = fmt.Fprintf(out, "FAIL %s\n%s", test, printed[test])
		case e.Action == "skip" && e.Test != "":
			_, _ = fmt.Fprintf(out, "SKIP %s: %s\n", test, why(printed[test]))
		case e.Action == "pass" && e.Test == "":
			_, _ = fmt.Fprintf(out, "PASS %s\n", e.Package)
		}
		if e.Action != "output" {
			delete(printed, test)
		}
	}
	return errors.Join(lines.Err(), command.Wait())
}

// why returns the reason of a skipped test.
func why(printed string) string {
	for line := range strings.SplitSeq(printed, "\n") {
		if reason.MatchString(line) {
			return reason.ReplaceAllString(line, "")
		}
	}
	return "no reason"
}

// report prints the requests of the run.
func report(server *emulator.Server, out io.Writer, took time.Duration) {
	journal, provider := server.Journal(), server.Terraform().ClientID
	calls := tally.Count(journal, provider)
	_, _ = fmt.Fprintf(out, "%d requests in %s: %d Management API, %d for tokens of the provider, %d for tokens of jobs, %d rejected with 429\n",
		len(journal), took.Round(time.Second), calls.Management()+calls.Checks, calls.Tokens, calls.JobTokens, calls.Refused)
}

// tenantOf returns the names of all APIs, clients and grants of the tenant, sorted.
func tenantOf(ctx context.Context, server *emulator.Server) ([]string, error) {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(server.CA())
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
	defer client.CloseIdleConnections()
	names := []string{}
	for kind, member := range map[string]string{"resource-servers": "identifier", "clients": "name", "client-grants": "audience"} {
		var objects []map[string]any
		if err := get(ctx, client, server.URL()+"/api/v2/"+kind+"?per_page=100", server.Token(), &objects); err != nil {
			return nil, err
		}
		for _, object := range objects {
			names = append(names, fmt.Sprintf("%s %v", kind, object[member]))
		}
	}
	slices.Sort(names)
	return names, nil
}

// get decodes the response to a GET. A request that the rate limit rejects is repeated.
func get(ctx context.Context, client *http.Client, url, token string, into any) error {
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		if response.StatusCode != http.StatusTooManyRequests {
			err = json.NewDecoder(response.Body).Decode(into)
			return errors.Join(err, response.Body.Close())
		}
		if err := response.Body.Close(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}
