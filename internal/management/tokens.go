package management

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	operationToken = "ask for a client's access token"
	basicMethod    = "client_secret_basic"
)

var errNotJWT = errors.New("the access token is no signed JWT")

// tokenStore asks for tokens as a client would, without the provider's own.
type tokenStore struct {
	way  transport.Doer
	base *url.URL
}

var _ tenant.Tokens = (*tokenStore)(nil)

func (s *tokenStore) Request(ctx context.Context, wanted tenant.TokenRequest) (tenant.Token, error) {
	token, err := s.request(ctx, wanted)
	if !wanted.ProofKey.Empty() || !mayNeedProof(err) {
		return token, err
	}
	key, keyErr := newProofKey()
	if keyErr != nil {
		return tenant.Token{}, err
	}
	wanted.ProofKey = key
	token, again := s.request(ctx, wanted)
	if aboutProof(again) && !aboutProof(err) {
		return tenant.Token{}, err
	}
	return token, again
}

// request asks for a token, and once more with the nonce that the tenant demands (PP003).
func (s *tokenStore) request(ctx context.Context, wanted tenant.TokenRequest) (tenant.Token, error) {
	proof, err := newProofSigner(wanted.ProofKey)
	if err != nil {
		return tenant.Token{}, err
	}
	said, nonce, err := s.send(ctx, wanted, proof, "")
	if proof != nil && nonce != "" {
		said, _, err = s.send(ctx, wanted, proof, nonce)
	}
	if err != nil {
		return tenant.Token{}, err
	}
	token, err := newToken(said, proof)
	token.ProofKey = wanted.ProofKey
	return token, transport.Outcome(operationToken, false, err)
}

// send asks for a token once. It returns the nonce that the tenant demands, if it does.
func (s *tokenStore) send(ctx context.Context, wanted tenant.TokenRequest, proof *proofSigner, nonce string) (issued, string, error) {
	form, err := s.form(wanted)
	if err != nil {
		return issued{}, "", err
	}
	call := transport.Call{
		Operation: operationToken, Secrets: []secret.Value{wanted.Secret, wanted.ProofKey},
		Repeatable: wanted.PrivateKey.Empty() && proof == nil, // an assertion and a proof are valid once
	}
	request, err := tokenRequest(transport.Read(ctx, call), s.base, wanted, form)
	if err == nil {
		err = proof.prove(request, nonce)
	}
	if err != nil {
		return issued{}, "", transport.Outcome(call.Operation, false, err)
	}
	answer, err := s.way.Do(request)
	if err != nil {
		return issued{}, transport.ProofNonce(err), transport.Outcome(call.Operation, false, err)
	}
	defer func() { _ = answer.Body.Close() }()
	var said issued
	err = json.NewDecoder(answer.Body).Decode(&said)
	return said, "", transport.Outcome(call.Operation, false, err)
}

// form is what the request says in its body.
func (s *tokenStore) form(wanted tenant.TokenRequest) (url.Values, error) {
	form := url.Values{"grant_type": {tenant.ClientCredentials}, "audience": {wanted.Audience}}
	if wanted.Organization != "" {
		form.Set("organization", wanted.Organization)
	}
	if wanted.PrivateKey.Empty() && wanted.AuthMethod == basicMethod {
		return form, nil
	}
	form.Set("client_id", wanted.ClientID)
	if wanted.PrivateKey.Empty() {
		return withSecret(form, wanted.Secret)()
	}
	key, err := ParsePrivateKey(wanted.PrivateKey)
	if err != nil {
		return nil, err
	}
	signing, err := newAssertion(key, cmp.Or(wanted.SigningAlg, defaultSigningAlg), wanted.ClientID, s.base.JoinPath("/").String())
	if err != nil {
		return nil, err
	}
	return withAssertion(form, signing)()
}

func tokenRequest(ctx context.Context, base *url.URL, wanted tenant.TokenRequest, form url.Values) (*http.Request, error) {
	body := io.Reader(strings.NewReader(form.Encode()))
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, base.JoinPath("oauth", "token").String(), body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if wanted.PrivateKey.Empty() && wanted.AuthMethod == basicMethod {
		request.SetBasicAuth(url.QueryEscape(wanted.ClientID), url.QueryEscape(wanted.Secret.Reveal()))
	}
	return request, nil
}

// signatures are the algorithms of tokens that can be read. Reading is not verifying.
func signatures() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{
		jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.HS256, jose.HS384, jose.HS512,
		jose.ES256, jose.ES384, jose.ES512,
	}
}

// issued is what the tenant says along with a token (TK001).
type issued struct {
	AccessToken string `json:"access_token"`
	Scope       string `json:"scope"`
	ExpiresIn   int64  `json:"expires_in"` // seconds
	TokenType   string `json:"token_type"`
}

// newToken reads what a token says of itself, without verifying it; of an encrypted one, what was said along with it.
func newToken(said issued, proof *proofSigner) (tenant.Token, error) {
	text := said.AccessToken
	if encrypted(text) {
		return tenant.Token{
			Value: secret.New(text), Type: said.TokenType, Encrypted: true,
			Scopes: scopesOf(said.Scope), Lifetime: time.Duration(said.ExpiresIn) * time.Second,
		}, nil
	}
	signed, err := jwt.ParseSigned(text, signatures())
	if err != nil {
		return tenant.Token{}, errNotJWT // the cause might show the token
	}
	var claims jwt.Claims
	var more struct {
		Scope        string `json:"scope"`
		Organization string `json:"org_id"`
		Confirmation struct {
			Thumbprint string `json:"jkt"`
		} `json:"cnf"`
	}
	if err := signed.UnsafeClaimsWithoutVerification(&claims, &more); err != nil {
		return tenant.Token{}, errNotJWT
	}
	token := tenant.Token{
		Value:     secret.New(text),
		Issuer:    claims.Issuer,
		Audience:  claims.Audience,
		Scopes:    scopesOf(more.Scope),
		Algorithm: signed.Headers[0].Algorithm,
		KeyID:     signed.Headers[0].KeyID,

		Type:         said.TokenType,
		Organization: more.Organization,
		BoundToProof: proof != nil && more.Confirmation.Thumbprint == proof.thumbprint,
	}
	if claims.Expiry != nil && claims.IssuedAt != nil {
		token.Lifetime = time.Duration(*claims.Expiry-*claims.IssuedAt) * time.Second
	}
	return token, nil
}

func scopesOf(text string) []string { return slices.Sorted(slices.Values(strings.Fields(text))) }

// encrypted reports whether a token has the five parts of an encrypted one, and a header that names its cipher.
func encrypted(text string) bool {
	parts := strings.Split(text, ".")
	if len(parts) != 5 {
		return false
	}
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	var says struct {
		Cipher string `json:"enc"`
	}
	return err == nil && json.Unmarshal(header, &says) == nil && says.Cipher != ""
}
