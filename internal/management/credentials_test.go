package management_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	credentialsPath = clientsPath + "/job/credentials"
	credentialJSON  = `{"id":"cred_1","credential_type":"public_key","kid":"thumbprint","alg":"PS256","name":"first",
		"created_at":"2026-07-01T12:29:31.850Z","updated_at":"2026-07-01T12:29:31.850Z","expires_at":"2040-01-31T00:00:00.000Z"}`
)

func firstKey() tenant.Credential {
	return tenant.Credential{
		ID: "cred_1", Name: "first", Algorithm: "PS256", KeyID: "thumbprint", ExpiresAt: time.Date(2040, 1, 31, 0, 0, 0, 0, time.UTC),
	}
}

// A new client brings its keys along, says nothing of a secret, and learns what became of them.
func TestClientCreateWithKeys(t *testing.T) {
	server := newServer(t, map[string]func(call) reply{"POST " + clientsPath: says(201, `{"client_id":"job","name":"Import Job",
		"app_type":"non_interactive","grant_types":["client_credentials"],"client_authentication_methods":{"private_key_jwt":{"credentials":[`+credentialJSON+`]}}}`)})
	wanted := firstKey()
	wanted.ID, wanted.PEM = "", "public"
	got, err := server.tenant(t).Clients.Create(t.Context(), tenant.Client{Name: "Import Job", Credentials: []tenant.Credential{wanted}})
	if err != nil {
		t.Fatal(err)
	}
	made := firstKey()
	made.InUse = true
	if diff := cmp.Diff([]tenant.Credential{made}, got.Credentials); diff != "" {
		t.Error(diff)
	}
	sameJSON(t, server.asked("")[0].Body, `{"name":"Import Job","app_type":"non_interactive","grant_types":["client_credentials"],
		"client_authentication_methods":{"private_key_jwt":{"credentials":[
			{"credential_type":"public_key","name":"first","pem":"public","alg":"PS256","expires_at":"2040-01-31T00:00:00Z"}]}}}`)
}

// TestClientCreateWithHiddenKeys: a response without keys says nothing about them, unless the client uses a secret.
func TestClientCreateWithHiddenKeys(t *testing.T) {
	for name, c := range map[string]struct {
		members string
		fields  []string
	}{
		"hidden":  {"", nil},
		"dropped": {`,"token_endpoint_auth_method":"client_secret_post"`, []string{"client_authentication_methods"}},
		"other":   {`,"client_authentication_methods":{"private_key_jwt":{"credentials":[{"id":"cred_9","kid":"another"}]}}`, []string{"client_authentication_methods"}},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{"POST " + clientsPath: says(201, `{"client_id":"job","name":"Import Job",
				"app_type":"non_interactive","grant_types":["client_credentials"]`+c.members+`}`)})
			_, err := server.tenant(t).Clients.Create(t.Context(), tenant.Client{Name: "Import Job", Credentials: []tenant.Credential{firstKey()}})
			var fields []string
			if differs := new(tenant.Differs); errors.As(err, &differs) {
				fields = differs.Fields
			} else if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.fields, fields); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestClientUpdateOfKeys(t *testing.T) {
	const client = `{"client_id":"job","name":"n"`
	first := tenant.Client{AuthKind: tenant.AuthKeys, Credentials: []tenant.Credential{{ID: "cred_1", InUse: true}, {ID: "cred_2"}}}
	for name, c := range map[string]struct {
		update       tenant.ClientUpdate
		answer, body string
		differs      bool
	}{
		"to keys": {
			tenant.ClientUpdate{Prior: tenant.Client{TokenEndpointAuthMethod: "client_secret_post"}, Planned: first},
			client + `,"client_authentication_methods":{"private_key_jwt":{"credentials":[{"id":"cred_1"}]}}}`,
			`{"client_authentication_methods":{"private_key_jwt":{"credentials":[{"id":"cred_1"}]}},"token_endpoint_auth_method":null}`, false,
		},
		"to none": {
			tenant.ClientUpdate{Planned: tenant.Client{AuthKind: tenant.AuthKeys}},
			client + `,"client_authentication_methods":{"private_key_jwt":{"credentials":[]}}}`,
			`{"client_authentication_methods":{"private_key_jwt":{"credentials":[]}}}`, false,
		},
		"to a secret": {
			tenant.ClientUpdate{Prior: first, Planned: tenant.Client{TokenEndpointAuthMethod: "client_secret_post"}},
			client + `,"token_endpoint_auth_method":"client_secret_post"}`,
			`{"client_authentication_methods":null,"token_endpoint_auth_method":"client_secret_post"}`, false,
		},
		"kept otherwise": {
			tenant.ClientUpdate{Planned: first},
			client + `,"client_authentication_methods":{"private_key_jwt":{"credentials":[{"id":"cred_2"}]}}}`,
			`{"client_authentication_methods":{"private_key_jwt":{"credentials":[{"id":"cred_1"}]}}}`, true,
		},
		"not shown": {
			tenant.ClientUpdate{Planned: first},
			client + `}`,
			`{"client_authentication_methods":{"private_key_jwt":{"credentials":[{"id":"cred_1"}]}}}`, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{"PATCH " + clientsPath + "/job": says(200, c.answer)})
			_, err := server.tenant(t).Clients.Update(t.Context(), tenant.ClientKey{ClientID: "job"}, c.update)
			var differs *tenant.Differs
			if errors.As(err, &differs) != c.differs || err != nil && differs == nil {
				t.Errorf("the error is %v", err)
			}
			sameJSON(t, server.asked("")[0].Body, c.body)
		})
	}
}

