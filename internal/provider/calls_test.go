package provider_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tally"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// binaries is the directory of the provider that all tests share.
var binaries string

// buildOnce builds the provider once for all tests.
var buildOnce = sync.OnceValues(func() (b built, err error) {
	if binaries, err = os.MkdirTemp("", "provider-"); err != nil {
		return b, err
	}
	b.Workspace, err = cli.Build(context.Background(), binaries)
	return b, err
})

// built is a workspace for the provider as it is released; its Dir is empty.
type built struct{ cli.Workspace }

// TestMain removes what all tests share.
func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(binaries)
	os.Exit(code)
}

func build(t *testing.T) built {
	t.Helper()
	b, err := buildOnce()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// site is a workspace with its own tenant.
type site struct {
	*emulator.Server
	workspace cli.Workspace
}

func (b built) site(t *testing.T, configuration string, options emulator.Options) site {
	t.Helper()
	server, dir := acctest.Emulator(t, options), t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(configuration)); err != nil {
		t.Fatal(err)
	}
	return site{server, cli.Workspace{CLI: b.CLI, Dir: dir, ConfigFile: b.ConfigFile, Environment: server.Environment()}}
}

// run runs Terraform, which must exit with code 0, and returns the number of requests.
func (s site) run(t *testing.T, args ...string) tally.Calls {
	t.Helper()
	s.ResetJournal()
	output, err := s.workspace.Run(t.Context(), append(args, "-no-color")...)
	if err != nil {
		t.Fatal(err)
	}
	if output.Code != 0 {
		t.Fatalf("%q exits with code %d:\n%s%s", args, output.Code, output.Stdout, output.Stderr)
	}
	calls := tally.Count(s.Journal(), s.Terraform().ClientID)
	t.Logf("%q: %+v; %d for APIs, %d for clients, %d for grants", args, calls, s.requests("resource-servers"), s.requests("clients"), s.requests("client-grants"))
	return calls
}

// unchanged expects an empty plan, and returns the number of requests.
func (s site) unchanged(t *testing.T, args ...string) tally.Calls {
	t.Helper()
	return s.run(t, append([]string{"plan", "-detailed-exitcode", "-input=false"}, args...)...)
}

func (s site) apply(t *testing.T, args ...string) tally.Calls {
	t.Helper()
	return s.run(t, append([]string{"apply", "-auto-approve", "-input=false"}, args...)...)
}

// requests counts the requests for one kind of object.
func (s site) requests(route string) int {
	count := 0
	for _, entry := range s.Journal() {
		if entry.Route == "/api/v2/"+route || entry.Route == "/api/v2/"+route+"/{id}" {
			count++
		}
	}
	return count
}

func TestCalls(t *testing.T) {
	b := build(t)
	t.Run("example", b.example)
	t.Run("keys", b.keys)
	t.Run("imported clients", b.importedClients)
	t.Run("data sources", b.dataSources)
	t.Run("no requests", b.noRequests)
	t.Run("scopes of one API", b.scopes)
	t.Run("many", b.many)
	t.Run("small part of a large tenant", b.largeTenant)
	t.Run("lists without scopes", b.listsWithoutScopes)
	t.Run("unreliable lists", b.unreliableLists)
}

// counted contains the requests of a step.
type counted struct {
	step        string
	calls, want tally.Calls
}

func compare(t *testing.T, steps []counted) {
	t.Helper()
	for _, s := range steps {
		if s.calls != s.want {
			t.Errorf("%s: %+v, want %+v", s.step, s.calls, s.want)
		}
	}
}

// example counts the requests of the example without access check. An apply that changes something starts two provider
// processes, one that reads and one that writes.
func (b built) example(t *testing.T) {
	s := b.site(t, "../../examples/timesheets", emulator.Options{})
	off := "-var=access_check=false"
	renamed := []string{off, "-var=api_name=Renamed API", "-var=client_name=Renamed job", `-var=job_scopes=["read:timesheets"]`}
	rescoped := `-var=api_scopes={"batch:upload"="Upload","read:timesheets"="Read","create:timesheets"="","delete:timesheets"="","approve:timesheets"="","more"=""}`
	compare(t, []counted{
		{"create", s.apply(t, off), tally.Calls{Creates: 3, Tokens: 1}},
		{"refresh", s.unchanged(t, off), tally.Calls{Reads: 3, Tokens: 1}},
		{"change everything but scopes", s.apply(t, renamed...), tally.Calls{Reads: 3, Updates: 3, Tokens: 2}},
		{"change everything", s.apply(t, off, rescoped), tally.Calls{Reads: 4, Updates: 3, Tokens: 2}},
		{"destroy", s.run(t, "destroy", "-auto-approve", off, rescoped), tally.Calls{Reads: 3, Deletes: 3, Tokens: 2}},
	})
}

