package management_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const keysRead = `{"access_token":"the-token","expires_in":86400,"scope":"read:clients read:client_credentials"}`

// TestReadsReturnAuthentication expects that a read of one or many clients returns how they authenticate, if the token may read that. No extra
// request per client is needed then, except for the list of keys of a client with keys.
func TestReadsReturnAuthentication(t *testing.T) {
	const refused = `{"statusCode":403,"error":"Forbidden","message":"You cannot read the following fields: client_authentication_methods","errorCode":"insufficient_scope"}`
	const keys = `"client_authentication_methods":{"private_key_jwt":{"credentials":[{"id":"cred_1"}]}},"signed_request_object":{"credentials":[{"id":"cred_2"}]}`
	used, elsewhere := tenant.Credential{ID: "cred_1", InUse: true}, tenant.Credential{ID: "cred_2", Shared: true}
	const with, without = true, false
	for name, c := range map[string]struct {
		token, members string
		refuses        bool
		asked          []bool // with or without the proof, once by id and once by name
		proof          tenant.AuthKind
		credentials    []tenant.Credential
	}{
		"a secret":      {keysRead, `"description":"d"`, false, []bool{with, with}, tenant.AuthSecret, nil},
		"no method":     {keysRead, `"client_authentication_methods":{}`, false, []bool{with, with}, tenant.AuthSecret, nil},
		"a new method":  {keysRead, `"client_authentication_methods":{"by_dance":{}}`, false, []bool{with, with}, tenant.AuthUnsupported, nil},
		"null":          {keysRead, `"client_authentication_methods":null`, false, []bool{with, with}, tenant.AuthSecret, nil},
		"keys":          {keysRead, keys, false, []bool{with, with}, tenant.AuthKeys, []tenant.Credential{used, elsewhere}},
		"a certificate": {keysRead, `"client_authentication_methods":{"tls_client_auth":{"credentials":[{"id":"cred_3"}]}}`, false, []bool{with, with}, tenant.AuthUnsupported, nil},
		"without the scope": {
			`{"access_token":"the-token","expires_in":86400,"scope":"read:clients read:client_keys"}`, `"description":"d"`, false, []bool{without, without}, tenant.AuthUnknown, nil,
		},
		"scopes not text": {
			`{"access_token":"the-token","expires_in":86400,"scope":["read:client_credentials"]}`, `"description":"d"`, false, []bool{without, without}, tenant.AuthUnknown, nil,
		},
		"scopes unknown": {`{"access_token":"the-token","expires_in":86400}`, `"description":"d"`, false, []bool{without, without}, tenant.AuthUnknown, nil},
		"refused":        {keysRead, `"description":"d"`, true, []bool{with, without, without}, tenant.AuthUnknown, nil},
	} {
		t.Run(name, func(t *testing.T) {
			client := `{"client_id":"job","name":"Import Job",` + c.members + `}`
			answers := func(body string) func(call) reply {
				return func(asked call) reply {
					if c.refuses && proofAsked(asked) {
						return reply{status: 403, body: refused}
					}
					return reply{status: 200, body: body}
				}
			}
			server := newServer(t, map[string]func(call) reply{
				"GET " + clientsPath + "/job": answers(client), "GET " + clientsPath: answers(`{"clients":[` + client + `]}`), tokenRoute: says(200, c.token),
			})
			opened := server.tenant(t)
			for _, key := range []tenant.ClientKey{{ClientID: "job"}, {Name: "Import Job"}} {
				got, err := opened.Clients.Get(t.Context(), key)
				if err != nil {
					t.Fatal(err)
				}
				if got.AuthKind != c.proof || cmp.Diff(c.credentials, got.Credentials) != "" {
					t.Errorf("%v: proof %v, credentials %+v", key, got.AuthKind, got.Credentials)
				}
			}
			wantProofAsked(t, server, c.asked)
		})
	}
}

