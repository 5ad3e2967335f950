package emulator_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/timesheets/terraform-provider-timesheets/internal/acctest/keypair"
	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
)

// proof contains the parts of a DPoP proof before it is signed.
type proof struct {
	key    *ecdsa.PrivateKey
	alg    jose.SignatureAlgorithm
	typ    string
	claims map[string]any
	bare   bool // without the key
}

func newProof(t *testing.T, n *tenant) proof {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return proof{key: key, alg: jose.ES256, typ: "dpop+jwt", claims: map[string]any{
		"htm": "POST", "htu": n.URL() + "/oauth/token", "iat": time.Now().Unix(), "jti": rand.Text(),
	}}
}

func (p proof) sign(t *testing.T) string {
	t.Helper()
	options := (&jose.SignerOptions{EmbedJWK: !p.bare}).WithType(jose.ContentType(p.typ))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: p.alg, Key: p.key}, options)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(p.claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// exchangeWith requests a token with DPoP headers.
func (n *tenant) exchangeWith(job emulator.Credentials, proofs ...string) answer {
	n.t.Helper()
	request := n.request("POST", "/oauth/token", secretForm(job, "urn:a").Encode())
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Del("Authorization")
	request.Header["Dpop"] = proofs
	got, err := n.send(request)
	if err != nil {
		n.t.Fatal(err)
	}
	return got
}

// proving starts a tenant with an API, a client and a grant.
func proving(t *testing.T, options ...func(*emulator.Options)) (*tenant, emulator.Credentials) {
	t.Helper()
	n := start(t, options...)
	n.newAPI("urn:a", "x")
	job := n.newClient("job")
	n.newGrant(job.ClientID, "urn:a", "x")
	return n, job
}

// TestProof_policy requests tokens with each setting of client and API, with and without a proof.
func TestProof_policy(t *testing.T) { // PP001, PP004, PP005, PP006
	n, job := proving(t)
	for _, c := range []struct {
		client                bool
		api, without, proving string // the token's type, or the error
	}{
		{false, `null`, "Bearer", "Bearer"},
		{false, `{"mechanism":"dpop","required":false}`, "Bearer", "DPoP"},
		{false, `{"mechanism":"dpop","required":true}`, "invalid_dpop_proof", "DPoP"},
		{false, `{"mechanism":"dpop","required":true,"required_for":"all_clients"}`, "invalid_dpop_proof", "DPoP"},
		{false, `{"mechanism":"dpop","required":true,"required_for":"public_clients"}`, "Bearer", "DPoP"},
		{true, `null`, "invalid_request", "invalid_request"},
		{true, `{"mechanism":"dpop","required":false}`, "invalid_dpop_proof", "DPoP"},
		{true, `{"mechanism":"dpop","required":true,"required_for":"public_clients"}`, "invalid_dpop_proof", "DPoP"},
		{false, `{"mechanism":"mtls","required":true}`, "invalid_request", "invalid_request"},
		{false, `{"mechanism":"mtls","required":false}`, "invalid_request", "invalid_request"},
	} {
		n.call(200, "PATCH", "resource-servers/urn:a", `{"proof_of_possession":`+c.api+`}`)
		required := "false"
		if c.client {
			required = "true"
		}
		n.call(200, "PATCH", "clients/"+job.ClientID, `{"require_proof_of_possession":`+required+`}`)
		p := newProof(t, n)
		for want, got := range map[string]answer{"without " + c.without: n.exchangeWith(job), "proving " + c.proving: n.exchangeWith(job, p.sign(t))} {
			_, want, _ = strings.Cut(want, " ")
			if got.body.Text("token_type")+got.body.Text("error") != want || got.status != 200 && got.status != 400 {
				t.Errorf("%+v: want %s: %d %s", c, want, got.status, got.raw)
			}
			if got.status == 200 {
				claims := part(t, got.body.Text("access_token"), 1)
				if claims.Has("cnf") != (want == "DPoP") || want == "DPoP" && claims.Child("cnf").Text("jkt") != p.thumbprint(t) {
					t.Errorf("%+v: claims %s", c, claims.Encode())
				}
			}
		}
	}
}

func (p proof) thumbprint(t *testing.T) string {
	t.Helper()
	sum, err := (&jose.JSONWebKey{Key: p.key.Public()}).Thumbprint(crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(sum)
}

// TestProof_checks changes one part of a proof at a time.
func TestProof_checks(t *testing.T) { // PP002
	n, job := proving(t)
	n.call(200, "PATCH", "resource-servers/urn:a", `{"proof_of_possession":{"mechanism":"dpop","required":true}}`)
	good := newProof(t, n)
	if got := n.exchangeWith(job, good.sign(t)); got.status != 200 {
		t.Fatal(got.raw)
	}
	claim := func(name string, value any) func(*proof) {
		return func(p *proof) { p.claims[name] = value }
	}
	for _, c := range []struct {
		reason      string
		writeFaulty func(*proof)
	}{
		{"typ is not", func(p *proof) { p.typ = "JWT" }},
		{"not a public key", func(p *proof) { p.bare = true }},
		{"ES256 or RS256", func(p *proof) { p.key, p.alg = p384(t), jose.ES384 }},
		{"htm is not POST", claim("htm", "GET")},
		{"htu is not the token endpoint", claim("htu", n.URL()+"/oauth/other")},
		{"htu is not the token endpoint", claim("htu", "https://other.example/oauth/token")},
		{"jti is missing", func(p *proof) { delete(p.claims, "jti") }},
		{"iat is missing", func(p *proof) { delete(p.claims, "iat") }},
		{"iat is too far", claim("iat", time.Now().Add(-6*time.Minute).Unix())},
		{"iat is too far", claim("iat", time.Now().Add(time.Minute).Unix())},
		{"jti was used", claim("jti", good.claims["jti"])},
	} {
		p := newProof(t, n)
		c.writeFaulty(&p)
		got := n.exchangeWith(job, p.sign(t))
		if got.status != 400 || got.body.Text("error") != "invalid_dpop_proof" || !strings.Contains(got.body.Text("error_description"), c.reason) {
			t.Errorf("%s: %d %s", c.reason, got.status, got.raw)
		}
	}
	head, _, _ := strings.Cut(newProof(t, n).sign(t), ".")
	_, tail, _ := strings.Cut(newProof(t, n).sign(t), ".")
	for reason, proofs := range map[string][]string{
		"does not verify": {head + "." + tail}, "more than one": {good.sign(t), newProof(t, n).sign(t)}, "not a JWT": {"x"},
		"longer than": {strings.Repeat("x", 8193)},
	} {
		if got := n.exchangeWith(job, proofs...); got.status != 400 || !strings.Contains(got.raw, reason) {
			t.Errorf("%s: %d %s", reason, got.status, got.raw)
		}
	}
	query := newProof(t, n)
	query.claims["htu"] = n.URL() + "/oauth/token?a=b#c"
	if got := n.exchangeWith(job, query.sign(t)); got.status != 200 {
		t.Error("htu with a query:", got.raw)
	}
}

func p384(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestProof_nonce(t *testing.T) { // PP003
	n, job := proving(t, switched(func(s *emulator.Switches) { s.RequireProofNonce = true }))
	n.call(200, "PATCH", "resource-servers/urn:a", `{"proof_of_possession":{"mechanism":"dpop","required":true}}`)
	p := newProof(t, n)
	got := n.exchangeWith(job, p.sign(t))
	nonce := got.header.Get("DPoP-Nonce")
	if got.status != 400 || got.raw != `{"error":"use_dpop_nonce","error_description":"Authorization server requires nonce in DPoP proof"}` || nonce == "" {
		t.Fatalf("without a nonce: %d %s, nonce %q", got.status, got.raw, nonce)
	}
	p.claims["nonce"] = nonce
	if got := n.exchangeWith(job, p.sign(t)); got.status != 200 || got.body.Text("token_type") != "DPoP" {
		t.Errorf("with the nonce: %d %s", got.status, got.raw)
	}
	p = newProof(t, n)
	p.claims["nonce"] = "old"
	if got := n.exchangeWith(job, p.sign(t)); got.body.Text("error") != "use_dpop_nonce" || got.header.Get("DPoP-Nonce") != nonce {
		t.Errorf("with another nonce: %d %s", got.status, got.raw)
	}
}

func TestToken_denyAll(t *testing.T) { // TK016
	n, job := proving(t)
	policy := func(policy string) {
		n.call(200, "PATCH", "resource-servers/urn:a", `{"subject_type_authorization":{"client":{"policy":"`+policy+`"}}}`)
	}
	policy("deny_all")
	if got, want := n.exchangeWith(job).raw, `{"error":"access_denied","error_description":"Client \"`+job.ClientID+
		`\" is not authorized to access resource server \"urn:a\"."}`; got != want {
		t.Errorf("denied\n got %s\nwant %s", got, want)
	}
	policy("require_client_grant")
	if got := n.exchangeWith(job); got.status != 200 {
		t.Error("permitted again:", got.raw)
	}
}

func TestToken_encrypted(t *testing.T) { // TK017
	n, job := proving(t)
	pair := keypair.New()
	private, public := pair.Key, pair.PublicPEM
	encrypt := func(alg, pem string) {
		n.call(200, "PATCH", "resource-servers/urn:a", `{"token_encryption":{"format":"compact-nested-jwe","encryption_key":{"alg":"`+alg+`","kid":"k1","pem":`+quoted(pem)+`}}}`)
	}
	encrypt("RSA-OAEP-256", public)
	n.call(200, "PATCH", "resource-servers/urn:a", `{"name":"Still encrypted"}`)
	parsed, err := jose.ParseEncryptedCompact(n.exchangeWith(job).body.Text("access_token"), []jose.KeyAlgorithm{jose.RSA_OAEP_256}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := parsed.Decrypt(private)
	if err != nil || parsed.Header.KeyID != "k1" || part(t, string(signed), 1).Text("aud") != "urn:a" {
		t.Errorf("%v, key %q, token %s", err, parsed.Header.KeyID, signed)
	}
	encrypt("RSA-OAEP-512", public)
	if got := n.exchangeWith(job); got.status != 501 {
		t.Error("another algorithm:", got.raw)
	}
	n.call(200, "PATCH", "resource-servers/urn:a", `{"token_encryption":null}`)
	if got := part(t, n.exchangeWith(job).body.Text("access_token"), 1); got.Text("aud") != "urn:a" {
		t.Error("signed only:", got)
	}
}
