package emulator_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/keypair"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

func quoted(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		return err.Error()
	}
	return string(out)
}

func TestCredential_life(t *testing.T) { // CR001, CR003 to CR011
	n := start(t)
	pair := keypair.New()
	key, public := pair.Key, pair.PublicPEM
	job := n.newClient("job")
	all := "clients/" + job.ClientID + "/credentials"
	made := n.call(201, "POST", all, `{"credential_type":"public_key","name":"k","pem":`+quoted(public)+`,"expires_at":"2033-05-13T11:33:13+02:00"}`)
	if got := strings.Join(made.body.Names(), " "); got != "id credential_type kid alg name created_at updated_at expires_at" {
		t.Error("members:", got)
	}
	sum, err := (&jose.JSONWebKey{Key: key.Public()}).Thumbprint(crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	if made.body.Text("kid") != base64.RawURLEncoding.EncodeToString(sum) || made.body.Text("expires_at") != "2033-05-13T09:33:13.000Z" || made.body.Text("alg") != "RS256" {
		t.Error("created:", made.raw)
	}
	n.call(400, "POST", all, `{"credential_type":"public_key","pem":`+quoted(public)+`}`) // CR005
	n.call(400, "POST", all, `{"credential_type":"public_key","pem":"x"}`)
	id := made.body.Text("id")
	if got := n.call(200, "GET", all+"?page=3&per_page=1", ""); got.raw != "["+made.raw+"]" { // CR008
		t.Error("list:", got.raw)
	}
	n.Shift(time.Minute)
	changed := n.call(200, "PATCH", all+"/"+id, `{"expires_at":null}`)
	if changed.body.Has("expires_at") || changed.body.Text("updated_at") <= made.body.Text("updated_at") {
		t.Error("changed:", changed.raw)
	}
	n.call(400, "PATCH", all+"/"+id, `{"name":"other"}`)
	use := `{"client_authentication_methods":{"private_key_jwt":{"credentials":[{"id":"` + id + `"}]}},"token_endpoint_auth_method":null}`
	n.call(200, "PATCH", "clients/"+job.ClientID, use)
	if got := n.call(200, "GET", "clients/"+job.ClientID, ""); got.body.Has("client_secret") || got.body.Has("token_endpoint_auth_method") { // CL011
		t.Error("a secret with keys:", got.raw)
	}
	n.call(400, "POST", "clients/"+job.ClientID+"/rotate-secret", "")
	n.call(400, "DELETE", all+"/"+id, "") // CR007
	back := n.call(200, "PATCH", "clients/"+job.ClientID, `{"client_authentication_methods":null,"token_endpoint_auth_method":"client_secret_post"}`)
	if back.body.Text("client_secret") != job.ClientSecret { // CL016
		t.Error("another secret than before:", back.raw)
	}
	n.call(204, "DELETE", all+"/"+id, "")
	n.call(204, "DELETE", all+"/"+id, "") // CR010
	n.call(404, "GET", all+"/"+id, "")
	n.call(400, "PATCH", "clients/"+job.ClientID, use)
	n.call(404, "POST", "clients/none/credentials", `{"credential_type":"public_key","pem":`+quoted(public)+`}`)
}

func TestCredential_elsewhere(t *testing.T) { // CR012
	n := start(t)
	public := keypair.New().PublicPEM
	n.newAPI("urn:a")
	id := n.keyClient(public)
	one, all := "clients/"+id, "clients/"+id+"/credentials"
	used := objectOf(n.call(200, "GET", all, "").items[0]).Text("id")
	other := keypair.New().PublicPEM
	signs := n.call(201, "POST", all, `{"credential_type":"public_key","pem":`+quoted(other)+`}`).body.Text("id")
	n.call(200, "PATCH", one, `{"signed_request_object":{"credentials":[{"id":"`+signs+`"},{"id":"`+used+`"}]}}`)
	n.call(200, "PATCH", one, `{"signed_request_object":{"required":true}}`)
	got := n.call(200, "GET", one+"?fields=client_authentication_methods,signed_request_object", "")
	if !strings.Contains(got.raw, `"signed_request_object":{"required":true,"credentials":[{"id":"`+signs+`"},{"id":"`+used+`"}]}`) &&
		!strings.Contains(got.raw, `"signed_request_object":{"credentials":[{"id":"`+signs+`"},{"id":"`+used+`"}],"required":true}`) {
		t.Error("got:", got.raw)
	}
	n.call(400, "DELETE", all+"/"+signs, "")
	n.call(200, "PATCH", one, `{"client_authentication_methods":null,"token_endpoint_auth_method":"client_secret_post"}`)
	n.call(400, "DELETE", all+"/"+used, "")
	if listed := n.call(200, "GET", all, "").items; len(listed) != 2 {
		t.Error("listed:", listed)
	}
	n.call(200, "PATCH", one, `{"signed_request_object":{"credentials":[]}}`)
	n.call(204, "DELETE", all+"/"+signs, "")
	n.call(204, "DELETE", all+"/"+used, "")
}

func TestCredential_withClient(t *testing.T) { // CR002
	n := start(t)
	public := keypair.New().PublicPEM
	body := `{"name":"N","client_authentication_methods":{"private_key_jwt":{"credentials":[{"credential_type":"public_key","pem":` + quoted(public) + `}]}}}`
	made := n.call(201, "POST", "clients", body)
	full := objectOf(made.body.Child("client_authentication_methods").Child("private_key_jwt").Items("credentials")[0])
	if full.Text("kid") == "" || made.body.Has("client_secret") || strings.Contains(made.raw, "PUBLIC KEY") {
		t.Error("created:", made.raw)
	}
	got := n.call(200, "GET", "clients/"+made.body.Text("client_id"), "")
	if !strings.Contains(got.raw, `"client_authentication_methods":{"private_key_jwt":{"credentials":[{"id":"`+full.Text("id")+`"}]}}`) {
		t.Error("got:", got.raw)
	}
	n.as(n.Token("create:clients")).call(403, "POST", "clients", body)
	n.call(400, "POST", "clients", strings.Replace(body, `"name":"N"`, `"name":"N","token_endpoint_auth_method":"client_secret_post"`, 1)) // CL009
}

// keyClient creates a client that authenticates with a key.
func (n *tenant) keyClient(public string) string {
	n.t.Helper()
	made := n.call(201, "POST", "clients", `{"name":"N","grant_types":["client_credentials"],"client_authentication_methods":`+
		`{"private_key_jwt":{"credentials":[{"credential_type":"public_key","pem":`+quoted(public)+`}]}}}`)
	n.newGrant(made.body.Text("client_id"), "urn:a")
	return made.body.Text("client_id")
}

func TestAssertion(t *testing.T) { // TK014, TK015
	n := start(t)
	n.newAPI("urn:a")
	pair := keypair.New()
	key, public := pair.Key, pair.PublicPEM
	stranger := keypair.New().Key
	id := n.keyClient(public)
	now := time.Now()
	good := func() jwt.Claims {
		return jwt.Claims{
			Issuer: id, Subject: id, Audience: jwt.Audience{n.Issuer()}, ID: fmt.Sprint(time.Now().UnixNano()),
			IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(2 * time.Minute)),
		}
	}
	ask := func(alg jose.SignatureAlgorithm, key *rsa.PrivateKey, claims jwt.Claims) answer {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, nil)
		if err != nil {
			t.Fatal(err)
		}
		text, err := jwt.Signed(signer).Claims(claims).Serialize()
		if err != nil {
			t.Fatal(err)
		}
		return n.exchange(url.Values{
			"grant_type": {"client_credentials"}, "audience": {"urn:a"}, "client_assertion": {text},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		}, nil)
	}
	once := good()
	if got := ask(jose.RS256, key, once); got.status != 200 {
		t.Fatal("a valid assertion:", got.raw)
	}
	for name, c := range map[string]struct {
		alg    jose.SignatureAlgorithm
		key    *rsa.PrivateKey
		change func(*jwt.Claims)
	}{
		"used before":     {jose.RS256, key, func(c *jwt.Claims) { *c = once }},
		"another's key":   {jose.RS256, stranger, func(*jwt.Claims) {}},
		"other algorithm": {jose.PS256, key, func(*jwt.Claims) {}},
		"far ahead":       {jose.RS256, key, func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(now.Add(6 * time.Minute)) }},
		"expired":         {jose.RS256, key, func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(now.Add(-time.Minute)) }},
		"no expiry":       {jose.RS256, key, func(c *jwt.Claims) { c.Expiry = nil }},
		"not yet":         {jose.RS256, key, func(c *jwt.Claims) { c.NotBefore = jwt.NewNumericDate(now.Add(time.Minute)) }},
		"no jti":          {jose.RS256, key, func(c *jwt.Claims) { c.ID = "" }},
		"long jti":        {jose.RS256, key, func(c *jwt.Claims) { c.ID = strings.Repeat("j", 65) }},
		"too long":        {jose.RS256, key, func(c *jwt.Claims) { c.Audience = append(c.Audience, strings.Repeat("a", 2048)) }},
		"other audience":  {jose.RS256, key, func(c *jwt.Claims) { c.Audience = jwt.Audience{"https://elsewhere/"} }},
		"iss is not sub":  {jose.RS256, key, func(c *jwt.Claims) { c.Issuer = "x" }},
		"unknown client":  {jose.RS256, key, func(c *jwt.Claims) { c.Issuer, c.Subject = "x", "x" }},
	} {
		claims := good()
		c.change(&claims)
		if got := ask(c.alg, c.key, claims); got.status != 401 || got.body.Text("error") != "invalid_client" {
			t.Errorf("%s: %d %s", name, got.status, got.raw)
		}
	}
	if got := n.exchange(secretForm(emulator.Credentials{ClientID: id, ClientSecret: ""}, "urn:a"), nil); got.status != 401 {
		t.Error("neither secret nor key:", got.raw)
	}
	if !slices.ContainsFunc(n.Journal(), func(e emulator.Entry) bool { return e.Route == "/oauth/token" && e.Caller == id && e.Status == 200 }) {
		t.Error("the journal does not name the client of an assertion")
	}
}