// TestProofIsAskedForAgain repeats a rejected read without the fields, and requests them again in the next read if the reason was another.
func TestProofIsAskedForAgain(t *testing.T) {
	for name, c := range map[string]struct {
		refusal string
		asked   []bool
	}{
		"of something else": {`{"statusCode":403,"error":"Forbidden","message":"This feature is not enabled","errorCode":"feature_not_enabled"}`, []bool{true, false, true}},
		"of the scope":      {`{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: read:clients","errorCode":"insufficient_scope"}`, []bool{true, true}},
	} {
		t.Run(name, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{
				"GET " + clientsPath + "/job": inTurn(reply{status: 403, body: c.refusal}, reply{status: 200, body: clientJSON}), tokenRoute: says(200, keysRead),
			})
			opened := server.tenant(t)
			for range 2 {
				_, err := opened.Clients.Get(t.Context(), tenant.ClientKey{ClientID: "job"})
				if denied := new(tenant.Denied); err != nil && (!errors.As(err, &denied) || denied.Scope != "read:clients") {
					t.Error(err)
				}
			}
			wantProofAsked(t, server, c.asked)
		})
	}
}

// What takes a token and a request is one operation, and takes no longer than one may.
func TestOneOperationHasOneTime(t *testing.T) {
	slow := func(body string) func(call) reply {
		return func(call) reply {
			time.Sleep(300 * time.Millisecond)
			return reply{status: 200, body: body}
		}
	}
	server := newServer(t, map[string]func(call) reply{"GET " + clientsPath + "/job": slow(clientJSON), tokenRoute: slow(keysRead)})
	base, err := management.BaseURL(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := management.New(management.Config{
		BaseURL: base, ClientID: "own-client", ClientSecret: secret.New("own-secret"), RequestTimeout: 400 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = opened.Clients.Get(t.Context(), tenant.ClientKey{ClientID: "job"})
	if unavailable := new(tenant.Unavailable); !errors.As(err, &unavailable) || !strings.Contains(err.Error(), "request timeout of the provider") {
		t.Errorf("the error is %v", err)
	}
}

// wantProofAsked checks which of the requests so far asked for the proof.
func wantProofAsked(t *testing.T, server *server, want []bool) {
	t.Helper()
	var got []bool
	for _, one := range server.asked("") {
		got = append(got, proofAsked(one))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func proofAsked(asked call) bool {
	return strings.HasSuffix(asked.Query.Get("fields"), ",client_authentication_methods,signed_request_object,token_vault_privileged_access")
}

// TestCredentialsOfKnownClient reads the keys of a client whose authentication is known with one request.
func TestCredentialsOfKnownClient(t *testing.T) {
	server := newServer(t, map[string]func(call) reply{
		"GET " + credentialsPath: says(200, "["+credentialJSON+`,{"id":"cred_2","credential_type":"public_key"}]`), tokenRoute: says(200, keysRead),
	})
	got, err := server.tenant(t).Credentials.Of(t.Context(), tenant.Client{
		ClientID: "job", AuthKind: tenant.AuthKeys, Credentials: []tenant.Credential{{ID: "cred_1", InUse: true}, {ID: "cred_2", Shared: true}},
	})
	want := firstKey()
	want.InUse = true
	if diff := cmp.Diff(tenant.Authentication{AuthKind: tenant.AuthKeys, Credentials: []tenant.Credential{want}}, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	wantRoutes(t, server, "GET "+credentialsPath)
}

// TestKeysThatMayNotBeRead sends no request for keys if the token lacks the permission. A pre-issued token contains its scopes.
func TestKeysThatMayNotBeRead(t *testing.T) {
	server := newServer(t, map[string]func(call) reply{
		tokenRoute: says(200, `{"access_token":"the-token","expires_in":86400,"scope":"read:clients"}`),
	})
	base, err := management.BaseURL(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	ready, err := management.New(management.Config{
		BaseURL: base, APIToken: secret.New(signedToken(t, jose.HS256, []byte(strings.Repeat("k", 32)), "k")),
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, opened := range map[string]tenant.Tenant{"asked for": server.tenant(t), "ready": ready} {
		_, err := opened.Credentials.Of(t.Context(), tenant.Client{ClientID: "job"})
		if denied := new(tenant.Denied); !errors.As(err, &denied) || denied.Scope != "read:client_credentials" {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	wantRoutes(t, server)
}
