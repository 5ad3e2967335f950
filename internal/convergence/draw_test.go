package convergence_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// step changes the tenant, taints objects, and applies a configuration.
type step struct {
	drifts      []drift
	meanwhile   []drift // between the plan and its apply
	taint       []string
	replace     []string
	config      configuration
	parallelism int
	seed        uint64
	old         bool // the plan is applied an hour after it was made
}

func (s step) options() options {
	return options{replace: s.replace, parallelism: s.parallelism, random: rand.New(rand.NewPCG(s.seed, 0)), old: s.old}
}

type script []step

// String returns the script for the report of a failure.
func (s script) String() string {
	var text strings.Builder
	for i, step := range s {
		fmt.Fprintf(&text, "\nstep %d: parallelism %d, outside %q, taint %q, -replace %q, outside before the apply %q, old plan %v\n%s",
			i, step.parallelism, step.drifts, step.taint, step.replace, step.meanwhile, step.old, step.config)
	}
	return text.String()
}

var (
	identifiers = []string{"https://a0.test", "https://a1.test"}
	values      = []string{"s0", "s1", "s2", "s3"}
	addresses   = []string{
		"timesheets_api.a0", "timesheets_api.a1", "timesheets_api_scope.s0", "timesheets_api_scope.s1", "timesheets_api_scope.s2", "timesheets_api_scope.s3",
		"timesheets_client.c0", "timesheets_client.c1", "timesheets_client_grant.g0", "timesheets_client_grant.g1",
	}
	driftKinds = map[string][]string{
		"timesheets_api":          {"delete", "recreate", "rename", "remove scope", "change scope", "change scope"},
		"timesheets_api_scope":    {"remove scope", "change scope", "recreate"},
		"timesheets_client":       {"delete", "rename"},
		"timesheets_client_grant": {"delete", "recreate", "set scopes"},
	}
)

// drawing draws one configuration.
type drawing struct {
	*rapid.T
	config configuration
	single []bool // by API: whether its scopes are resources of their own
}

// chance draws with a probability. Integers of rapid are small more often than large, so it draws bits.
func (d drawing) chance(percent int, what string) bool {
	const bits = 7
	drawn := 0
	for _, one := range rapid.SliceOfN(rapid.Bool(), bits, bits).Draw(d.T, what) {
		drawn *= 2
		if one {
			drawn++
		}
	}
	return (1<<bits-1-drawn)*100 < percent<<bits
}

func pick[T any](d drawing, from []T, what string) T { return rapid.SampledFrom(from).Draw(d.T, what) }

func drawScript(t *rapid.T, steps int) script {
	var drawn script
	for range rapid.IntRange(2, steps).Draw(t, "steps") {
		drawn = append(drawn, drawStep(t, drawn))
	}
	return drawn
}

func drawStep(t *rapid.T, before script) step {
	d := drawing{T: t, config: configuration{}}
	s := step{parallelism: pick(d, []int{1, 3, 10}, "parallelism"), seed: rapid.Uint64().Draw(t, "seed")}
	if len(before) > 0 && d.chance(40, "same configuration") {
		s.config = before[len(before)-1].config
	} else {
		s.config = drawConfig(d)
	}
	if len(before) == 0 {
		return s
	}
	some := rapid.SliceOfNDistinct(rapid.SampledFrom(addresses), 0, 2, rapid.ID)
	drifts := func(percent int, what string) (drawn []drift) {
		if d.chance(percent, what) {
			for _, address := range some.Draw(t, "drifting") {
				drawn = append(drawn, drift{pick(d, driftKinds[kindOf(address)], "kind"), address, pick(d, values, "value")})
			}
		}
		return drawn
	}
	s.drifts, s.meanwhile, s.old = drifts(40, "drift"), drifts(20, "drift before the apply"), d.chance(50, "old plan")
	if d.chance(10, "created outside") {
		s.drifts = append(s.drifts, drift{"create API", "", pick(d, identifiers, "identifier")})
	}
	if d.chance(20, "tainted") {
		s.taint = some.Draw(t, "taint")
	}
	if apis := s.config.apisOfScopes(); len(apis) > 0 && d.chance(30, "API replaced with its scopes") {
		at := pick(d, apis, "API")
		if d.chance(50, "by taint") {
			s.taint = append(s.taint, at)
		} else {
			s.replace = append(s.replace, at)
		}
	}
	if d.chance(20, "replaced") {
		s.replace = append(s.replace, slices.DeleteFunc(some.Draw(t, "replace"), func(address string) bool { return s.config[address].address == "" })...)
	}
	return s
}