func TestKeys_rotateAndRevoke(t *testing.T) { // KS001 to KS004
	n := start(t)
	n.newAPI("urn:a")
	job := n.newClient("job")
	n.newGrant(job.ClientID, "urn:a")
	signedBy := func() string {
		return part(t, n.exchange(secretForm(job, "urn:a"), nil).body.Text("access_token"), 0).Text("kid")
	}
	before := n.call(200, "GET", "keys/signing", "").items
	first, second := objectOf(before[0]), objectOf(before[1])
	if !first.Flag("current") || !second.Flag("next") || signedBy() != first.Text("kid") {
		t.Fatal("at first:", before)
	}
	if rotated := n.call(201, "POST", "keys/signing/rotate", ""); rotated.body.Text("kid") != second.Text("kid") || signedBy() != second.Text("kid") {
		t.Error("rotated:", rotated.raw)
	}
	if len(n.published().Keys) != 3 {
		t.Error("published: want previous, current and next")
	}
	n.call(200, "GET", "clients", "") // the token of the previous key still works
	n.call(400, "PUT", "keys/signing/"+second.Text("kid")+"/revoke", "")
	n.call(200, "PUT", "keys/signing/"+first.Text("kid")+"/revoke", "")
	n.call(401, "GET", "clients", "")
	n.token = n.Token()
	if got := n.call(200, "GET", "keys/signing/"+first.Text("kid"), ""); !got.body.Flag("revoked") || got.body.Text("revoked_at") == "" {
		t.Error("revoked:", got.raw)
	}
	if len(n.published().Keys) != 2 || strings.Contains(n.call(200, "GET", "keys/signing", "").raw, "PRIVATE") {
		t.Error("a revoked key is published, or a private key is returned")
	}
	n.call(404, "GET", "keys/signing/none", "")
	n.call(404, "PUT", "keys/signing/none/revoke", "")
	n.as(n.Token("create:signing_keys")).call(403, "POST", "keys/signing/rotate", "")
}

