package emulator_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/keypair"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

func TestIDs(t *testing.T) { // GE002
	n := start(t)
	n.newAPI("urn:a")
	job := n.newClient("job")
	for pattern, id := range map[string]string{
		`^[0-9a-f]{24}$`:        n.newAPI("urn:b"),
		`^[A-Za-z0-9]{32}$`:     job.ClientID,
		`^[A-Za-z0-9_-]{64}$`:   job.ClientSecret,
		`^cgr_[A-Za-z0-9]{16}$`: n.newGrant(job.ClientID, "urn:a"),
		`^tpc_[1-9A-Za-z]{22}$`: n.call(201, "POST", "clients", `{"name":"N","is_first_party":false}`).body.Text("client_id"),
		`^[A-Za-z0-9_-]{21}$`:   objectOf(n.call(200, "GET", "keys/signing", "").items[0]).Text("kid"),
	} {
		if !regexp.MustCompile(pattern).MatchString(id) {
			t.Errorf("%s is not of the form %s", id, pattern)
		}
	}
}

func TestRequests_odd(t *testing.T) { // GE003, GE005, GE007, GE011
	n := start(t)
	at := "resource-servers/" + n.newAPI("urn:a")
	n.call(200, "GET", at, "null")
	n.call(204, "DELETE", at, "{}")
	n.refused(404, "", "Not Found", "GET", "roles", "")
	n.refused(404, "", "Not Found", "PUT", "clients", "")
	n.as("").call(401, "POST", "clients", `{`)
	n.as(n.Token("read:clients")).call(403, "POST", "clients", `{`)
	n.call(400, "PATCH", "clients/none", `{"unknown":1}`)
	request := n.request("POST", "/api/v2/clients", "name=N")
	request.Header.Set("Content-Type", "text/plain")
	if got, err := n.send(request); err != nil || got.status != 415 {
		t.Error("another content type:", err, got.raw)
	}
}

func TestResourceServer_edges(t *testing.T) { // GE008, RS022, RS023
	n := start(t)
	many := make([]string, 1001)
	for i := range many {
		many[i] = fmt.Sprintf(`{"value":"s%d"}`, i)
	}
	n.call(400, "POST", "resource-servers", `{"identifier":"urn:a","scopes":[`+strings.Join(many, ",")+`]}`)
	n.call(201, "POST", "resource-servers", `{"identifier":"urn:a","scopes":[`+strings.Join(many[1:], ",")+`]}`)
	public := keypair.New().PublicPEM
	got := n.call(201, "POST", "resource-servers", `{"token_encryption":{"format":"compact-nested-jwe","encryption_key":{"name":"k","alg":"RSA-OAEP-256","pem":`+quoted(public)+`}},"identifier":"urn:b","scopes":[],"name":"B"}`)
	if !strings.Contains(got.raw, `"token_encryption":{"format":"compact-nested-jwe","encryption_key":{"name":"k","alg":"RSA-OAEP-256","thumbprint_sha256":`) || strings.Contains(got.raw, "PUBLIC KEY") {
		t.Error("token encryption:", got.raw)
	}
	if names := got.body.Names(); !slices.Equal(names[:3], []string{"id", "name", "identifier"}) {
		t.Error("order:", names)
	}
}

func TestClient_edges(t *testing.T) { // CL015, CL024, CL026, CR009, CR011
	n := start(t)
	public := keypair.New().PublicPEM
	n.newAPI("urn:a")
	id := n.keyClient(public)
	got := n.call(200, "PATCH", "clients/"+id, `{"token_endpoint_auth_method":"client_secret_basic"}`)
	if got.body.Has("client_authentication_methods") || !got.body.Has("client_secret") {
		t.Error("two ways to authenticate:", got.raw)
	}
	n.refused(404, "inexistent_credential", "The credential does not exist", "GET", "clients/"+id+"/credentials/cred_none", "")
	credential := objectOf(n.call(200, "GET", "clients/"+id+"/credentials", "").items[0]).Text("id")
	vault := func(rest string) string {
		return `{"token_vault_privileged_access":{"credentials":[{"id":"` + credential + `"}],` + rest + `}}`
	}
	n.call(200, "PATCH", "clients/"+id, vault(`"ip_allowlist":["10.0.0.0/8"],"grants":[]`))
	n.call(400, "PATCH", "clients/"+id, vault(`"ip_allowlist":["10.0.0.0/8"]`))
	n.call(400, "PATCH", "clients/"+id, vault(`"ip_allowlist":["home"],"grants":[]`))
	n.call(400, "PATCH", "clients/"+id, vault(`"ip_allowlist":["10.0.0.1"],"grants":[{"connection":"c","scopes":["s"]},{"connection":"c","scopes":["s"]}]`))
}

