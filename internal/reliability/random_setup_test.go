package reliability_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// setup is a random configuration: APIs, single scopes of an API of another owner, clients, and grants.
type setup struct {
	apis    map[string]randomAPI
	singles map[string]string // description of each scope of the shared API
	clients map[string]randomClient
	grants  map[string]randomGrant // by the labels of the client and the API
}

type randomAPI struct {
	scopes   map[string]string
	lifetime int
	secret   int // version of the signing secret; 0: RS256
}

type randomClient struct {
	description string
	team        string
	secret      int    // version of a chosen secret; 0: generated
	key         string // name of a public key, instead of a secret
}

type randomGrant struct {
	client, api string
	scopes      []string
}

const sharedAPI = "https://shared.timesheets.example"

func identifierOf(label string) string { return "https://" + label + ".timesheets.example" }
func clientName(label string) string   { return "Job-" + label }

var (
	apiLabels    = []string{"east", "west"}
	clientLabels = []string{"import", "export", "report"}
	scopeValues  = []string{"batch:upload", "read:timesheets", "create:timesheets", "delete:timesheets", "approve:timesheets"}
)

// changed returns the next configuration: objects are added, changed and removed at random; sometimes all are removed.
func (c setup) changed(r *rand.Rand, version int) setup {
	next := setup{apis: map[string]randomAPI{}, singles: map[string]string{}, clients: map[string]randomClient{}, grants: map[string]randomGrant{}}
	if version > 1 && r.IntN(10) == 0 {
		return next
	}
	for _, label := range apiLabels {
		if api, ok := step(r, c.apis, label, func(was randomAPI) randomAPI { return was.changed(r, version) }); ok {
			next.apis[label] = api
		}
	}
	for _, value := range scopeValues[:3] {
		if description, ok := step(r, c.singles, value, func(string) string { return text(r, version) }); ok {
			next.singles[value] = description
		}
	}
	for _, label := range clientLabels {
		if client, ok := step(r, c.clients, label, func(was randomClient) randomClient { return was.changed(r, version) }); ok {
			next.clients[label] = client
		}
	}
	next.addGrants(r, c)
	return next
}

func (c setup) addGrants(r *rand.Rand, was setup) {
	for _, client := range slices.Sorted(maps.Keys(c.clients)) {
		for _, api := range slices.Sorted(maps.Keys(c.apis)) {
			label := client + "_" + api
			scopes := slices.Sorted(maps.Keys(c.apis[api].scopes))
			grant, ok := step(r, was.grants, label, func(randomGrant) randomGrant {
				return randomGrant{client, api, some(r, scopes)}
			})
			if !ok {
				continue
			}
			grant.scopes = slices.DeleteFunc(slices.Clone(grant.scopes), func(value string) bool { return !slices.Contains(scopes, value) })
			c.grants[label] = grant
		}
	}
}

// step adds, changes, removes or keeps an object of the former configuration.
func step[T any](r *rand.Rand, was map[string]T, label string, change func(T) T) (T, bool) {
	object, ok := was[label]
	switch dice := r.IntN(100); {
	case !ok:
		return change(object), dice < 65
	case dice < 12:
		return object, false
	case dice < 60:
		return change(object), true
	}
	return object, true
}

func (a randomAPI) changed(r *rand.Rand, version int) randomAPI {
	if a.scopes == nil || r.IntN(2) == 0 {
		a.scopes = map[string]string{}
		for _, value := range some(r, scopeValues) {
			a.scopes[value] = text(r, version)
		}
	}
	if a.lifetime == 0 || r.IntN(3) == 0 {
		a.lifetime = 3600 * (1 + r.IntN(20))
	}
	if r.IntN(4) == 0 {
		a.secret = version * r.IntN(2)
	}
	return a
}

func (c randomClient) changed(r *rand.Rand, version int) randomClient {
	if r.IntN(2) == 0 {
		c.description = text(r, version)
	}
	if r.IntN(3) == 0 {
		c.team = text(r, version)
	}
	switch r.IntN(6) {
	case 0:
		c.secret, c.key = version, ""
	case 1:
		c.secret, c.key = 0, fmt.Sprintf("key-%d", version)
	case 2:
		c.key = ""
	}
	return c
}

func text(r *rand.Rand, version int) string {
	return fmt.Sprintf("text %d of step %d", r.IntN(1000), version)
}

func some(r *rand.Rand, from []string) []string {
	var chosen []string
	for _, value := range from {
		if r.IntN(2) == 0 {
			chosen = append(chosen, value)
		}
	}
	return chosen
}

