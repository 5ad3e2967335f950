package reliability_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest"
	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/keypair"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// Environment variables that choose more runs than those of the suite.
const (
	randomRuns = "RANDOM_FAULT_RUNS" // number of runs
	randomSeed = "RANDOM_FAULT_SEED" // seed of the first run
)

// TestRandomFaults applies random configurations while requests fail at random and processes end. After the faults a few
// applies, which follow the printed instructions, bring configuration, state and tenant into agreement.
//
//	RANDOM_FAULT_RUNS=100 RANDOM_FAULT_SEED=1 go test -run TestRandomFaults -v -timeout 2h ./internal/reliability
func TestRandomFaults(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the test finds the provider process in /proc")
	}
	writesEach(t)
	writeOnly(t)
	count, _ := strconv.Atoi(os.Getenv(randomRuns))
	first, err := strconv.ParseUint(cmp.Or(os.Getenv(randomSeed), "1"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if count > 0 {
		total := map[string]int{}
		for seed := first; seed < first+uint64(count); seed++ {
			t.Run(fmt.Sprint(seed), func(t *testing.T) { randomFaultRun(t, seed, total) })
		}
		t.Logf("faults of all runs: %v", total)
		return
	}
	t.Parallel()
	for name, seed := range randomRegressions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			randomFaultRun(t, seed, map[string]int{})
		})
	}
}

// randomRegressions are the seeds of the suite: short runs. A seed that fails gets a name here, if no smaller test of the
// same defect is possible.
var randomRegressions = map[string]uint64{
	"kill of the provider":               5,
	"kill of Terraform and the provider": 8,
}

// randomRun is one run.
type randomRun struct {
	*testbed
	random   *rand.Rand
	injector *injector
	config   setup
	keys     map[string]string // public keys in PEM, by client and name
	excused  map[string]bool
	secrets  map[string]string
	imports  map[string]string // import ids by address
	extras   map[string]string // blocks of objects that the configuration does not have, by address
}

// randomFaultRun is one run. It counts its faults in tally.
func randomFaultRun(t *testing.T, seed uint64, tally map[string]int) {
	t.Logf("seed %d", seed)
	r := &randomRun{
		testbed: open(t, "random"), random: rand.New(rand.NewPCG(seed, 0)),
		excused: map[string]bool{}, secrets: map[string]string{}, imports: map[string]string{}, extras: map[string]string{}, keys: map[string]string{},
	}
	r.prepare(tally)
	rate := 0.3 + 0.3*r.random.Float64()
	for version := 1; version <= 4 && !t.Failed(); version++ {
		r.config = r.config.changed(r.random, version)
		r.faulty(version, rate)
	}
	if !t.Failed() {
		r.recover()
	}
	if r.injector.requests > 0 {
		t.Logf("seed %d: %d requests, %d with faults (%d %%), planned rate %.0f %%", seed, r.injector.requests, r.injector.spoiled, 100*r.injector.spoiled/r.injector.requests, 100*rate)
	}
}

// prepare creates the objects of other owners and the injector.
func (r *randomRun) prepare(tally map[string]int) {
	r.t.Helper()
	var api, client, grant struct {
		ID       string `json:"id"`
		ClientID string `json:"client_id"`
	}
	r.dashboard("POST", apis, map[string]any{"name": "Shared", "identifier": sharedAPI}, nil)
	r.dashboard("POST", apis, map[string]any{"name": "Other", "identifier": identifierOf("other")}, &api)
	r.dashboard("POST", clients, map[string]any{"name": "Other", "app_type": "non_interactive"}, &client)
	r.dashboard("POST", grants, map[string]any{"client_id": client.ClientID, "audience": identifierOf("other"), "scope": []string{}}, &grant)
	r.theirs()
	r.injector = &injector{
		testbed: r.testbed, tally: tally, deletes: r.mayDelete,
		foreign: map[string]string{apis: api.ID, clients: client.ClientID, grants: grant.ID},
	}
	r.front.behind(r.injector)
	r.set("TIMESHEETS_REQUEST_TIMEOUT", randomTimeout)
	if r.random.IntN(3) > 0 {
		r.set("TF_LOG", "") // with a log the provider ends as soon as Terraform has
	}
}

