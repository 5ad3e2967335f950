package emulator_test

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// part decodes the header (0) or the claims (1) of a token, members in order.
func part(t *testing.T, token string, i int) store.Object {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[i])
	if err != nil {
		t.Fatal(err)
	}
	object, err := store.ParseObject(data)
	if err != nil {
		t.Fatal(err)
	}
	return object
}

// published returns the tenant's JWKS.
func (n *tenant) published() jose.JSONWebKeySet {
	n.t.Helper()
	got, err := n.send(n.request("GET", "/.well-known/jwks.json", ""))
	if err != nil || got.status != 200 {
		n.t.Fatal(err, got.status)
	}
	var keys jose.JSONWebKeySet
	for _, item := range got.body.Items("keys") {
		var key jose.JSONWebKey
		if err := key.UnmarshalJSON(objectOf(item).Encode()); err != nil {
			n.t.Fatal(err)
		}
		keys.Keys = append(keys.Keys, key)
	}
	return keys
}

func (n *tenant) verify(token string, alg jose.SignatureAlgorithm, key any) error {
	n.t.Helper()
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{alg})
	if err != nil {
		return err
	}
	return parsed.Claims(key, &jwt.Claims{})
}

func TestToken_claims(t *testing.T) { // TK001, TK007, TK011, TK012
	n := start(t)
	n.newAPI("urn:a", "x", "y")
	job := n.newClient("job")
	n.newGrant(job.ClientID, "urn:a", "y", "x")
	for _, c := range []struct {
		api, typ, claims string
		alg              jose.SignatureAlgorithm
	}{
		{`{"token_lifetime":600}`, "JWT", "iss sub aud iat exp azp scope gty", jose.RS256},
		{`{"signing_alg":"PS256"}`, "JWT", "iss sub aud iat exp azp scope gty", jose.PS256},
		{`{"signing_alg":"RS512","token_dialect":"rfc9068_profile"}`, "at+jwt", "iss sub aud iat exp scope jti client_id", jose.RS512},
		{`{"signing_alg":"RS256","token_dialect":"access_token_authz","enforce_policies":true}`, "JWT", "iss sub aud iat exp azp scope gty permissions", jose.RS256},
	} {
		n.call(200, "PATCH", "resource-servers/urn:a", c.api)
		got := n.exchange(secretForm(job, "urn:a"), nil)
		if got.status != 200 || !slices.Equal(got.body.Names(), []string{"access_token", "scope", "expires_in", "token_type"}) || got.body.Text("scope") != "y x" {
			t.Fatalf("%s: %s", c.api, got.raw)
		}
		token := got.body.Text("access_token")
		claims := part(t, token, 1)
		if names := strings.Join(claims.Names(), " "); names != c.claims {
			t.Errorf("%s: claims %s, want %s", c.api, names, c.claims)
		}
		issued, _ := claims.Integer("iat")
		expires, _ := claims.Integer("exp")
		lifetime, _ := got.body.Integer("expires_in")
		if expires-issued != 600 || lifetime != 600 || claims.Text("sub") != job.ClientID+"@clients" || claims.Text("iss") != n.URL()+"/" || claims.Text("aud") != "urn:a" {
			t.Errorf("%s: %s", c.api, claims.Encode())
		}
		head := part(t, token, 0)
		if strings.Join(head.Names(), " ") != "alg typ kid" || head.Text("typ") != c.typ || head.Text("alg") != string(c.alg) {
			t.Errorf("%s: header %s", c.api, head.Encode())
		}
		keys := n.published()
		if err := n.verify(token, c.alg, keys.Key(head.Text("kid"))[0].Key); err != nil {
			t.Errorf("%s: %v", c.api, err)
		}
	}
	got := n.exchange(secretForm(job, "urn:a"), nil)
	if got.header.Get("Content-Type") != "application/json" || got.header.Get("Cache-Control") != "no-store" {
		t.Error("headers:", got.header)
	}
}

