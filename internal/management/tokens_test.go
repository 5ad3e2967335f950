package management_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const tokenRoute = "POST /oauth/token"

// signedToken is a token as the tenant issues it.
func signedToken(t *testing.T, algorithm jose.SignatureAlgorithm, key any, keyID string) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, (&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", keyID))
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(map[string]any{
		"iss": "https://tenant/", "aud": "https://api.example/v1", "iat": 1_800_000_000, "exp": 1_800_086_400,
		"scope": "read:timesheets batch:upload", "gty": "client-credentials",
	}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTokenRequest(t *testing.T) {
	text := signedToken(t, jose.RS256, keys(), "key-1")
	for method, check := range map[string]func(call, url.Values) bool{
		"client_secret_post": func(c call, form url.Values) bool {
			return form.Get("client_id") == "job/1" && form.Get("client_secret") == "s+1" && c.Header.Get("Authorization") == ""
		},
		"client_secret_basic": func(c call, form url.Values) bool {
			want := "Basic " + base64.StdEncoding.EncodeToString([]byte("job%2F1:s%2B1"))
			return !form.Has("client_id") && !form.Has("client_secret") && c.Header.Get("Authorization") == want
		},
	} {
		t.Run(method, func(t *testing.T) {
			server := newServer(t, map[string]func(call) reply{tokenRoute: says(200, `{"access_token":"`+text+`","expires_in":86400}`)})
			opened := server.tenant(t)
			wanted := tenant.TokenRequest{ClientID: "job/1", Secret: secret.New("s+1"), AuthMethod: method, Audience: "https://api.example/v1"}
			for range 2 {
				got, err := opened.Tokens.Request(t.Context(), wanted)
				if err != nil {
					t.Fatal(err)
				}
				want := tenant.Token{
					Issuer: "https://tenant/", Audience: []string{"https://api.example/v1"}, Algorithm: "RS256", KeyID: "key-1",
					Scopes: []string{"batch:upload", "read:timesheets"}, Lifetime: 24 * time.Hour,
				}
				if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(tenant.Token{}, "Value", "ProofKey")); diff != "" || got.Value.Reveal() != text {
					t.Error(diff)
				}
			}
			asked := server.asked(tokenRoute)
			if len(asked) != 2 {
				t.Errorf("%d requests for two tokens", len(asked))
			}
			form, err := url.ParseQuery(asked[0].Body)
			if err != nil || form.Get("grant_type") != "client_credentials" || form.Get("audience") != "https://api.example/v1" || !check(asked[0], form) {
				t.Errorf("form %v, headers %v", form, asked[0].Header)
			}
		})
	}
}

func TestTokenThatIsRefused(t *testing.T) {
	server := newServer(t, map[string]func(call) reply{
		tokenRoute: says(403, `{"error":"access_denied","error_description":"Client canary-secret is not authorized to access \"x\"."}`),
	})
	_, err := server.tenant(t).Tokens.Request(t.Context(), tenant.TokenRequest{ClientID: "job", Secret: secret.New("canary-secret"), Audience: "x"})
	var denied *tenant.Denied
	if !errors.As(err, &denied) || denied.Code != "access_denied" || denied.Message != `Client (hidden) is not authorized to access "x".` {
		t.Errorf("error %v", err)
	}
}

func TestTokenThatIsNoJWT(t *testing.T) {
	for _, text := range []string{"canary", "a.b.c", "", "a.b.c.d.e"} {
		server := newServer(t, map[string]func(call) reply{tokenRoute: says(200, `{"access_token":"`+text+`"}`)})
		_, err := server.tenant(t).Tokens.Request(t.Context(), tenant.TokenRequest{ClientID: "job", Secret: secret.New("s"), Audience: "x"})
		var away *tenant.Unavailable
		if !errors.As(err, &away) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: error %v", text, err)
		}
	}
}

// TestTokenThatIsEncrypted returns the members of the response for a token that only its API can read.
func TestTokenThatIsEncrypted(t *testing.T) {
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RSA-OAEP-256","enc":"A256GCM"}`)) + ".a.b.c.d"
	server := newServer(t, map[string]func(call) reply{tokenRoute: says(200, `{"access_token":"`+text+`","scope":"read:timesheets batch:upload","expires_in":3600}`)})
	got, err := server.tenant(t).Tokens.Request(t.Context(), tenant.TokenRequest{ClientID: "job", Secret: secret.New("s"), Audience: "x"})
	if err != nil {
		t.Fatal(err)
	}
	want := tenant.Token{Scopes: []string{"batch:upload", "read:timesheets"}, Lifetime: time.Hour, Encrypted: true}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(tenant.Token{}, "Value", "ProofKey")); diff != "" || got.Value.Reveal() != text {
		t.Error(diff)
	}
}

// keySet returns a JWKS with a valid key, a key of an unknown type, and more keys.
func keySet(t *testing.T, more ...jose.JSONWebKey) string {
	t.Helper()
	documents := []string{
		`{"kty":"XYZ","kid":"strange","use":"sig"}`,
	}
	for _, key := range more {
		document, err := json.Marshal(key)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, string(document))
	}
	return `{"keys":[` + strings.Join(documents, ",") + `]}`
}

func TestVerify(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	set := keySet(t, jose.JSONWebKey{Key: &keys().PublicKey, KeyID: "key-1", Algorithm: "RS256", Use: "sig"})
	server := newServer(t, map[string]func(call) reply{"GET /.well-known/jwks.json": says(200, set)})
	verifier := server.tenant(t).Keys
	good := signedToken(t, jose.RS256, keys(), "key-1")
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"RS256":           {good, true},
		"PS256":           {signedToken(t, jose.PS256, keys(), "key-1"), true},
		"RS512":           {signedToken(t, jose.RS512, keys(), "key-1"), true},
		"another key":     {signedToken(t, jose.RS256, other, "key-1"), false},
		"another key id":  {signedToken(t, jose.RS256, keys(), "key-2"), false},
		"HS256":           {signedToken(t, jose.HS256, []byte(strings.Repeat("s", 32)), "key-1"), false},
		"altered":         {good[:len(good)-8] + "AAAAAAAA", false},
		"not even signed": {"canary", false},
		"a strange key":   {signedToken(t, jose.RS256, keys(), "strange"), false},
	} {
		got, err := verifier.Verify(t.Context(), tenant.Token{Value: secret.New(c.text)})
		if err != nil || got != c.want {
			t.Errorf("%s: %v, %v; want %v", name, got, err, c.want)
		}
	}
	if tokens := server.asked(tokenRoute); len(tokens) != 0 {
		t.Errorf("the key set needed %d tokens", len(tokens))
	}
}

func TestPublishedKeys(t *testing.T) {
	server := newServer(t, map[string]func(call) reply{
		"GET /.well-known/jwks.json": says(200, `{"keys":[{"alg":"RS256","kty":"RSA","use":"sig","n":"x","e":"AQAB","kid":"k1","x5t":"thumb","x5c":["Y2FuYXJ5"]},{"kty":"RSA","kid":"k2","x5c":["%"]}]}`),
	})
	got, err := server.tenant(t).Keys.Published(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []tenant.Key{
		{ID: "k1", Algorithm: "RS256", Use: "sig", Type: "RSA", Thumbprint: "thumb", Certificate: "-----BEGIN CERTIFICATE-----\nY2FuYXJ5\n-----END CERTIFICATE-----\n"},
		{ID: "k2", Type: "RSA"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
