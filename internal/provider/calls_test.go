package provider_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tally"
	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/tree"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// built is the provider as it is released, the CLI that runs it, and the tree they belong to.
type built struct {
	cli                    cli.CLI
	root, binaries, config string
}

func build(t *testing.T) built {
	t.Helper()
	root, err := tree.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found, err := cli.Find(t.Context(), filepath.Join(root, ".cache"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := tree.Build(t.Context(), folder, tree.Provider); err != nil {
		t.Fatal(err)
	}
	config, err := cli.WriteConfig(folder, folder)
	if err != nil {
		t.Fatal(err)
	}
	return built{found, root, folder, config}
}

// site is a configuration that works on a tenant of its own.
type site struct {
	*emulator.Server
	workspace cli.Workspace
}

func (b built) site(t *testing.T, configuration string, options emulator.Options) site {
	t.Helper()
	server, err := emulator.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(configuration)); err != nil {
		t.Fatal(err)
	}
	return site{server, cli.Workspace{CLI: b.cli, Dir: folder, ConfigFile: b.config, Environment: server.Environment()}}
}

// run runs Terraform, which must end with the code 0, and counts what it asked.
func (s site) run(t *testing.T, args ...string) tally.Calls {
	t.Helper()
	s.ResetJournal()
	output, err := s.workspace.Run(t.Context(), append(args, "-no-color")...)
	if err != nil {
		t.Fatal(err)
	}
	if output.Code != 0 {
		t.Fatalf("%q ends with code %d:\n%s%s", args, output.Code, output.Stdout, output.Stderr)
	}
	calls := tally.Count(s.Journal(), s.Terraform().ClientID)
	t.Logf("%q: %+v; %d for APIs, %d for clients, %d for grants", args, calls, s.asked("resource-servers"), s.asked("clients"), s.asked("client-grants"))
	return calls
}

// unchanged plans, which must find nothing to do, and counts what it asked.
func (s site) unchanged(t *testing.T, args ...string) tally.Calls {
	t.Helper()
	return s.run(t, append([]string{"plan", "-detailed-exitcode", "-input=false"}, args...)...)
}

func (s site) apply(t *testing.T, args ...string) tally.Calls {
	t.Helper()
	return s.run(t, append([]string{"apply", "-auto-approve", "-input=false"}, args...)...)
}

// asked counts the requests for one kind of object.
func (s site) asked(route string) int {
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
	t.Run("set-up", b.setUp)
	t.Run("keys", b.keys)
	t.Run("adopted clients", b.adopted)
	t.Run("nothing to ask", b.nothingToAsk)
	t.Run("scopes of one API", b.scopes)
	t.Run("many", b.many)
	t.Run("small part of a large tenant", b.largeTenant)
	t.Run("lists without scopes", b.listsWithoutScopes)
	t.Run("lists that cannot be relied on", b.badLists)
}

// setUp is the example as a user runs it, access check off. An apply that changes something is two processes, one that
// reads and one that writes.
func (b built) setUp(t *testing.T) {
	s := b.site(t, filepath.Join(b.root, "examples", "timesheets"), emulator.Options{})
	off := "-var=access_check=false"
	renamed := []string{off, "-var=api_name=Renamed API", "-var=client_name=Renamed job", `-var=job_scopes=["read:timesheets"]`}
	rescoped := `-var=api_scopes={"batch:upload"="Upload","read:timesheets"="Read","create:timesheets"="","delete:timesheets"="","approve:timesheets"="","more"=""}`
	for _, step := range []struct {
		name  string
		calls tally.Calls
		want  tally.Calls
	}{
		{"create", s.apply(t, off), tally.Calls{Creates: 3, Tokens: 1}},
		{"refresh", s.unchanged(t, off), tally.Calls{Reads: 3, Tokens: 1}},
		{"refresh one by one", s.unchanged(t, off, "-parallelism=1"), tally.Calls{Reads: 3, Tokens: 1}},
		{"change everything but scopes", s.apply(t, renamed...), tally.Calls{Reads: 3, Updates: 3, Tokens: 2}},
		{"change everything", s.apply(t, off, rescoped), tally.Calls{Reads: 4, Updates: 3, Tokens: 2}},
		{"destroy", s.run(t, "destroy", "-auto-approve", off, rescoped), tally.Calls{Reads: 3, Deletes: 3, Tokens: 2}},
	} {
		if step.calls != step.want {
			t.Errorf("%s: %+v, want %+v", step.name, step.calls, step.want)
		}
	}
}

// keys: a client with keys is made in one call. A refresh reads its keys besides, and a change of keys once more which of
// them it uses.
func (b built) keys(t *testing.T) {
	s := b.site(t, "testdata/TestCalls_keys", emulator.Options{})
	old, young := newPublicKey(t), newPublicKey(t)
	first, both, last := keysVariable("old", old), keysVariable("old", old, "young", young), keysVariable("young", young)
	for _, step := range []struct {
		name  string
		calls tally.Calls
		want  tally.Calls
	}{
		{"create", s.apply(t, first), tally.Calls{Creates: 1, Tokens: 1}},
		{"refresh", s.unchanged(t, first), tally.Calls{Reads: 2, Tokens: 1}},
		{"add", s.apply(t, both), tally.Calls{Reads: 2 + 2, Creates: 1, Updates: 1, Tokens: 2}},
		{"take away", s.apply(t, last), tally.Calls{Reads: 2 + 2, Updates: 1, Deletes: 1, Tokens: 2}},
	} {
		if step.calls != step.want {
			t.Errorf("%s: %+v, want %+v", step.name, step.calls, step.want)
		}
	}
}

// adopted: clients that were never told how to authenticate, as others make them, are read by the page, and none of them
// is asked for keys. So it is for a token that may not read keys.
func (b built) adopted(t *testing.T) {
	s := b.site(t, "testdata/TestCalls_adopted", emulator.Options{Seed: neverTold(20)})
	if calls := s.apply(t, "-var=clients=20"); calls.Updates+calls.Creates > 0 {
		t.Errorf("imported: %+v, want no write", calls)
	}
	limited := s
	limited.workspace.Environment = []string{"AUTH0_DOMAIN=" + s.URL(), "AUTH0_API_TOKEN=" + s.Token("read:clients")}
	for name, s := range map[string]site{"with every scope": s, "without the scope for keys": limited} {
		if s.unchanged(t, "-var=clients=20"); s.asked("clients") > 2 || len(s.Journal()) > 3 {
			t.Errorf("%s: %d requests for 20 clients", name, len(s.Journal()))
		}
	}
}

// neverTold are so many clients that were never told how to authenticate.
func neverTold(count int) *emulator.Seed {
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

// keysVariable names public keys in turn: name, key.
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

// nothingToAsk: where the tenant is not needed, not even a token is asked for.
func (b built) nothingToAsk(t *testing.T) {
	s := b.site(t, filepath.Join(b.root, "examples", "timesheets"), emulator.Options{})
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

// scopes: single scopes of one API are written in batches, and read with the API. The tenant is as slow as a remote one. How
// many scopes join a batch depends on the load of the machine, so only what does not is asserted here: a batch is one write
// and at most one read, there is one initial read, and most scopes share a batch. Package coalesce asserts the figures on its own
// clock.
func (b built) scopes(t *testing.T) {
	for _, count := range []int{20, 100} {
		s := b.site(t, "testdata/TestCalls_scopes", emulator.Options{})
		if err := s.Inject(emulator.Fault{Route: "/api/v2/resource-servers/{id}", Delay: 150 * time.Millisecond}); err != nil {
			t.Fatal(err)
		}
		number := fmt.Sprint("-var=scopes=", count)
		calls := s.apply(t, number)
		t.Logf("%d scopes, created: %+v", count, calls)
		if calls.Creates != 3 || calls.Tokens != 1 || calls.Reads > calls.Updates+1 || calls.Updates > count/2 {
			t.Errorf("%d scopes, created: %+v, want 3 creates, at most %d updates, and at most one read more than updates", count, calls, count/2)
		}
		if calls := s.unchanged(t, number); calls.Management() != 3 {
			t.Errorf("%d scopes, refreshed: %+v, want 3", count, calls)
		}
	}
}

// many: a hundred clients and grants need a handful of reads; with the provider's own client and grant they are one more than
// a page contains. The bound is the one that holds under any load, one GET and then lists for each kind. Package coalesce
// asserts on a fake clock that readers who arrive together need no GET.
func (b built) many(t *testing.T) {
	s := b.site(t, "testdata/TestCalls_many", emulator.Options{})
	for _, test := range []struct{ clients, most int }{{99, 6}, {100, 8}} {
		size := []string{"-var=apis=10", "-var=scopes=30", fmt.Sprint("-var=clients=", test.clients)}
		s.apply(t, append(size, "-parallelism=50")...)
		for _, pace := range []struct {
			delay       time.Duration
			parallelism string
		}{{0, "-parallelism=10"}, {150 * time.Millisecond, "-parallelism=10"}, {150 * time.Millisecond, "-parallelism=30"}} {
			if err := s.Inject(emulator.Fault{Delay: pace.delay}); err != nil {
				t.Fatal(err)
			}
			if calls := s.unchanged(t, append(size, pace.parallelism)...); calls.Management() > test.most || calls.Tokens != 1 {
				t.Errorf("%d clients, %+v: %+v, want at most %d", test.clients, pace, calls, test.most)
			}
			s.ClearFaults()
		}
		if calls := s.unchanged(t, append(size, "-parallelism=1")...); calls.Management() > test.most || calls.Tokens != 1 {
			t.Errorf("%d clients, one by one: %+v, want at most %d", test.clients, calls, test.most)
		}
	}
}

// largeTenant: what is managed is read, and not the tenant.
func (b built) largeTenant(t *testing.T) {
	seed := &emulator.Seed{}
	for i := range 10_000 {
		seed.Clients = append(seed.Clients, store.Object{{Name: "name", Value: fmt.Sprint("Client ", i)}})
	}
	s := b.site(t, "testdata/TestCalls_many", emulator.Options{Seed: seed})
	size := []string{"-var=apis=1", "-var=scopes=1", "-var=clients=3"}
	s.apply(t, size...)
	for _, parallelism := range []string{"-parallelism=10", "-parallelism=1"} {
		if s.unchanged(t, append(size, parallelism)...); s.asked("clients") > 4 {
			t.Errorf("%s: %d calls for three clients of 10 000", parallelism, s.asked("clients"))
		}
	}
}

// listsWithoutScopes: a tenant whose lists of APIs leave scopes out is read API by API, and nothing differs.
func (b built) listsWithoutScopes(t *testing.T) {
	s := b.site(t, "testdata/TestCalls_many", emulator.Options{Switches: emulator.Switches{ListsWithoutScopes: true}})
	size := []string{"-var=apis=3", "-var=scopes=2", "-var=clients=1"}
	s.apply(t, size...)
	if s.unchanged(t, size...); s.asked("resource-servers") > 2*3 {
		t.Errorf("%d calls for three APIs", s.asked("resource-servers"))
	}
}

// badLists: if a list is refused, incomplete or out of date, each object is read with a GET, and the plan is empty. How many
// reads share a list depends on the load of the machine, so the bound is what holds under any load: one GET for each object,
// and at most one list for each reader. A list of clients that is refused with status 403 is requested once more with fewer
// fields.
func (b built) badLists(t *testing.T) {
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
			most := objects
			if kind == "clients" && fault.Status == 403 {
				most *= 2
			}
			if lists > most {
				t.Errorf("%+v: %d lists of %s, want at most %d", fault, lists, kind, most)
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