func TestToken_symmetric(t *testing.T) { // RS009, TK012
	n := start(t)
	n.newAPI("urn:a")
	job := n.newClient("job")
	n.newGrant(job.ClientID, "urn:a")
	n.call(200, "PATCH", "resource-servers/urn:a", `{"signing_alg":"HS256","signing_secret":"thirty-two letters are enough..."}`)
	got := n.exchange(secretForm(job, "urn:a"), nil)
	if err := n.verify(got.body.Text("access_token"), jose.HS256, []byte("thirty-two letters are enough...")); err != nil {
		t.Error(err)
	}
	if got.body.Has("scope") || part(t, got.body.Text("access_token"), 0).Has("kid") {
		t.Error("unexpected scope or kid:", got.raw)
	}
	made := n.call(201, "POST", "resource-servers", `{"identifier":"urn:b","signing_alg":"HS256"}`)
	if len(made.body.Text("signing_secret")) != 64 {
		t.Error("no secret was generated:", made.raw)
	}
	hidden := start(t, switched(func(s *emulator.Switches) { s.HideSigningSecret = true }))
	if got := hidden.call(201, "POST", "resource-servers", `{"identifier":"urn:b","signing_alg":"HS256"}`); got.body.Has("signing_secret") {
		t.Error("the secret is returned:", got.raw)
	}
}

func TestToken_refusals(t *testing.T) { // TK002 to TK006, TK010
	n := start(t)
	n.newAPI("urn:a", "x")
	n.newAPI("urn:other")
	job := n.newClient("job")
	n.newGrant(job.ClientID, "urn:a", "x")
	web := n.call(201, "POST", "clients", `{"name":"web","grant_types":["implicit"]}`).body
	wrong := emulator.Credentials{ClientID: job.ClientID, ClientSecret: "wrong"}
	for name, c := range map[string]struct {
		form        url.Values
		status      int
		code, words string
	}{
		"wrong secret":   {secretForm(wrong, "urn:a"), 401, "access_denied", "Unauthorized"},
		"unknown client": {secretForm(emulator.Credentials{ClientID: "none", ClientSecret: "x"}, "urn:a"), 401, "access_denied", "Unauthorized"},
		"no such API":    {secretForm(job, "urn:none"), 403, "access_denied", "Service not enabled within domain: urn:none"},
		"no grant":       {secretForm(job, "urn:other"), 403, "access_denied", `Client "` + job.ClientID + `" is not authorized to access resource server "urn:other".`},
		"no audience":    {secretForm(job, ""), 403, "access_denied", "Non-global clients are not allowed access to APIv1"},
		"not its grant":  {secretForm(emulator.Credentials{ClientID: web.Text("client_id"), ClientSecret: web.Text("client_secret")}, "urn:a"), 403, "unauthorized_client", "Grant type 'client_credentials' not allowed for the client."},
		"no grant type":  {url.Values{}, 400, "invalid_request", "grant_type"},
		"foreign grant":  {url.Values{"grant_type": {"password"}}, 403, "unsupported_grant_type", "password"},
	} {
		got := n.exchange(c.form, nil)
		if got.status != c.status || got.body.Text("error") != c.code || !strings.Contains(got.body.Text("error_description"), c.words) || got.body.Has("statusCode") {
			t.Errorf("%s: %d %s", name, got.status, got.raw)
		}
	}
	basic := url.Values{"grant_type": {"client_credentials"}, "audience": {"urn:a"}}
	if got := n.exchange(basic, &job); got.status != 200 {
		t.Error("basic:", got.raw)
	}
	if got := n.exchange(basic, &wrong); got.status != 401 {
		t.Error("basic, wrong:", got.raw)
	}
	strict := start(t, switched(func(s *emulator.Switches) { s.StrictAuthMethod, s.DefaultAudience = true, "urn:a" }))
	strict.newAPI("urn:a")
	poster := strict.newClient("job")
	strict.newGrant(poster.ClientID, "urn:a")
	strict.call(200, "PATCH", "clients/"+poster.ClientID, `{"token_endpoint_auth_method":"client_secret_post"}`)
	if got := strict.exchange(url.Values{"grant_type": {"client_credentials"}}, &poster); got.status != 401 {
		t.Error("strict, basic:", got.raw)
	}
	if got := strict.exchange(secretForm(poster, ""), nil); got.status != 200 {
		t.Error("default audience:", got.raw)
	}
}