// signed returns a JWT with any two strings as header and claims.
func signed(f interface{ Fatal(...any) }, key *rsa.PrivateKey, head, claims string) string {
	part := base64.RawURLEncoding.EncodeToString
	text := part([]byte(head)) + "." + part([]byte(claims))
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		f.Fatal(err)
	}
	return text + "." + part(signature)
}

// isValid reports whether a client assertion meets the limits of TK014. It decodes the assertion differently than the emulator.
func isValid(assertion, head, claims, client, issuer string, now time.Time) bool {
	var h struct{ Alg, Kid string }
	var c struct {
		Iss, Sub, Jti string
		Aud           any
		Exp, Nbf, Iat float64
	}
	if json.Unmarshal([]byte(head), &h) != nil || json.Unmarshal([]byte(claims), &c) != nil {
		return false
	}
	audience := c.Aud
	if several, is := audience.([]any); is && len(several) == 1 {
		audience = several[0]
	}
	seconds := float64(now.Unix())
	return h.Alg == "RS256" && c.Iss == client && c.Sub == client && c.Jti != "" && len(c.Jti) <= 64 &&
		(audience == issuer || audience == issuer+"oauth/token") && len(assertion) <= 2048 &&
		c.Exp > seconds-30 && c.Exp <= seconds+330 && c.Nbf <= seconds+30 && c.Iat <= seconds+30
}