func TestCredential_limits(t *testing.T) { // CR006
	n := start(t, switched(func(s *emulator.Switches) { s.LimitCredentials, s.FreeCredentialDelete = true, true }))
	one := keypair.New().PublicPEM
	n.newAPI("urn:a")
	id := n.keyClient(one)
	add := func(status int) {
		public := keypair.New().PublicPEM
		n.call(status, "POST", "clients/"+id+"/credentials", `{"credential_type":"public_key","pem":`+quoted(public)+`}`)
	}
	add(201)
	add(400)
	used := objectOf(n.call(200, "GET", "clients/"+id+"/credentials", "").items[0]).Text("id")
	n.call(204, "DELETE", "clients/"+id+"/credentials/"+used, "")
}

func TestGrant_system(t *testing.T) { // CG011, CG013, CG014, CG016, CL007
	n := start(t)
	n.newAPI("urn:a")
	made := n.call(201, "POST", "clients", `{"name":"N","app_type":"express_configuration"}`).body.Text("client_id")
	grant := objectOf(n.call(200, "GET", "client-grants?subject_type=client&client_id="+made, "").items[0])
	if !grant.Flag("is_system") {
		t.Errorf("created with %s", grant.Encode())
	}
	n.call(400, "PATCH", "client-grants/"+grant.Text("id"), `{"scope":[]}`)
	n.call(400, "DELETE", "client-grants/"+grant.Text("id"), "")
	n.refused(400, "validation_error", "Client of type express_configuration cannot be used", "POST", "client-grants", `{"client_id":"`+made+`","audience":"urn:a"}`)
	third := n.call(201, "POST", "clients", `{"name":"N","is_first_party":false}`).body.Text("client_id")
	n.call(400, "POST", "client-grants", `{"client_id":"`+third+`","audience":"`+n.ManagementAudience()+`"}`)
	n.call(201, "POST", "client-grants", `{"default_for":"third_party_clients","audience":"urn:a","allow_any_organization":true}`)
	for query, want := range map[string]int{"default_for=third_party_clients": 1, "allow_any_organization=true": 1, "subject_type=user": 0} {
		if got := n.call(200, "GET", "client-grants?"+query, ""); len(got.items) != want {
			t.Errorf("%s: %s", query, got.raw)
		}
	}
	own := n.call(201, "POST", "clients", `{"name":"N","app_type":"resource_server","resource_server_identifier":"urn:a"}`).body.Text("client_id")
	if got := n.call(200, "GET", "resource-servers/urn:a", ""); got.body.Text("client_id") != own {
		t.Error("not linked:", got.raw)
	}
	n.call(204, "DELETE", "clients/"+own, "")
	if got := n.call(200, "GET", "resource-servers/urn:a", ""); got.body.Has("client_id") {
		t.Error("linked to a deleted client:", got.raw)
	}
}

// TestState restarts a tenant on another port. It expects all objects, and its own API at the new address.
func TestState(t *testing.T) {
	path := t.TempDir() + "/state"
	first := start(t, func(o *emulator.Options) { o.State = path })
	first.newAPI("urn:a", "x")
	job := first.newClient("job")
	first.newGrant(job.ClientID, "urn:a", "x")
	token := first.exchange(secretForm(job, "urn:a"), nil).body.Text("access_token")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := start(t, func(o *emulator.Options) { o.State = path })
	if second.Terraform() != first.Terraform() || second.URL() == first.URL() {
		t.Error("another tenant, or the same port")
	}
	if got := second.exchange(secretForm(job, "urn:a"), nil); got.body.Text("scope") != "x" {
		t.Error(got.raw)
	}
	if keys := second.published(); len(keys.Key(part(t, token, 0).Text("kid"))) != 1 {
		t.Error("the keys are different")
	}
	if got := second.exchange(secretForm(second.Terraform(), second.ManagementAudience()), nil); got.status != 200 {
		t.Error("the Management API has not moved:", got.raw)
	}
}

