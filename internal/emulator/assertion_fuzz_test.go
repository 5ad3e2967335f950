package emulator_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/keypair"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

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
