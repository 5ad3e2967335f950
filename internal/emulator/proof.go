package emulator

import (
	"crypto"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// Limits of a DPoP proof (PP002).
const (
	proofType     = "dpop+jwt"
	maxProof      = 8192 // bytes
	proofLifetime = 5 * time.Minute
)

// checkPossession checks the proof of possession of a token request. It returns the thumbprint of the key to which the token is
// bound, or "" if it is not bound (PP001). The client has authenticated, so it is not a public client.
func (c *call) checkPossession(client, api store.Object) (string, error) {
	policy := api.Child("proof_of_possession")
	mechanism := policy.Text("mechanism")
	required := policy.Flag("required") && policy.Text("required_for") != "public_clients" // PP004
	sent := c.request.Header.Values("DPoP")
	switch demanded := client.Flag("require_proof_of_possession"); {
	case mechanism == "mtls": // PP006
		return "", oauthError(http.StatusBadRequest, "invalid_request", "client certificate is required for mTLS sender constraining")
	case mechanism == "" && demanded:
		return "", oauthError(http.StatusBadRequest, "invalid_request", "proof of possession is required for this client, and not supported by the resource server")
	case mechanism == "" || len(sent) == 0 && !required && !demanded:
		return "", nil
	case len(sent) == 0:
		return "", invalidProof("a DPoP proof is required")
	case len(sent) > 1:
		return "", invalidProof("there is more than one DPoP header")
	}
	return c.server.checkProof(sent[0])
}

// invalidProof returns the error for a missing or invalid DPoP proof (PP002).
func invalidProof(why string) error {
	return oauthError(http.StatusBadRequest, "invalid_dpop_proof", "Invalid DPoP proof: "+why)
}

type proofClaims struct {
	jwt.Claims
	Method string `json:"htm"`
	URL    string `json:"htu"`
	Nonce  string `json:"nonce"`
}

// checkProof verifies a DPoP proof, and returns the thumbprint of its key (PP002).
func (s *Server) checkProof(text string) (string, error) {
	if len(text) > maxProof {
		return "", invalidProof("it is longer than 8192 bytes")
	}
	proof, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.ES256, jose.RS256})
	if err != nil || len(proof.Headers) != 1 {
		return "", invalidProof("it is not a JWT signed with ES256 or RS256")
	}
	header := proof.Headers[0]
	if typ, _ := header.ExtraHeaders[jose.HeaderType].(string); typ != proofType {
		return "", invalidProof("typ is not " + proofType)
	}
	if header.JSONWebKey == nil || !header.JSONWebKey.IsPublic() {
		return "", invalidProof("jwk is not a public key")
	}
	var claims proofClaims
	if proof.Claims(header.JSONWebKey, &claims) != nil {
		return "", invalidProof("its key does not verify its signature")
	}
	if err := s.checkProofClaims(claims); err != nil {
		return "", err
	}
	thumbprint, err := header.JSONWebKey.Thumbprint(crypto.SHA256)
	if err != nil {
		return "", invalidProof("jwk is not a public key")
	}
	if !s.proofs.take(claims.ID, claims.IssuedAt.Time().Add(proofLifetime+assertionSkew), s.now()) {
		return "", invalidProof("its jti was used before")
	}
	return base64.RawURLEncoding.EncodeToString(thumbprint), nil
}

func (s *Server) checkProofClaims(claims proofClaims) error {
	now := s.now()
	switch {
	case claims.Method != http.MethodPost:
		return invalidProof("htm is not POST")
	case withoutQuery(claims.URL) != s.URL()+tokenPath:
		return invalidProof("htu is not the token endpoint")
	case claims.ID == "":
		return invalidProof("jti is missing")
	case claims.IssuedAt == nil:
		return invalidProof("iat is missing")
	case claims.IssuedAt.Time().Before(now.Add(-proofLifetime)), claims.IssuedAt.Time().After(now.Add(assertionSkew)):
		return invalidProof("iat is too far from the current time")
	case s.options.Switches.RequireProofNonce: // PP003
		return s.nonces.check(claims.Nonce, now)
	}
	return nil
}

// withoutQuery returns a URL as htu contains it: without query and fragment, scheme and host in lower case.
func withoutQuery(text string) string {
	parsed, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return strings.ToLower(parsed.Scheme) + "://" + strings.ToLower(parsed.Host) + parsed.EscapedPath()
}

// nonces are the nonces of DPoP proofs: the current one, which is replaced after a while (PP003).
type nonces struct {
	make func() (string, error)

	mu      sync.Mutex
	current string
	until   time.Time
}

// check compares a nonce with the current one. The error carries the current one.
func (n *nonces) check(sent string, now time.Time) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.current == "" || now.After(n.until) {
		nonce, err := n.make()
		if err != nil {
			return err
		}
		n.current, n.until = nonce, now.Add(proofLifetime)
	}
	if sent == n.current {
		return nil
	}
	p := &problem{status: http.StatusBadRequest, code: "use_dpop_nonce", message: "Authorization server requires nonce in DPoP proof", oauth: true}
	p.header = http.Header{"Dpop-Nonce": {n.current}}
	return p
}
