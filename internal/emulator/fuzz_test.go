package emulator_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// everything returns all objects of the tenant without the keys in clients.
func (n *tenant) everything() string {
	n.t.Helper()
	return n.call(200, "GET", "clients?per_page=100&fields=signing_keys&include_fields=false", "").raw +
		n.call(200, "GET", "client-grants?per_page=100", "").raw + n.call(200, "GET", "resource-servers?per_page=100", "").raw
}

// contains reports whether stored has all members that were sent. A member that was sent as null must be absent.
func contains(sent, stored any) bool {
	switch s := sent.(type) {
	case nil:
		return true
	case store.Object:
		have, isObject := stored.(store.Object)
		for _, m := range s {
			value, _ := have.Get(m.Name)
			isObject = isObject && contains(m.Value, value)
		}
		return isObject
	case []any:
		have, _ := stored.([]any)
		return slices.EqualFunc(s, have, contains)
	}
	return bytes.Equal(store.AppendValue(nil, sent), store.AppendValue(nil, stored))
}

// checkPost sends a body to a collection. If the tenant accepts it, the stored object must have the members and GET must
// return it. If it rejects it, nothing must change.
func checkPost(t *testing.T, n *tenant, collection, id string, body []byte, spares ...string) {
	t.Helper()
	before := n.everything()
	got, err := n.send(n.request("POST", "/api/v2/"+collection, string(body)))
	if err != nil {
		t.Fatal(err)
	}
	if got.status != 201 {
		if got.status < 400 || got.status >= 500 || n.everything() != before {
			t.Fatalf("%s: %d %s", body, got.status, got.raw)
		}
		return
	}
	at := collection + "/" + got.body.Text(id)
	sent, err := store.ParseObject(body)
	if err != nil {
		t.Fatalf("%s was accepted: %v", body, err)
	}
	again := n.call(200, "GET", at, "")
	for _, m := range sent {
		stored, _ := again.body.Get(m.Name)
		if !slices.Contains(spares, m.Name) && !contains(m.Value, stored) {
			t.Errorf("%s of %s became %s", m.Name, body, again.raw)
		}
	}
	for _, m := range again.body {
		first, _ := got.body.Get(m.Name)
		if !slices.Contains(spares, m.Name) && !bytes.Equal(store.AppendValue(nil, m.Value), store.AppendValue(nil, first)) {
			t.Errorf("%s: POST %s, GET %s", m.Name, got.raw, again.raw)
		}
	}
	n.call(204, "DELETE", at, "")
	if after := n.everything(); after != before {
		t.Errorf("%s was rejected and changed the tenant to %s from %s", body, after, before)
	}
}

func FuzzClient(f *testing.F) {
	for _, seed := range []string{
		`{"name":"N"}`, `{"name":"N","app_type":"spa","is_first_party":false,"token_endpoint_auth_method":"none","callbacks":["https://a.example"]}`,
		`{"name":"N","refresh_token":{"rotation_type":"rotating","expiration_type":"expiring"},"jwt_configuration":{"alg":"PS256","scopes":{"a":{}}}}`,
		`{"name":"N","addons":{"samlp":{"mappings":{"a":["b"]}},"aws":{"lifetime_in_seconds":900.0}},"client_metadata":{"":"x"},"refresh_token":null}`,
		`{"name":"N","app_type":"resource_server","resource_server_identifier":"urn:a","session_transfer":{"delegation":null}}`,
		`{"name":"N","oidc_logout":{"backchannel_logout_urls":[]},"app_type":"express_configuration","token_quota":{"client_credentials":{"per_day":1}}}`,
	} {
		f.Add([]byte(seed))
	}
	server := sharedServer(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		checkPost(t, fuzzed(t, server), "clients", "client_id", body, "signing_keys", "client_authentication_methods", "signed_request_object",
			"token_vault_privileged_access", "organization_usage", "organization_require_behavior", "oidc_conformant", "callbacks")
	})
}

