package reliability_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// testbed is the environment of one fault: a tenant, a configuration, and Terraform. With the front of the tenant, a test can
// act when a request arrives.
type testbed struct {
	t *testing.T
	*acctest.Tenant
	front     *front
	folder    string // contains all files of a run: configuration, state, plans, logs, temporary files
	workspace cli.Workspace
	canaries  acctest.Canaries
	others    map[string]bool // objects of others in the tenant
	attempted int             // see attempts

	mu       sync.Mutex
	said     strings.Builder // what Terraform printed
	commands strings.Builder // command lines of the processes of each run
}

// versions is a file of each configuration.
const versions = `terraform {
  required_providers {
    timesheets = { source = "timesheets/timesheets" }
  }
}
`

// empty is the fixture without a configuration.
const empty = "empty"

// open creates a testbed with a configuration of testdata. At the end of the test, whatever its result, its secrets are searched
// in all artifacts.
func open(t *testing.T, fixture string, options ...func(*emulator.Options)) *testbed {
	t.Helper()
	acctest.EmulatorOnly(t, "no real tenant fails when asked to")
	if fixture == "secretive" {
		writeOnly(t)
	}
	s := &testbed{t: t, front: newFront(t), workspace: providerWorkspace(t), others: map[string]bool{}}
	s.Tenant = acctest.New(t, append([]func(*emulator.Options){func(o *emulator.Options) { o.URL = s.front.server.URL }}, options...)...)
	s.front.behind(s.Server)
	s.canaries = acctest.Canaries{
		"the provider's secret": s.Server.Terraform().ClientSecret,
		"the job's secret":      acctest.Canary(),
		"the signing secret":    acctest.Canary(),
		"a token":               "eyJhbGciOi", // {"alg":
	}
	s.folder = folder(t)
	s.workspace.Dir = filepath.Join(s.folder, "configuration")
	temporary := filepath.Join(s.folder, "tmp")
	for _, dir := range []string{s.workspace.Dir, temporary} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s.write("versions.tf", versions)
	if fixture != empty {
		if err := os.CopyFS(s.workspace.Dir, os.DirFS(filepath.Join("testdata", fixture))); err != nil {
			t.Fatal(err)
		}
	}
	s.set("TMPDIR", temporary)
	s.set("GOGC", "800") // Terraform and the provider end before their garbage matters
	s.set("TF_LOG", "TRACE")
	s.set("TF_LOG_PATH", filepath.Join(s.folder, "trace.log"))
	s.set("TF_VAR_client_secret", s.canaries["the job's secret"])
	s.set("TF_VAR_signing_secret", s.canaries["the signing secret"])
	for name, value := range s.Environment {
		s.set(name, value)
	}
	t.Cleanup(s.search)
	return s
}

// subtest runs a subtest in parallel with others, in a testbed of its own.
func subtest(t *testing.T, name, fixture string, test func(s *testbed), options ...func(*emulator.Options)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		test(open(t, fixture, options...))
	})
}

// step runs a subtest that continues in the testbed as the steps before have left it.
func (s *testbed) step(name string, test func()) {
	s.t.Helper()
	whole := s.t
	defer func() { s.t = whole }()
	whole.Run(name, func(t *testing.T) {
		s.t = t
		test()
	})
}

// writeOnly skips a test if the CLI is too old for write-only arguments.
func writeOnly(t *testing.T) {
	t.Helper()
	if lacks := providerWorkspace(t).CLI.Lacks(cli.WriteOnly); lacks != "" {
		outcomes.Lock()
		defer outcomes.Unlock()
		outcomes.partial = true
		t.Skip(lacks)
	}
}

// folder returns a new directory with a short name, because the paths of sockets in it must not be long.
func folder(t *testing.T) string {
	t.Helper()
	made, err := os.MkdirTemp("", "fault-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(made); err != nil {
			t.Error(err)
		}
	})
	return made
}

// set adds a variable to Terraform's environment from now on. The last value counts.
func (s *testbed) set(name, value string) {
	s.workspace.Environment = append(s.workspace.Environment, name+"="+value)
}

// write writes a file of the configuration.
func (s *testbed) write(name, content string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.workspace.Dir, name), []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// inject activates a fault of the tenant.
func (s *testbed) inject(f emulator.Fault) {
	s.t.Helper()
	if err := s.Server.Inject(f); err != nil {
		s.t.Fatal(err)
	}
}

// behind changes the tenant outside Terraform.
func (s *testbed) behind(act func(ctx context.Context) error) {
	s.t.Helper()
	acctest.ChangeTenant(s.t, act)()
}

// calls counts the requests of the provider in the journal with a method and a route.
func (s *testbed) calls(method, route string) int {
	count := 0
	for _, entry := range s.Server.Journal() {
		if entry.Method == method && entry.Route == route && !strings.HasPrefix(entry.UserAgent, behindUserAgent) {
			count++
		}
	}
	return count
}

