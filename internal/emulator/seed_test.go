package emulator_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

func TestSeed(t *testing.T) { // CL027
	seed, err := emulator.ReadSeed(strings.NewReader(`{
		"resource_servers":[{"id":"aaaaaaaaaaaaaaaaaaaaaaaa","identifier":"urn:a","scopes":[{"value":"x"}]}],
		"clients":[{"client_id":"job","client_secret":"s","name":"job","grant_types":["client_credentials"]}],
		"client_grants":[{"client_id":"job","audience":"urn:a","scope":["x"]}],
		"dashboard":[{"name":"T","identifier":"urn:t","auth_method":"client_secret_post","algorithm":"RS256","authorized":true},
			{"name":"U","identifier":"urn:u","all_grant_types":true}]}`))
	if err != nil {
		t.Fatal(err)
	}
	state := t.TempDir() + "/state"
	n := start(t, func(o *emulator.Options) { o.Seed, o.State = seed, state })
	if got := n.exchange(secretForm(emulator.Credentials{ClientID: "job", ClientSecret: "s"}, "urn:a"), nil); got.body.Text("scope") != "x" {
		t.Error(got.raw)
	}
	n.call(200, "GET", "resource-servers/aaaaaaaaaaaaaaaaaaaaaaaa", "")
	got := n.call(200, "GET", "clients", "").items
	one, two := objectOf(got[2]), objectOf(got[3])
	if one.Text("name") != "T (Test Application)" || !slices.Equal(one.Texts("grant_types"), []string{"client_credentials"}) ||
		one.Text("token_endpoint_auth_method") != "client_secret_post" || one.Child("jwt_configuration").Text("alg") != "RS256" {
		t.Errorf("one: %s", one.Encode())
	}
	if len(two.Texts("grant_types")) != 4 || two.Has("token_endpoint_auth_method") || two.Child("jwt_configuration").Has("alg") {
		t.Errorf("two: %s", two.Encode())
	}
	if got := n.call(200, "GET", "client-grants?audience=urn:t", ""); len(got.items) != 1 {
		t.Error("authorized:", got.raw)
	}
}

// TestSeed_errors reads seeds with one error each. The message contains the line and the member.
func TestSeed_errors(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "line 1: invalid JSON: unexpected end of JSON input",
		"{\n  ]":                  "line 2: invalid JSON: invalid character ']' looking for beginning of object key string",
		"{}\n{}":                  "line 2: invalid JSON: invalid character '{' after top-level value",
		"[]":                      "line 1: a seed must be a JSON object",
		"{\"a\":1}":               "line 1: a: unknown member; a seed has client_grants, clients, dashboard, organizations, resource_servers",
		"{\n\n  \"clients\": {}}": "line 3: clients: must be an array of objects",
		"{\n\"clients\": [{\"name\": \"a\"},\n\n7]}":                                                                                 "line 4: clients[1]: must be an object",
		"{\n\"clients\": [\n{\"name\": \"a\"},\n null]}":                                                                             "line 4: clients[1]: must be an object",
		"{\n\"clients\": [\n{},\n{\"name\": \"a\"}]}":                                                                                "line 3: clients[0]: Missing required property: name",
		"{\n\"clients\": [{\n\"name\": \"a\",\n\"nane\": \"x\"}]}":                                                                   "line 4: clients[0].nane: Additional properties not allowed: nane",
		"{\n\"clients\": [{\n\"name\":\n7}]}":                                                                                        "line 3: clients[0].name: Expected type string but found type integer",
		"{\"clients\": [{\"name\": \"a\",\n\"client_authentication_methods\":{}}]}":                                                  "line 2: clients[0].client_authentication_methods: a seed cannot contain credentials",
		"{\"resource_servers\": [{\"identifier\":\"urn:a\",\n\"scopes\":[{\"value\":\"x\"},\n{\"value\":7}]}]}":                      "line 3: resource_servers[0].scopes[1].value: Expected type string but found type integer",
		"{\"resource_servers\": [{\"identifier\":\"urn:a\"},\n{\"identifier\":\"urn:a\"}]}":                                          `line 2: resource_servers[1]: the seed already contains "urn:a"`,
		"{\"client_grants\": [{\n\"client_id\":\"c\",\n\"audience\":\"urn:a\"}]}":                                                    `line 2: client_grants[0].client_id: the seed has no client "c"`,
		"{\"clients\":[{\"client_id\":\"c\",\"name\":\"n\"}],\"client_grants\": [{\n\"client_id\":\"c\",\n\"audience\":\"urn:a\"}]}": `line 3: client_grants[0].audience: the seed has no resource server "urn:a"`,
		"{\"organizations\":[{\"name\":\"a\",\n\"client_grants\":[\"cgr_9\"]}]}":                                                     `line 2: organizations[0].client_grants: the seed has no client grant "cgr_9"`,
		"{\"dashboard\": [{\n\"nane\":\"a\"}]}":                                                                                      "line 2: dashboard[0].nane: unknown member; it can have name, identifier, all_grant_types, auth_method, algorithm, authorized",
		"{\"dashboard\": [{\n\"name\":7}]}":                                                                                          "line 2: dashboard[0].name: must be a string, not a number",
		"{\"resource_servers\": [{\"identifier\":\"urn:a\"}],\"dashboard\": [\n{\"name\":\"a\",\"identifier\":\"urn:a\"}]}":          `line 2: dashboard[0]: the seed already contains "urn:a"`,
	} {
		seed, err := emulator.ReadSeed(strings.NewReader(text))
		if err == nil {
			var server *emulator.Server
			if server, err = emulator.Start(t.Context(), emulator.Options{Seed: seed, SigningKey: emulator.SharedKeys()}); err == nil {
				_ = server.Close()
			}
		}
		var bad *emulator.SeedError
		if !errors.As(err, &bad) {
			t.Errorf("%s: %v", text, err)
			continue
		}
		bad.Locate([]byte(text))
		if bad.Error() != want {
			t.Errorf("%s:\n got %s\nwant %s", text, bad, want)
		}
	}
}