func TestToken_scopes(t *testing.T) { // TK007, TK008, TK009
	ask := func(n *tenant, job emulator.Credentials, scope string) answer {
		form := secretForm(job, "urn:a")
		form.Set("scope", scope)
		return n.exchange(form, nil)
	}
	set := func(options ...func(*emulator.Options)) (*tenant, emulator.Credentials) {
		n := start(t, options...)
		n.newAPI("urn:a", "x", "y")
		job := n.newClient("job")
		n.newGrant(job.ClientID, "urn:a", "x", "gone")
		return n, job
	}
	n, job := set()
	if got := ask(n, job, "gone y nothing"); got.body.Text("scope") != "gone" {
		t.Error("narrowed:", got.raw)
	}
	strict, job2 := set(switched(func(s *emulator.Switches) { s.RefuseForeignScope, s.DropRemovedScopes = true, true }))
	if got := ask(strict, job2, "y"); got.status != 403 {
		t.Error("foreign scope:", got.raw)
	}
	if got := ask(strict, job2, ""); got.body.Text("scope") != "x" {
		t.Error("removed scope:", got.raw)
	}
	all := n.call(200, "GET", "client-grants?client_id="+job.ClientID, "").items
	n.call(200, "PATCH", "client-grants/"+objectOf(all[0]).Text("id"), `{"allow_all_scopes":true}`)
	if got := ask(n, job, ""); got.body.Text("scope") != "x y" {
		t.Error("all scopes:", got.raw)
	}
}

func TestToken_quota(t *testing.T) { // TK013
	n := start(t)
	n.newAPI("urn:a")
	job := n.newClient("job")
	n.newGrant(job.ClientID, "urn:a")
	n.call(200, "PATCH", "clients/"+job.ClientID, `{"token_quota":{"client_credentials":{"per_hour":2,"enforce":true}}}`)
	for i := range 3 {
		got := n.exchange(secretForm(job, "urn:a"), nil)
		if limited := i == 2; limited != (got.status == 429) || !strings.HasPrefix(got.header.Get("Auth0-Client-Quota-Limit"), "b=per_hour;q=2;r=") {
			t.Fatalf("token %d: %d %s %v", i, got.status, got.raw, got.header)
		}
	}
	n.Shift(time.Hour)
	if got := n.exchange(secretForm(job, "urn:a"), nil); got.status != 200 {
		t.Error("an hour later:", got.raw)
	}
}

func TestAccess(t *testing.T) { // GE006, GE014
	n := start(t)
	n.as("").refused(401, "", "Missing authentication", "GET", "clients", "")
	n.as("x.y.z").refused(401, "", "Invalid token", "GET", "clients", "")
	n.as(n.Token("read:clients")).refused(403, "insufficient_scope", "Insufficient scope, expected any of: create:clients", "POST", "clients", `{}`)
	other := start(t)
	n.as(other.token).refused(401, "", "Invalid signature received for JSON Web Token validation", "GET", "clients", "")
	request := n.request("GET", "/api/v2/clients", "")
	request.Header.Set("Authorization", "Basic x")
	if got, err := n.send(request); err != nil || got.status != 400 || got.body.Text("errorCode") != "Bearer" {
		t.Error("header format:", err, got.raw)
	}
	n.newAPI("urn:a")
	job := n.newClient("job")
	n.newGrant(job.ClientID, "urn:a")
	foreign := n.exchange(secretForm(job, "urn:a"), nil).body.Text("access_token")
	n.as(foreign).call(401, "GET", "clients", "")
	n.Shift(25 * time.Hour)
	expired := n.call(401, "GET", "clients", "")
	want := `{"statusCode":401,"error":"Unauthorized","message":"Expired token received for JSON Web Token validation","attributes":{"error":"Expired token received for JSON Web Token validation"}}`
	if expired.raw != want {
		t.Errorf("expired\n got %s\nwant %s", expired.raw, want)
	}
}

func TestWellKnown_customDomain(t *testing.T) { // WK003
	n := start(t)
	const custom = "https://login.timesheets.example"
	request := n.request("GET", "/.well-known/openid-configuration", "")
	if err := n.Readdress(custom); err != nil {
		t.Fatal(err)
	}
	got, err := n.send(request)
	if err != nil || got.body.Text("issuer") != custom+"/" || got.body.Text("jwks_uri") != custom+"/.well-known/jwks.json" || got.body.Text("token_endpoint") != custom+"/oauth/token" {
		t.Error(err, got.raw)
	}
}

func TestWellKnown(t *testing.T) { // WK001, WK002
	n := start(t)
	got, err := n.send(n.request("GET", "/.well-known/openid-configuration", ""))
	if err != nil || got.body.Text("issuer") != n.URL()+"/" || got.body.Text("jwks_uri") != n.URL()+"/.well-known/jwks.json" ||
		got.body.Text("token_endpoint") != n.URL()+"/oauth/token" {
		t.Error(err, got.raw)
	}
	keys := n.published()
	if len(keys.Keys) != 2 || !keys.Keys[0].Valid() || len(keys.Keys[0].Certificates) != 1 {
		t.Error("key set:", keys)
	}
}