// keys counts the requests for a client with keys. It is created with one request. A refresh needs one more request, which
// reads its keys, and a change of keys another one, which reads the keys that it uses.
func (b built) keys(t *testing.T) {
	s := b.site(t, "testdata/TestCalls_keys", emulator.Options{})
	oldKey, newKey := newPublicKey(t), newPublicKey(t)
	first, both, last := keysVariable("old", oldKey), keysVariable("old", oldKey, "new", newKey), keysVariable("new", newKey)
	compare(t, []counted{
		{"create", s.apply(t, first), tally.Calls{Creates: 1, Tokens: 1}},
		{"refresh", s.unchanged(t, first), tally.Calls{Reads: 2, Tokens: 1}},
		{"add", s.apply(t, both), tally.Calls{Reads: 2 + 2, Creates: 1, Updates: 1, Tokens: 2}},
		{"remove", s.apply(t, last), tally.Calls{Reads: 2 + 2, Updates: 1, Deletes: 1, Tokens: 2}},
	})
}

// importedClients reads clients without an authentication method, as other tools create them: from lists, and without
// requests for keys. The same applies to a token that cannot read keys.
func (b built) importedClients(t *testing.T) {
	s := b.site(t, "testdata/TestCalls_adopted", emulator.Options{Seed: clientsWithoutMethod(20)})
	if calls := s.apply(t, "-var=clients=20"); calls.Updates+calls.Creates > 0 {
		t.Errorf("imported: %+v, want no write", calls)
	}
	limited := s
	limited.workspace.Environment = []string{"AUTH0_DOMAIN=" + s.URL(), "AUTH0_API_TOKEN=" + s.Token("read:clients")}
	for name, s := range map[string]site{"with every scope": s, "without the scope for keys": limited} {
		if s.unchanged(t, "-var=clients=20"); s.requests("clients") > 2 || len(s.Journal()) > 3 {
			t.Errorf("%s: %d requests for 20 clients", name, len(s.Journal()))
		}
	}
}

// clientsWithoutMethod returns a seed with clients that have no authentication method.
func clientsWithoutMethod(count int) *emulator.Seed {
	seed := &emulator.Seed{}
	for i := range count {
		name := fmt.Sprint("Job", i)
		seed.Clients = append(seed.Clients, store.Object{
			{Name: "client_id", Value: name},
			{Name: "name", Value: name},
			{Name: "app_type", Value: "non_interactive"},
			{Name: "grant_types", Value: []any{"client_credentials"}},
		})
	}
	return seed
}

// keysVariable returns the CLI argument for public keys, which are given as alternating names and keys.
func keysVariable(keys ...string) string {
	var entries []string
	for i := 0; i < len(keys); i += 2 {
		entries = append(entries, fmt.Sprintf("%s=%q", keys[i], keys[i+1]))
	}
	return "-var=keys={" + strings.Join(entries, ",") + "}"
}

func newPublicKey(t *testing.T) string {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&private.PublicKey)}))
}

// dataSources reads clients with data sources alone. Those that are due at the same time share a page. How many that are depends
// on the load of the machine, so the bound is what holds under any load; package coalesce asserts the figures on a fake clock.
func (b built) dataSources(t *testing.T) {
	s := b.site(t, "testdata/TestCalls_data", emulator.Options{Seed: clientsWithoutMethod(30)})
	for _, parallelism := range []string{"-parallelism=10", "-parallelism=30"} {
		if calls := s.apply(t, "-var=clients=30", parallelism); calls.Management() > 30 || calls.Tokens > 2 {
			t.Errorf("%s: %+v for 30 clients", parallelism, calls)
		}
	}
}

// noRequests expects no requests, not even for a token, from commands that do not need the tenant.
func (b built) noRequests(t *testing.T) {
	s := b.site(t, "../../examples/timesheets", emulator.Options{})
	off := "-var=access_check=false"
	s.apply(t, off)
	for name, calls := range map[string]tally.Calls{
		"validate":        s.run(t, "validate"),
		"without refresh": s.unchanged(t, off, "-refresh=false"),
	} {
		if calls != (tally.Calls{}) {
			t.Errorf("%s: %+v", name, calls)
		}
	}
}