// hcl returns the configuration of the resources.
func (c setup) hcl(publicKey func(name string) string) string {
	var out strings.Builder
	for _, label := range slices.Sorted(maps.Keys(c.apis)) {
		api := c.apis[label]
		fmt.Fprintf(&out, "resource \"timesheets_api\" %q {\n  name = \"API %s\"\n  identifier = %q\n  token_lifetime = %d\n  scopes = %s\n", label, label, identifierOf(label), api.lifetime, inJSON(api.scopes))
		if api.secret > 0 {
			fmt.Fprintf(&out, "  signing_alg = \"HS256\"\n  signing_secret_wo = var.secrets[%q]\n  signing_secret_wo_version = \"%d\"\n", secretName(label, api.secret), api.secret)
		}
		out.WriteString("}\n\n")
	}
	for _, value := range slices.Sorted(maps.Keys(c.singles)) {
		fmt.Fprintf(&out, "resource \"timesheets_api_scope\" %q {\n  identifier = %q\n  value = %q\n  description = %q\n}\n\n", scopeLabel(value), sharedAPI, value, c.singles[value])
	}
	for _, label := range slices.Sorted(maps.Keys(c.clients)) {
		client := c.clients[label]
		fmt.Fprintf(&out, "resource \"timesheets_client\" %q {\n  name = %q\n", label, clientName(label))
		if client.description != "" {
			fmt.Fprintf(&out, "  description = %q\n", client.description)
		}
		if client.team != "" {
			fmt.Fprintf(&out, "  client_metadata = { team = %q }\n", client.team)
		}
		switch {
		case client.key != "":
			fmt.Fprintf(&out, "  private_key_jwt = { %q = { pem = %q } }\n", client.key, publicKey(label+client.key))
		case client.secret > 0:
			fmt.Fprintf(&out, "  client_secret_wo = var.secrets[%q]\n  client_secret_wo_version = \"%d\"\n", secretName(label, client.secret), client.secret)
		}
		out.WriteString("}\n\n")
	}
	for _, label := range slices.Sorted(maps.Keys(c.grants)) {
		grant := c.grants[label]
		fmt.Fprintf(&out, "resource \"timesheets_client_grant\" %q {\n  client_id = timesheets_client.%s.client_id\n  audience = timesheets_api.%s.identifier\n  scopes = %s\n}\n\n",
			label, grant.client, grant.api, inJSON(append([]string{}, grant.scopes...)))
	}
	for label := range c.proved() {
		fmt.Fprintf(&out, "data \"timesheets_access_check\" %[1]q {\n  client_id = timesheets_client.%[2]s.client_id\n  audience = timesheets_api.%[3]s.identifier\n  depends_on = [timesheets_client_grant.%[1]s]\n}\n\n", label, c.grants[label].client, c.grants[label].api)
	}
	return out.String()
}

// proved are the grants that an access check verifies: the first one.
func (c setup) proved() map[string]bool {
	for _, label := range slices.Sorted(maps.Keys(c.grants)) {
		return map[string]bool{label: true}
	}
	return nil
}

// objects is what the tenant must have in the end, in the words of (*randomRun).tenant.
func (c setup) objects() map[string]bool {
	all := map[string]bool{}
	for label, api := range c.apis {
		all[fmt.Sprintf("API %s %d %s", identifierOf(label), api.lifetime, cmp.Or(map[bool]string{true: "HS256"}[api.secret > 0], "RS256"))] = true
		for value, description := range api.scopes {
			all[fmt.Sprintf("scope %s %s: %s", identifierOf(label), value, description)] = true
		}
	}
	for value, description := range c.singles {
		all[fmt.Sprintf("scope %s %s: %s", sharedAPI, value, description)] = true
	}
	for label, client := range c.clients {
		all[fmt.Sprintf("client %s, %s, team %s, key %s", clientName(label), client.description, client.team, client.key)] = true
	}
	for _, grant := range c.grants {
		all[fmt.Sprintf("grant %s %s %s", clientName(grant.client), identifierOf(grant.api), strings.Join(slices.Sorted(slices.Values(grant.scopes)), " "))] = true
	}
	return all
}

// addresses are the addresses of the objects that the configuration creates, by their natural keys.
func (c setup) addresses() map[string]string {
	all := map[string]string{}
	for label := range c.apis {
		all["API "+identifierOf(label)] = "timesheets_api." + label
	}
	for value := range c.singles {
		all["scope "+sharedAPI+" "+value] = "timesheets_api_scope." + scopeLabel(value)
	}
	for label := range c.clients {
		all["client "+clientName(label)] = "timesheets_client." + label
	}
	return all
}

func secretName(label string, version int) string { return fmt.Sprintf("%s %d", label, version) }
func scopeLabel(value string) string              { return strings.ReplaceAll(value, ":", "_") }

func inJSON(value any) string {
	encoded, _ := json.Marshal(value) // maps and lists of strings
	return string(encoded)
}
