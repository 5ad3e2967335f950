package reliability_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/cmd/cli"
)

// recoveryRounds is how many applies may be needed after the faults.
const recoveryRounds = 5

// recover applies without faults, follows the printed instructions, and checks the result.
func (r *randomRun) recover() {
	r.t.Helper()
	r.set("TIMESHEETS_REQUEST_TIMEOUT", "2m")
	r.injector.deletes = nil
	done := false
	for round := 1; round <= recoveryRounds && !done; round++ {
		later := r.importOrphans()
		r.configure()
		code, said := r.start("apply", "-json", "-auto-approve", "-input=false").wait()
		r.learn()
		r.t.Logf("recovery %d: imports %v, errors:\n%s\nstate:\n  %s\ntenant:\n  %s", round, r.imports, errorsIn(said), list(r.state()), list(r.inventory()))
		r.follow(said)
		done = code == 0 && len(r.extras) == 0 && !later
		switch {
		case code != 0 && round == recoveryRounds:
			r.t.Fatalf("the last apply fails:\n%s", errorsIn(said))
		case code == 0:
			clear(r.extras)
			clear(r.imports)
		}
	}
	r.configure()
	r.plan(0)
	r.agree()
	got, want := r.tenant(), r.config.objects()
	if !maps.Equal(got, want) {
		r.t.Errorf("the tenant has\n  %s\nand the configuration\n  %s", list(got), list(want))
	}
	r.secretsAgree()
}

// importOrphans imports the clients that a create left when it was killed, and all objects that the configuration does not
// have any more: the latter are destroyed afterwards. It reports whether an orphan must wait for the next apply, because the plan
// deletes its API or its client, and is rejected if it keeps the orphan. A grant outlives its API.
func (r *randomRun) importOrphans() (later bool) {
	r.t.Helper()
	state, wanted := r.state(), r.config.addresses()
	r.dropMissing()
	for _, object := range slices.Sorted(maps.Keys(r.inventory())) {
		if state[object] || !r.excused[object] {
			continue
		}
		key, id, _ := strings.Cut(object, " = ")
		kind, name, _ := strings.Cut(key, " ")
		address := wanted[key]
		imported := r.activeImports()
		switch {
		case slices.Contains(imported, id) && id != "", kind != "client" && slices.Contains(imported, name):
		case r.losesParent(kind, name):
			later = true
		case kind == "client" && state[key+" = "]: // the instructions are printed
		case kind == "client" && address != "" && !managed(state, key) && r.imports[address] == "":
			r.imports[address] = id
		case kind == "grant" && r.wantsGrant(name), kind != "client" && address != "": // the instructions are printed
		default:
			r.addExtra(kind, name, id)
		}
	}
	return later
}

// losesParent reports whether the next apply deletes the API or the client of a scope or a grant.
func (r *randomRun) losesParent(kind, name string) bool {
	words := strings.Fields(name)
	identifier := words[0]
	switch kind {
	case "grant":
		identifier = words[1]
	case "scope":
	default:
		return false
	}
	wanted := r.config.addresses()
	for object := range r.state() {
		key, id, _ := strings.Cut(object, " = ")
		deleted := key == "API "+identifier || kind == "grant" && strings.HasPrefix(key, "client ") && id == words[0]
		if deleted && wanted[key] == "" {
			return true
		}
	}
	return false
}

// dropMissing drops the blocks and imports of orphans that the tenant no longer has: a client is deleted with its grants.
func (r *randomRun) dropMissing() {
	there := map[string]bool{}
	for object := range r.inventory() {
		key, id, _ := strings.Cut(object, " = ")
		_, name, _ := strings.Cut(key, " ")
		there[id], there[name] = true, true
	}
	for address := range r.extras {
		if !there[r.imports[address]] {
			delete(r.extras, address)
			delete(r.imports, address)
		}
	}
}

// activeImports are the import ids of the objects that the next apply imports.
func (r *randomRun) activeImports() (ids []string) {
	here := r.blocks()
	for address, id := range r.imports {
		if slices.Contains(here, address) {
			ids = append(ids, id)
		}
	}
	return ids
}

// managed reports whether the state has an object of a natural key.
func managed(state map[string]bool, key string) bool {
	for object := range state {
		if strings.HasPrefix(object, key+" = ") {
			return true
		}
	}
	return false
}