// attempts counts the requests in the provider's log since the last call, including those that did not arrive.
func (s *testbed) attempts() int {
	s.t.Helper()
	log, err := os.ReadFile(filepath.Join(s.folder, "trace.log"))
	if err != nil {
		s.t.Fatal(err)
	}
	all := strings.Count(string(log), " Auth0 request: ")
	since := all - s.attempted
	s.attempted = all
	return since
}

// expectCalls checks the number of requests of the provider since the journal was last emptied.
func (s *testbed) expectCalls(method, route string, want int) {
	s.t.Helper()
	if got := s.calls(method, route); got != want {
		s.t.Errorf("%s %s was requested %d times, want %d", method, route, got, want)
	}
}

// Objects of the fixtures.
const (
	jobName       = "Timesheets Import Job"
	jobAddress    = "timesheets_client.job"
	timesheetsAPI = "https://api.timesheets.example/v1"
)

// Routes of the tenant.
const (
	apis    = "/api/v2/resource-servers"
	anAPI   = apis + "/{id}"
	clients = "/api/v2/clients"
	aClient = clients + "/{id}"
	grants  = "/api/v2/client-grants"
	aGrant  = grants + "/{id}"
	tokens  = "/oauth/token"
)

// behindUserAgent is the user agent of requests outside Terraform.
const behindUserAgent = "acctest"

// front is a proxy between the clients and the tenant.
type front struct {
	server *httptest.Server

	mu     sync.Mutex
	tenant http.Handler
	hooks  []*hook
}

// hook acts on the nth request of the provider with a method, below a path, or on each one if nth is 0.
type hook struct {
	method, path string
	nth          int
	seen         int
	act          func()           // runs before the tenant receives the request
	serve        http.HandlerFunc // responds instead of the tenant, unless nil
}

func newFront(t *testing.T) *front {
	t.Helper()
	f := &front{tenant: http.NotFoundHandler()}
	f.server = httptest.NewServer(f)
	t.Cleanup(f.server.Close)
	return f
}

func (f *front) behind(tenant http.Handler) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tenant = tenant
}

// ServeHTTP runs the hooks, and then the tenant.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	met, serve := f.met(r)
	for _, h := range met {
		if h.act != nil {
			h.act()
		}
	}
	serve(w, r)
}

// met returns the hooks of a request, and the handler that responds.
func (f *front) met(r *http.Request) (met []*hook, serve http.HandlerFunc) {
	f.mu.Lock()
	defer f.mu.Unlock()
	serve = f.tenant.ServeHTTP
	for _, h := range f.hooks {
		if r.Method != h.method || !strings.HasPrefix(r.URL.Path, h.path) || strings.HasPrefix(r.UserAgent(), behindUserAgent) {
			continue
		}
		if h.seen++; h.nth != 0 && h.nth != h.seen {
			continue
		}
		met = append(met, h)
		if h.serve != nil {
			serve = h.serve
		}
	}
	return met, serve
}

func (f *front) add(h hook) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hooks = append(f.hooks, &h)
}

// leave removes all hooks.
func (f *front) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hooks = nil
}

// when makes act run just before the nth request of the provider with the method, below the path, reaches the tenant.
func (s *testbed) when(method, path string, nth int, act func()) {
	s.front.add(hook{method: method, path: path, nth: nth, act: act})
}

// arrival returns a channel that is closed when the nth request of the provider with the method, below the path, has arrived.
func (s *testbed) arrival(method, path string, nth int) <-chan struct{} {
	arrived := make(chan struct{})
	s.when(method, path, nth, func() { close(arrived) })
	return arrived
}

// await waits for an event, and fails the test after a timeout.
func (s *testbed) await(what string, happened <-chan struct{}) {
	s.t.Helper()
	select {
	case <-happened:
	case <-time.After(time.Minute):
		s.t.Fatal("timeout while waiting for " + what)
	}
}

// expect checks that a text holds each phrase, wherever Terraform breaks its lines.
func (s *testbed) expect(text string, phrases ...string) {
	s.t.Helper()
	for _, phrase := range phrases {
		if !acctest.Words(phrase).MatchString(text) {
			s.t.Errorf("it does not say %q:\n%s", phrase, text)
		}
	}
}

// lacks checks that a text does not contain a phrase.
func (s *testbed) lacks(text, phrase string) {
	s.t.Helper()
	if acctest.Words(phrase).MatchString(text) {
		s.t.Errorf("it says %q:\n%s", phrase, text)
	}
}

// note stores texts in which secrets are searched.
func (s *testbed) note(to *strings.Builder, format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(to, format, args...)
}