// apisOfScopes returns the addresses of the APIs that single scopes reference.
func (c configuration) apisOfScopes() []string {
	var found []string
	for address, r := range c {
		if api, ok := r.values["identifier"].(reference); ok && kindOf(address) == "timesheets_api_scope" {
			found = append(found, api.address)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func drawConfig(d drawing) configuration {
	d.single = []bool{d.chance(50, "single scopes"), d.chance(50, "single scopes")}
	for i := range 2 {
		d.drawClient(i)
	}
	for i := range 2 {
		d.drawAPI(i)
	}
	for i := range values {
		d.drawScope(i)
	}
	for i := range 2 {
		d.drawGrant(i)
	}
	return d.config
}

func (d drawing) add(kind, name string, attributes map[string]any) {
	address := kind + "." + name
	r := resource{address: address, values: attributes}
	if d.chance(15, "ignore_changes") {
		ignorable := map[string][]string{
			"timesheets_api":          {"name", "scopes", "token_lifetime", "subject_type_authorization", "identifier"},
			"timesheets_api_scope":    {"description", "value", "identifier"},
			"timesheets_client":       {"name", "description", "client_metadata", "token_quota"},
			"timesheets_client_grant": {"scopes", "organization_usage", "client_id", "audience"},
		}
		r.ignore = rapid.SliceOfNDistinct(rapid.SampledFrom(ignorable[kind]), 1, 2, rapid.ID).Draw(d.T, "ignored")
	}
	d.config[address] = r
}

// maybe sets an attribute to one of the values, or leaves it out.
func (d drawing) maybe(attributes map[string]any, name string, from ...any) {
	if d.chance(30, name) {
		attributes[name] = pick(d, from, name)
	}
}

func (d drawing) drawClient(i int) {
	if d.chance(20, "no client") {
		return
	}
	attributes := map[string]any{"name": fmt.Sprint("Job ", i)}
	d.maybe(attributes, "description", "text", "")
	d.maybe(attributes, "client_metadata", map[string]any{"team": "a"}, map[string]any{"team": "b", "cost": "1"}, map[string]any{})
	d.maybe(attributes, "token_quota", map[string]any{"per_hour": 100}, map[string]any{"per_day": 500, "enforce": false})
	d.maybe(attributes, "organization_usage", "allow")
	d.add("timesheets_client", fmt.Sprint("c", i), attributes)
}

// description returns an optional description, which can be unknown in the plan.
func (d drawing) description() any {
	from := []any{nil, nil, "text", ""}
	if _, there := d.config["timesheets_client.c0"]; there {
		from = append(from, reference{"timesheets_client.c0", "client_id"})
	}
	return pick(d, from, "description")
}

func (d drawing) drawAPI(i int) {
	if d.chance(15, "no API") {
		return
	}
	attributes := map[string]any{"name": fmt.Sprint("API ", i), "identifier": identifiers[i]}
	if d.chance(5, "another identifier") {
		attributes["identifier"] = identifiers[1-i]
	}
	if !d.single[i] || d.chance(5, "both forms") {
		scopes := map[string]any{}
		for _, value := range rapid.SliceOfDistinct(rapid.SampledFrom(values), rapid.ID).Draw(d.T, "scopes") {
			scopes[value] = d.description()
		}
		attributes["scopes"] = scopes
	}
	if d.chance(5, "protected") {
		attributes["deletion_protection"] = true
	}
	d.maybe(attributes, "token_lifetime", 3600, 100000)
	d.maybe(attributes, "allow_offline_access", true)
	d.maybe(attributes, "subject_type_authorization", map[string]any{"user": "deny_all"}, map[string]any{"client": "deny_all"})
	d.add("timesheets_api", fmt.Sprint("a", i), attributes)
}

// identifierOf returns the identifier of an API: a reference, or sometimes the same text.
func (d drawing) identifierOf(i int, literal int) any {
	address := fmt.Sprint("timesheets_api.a", i)
	if _, there := d.config[address]; !there || d.chance(literal, "literal") {
		return identifiers[i]
	}
	return reference{address, "identifier"}
}

func (d drawing) drawScope(i int) {
	at := pick(d, []int{0, 1}, "API of the scope")
	if _, there := d.config[fmt.Sprint("timesheets_api.a", at)]; !there || !d.single[at] && !d.chance(3, "both forms") || d.chance(25, "no scope") {
		return
	}
	attributes := map[string]any{"identifier": d.identifierOf(at, 10), "value": values[i]}
	if d.chance(15, "another value") {
		attributes["value"] = pick(d, values, "value")
	}
	if description := d.description(); description != nil {
		attributes["description"] = description
	}
	d.add("timesheets_api_scope", fmt.Sprint("s", i), attributes)
}

func (d drawing) drawGrant(i int) {
	client := fmt.Sprint("timesheets_client.c", i)
	if d.chance(10, "another client") {
		client = fmt.Sprint("timesheets_client.c", 1-i)
	}
	if _, there := d.config[client]; !there || d.chance(15, "no grant") {
		return
	}
	at := pick(d, []int{0, 1}, "API of the grant")
	if _, there := d.config[fmt.Sprint("timesheets_api.a", at)]; !there {
		return
	}
	attributes := map[string]any{"client_id": reference{client, "client_id"}, "audience": d.identifierOf(at, 20)}
	attributes["scopes"] = d.grantScopes(at)
	if d.chance(10, "all scopes") {
		delete(attributes, "scopes")
		attributes["allow_all_scopes"] = true
	}
	d.maybe(attributes, "organization_usage", "allow")
	d.add("timesheets_client_grant", fmt.Sprint("g", i), attributes)
}

// grantScopes returns scopes that the API has, as texts or references, and sometimes another one.
func (d drawing) grantScopes(at int) []any {
	chosen := []any{}
	defined, _ := d.config[fmt.Sprint("timesheets_api.a", at)].values["scopes"].(map[string]any)
	for i, value := range values {
		_, inMap := defined[value]
		single := d.config[fmt.Sprint("timesheets_api_scope.s", i)]
		switch {
		case inMap && d.chance(60, "scope"), d.chance(3, "undefined scope"):
			chosen = append(chosen, value)
		case single.address != "" && d.chance(60, "scope"):
			chosen = append(chosen, reference{single.address, "value"})
		}
	}
	return chosen
}