// TestClient_deletesCredentials checks the state of a tenant after a client with a credential was deleted (CL020).
func TestClient_deletesCredentials(t *testing.T) {
	path := t.TempDir() + "/state"
	n := start(t, func(o *emulator.Options) { o.State = path })
	public := keypair.New().PublicPEM
	n.newAPI("urn:a")
	gone, kept := n.keyClient(public), n.keyClient(public)
	n.call(204, "DELETE", "clients/"+gone, "")
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	state, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if orphans, others := state.CredentialsOf(gone), state.CredentialsOf(kept); len(orphans) != 0 || len(others) != 1 {
		t.Errorf("%d credentials of the deleted client, %d of the other", len(orphans), len(others))
	}
	if err := state.Close(); err != nil {
		t.Error(err)
	}
}

// FuzzResourceServer expects that the response to an accepted body has every member as sent, and that GET returns the same.
func FuzzResourceServer(f *testing.F) {
	for _, seed := range []string{
		`{"identifier":"urn:a"}`, `{"identifier":"a/b","name":"N","scopes":[{"value":"x","description":""}],"token_lifetime":100}`,
		`{"identifier":"%2F","enforce_policies":false,"consent_policy":null}`, `{"identifier":"\u2028","options":{"a":[1.0,null]}}`,
	} {
		f.Add([]byte(seed))
	}
	server, err := emulator.Start(f.Context(), emulator.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = server.Close() })
	f.Fuzz(func(t *testing.T, body []byte) {
		n := fuzzed(t, server)
		got, err := n.send(n.request("POST", "/api/v2/resource-servers", string(body)))
		if err != nil {
			t.Fatal(err)
		}
		if got.status >= 500 {
			t.Fatalf("%s: %s", body, got.raw)
		}
		if got.status != 201 {
			return
		}
		defer n.call(204, "DELETE", "resource-servers/"+got.body.Text("id"), "")
		sent, err := store.ParseObject(body)
		if err != nil {
			t.Fatalf("%s was accepted: %v", body, err)
		}
		for _, m := range sent {
			stored, _ := got.body.Get(m.Name)
			if m.Value == nil || m.Name == "token_lifetime_for_web" || m.Name == "subject_type_authorization" || got.body.Flag("is_system") || m.Name == "token_encryption" {
				continue
			}
			if string(store.AppendValue(nil, stored)) != string(store.AppendValue(nil, m.Value)) {
				t.Fatalf("%s became %s", body, got.raw)
			}
		}
		if again := n.call(200, "GET", "resource-servers/"+got.body.Text("id"), ""); again.raw != got.raw {
			t.Fatalf("POST %s, GET %s", got.raw, again.raw)
		}
	})
}

// FuzzTokenRequest expects a token for a valid secret only, and an OAuth error otherwise.
func FuzzTokenRequest(f *testing.F) {
	f.Add("grant_type=client_credentials&client_id=x&client_secret=y&audience=z", "application/x-www-form-urlencoded", "Basic eDp5")
	f.Add(`{"grant_type":"client_credentials","client_assertion":"a.b.c"}`, "application/json", "")
	server, err := emulator.Start(f.Context(), emulator.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = server.Close() })
	f.Fuzz(func(t *testing.T, body, kind, authorization string) {
		n := fuzzed(t, server)
		n.token = ""
		request := n.request("POST", "/oauth/token", body)
		request.Header["Content-Type"], request.Header["Authorization"] = []string{clean(kind)}, []string{clean(authorization)}
		got, err := n.send(request)
		if err != nil {
			t.Fatal(err)
		}
		if got.status < 400 || got.status >= 500 || !got.body.Has("error") && !json.Valid([]byte(got.raw)) {
			t.Fatalf("%q: %d %s", body, got.status, got.raw)
		}
	})
}

// clean returns a string that is valid in a header.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, text)
}