func FuzzGrant(f *testing.F) {
	server := sharedServer(f)
	who := server.Terraform().ClientID
	for _, seed := range []string{
		`{"client_id":"WHO","audience":"urn:a"}`, `{"client_id":"WHO","audience":"urn:a","scope":["x","x",""],"subject_type":"user"}`,
		`{"audience":"urn:a","default_for":"third_party_clients","allow_all_scopes":true,"scope":["a"]}`,
		`{"client_id":"WHO","audience":"urn:a","organization_usage":"allow","allow_any_organization":false,"authorization_details_types":["p"]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		body = bytes.ReplaceAll(body, []byte("WHO"), []byte(who))
		checkPost(t, fuzzed(t, server), "client-grants", "id", body, "scope") // allow_all_scopes removes scope: CG006
	})
}

// sharedServer starts a tenant with an API for all inputs of a fuzz target.
func sharedServer(f *testing.F) *emulator.Server {
	f.Helper()
	server, err := emulator.Start(f.Context(), emulator.Options{Seed: &emulator.Seed{
		ResourceServers: []store.Object{{{Name: "identifier", Value: "urn:a"}}},
		Clients:         []store.Object{{{Name: "name", Value: "b"}}, {{Name: "name", Value: "c"}}, {{Name: "name", Value: "d"}}},
	}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = server.Close() })
	return server
}

// FuzzQuery expects that a query is rejected with 400, or returns that part of the list with the selected members.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		"", "page=1&per_page=2", "include_totals=true&per_page=0", "take=2&from=MQ", "fields=name,client_id", "fields=name&include_fields=false",
		"per_page=%zz", "is_global=false&app_type=spa,native", "page=99999999999999999999", "page=-0&per_page=+1", "take=100&per_page=200", "q=x",
	} {
		f.Add(seed)
	}
	server := sharedServer(f)
	f.Fuzz(func(t *testing.T, text string) {
		n := fuzzed(t, server)
		query, _ := url.ParseQuery(text)
		text = query.Encode()
		got, err := n.send(n.request("GET", "/api/v2/clients?"+text, ""))
		if err != nil {
			t.Fatal(err)
		}
		if got.status == 400 && got.body.Text("errorCode") == "invalid_query_string" || got.status == 403 {
			return
		}
		if got.status != 200 {
			t.Fatalf("%q: %d %s", text, got.status, got.raw)
		}
		page := append(got.items, got.body.Items("clients")...)
		picked := strings.FieldsFunc(query.Get("fields"), func(r rune) bool { return r == ',' || r == ' ' })
		for _, item := range page {
			for _, name := range objectOf(item).Names() {
				included := query.Get("include_fields") != "false" && query.Get("include_fields") != "0"
				if len(picked) > 0 && name != "tenant" && slices.Contains(picked, name) != included {
					t.Fatalf("%q answers %s", text, name)
				}
			}
		}
		checkPage(t, n, query, page)
	})
}

// checkPage compares a page with the list without paging and selection.
func checkPage(t *testing.T, n *tenant, query url.Values, page []any) {
	t.Helper()
	whole := maps.Clone(query)
	for _, name := range []string{"page", "per_page", "take", "from", "include_totals", "fields", "include_fields"} {
		whole.Del(name)
	}
	if query.Has("from") || query.Has("fields") {
		return
	}
	all := n.call(200, "GET", "clients?"+whole.Encode(), "").items
	size, first := 50, 0
	if query.Has("take") {
		size, _ = strconv.Atoi(query.Get("take"))
	} else {
		if query.Has("per_page") {
			size, _ = strconv.Atoi(query.Get("per_page"))
		}
		number, _ := strconv.Atoi(query.Get("page"))
		first = min(len(all), number) * size
	}
	want := all[min(len(all), first):min(len(all), first+size)]
	if !bytes.Equal(store.AppendValue(nil, page), store.AppendValue(nil, want)) && len(page)+len(want) > 0 {
		t.Fatalf("%v: %d items, want %d of %d", query, len(page), len(want), len(all))
	}
}

// FuzzSeed expects that a seed does not change when it is written and read, and that a tenant still has it after a restart.
func FuzzSeed(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"clients":[{"client_id":"c","client_secret":"s","name":"N"}],"resource_servers":[{"id":"r","identifier":"urn:x"}],"client_grants":[{"client_id":"c","audience":"urn:x"}]}`,
		`{"dashboard":[{"name":"T","identifier":"urn:t","authorized":true,"algorithm":"RS256"}]}`, `{"clients":[null]}`, `{"resource_servers":[{"identifier":"a"},{"identifier":"a"}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		seed, err := emulator.ReadSeed(bytes.NewReader(data))
		if err != nil {
			return
		}
		text, err := json.Marshal(seed)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := emulator.ReadSeed(bytes.NewReader(text)); err != nil || !reflect.DeepEqual(seed, again) {
			t.Fatalf("%s: %v: %s", data, err, text)
		}
		options := emulator.Options{State: filepath.Join(t.TempDir(), "state"), Seed: seed}
		var before string
		for i := range 2 {
			server, err := emulator.Start(t.Context(), options)
			if err != nil {
				if i > 0 {
					t.Fatalf("%s: %v", data, err)
				}
				return
			}
			n := fuzzed(t, server)
			after := strings.ReplaceAll(n.everything(), n.URL(), "URL")
			if i > 0 && after != before {
				t.Errorf("%s: %s after %s", data, after, before)
			}
			before = after
			if err := server.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