// wantsGrant reports whether the configuration has a grant, by the ids of the inventory.
func (r *randomRun) wantsGrant(name string) bool {
	words := strings.Fields(name)
	for object := range r.inventory() {
		client, id, _ := strings.Cut(object, " = ")
		if id != words[0] {
			continue
		}
		for _, grant := range r.config.grants {
			if "client "+clientName(grant.client) == client && identifierOf(grant.api) == words[1] {
				return true
			}
		}
	}
	return false
}

// addExtra adds a block and an import for an object that the configuration does not have.
func (r *randomRun) addExtra(kind, name, id string) {
	label := fmt.Sprintf("orphan_%d", len(r.extras))
	words := strings.Fields(name)
	address, body := "", ""
	switch kind {
	case "API":
		address, body = "timesheets_api", fmt.Sprintf("name = \"Orphan\"\n  identifier = %q", name)
		id = name
	case "scope":
		address, body = "timesheets_api_scope", fmt.Sprintf("identifier = %q\n  value = %q", words[0], words[1])
		id = name
	case "client":
		address, body = "timesheets_client", fmt.Sprintf("name = %q", name)
	case "grant":
		address, body = "timesheets_client_grant", fmt.Sprintf("client_id = %q\n  audience = %q\n  scopes = []", words[0], words[1])
	}
	r.extras[address+"."+label] = fmt.Sprintf("resource %q %q {\n  %s\n}\n\n", address, label, body)
	r.imports[address+"."+label] = id
}

var (
	printedRemoval = regexp.MustCompile(`terraform state rm timesheets_\w+\.NAME`)
	printedImport  = regexp.MustCompile(`import\s*\{\s*to\s*=\s*timesheets_\w+\.NAME\s+id\s*=\s*"([^"]+)"\s*\}`)
)

// follow does what the errors of a run with -json say.
func (r *randomRun) follow(said string) {
	r.t.Helper()
	for _, d := range diagnosticsIn(said) {
		if d.Summary == "Client may exist" {
			r.giveUp(d.Detail)
			continue
		}
		found := printedImport.FindStringSubmatch(d.Detail)
		if found == nil || d.Address == "" {
			continue
		}
		id := found[1]
		if d.Summary == "Unable to create client" { // "plan again before you decide"
			_, planned := r.start("plan", "-json", "-input=false").wait()
			r.follow(planned)
			continue
		}
		if strings.HasPrefix(d.Address, "timesheets_client.") {
			id = r.lostClient(d.Detail, id)
		}
		if printedRemoval.MatchString(d.Detail) {
			r.removeFromState(d.Address)
		}
		r.imports[d.Address] = id
	}
}

// giveUp removes the entry of a client without an id from the state. If the client exists, it is imported as an orphan and
// destroyed afterwards, instead of deleted in the dashboard.
func (r *randomRun) giveUp(detail string) {
	r.t.Helper()
	for _, label := range clientLabels {
		key := "client " + clientName(label)
		if !strings.Contains(detail, clientName(label)) || !r.state()[key+" = "] {
			continue
		}
		r.removeFromState("timesheets_client." + label)
		for object := range r.inventory() {
			if strings.HasPrefix(object, key+" = ") && !r.state()[object] {
				r.excused[object] = true
			}
		}
	}
}

// lostClient chooses among the clients that an error names the one that no killed run left.
func (r *randomRun) lostClient(detail, printed string) string {
	for _, object := range slices.Sorted(maps.Keys(r.inventory())) {
		key, id, _ := strings.Cut(object, " = ")
		if strings.HasPrefix(key, "client ") && strings.Contains(detail, id) && !r.excused[object] && !r.state()[object] {
			r.excused[object] = true // imported at this address, or as an orphan if the configuration drops it
			return id
		}
	}
	return printed
}

// diagnosticsIn returns the errors of a run with -json. The last line of one that was killed may be incomplete.
func diagnosticsIn(said string) []cli.Diagnostic {
	var all []cli.Diagnostic
	for line := range strings.Lines(said) {
		var event cli.Event
		if json.Unmarshal([]byte(line), &event) == nil && event.Diagnostic != nil && event.Diagnostic.Severity == "error" {
			all = append(all, *event.Diagnostic)
		}
	}
	return all
}