// faulty applies the configuration while requests fail.
func (r *randomRun) faulty(version int, rate float64) {
	r.t.Helper()
	r.configure()
	event, before := "", r.stateFile()
	if r.random.IntN(2) == 0 {
		event = []string{interrupts, killsBoth, killsTerraform, killsProvider}[r.random.IntN(4)]
	}
	args := []string{"apply", "-json", "-auto-approve", "-input=false"}
	unread := r.random.IntN(3) == 0
	if unread {
		args = append(args, "-refresh=false")
	}
	r.injector.begin(r.random.Uint64(), rate, unread, event, 2+r.random.IntN(14))
	r.injector.stale(r.random)
	run := r.start(args...)
	r.injector.started(run)
	_, said := run.wait()
	if !within(time.Minute, func() bool { return r.providers(run) == 0 }) {
		r.t.Fatal("the provider process outlives Terraform")
	}
	killed := r.injector.end()
	if killed {
		r.restore(before)
	}
	r.learn()
	r.t.Logf("step %d: terraform %s, event %q, errors:\n%s\nstate:\n  %s", version, strings.Join(args, " "), event, errorsIn(said), list(r.state()))
	r.account(version, said, killed)
	if !killed {
		r.follow(said)
	}
}

// configure writes the configuration, the secrets, and what follows from printed instructions.
func (r *randomRun) configure() {
	r.t.Helper()
	for label, api := range r.config.apis {
		r.addSecret(label, api.secret)
	}
	for label, client := range r.config.clients {
		r.addSecret(label, client.secret)
	}
	r.set("TF_VAR_secrets", inJSON(r.secrets))
	content, here := r.config.hcl(r.publicKey), r.blocks()
	for _, address := range slices.Sorted(maps.Keys(r.extras)) {
		content += r.extras[address]
	}
	for _, address := range slices.Sorted(maps.Keys(r.imports)) {
		if slices.Contains(here, address) {
			content += importBlock(address, r.imports[address])
		}
	}
	r.write("random.tf", content)
}

// blocks are the addresses of all resource blocks.
func (r *randomRun) blocks() []string {
	all := append(slices.Collect(maps.Values(r.config.addresses())), slices.Collect(maps.Keys(r.extras))...)
	for label := range r.config.grants {
		all = append(all, "timesheets_client_grant."+label)
	}
	return all
}

func (r *randomRun) addSecret(label string, version int) {
	if name := secretName(label, version); version > 0 && r.secrets[name] == "" {
		r.secrets[name] = acctest.Canary()
		r.canaries["the secret "+name] = r.secrets[name]
	}
}

func (r *randomRun) stateFile() []byte {
	content, _ := os.ReadFile(filepath.Join(r.workspace.Dir, "terraform.tfstate")) // none before the first apply
	return content
}

// restore replaces a state that Terraform had not written completely when it was killed by the former one, as users do.
func (r *randomRun) restore(before []byte) {
	r.t.Helper()
	path := filepath.Join(r.workspace.Dir, "terraform.tfstate")
	if json.Valid(r.stateFile()) {
		return
	}
	err := os.Remove(path)
	if len(before) > 0 {
		err = os.WriteFile(path, before, 0o600)
	}
	if err != nil && !os.IsNotExist(err) {
		r.t.Fatal(err)
	}
}

// account checks that each object that the tenant has, and the state has not, comes from a run that was killed, or that an
// error names it.
func (r *randomRun) account(version int, said string, killed bool) {
	r.t.Helper()
	state, named, wanted := r.state(), errorsIn(said), r.config.addresses()
	for _, object := range slices.Sorted(maps.Keys(r.inventory())) {
		key, _, _ := strings.Cut(object, " = ")
		kind, name, _ := strings.Cut(key, " ")
		switch {
		case state[object] || r.others[object] || r.excused[object] || state[key+" = "]:
		case kind == "scope" && !strings.HasPrefix(name, sharedAPI):
		case killed || r.named(kind, name, named) || wanted[key] != "" && strings.Contains(named, wanted[key]):
			r.excused[object] = true
		default:
			r.t.Errorf("step %d: the tenant has %s, which neither the state nor an error names:\n%s", version, object, said)
		}
	}
}