// scopes expects that single scopes of one API are written in batches, and read with the API. The tenant is as slow as a
// remote one. How many scopes join a batch depends on the load of the machine, so this test asserts only what does not: a
// batch is one write, at most one read and one GET that confirms it, there is one initial read, and most scopes share a batch.
// Package coalesce asserts the exact numbers with a fake clock.
func (b built) scopes(t *testing.T) {
	const count = 50
	s := b.site(t, "testdata/TestCalls_many", emulator.Options{})
	if err := s.Inject(emulator.Fault{Route: "/api/v2/resource-servers/{id}", Delay: 150 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	size := []string{"-var=apis=1", fmt.Sprint("-var=scopes=", count), "-var=clients=1"}
	calls := s.apply(t, size...)
	if calls.Creates != 3 || calls.Tokens != 1 || calls.Reads > 2*calls.Updates+1 || calls.Updates > count/2 {
		t.Errorf("created: %+v, want 3 creates, at most %d updates, and at most two reads for each and one more", calls, count/2)
	}
	if calls := s.unchanged(t, size...); calls.Management() != 3 {
		t.Errorf("refreshed: %+v, want 3", calls)
	}
}

// many expects few reads for a hundred clients and grants. With the provider's own client and grant they are one more than
// a page contains. The limit applies under any load: one GET and then lists for each kind. Package coalesce asserts with a
// fake clock that concurrent reads need no GET.
func (b built) many(t *testing.T) {
	s := b.site(t, "testdata/TestCalls_many", emulator.Options{})
	for _, test := range []struct {
		clients, maxRequests int
		delay                time.Duration
		parallelism          []string
	}{
		{99, 6, 0, []string{"-parallelism=1", "-parallelism=10"}},
		{100, 8, 150 * time.Millisecond, []string{"-parallelism=10", "-parallelism=30"}},
	} {
		size := []string{"-var=apis=10", "-var=scopes=1", fmt.Sprint("-var=clients=", test.clients)}
		s.apply(t, append(size, "-parallelism=50")...)
		if err := s.Inject(emulator.Fault{Delay: test.delay}); err != nil {
			t.Fatal(err)
		}
		for _, parallelism := range test.parallelism {
			if calls := s.unchanged(t, append(size, parallelism)...); calls.Management() > test.maxRequests || calls.Tokens != 1 {
				t.Errorf("%d clients, %s, %s: %+v, want at most %d", test.clients, test.delay, parallelism, calls, test.maxRequests)
			}
		}
		s.ClearFaults()
	}
}

// largeTenant expects that only managed objects are read, and not the whole tenant.
func (b built) largeTenant(t *testing.T) {
	seed := &emulator.Seed{}
	for i := range 10_000 {
		seed.Clients = append(seed.Clients, store.Object{{Name: "name", Value: fmt.Sprint("Client ", i)}})
	}
	s := b.site(t, "testdata/TestCalls_many", emulator.Options{Seed: seed})
	size := []string{"-var=apis=1", "-var=scopes=1", "-var=clients=3"}
	s.apply(t, size...)
	for _, parallelism := range []string{"-parallelism=10", "-parallelism=1"} {
		if s.unchanged(t, append(size, parallelism)...); s.requests("clients") > 4 {
			t.Errorf("%s: %d requests for three clients of 10 000", parallelism, s.requests("clients"))
		}
	}
}

// listsWithoutScopes expects an empty plan if lists of APIs contain no scopes, so that each API is read with a GET.
func (b built) listsWithoutScopes(t *testing.T) {
	s := b.site(t, "testdata/TestCalls_many", emulator.Options{Switches: emulator.Switches{ListsWithoutScopes: true}})
	size := []string{"-var=apis=3", "-var=scopes=2", "-var=clients=1"}
	s.apply(t, size...)
	if s.unchanged(t, size...); s.requests("resource-servers") > 2*3 {
		t.Errorf("%d requests for three APIs", s.requests("resource-servers"))
	}
}

// unreliableLists expects that each object is read with a GET, and that the plan is empty, if a list is rejected, incomplete
// or out of date. How many reads share a list depends on the load of the machine, so the test asserts the limit under any
// load: one GET for each object, and at most one list for each read. A list of clients that is rejected with status 403 is
// requested once more with fewer fields.
func (b built) unreliableLists(t *testing.T) {
	s := b.site(t, "testdata/TestCalls_many", emulator.Options{})
	const objects = 3 // of each kind
	size := []string{fmt.Sprint("-var=apis=", objects), "-var=scopes=1", fmt.Sprint("-var=clients=", objects)}
	kinds := []string{"resource-servers", "clients", "client-grants"}
	for i, fault := range []emulator.Fault{
		{Stale: true}, // set before anything is created
		{Body: "{}"},
		{Body: `{"resource_servers":[null,7],"clients":[null,7],"client_grants":[null,7]}`},
		{Status: 400},
		{Status: 403},
	} {
		for _, kind := range kinds {
			fault.Method, fault.Route = "GET", "/api/v2/"+kind
			if err := s.Inject(fault); err != nil {
				t.Fatal(err)
			}
		}
		if i == 0 {
			s.apply(t, size...)
		}
		s.unchanged(t, size...)
		for _, kind := range kinds {
			lists, gets := 0, map[string]int{}
			for _, entry := range s.Journal() {
				switch entry.Route {
				case "/api/v2/" + kind:
					lists++
				case "/api/v2/" + kind + "/{id}":
					gets[entry.Path]++
				}
			}
			maxLists := objects
			if kind == "clients" && fault.Status == 403 {
				maxLists *= 2
			}
			if lists > maxLists {
				t.Errorf("%+v: %d lists of %s, want at most %d", fault, lists, kind, maxLists)
			}
			if len(gets) != objects {
				t.Errorf("%+v: %d objects of %s read with a GET, want %d", fault, len(gets), kind, objects)
			}
			for path, count := range gets {
				if count != 1 {
					t.Errorf("%+v: GET %s sent %d times, want once", fault, path, count)
				}
			}
		}
		s.ClearFaults()
	}
}
