package management_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// proofsSent is a RoundTripper that notes which token requests of clients carry a proof.
type proofsSent struct {
	next http.RoundTripper

	mu     sync.Mutex
	proofs []bool
}

func (p *proofsSent) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/oauth/token" {
		p.mu.Lock()
		p.proofs = append(p.proofs, r.Header.Get("DPoP") != "")
		p.mu.Unlock()
	}
	return p.next.RoundTrip(r)
}

// taken returns what was noted, and forgets it.
func (p *proofsSent) taken() []bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	noted := p.proofs
	p.proofs = nil
	return noted
}

// requester creates an API with that proof of possession, a client and a grant, and returns the token request.
func requester(t *testing.T, opened tenant.Tenant, possession tenant.ProofOfPossession) (tenant.TokenRequest, tenant.API) {
	t.Helper()
	api, err := opened.APIs.Create(t.Context(), tenant.NewAPI{API: tenant.API{
		Identifier: "https://api.example/v1", Name: "API", SigningAlg: "RS256", TokenLifetime: 3600, TokenLifetimeForWeb: 3600,
		TokenDialect: tenant.DefaultTokenDialect, ProofOfPossession: possession, Scopes: []tenant.Scope{{Value: "x"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	client, err := opened.Clients.Create(t.Context(), tenant.Client{Name: "job", GrantTypes: []string{tenant.ClientCredentials}, TokenEndpointAuthMethod: "client_secret_post", OrganizationUsage: "deny"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := opened.Grants.Create(t.Context(), tenant.Grant{ClientID: client.ClientID, Audience: api.Identifier, Scopes: []string{"x"}}); err != nil {
		t.Fatal(err)
	}
	credentials, err := opened.Secrets.Client(t.Context(), client.ClientID)
	if err != nil {
		t.Fatal(err)
	}
	return tenant.TokenRequest{ClientID: client.ClientID, Secret: credentials.Value, AuthMethod: credentials.AuthMethod, Audience: api.Identifier}, api
}

// A proof is sent where the tenant refuses a request without one, and again with the nonce that the tenant demands.
func TestTokenRequest_proof(t *testing.T) {
	required := tenant.ProofOfPossession{Mechanism: "dpop", Required: true}
	for name, c := range map[string]struct {
		possession tenant.ProofOfPossession
		switches   emulator.Switches
		key        bool
		bound      bool
		proofs     []bool
	}{
		"not supported":        {tenant.ProofOfPossession{}, emulator.Switches{}, false, false, []bool{false}},
		"not supported, key":   {tenant.ProofOfPossession{}, emulator.Switches{}, true, false, []bool{true}},
		"permitted":            {tenant.ProofOfPossession{Mechanism: "dpop"}, emulator.Switches{}, false, false, []bool{false}},
		"permitted, key":       {tenant.ProofOfPossession{Mechanism: "dpop"}, emulator.Switches{}, true, true, []bool{true}},
		"required":             {required, emulator.Switches{}, false, true, []bool{false, true}},
		"required, key":        {required, emulator.Switches{}, true, true, []bool{true}},
		"required, nonce":      {required, emulator.Switches{RequireProofNonce: true}, false, true, []bool{false, true, true}},
		"required, key, nonce": {required, emulator.Switches{RequireProofNonce: true}, true, true, []bool{true, true}},
	} {
		t.Run(name, func(t *testing.T) {
			sent := &proofsSent{next: http.DefaultTransport}
			opened := emulatedWith(t, emulator.Options{Switches: c.switches}, sent)
			wanted, _ := requester(t, opened, c.possession)
			if c.key {
				wanted.ProofKey = ecKey(t, elliptic.P256(), "PRIVATE KEY")
			}
			sent.taken()
			token, err := opened.Tokens.Request(t.Context(), wanted)
			if err != nil {
				t.Fatal(err)
			}
			wantType := map[bool]string{true: "DPoP", false: "Bearer"}[c.bound]
			if token.BoundToProof != c.bound || token.Type != wantType || token.ProofKey.Empty() == slices.Contains(c.proofs, true) {
				t.Errorf("bound %v, type %q, key %v", token.BoundToProof, token.Type, !token.ProofKey.Empty())
			}
			if got := sent.taken(); !slices.Equal(got, c.proofs) {
				t.Errorf("requests with a proof: %v, want %v", got, c.proofs)
			}
		})
	}
}

// A refusal that a proof does not change is reported as it was, and rejected credentials are sent once.
func TestTokenRequest_proofDoesNotHelp(t *testing.T) {
	sent := &proofsSent{next: http.DefaultTransport}
	opened := emulatedWith(t, emulator.Options{}, sent)
	wanted, _ := requester(t, opened, tenant.ProofOfPossession{})
	for name, c := range map[string]struct {
		change  func(*tenant.TokenRequest)
		message string
		proofs  []bool
	}{
		"organization": {func(r *tenant.TokenRequest) { r.Organization = "org_1" }, "parameter organization is not allowed for this client", []bool{false, true}},
		"secret":       {func(r *tenant.TokenRequest) { r.Secret = secret.New("wrong") }, "Unauthorized", []bool{false}},
	} {
		request := wanted
		c.change(&request)
		sent.taken()
		_, err := opened.Tokens.Request(t.Context(), request)
		var denied *tenant.Denied
		if !errors.As(err, &denied) || denied.Message != c.message {
			t.Errorf("%s: %v", name, err)
		}
		if got := sent.taken(); !slices.Equal(got, c.proofs) {
			t.Errorf("%s: requests with a proof: %v, want %v", name, got, c.proofs)
		}
	}
}

func ecKey(t *testing.T, curve elliptic.Curve, kind string) secret.Value {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	encode := map[string]func() ([]byte, error){
		"PRIVATE KEY":    func() ([]byte, error) { return x509.MarshalPKCS8PrivateKey(key) },
		"EC PRIVATE KEY": func() ([]byte, error) { return x509.MarshalECPrivateKey(key) },
		"PUBLIC KEY":     func() ([]byte, error) { return x509.MarshalPKIXPublicKey(key.Public()) },
	}[kind]
	der, err := encode()
	if err != nil {
		t.Fatal(err)
	}
	return secret.New(string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})))
}

func TestTokenRequest_proofKey(t *testing.T) {
	opened := emulated(t)
	wanted, _ := requester(t, opened, tenant.ProofOfPossession{Mechanism: "dpop", Required: true})
	for name, c := range map[string]struct {
		key   secret.Value
		valid bool
	}{
		"SEC 1":           {ecKey(t, elliptic.P256(), "EC PRIVATE KEY"), true},
		"PKCS #8":         {ecKey(t, elliptic.P256(), "PRIVATE KEY"), true},
		"RSA":             {secret.New(pkcs8(t, keys())), true},
		"another curve":   {ecKey(t, elliptic.P384(), "PRIVATE KEY"), false},
		"another curve 2": {ecKey(t, elliptic.P384(), "EC PRIVATE KEY"), false},
		"public":          {ecKey(t, elliptic.P256(), "PUBLIC KEY"), false},
		"no PEM":          {secret.New("canary"), false},
	} {
		wanted.ProofKey = c.key
		token, err := opened.Tokens.Request(t.Context(), wanted)
		if c.valid && (err != nil || !token.BoundToProof) {
			t.Errorf("%s: %v", name, err)
		}
		var wrong *tenant.Invalid
		if !c.valid && (!errors.As(err, &wrong) || wrong.Field != "proof_key" || strings.Contains(err.Error(), c.key.Reveal())) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A proof that the tenant rejects does not hide why it refused the request without one.
func TestTokenRequest_rejectedProof(t *testing.T) {
	server := newServer(t, map[string]func(call) reply{tokenRoute: func(c call) reply {
		if c.Header.Get("DPoP") != "" {
			return says(400, `{"error":"invalid_dpop_proof","error_description":"iat"}`)(c)
		}
		return says(403, `{"error":"access_denied","error_description":"no grant"}`)(c)
	}})
	opened := server.tenant(t)
	_, err := opened.Tokens.Request(t.Context(), tenant.TokenRequest{ClientID: "job", Secret: secret.New("job-secret"), Audience: "a"})
	var denied *tenant.Denied
	if !errors.As(err, &denied) || denied.Message != "no grant" {
		t.Errorf("error %v", err)
	}
}