// named reports whether an error is about an object.
func (r *randomRun) named(kind, name, text string) bool {
	words := strings.Fields(name)
	if kind == "grant" {
		words = words[:2] // the subject type is not always printed
	}
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// errorsIn returns the texts of the errors of a run with -json.
func errorsIn(said string) string {
	var text strings.Builder
	for _, d := range diagnosticsIn(said) {
		fmt.Fprintf(&text, "%s %s %s\n", d.Address, d.Summary, d.Detail)
	}
	return text.String()
}

// mayDelete fails the test if the provider deletes an API or a client that the configuration has.
func (r *randomRun) mayDelete(request *http.Request) {
	if route := routeOf(request.URL.Path); route != anAPI && route != aClient {
		return
	}
	var object struct{ Identifier, Name string }
	answer := r.ask(http.MethodGet, request.URL.Path, nil)
	if answer.Code != http.StatusOK || json.Unmarshal(answer.Body.Bytes(), &object) != nil {
		return
	}
	for _, key := range []string{"API " + object.Identifier, "client " + object.Name} {
		if address, ok := r.config.addresses()[key]; ok {
			r.t.Errorf("%s is deleted, although the configuration has it as %s", key, address)
		}
	}
}

// tenant is what the tenant has, as the configuration describes it.
func (r *randomRun) tenant() map[string]bool {
	r.t.Helper()
	all := map[string]bool{}
	var heldAPIs []struct {
		Identifier string
		Lifetime   int                                   `json:"token_lifetime"`
		Alg        string                                `json:"signing_alg"`
		System     bool                                  `json:"is_system"`
		Scopes     []struct{ Value, Description string } `json:"scopes"`
	}
	r.dashboard("GET", apis, nil, &heldAPIs)
	for _, api := range heldAPIs {
		if api.System || api.Identifier == identifierOf("other") {
			continue
		}
		if api.Identifier != sharedAPI {
			all[fmt.Sprintf("API %s %d %s", api.Identifier, api.Lifetime, api.Alg)] = true
		}
		for _, scope := range api.Scopes {
			all[fmt.Sprintf("scope %s %s: %s", api.Identifier, scope.Value, scope.Description)] = true
		}
	}
	var heldClients []struct {
		ID          string `json:"client_id"`
		Name        string
		Description string
		Metadata    map[string]string `json:"client_metadata"`
	}
	names := map[string]string{}
	r.dashboard("GET", clients, nil, &heldClients)
	for _, client := range heldClients {
		if !strings.HasPrefix(client.Name, "Job-") {
			continue
		}
		names[client.ID] = client.Name
		all[fmt.Sprintf("client %s, %s, team %s, key %s", client.Name, client.Description, client.Metadata["team"], strings.Join(r.Credentials(r.t, client.ID), " "))] = true
	}
	var heldGrants []struct {
		ClientID string `json:"client_id"`
		Audience string
		Scope    []string
	}
	r.dashboard("GET", grants, nil, &heldGrants)
	for _, grant := range heldGrants {
		if name, ok := names[grant.ClientID]; ok {
			all[fmt.Sprintf("grant %s %s %s", name, grant.Audience, strings.Join(slices.Sorted(slices.Values(grant.Scope)), " "))] = true
		}
	}
	return all
}

// secretsAgree checks that the secrets of the configuration are those of the tenant.
func (r *randomRun) secretsAgree() {
	r.t.Helper()
	for label, client := range r.config.clients {
		if client.secret > 0 {
			r.expectSecret(clientName(label), r.secrets[secretName(label, client.secret)])
		}
	}
	r.behind(func(ctx context.Context) error {
		for label, api := range r.config.apis {
			if api.secret == 0 {
				continue
			}
			var held struct {
				Secret string `json:"signing_secret"`
			}
			found, err := r.Ports.APIs.Get(ctx, tenant.APIKey{Identifier: identifierOf(label)})
			if err != nil {
				return err
			}
			r.dashboard("GET", apis+"/"+found.ID, nil, &held)
			if held.Secret != r.secrets[secretName(label, api.secret)] {
				return errors.New("the API " + label + " has another signing secret")
			}
		}
		return nil
	})
}

// publicKey is the public key of a name: Auth0 accepts a key once per client.
func (r *randomRun) publicKey(name string) string {
	r.t.Helper()
	if r.keys[name] == "" {
		r.keys[name] = keypair.New().PublicPEM
	}
	return r.keys[name]
}