func TestCredentialsOf(t *testing.T) {
	const other = `{"id":"cred_2","credential_type":"public_key","kid":"other"}`
	const certificate = `{"id":"cred_3","credential_type":"x509_cert"}`
	used, spare := firstKey(), tenant.Credential{ID: "cred_2", KeyID: "other", Algorithm: "RS256"}
	used.InUse = true
	shared := used
	shared.Shared = true
	const both = "[" + credentialJSON + "," + other + "]"
	for name, c := range map[string]struct {
		list, members string
		want          tenant.Authentication
		calls         int
	}{
		"none":        {"[]", "", tenant.Authentication{AuthKind: tenant.AuthSecret}, 1},
		"used or not": {both, `"client_authentication_methods":{"private_key_jwt":{"credentials":[{"id":"cred_1"}]}}`, tenant.Authentication{AuthKind: tenant.AuthKeys, Credentials: []tenant.Credential{used, spare}}, 2},
		"by a secret": {"[" + other + "]", `"client_authentication_methods":null`, tenant.Authentication{AuthKind: tenant.AuthSecret, Credentials: []tenant.Credential{spare}}, 2},
		"signed by one's own certificate": {
			"[" + certificate + "]", `"client_authentication_methods":{"self_signed_tls_client_auth":{"credentials":[{"id":"cred_3"}]}}`, tenant.Authentication{AuthKind: tenant.AuthUnsupported}, 2,
		},
		"certificate of an authority": {
			"[" + other + "," + certificate + "]", `"client_authentication_methods":{"tls_client_auth":{"credentials":[{"id":"cred_3"}]}}`,
			tenant.Authentication{AuthKind: tenant.AuthUnsupported, Credentials: []tenant.Credential{spare}},
			2,
		},
		"for signed requests": {
			both, `"client_authentication_methods":{"private_key_jwt":{"credentials":[{"id":"cred_1"}]}},"signed_request_object":{"required":true,"credentials":[{"id":"cred_2"}]}`,
			tenant.Authentication{AuthKind: tenant.AuthKeys, Credentials: []tenant.Credential{used}},
			2,
		},
		"for the token vault": {
			both, `"token_vault_privileged_access":{"credentials":[{"id":"cred_1"},{"id":"cred_2"}],"ip_allowlist":["10.0.0.0/8"],"grants":[]}`, tenant.Authentication{AuthKind: tenant.AuthSecret}, 2,
		},
		"for several things": {
			both, `"client_authentication_methods":{"private_key_jwt":{"credentials":[{"id":"cred_1"}]}},"signed_request_object":{"credentials":[{"id":"cred_1"}]}`,
			tenant.Authentication{AuthKind: tenant.AuthKeys, Credentials: []tenant.Credential{shared, spare}},
			2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{
				"GET " + credentialsPath:      says(200, c.list),
				"GET " + clientsPath + "/job": says(200, `{"client_id":"job",`+c.members+`}`),
			})
			got, err := server.tenant(t).Credentials.Of(t.Context(), tenant.Client{ClientID: "job"})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			asked := server.asked("")
			if len(asked) != c.calls {
				t.Fatalf("%d calls, want %d", len(asked), c.calls)
			}
			if c.calls == 2 && asked[1].Query.Get("fields") != "client_id,client_authentication_methods,signed_request_object,token_vault_privileged_access" {
				t.Errorf("the client was asked for %v", asked[1].Query)
			}
		})
	}
}

func TestCredentialWrites(t *testing.T) {
	const one = credentialsPath + "/cred_1"
	server := newServer(t, map[string]func(call) reply{
		"POST " + credentialsPath: says(201, credentialJSON),
		"PATCH " + one:            inTurn(reply{status: 200, body: credentialJSON}, reply{status: 200, body: `{"id":"cred_1"}`}),
		"DELETE " + one:           says(204, ""),
	})
	credentials := server.tenant(t).Credentials
	wanted := firstKey()
	wanted.ID, wanted.PEM = "", "public"
	made, err := credentials.Create(t.Context(), "job", wanted)
	if diff := cmp.Diff(firstKey(), made); diff != "" || err != nil {
		t.Errorf("created: %v\n%s", err, diff)
	}
	if _, err := credentials.Expire(t.Context(), "job", "cred_1", firstKey().ExpiresAt); err != nil {
		t.Error(err)
	}
	if got, err := credentials.Expire(t.Context(), "job", "cred_1", time.Time{}); err != nil || !got.ExpiresAt.IsZero() {
		t.Errorf("never expires: %v, %v", got, err)
	}
	if err := credentials.Delete(t.Context(), "job", "cred_1"); err != nil {
		t.Error(err)
	}
	for i, want := range []string{
		`{"credential_type":"public_key","name":"first","pem":"public","alg":"PS256","expires_at":"2040-01-31T00:00:00Z"}`,
		`{"expires_at":"2040-01-31T00:00:00Z"}`,
		`{"expires_at":null}`,
	} {
		sameJSON(t, server.asked("")[i].Body, want)
	}
}