// FuzzAssertion expects no token for a client assertion with another signature or beyond a limit, and exactly one token for
// a valid one (TK014, TK015).
func FuzzAssertion(f *testing.F) {
	pair, stranger := keypair.New(), keypair.New()
	for _, seed := range []struct{ head, claims string }{
		{`{"alg":"RS256","typ":"JWT"}`, `{"iss":"CLIENT","sub":"CLIENT","aud":"ISSUER","exp":NOW,"jti":"a"}`},
		{`{"alg":"none"}`, `{"iss":"CLIENT","sub":"CLIENT","aud":["ISSUER"],"exp":NOW,"jti":"b"}`},
		{`{"alg":"HS256","kid":"x"}`, `{"iss":"CLIENT","sub":"CLIENT","aud":["ISSUER","x"],"exp":NOW,"iat":NOW,"nbf":0,"jti":"c"}`},
		{`{"alg":"RS256","crit":["exp"]}`, `{"iss":"CLIENT","sub":"CLIENT","aud":"ISSUERoauth/token","exp":1e12,"jti":""}`},
	} {
		f.Add(seed.head, seed.claims, true)
		f.Add(seed.head, seed.claims, false)
	}
	server, err := emulator.Start(f.Context(), emulator.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = server.Close() })
	var client string
	f.Fuzz(func(t *testing.T, head, claims string, own bool) {
		n := fuzzed(t, server)
		if client == "" {
			n.newAPI("urn:a")
			client = n.keyClient(pair.PublicPEM)
		}
		now := time.Now()
		claims = strings.NewReplacer("CLIENT", client, "ISSUER", n.URL()+"/", "NOW", strconv.FormatInt(now.Unix()+60, 10)).Replace(claims)
		by := pair.Key
		if !own {
			by = stranger.Key
		}
		assertion := signed(t, by, head, claims)
		form := url.Values{
			"grant_type": {"client_credentials"}, "audience": {"urn:a"}, "client_assertion": {assertion},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		}
		got := n.exchange(form, nil)
		if got.status == 200 && !(own && isValid(assertion, head, claims, client, n.URL()+"/", now)) {
			t.Fatalf("%s %s gets a token", head, claims)
		}
		if got.status == 200 {
			got = n.exchange(form, nil)
		}
		if got.status != 401 || got.body.Text("error") != "invalid_client" {
			t.Fatalf("%s %s: %d %s", head, claims, got.status, got.raw)
		}
	})
}

// TestAssertion_plain checks that the assertions of FuzzAssertion are accepted until the credential expires (TK014).
func TestAssertion_plain(t *testing.T) {
	n := start(t)
	pair := keypair.New()
	n.newAPI("urn:a")
	client := n.keyClient(pair.PublicPEM)
	ask := func(id string) answer {
		claims := `{"iss":"` + client + `","sub":"` + client + `","aud":"` + n.URL() + `/","exp":` + strconv.FormatInt(time.Now().Unix()+60, 10) + `,"jti":"` + id + `"}`
		assertion := signed(t, pair.Key, `{"alg":"RS256"}`, claims)
		if !isValid(assertion, `{"alg":"RS256"}`, claims, client, n.URL()+"/", time.Now()) {
			t.Error("isValid rejects it:", claims)
		}
		return n.exchange(url.Values{
			"grant_type": {"client_credentials"}, "audience": {"urn:a"}, "client_assertion": {assertion},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		}, nil)
	}
	if got := ask("first"); got.status != 200 {
		t.Error(got.raw)
	}
	all := "clients/" + client + "/credentials"
	n.call(200, "PATCH", all+"/"+objectOf(n.call(200, "GET", all, "").items[0]).Text("id"), `{"expires_at":"2020-01-01T00:00:00Z"}`)
	if got := ask("second"); got.status != 401 {
		t.Error("with an expired credential:", got.raw)
	}
}
