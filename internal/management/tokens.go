package management

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/transport"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
	"github.com/timesheets/terraform-provider-timesheets/internal/tokens"
)

const (
	operationToken = "ask for a client's access token"
	basicMethod    = "client_secret_basic"
	assertionType  = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	fieldProofKey  = "proof_key"
)

// tokenStore requests tokens as a client does, without the provider's own token.
type tokenStore struct {
	way  transport.Doer
	base *url.URL
}

var _ tenant.Tokens = (*tokenStore)(nil)

// Request implements tenant.Tokens. If the tenant denies the token, it tries again with a proof of possession.
func (s *tokenStore) Request(ctx context.Context, wanted tenant.TokenRequest) (tenant.Token, error) {
	token, err := s.request(ctx, wanted)
	if !wanted.ProofKey.Empty() || wanted.Signed() || !mayNeedProof(err) {
		return token, err
	}
	key, keyErr := tokens.NewProofKey()
	if keyErr != nil {
		return tenant.Token{}, err
	}
	wanted.ProofKey = key
	token, again := s.request(ctx, wanted)
	if proofRejected(again) && !proofRejected(err) {
		return tenant.Token{}, err
	}
	return token, again
}

// request requests a token, and once more with the nonce that the tenant demands (PP003).
func (s *tokenStore) request(ctx context.Context, wanted tenant.TokenRequest) (tenant.Token, error) {
	proofs, err := tokens.NewProofs(wanted.ProofKey)
	if err != nil {
		return tenant.Token{}, invalid(fieldProofKey, err.Error())
	}
	response, nonce, err := s.send(ctx, wanted, proofs, "")
	if proofs != nil && nonce != "" && !wanted.Signed() {
		response, _, err = s.send(ctx, wanted, proofs, nonce)
	}
	if err != nil {
		return tenant.Token{}, err
	}
	token, err := newToken(response, proofs)
	token.ProofKey = wanted.ProofKey
	return token, transport.Outcome(operationToken, false, err)
}

// send sends one token request. It returns the nonce that the tenant demands, if it does.
func (s *tokenStore) send(ctx context.Context, wanted tenant.TokenRequest, proofs *tokens.Proofs, nonce string) (tokenResponse, string, error) {
	form, err := s.form(wanted)
	if err != nil {
		return tokenResponse{}, "", err
	}
	call := transport.Call{
		Operation: operationToken, Secrets: []secret.Value{wanted.Secret, wanted.ProofKey, secret.New(form.Get(fieldAssertion))},
		Repeatable: !form.Has(fieldAssertion) && proofs == nil, // an assertion and a proof are valid once
	}
	request, err := tokenRequest(transport.Read(ctx, call), s.base, wanted, form)
	if err == nil {
		err = proofs.Add(request, nonce)
	}
	if err != nil {
		return tokenResponse{}, "", transport.Outcome(call.Operation, false, err)
	}
	answer, err := s.way.Do(request)
	if err != nil {
		return tokenResponse{}, transport.ProofNonce(err), transport.Outcome(call.Operation, false, err)
	}
	defer func() { _ = answer.Body.Close() }()
	var response tokenResponse
	err = json.NewDecoder(answer.Body).Decode(&response)
	return response, "", transport.Outcome(call.Operation, false, err)
}

// form returns the body of the request.
func (s *tokenStore) form(wanted tenant.TokenRequest) (url.Values, error) {
	form := url.Values{"grant_type": {tenant.ClientCredentials}, "audience": {wanted.Audience}}
	if wanted.Organization != "" {
		form.Set("organization", wanted.Organization)
	}
	if sentAsBasic(wanted) {
		return form, nil
	}
	form.Set("client_id", wanted.ClientID)
	if wanted.Signed() {
		return newSignedAssertion(wanted.Assertion, wanted.AssertionFile, wanted.ClientID, s.base, "").form(form)()
	}
	if wanted.PrivateKey.Empty() {
		return withSecret(form, wanted.Secret)()
	}
	assertions, err := newAssertions(wanted.PrivateKey, wanted.SigningAlg, wanted.ClientID, s.base)
	if err != nil {
		return nil, err
	}
	return withAssertion(form, assertions)()
}

// newAssertions returns the signer of a client's assertions. Errors name the attribute.
func newAssertions(value secret.Value, algorithm, clientID string, base *url.URL) (*tokens.Assertions, error) {
	key, err := tokens.ParsePrivateKey(value)
	if err != nil {
		return nil, invalid(fieldPrivateKey, err.Error())
	}
	assertions, err := tokens.NewAssertions(key, algorithm, clientID, base.JoinPath("/").String())
	if errors.Is(err, tokens.ErrAlgorithm) {
		return nil, invalid(fieldSigningAlg, err.Error())
	}
	return assertions, err
}

// withSecret returns the form of a token request that contains a secret.
func withSecret(form url.Values, value secret.Value) func() (url.Values, error) {
	return func() (url.Values, error) {
		form := maps.Clone(form)
		form.Set("client_secret", value.Reveal())
		return form, nil
	}
}

// withAssertion returns the form of a token request that contains a new assertion each time.
func withAssertion(form url.Values, assertions *tokens.Assertions) func() (url.Values, error) {
	return func() (url.Values, error) {
		signed, err := assertions.Sign()
		if err != nil {
			return nil, err
		}
		return withSigned(form, signed), nil
	}
}

// withSigned returns a form with an assertion.
func withSigned(form url.Values, assertion string) url.Values {
	form = maps.Clone(form)
	form.Set("client_assertion_type", assertionType)
	form.Set(fieldAssertion, assertion)
	return form
}

// sentAsBasic reports whether a request has a secret in its header instead of its form.
func sentAsBasic(wanted tenant.TokenRequest) bool {
	return wanted.PrivateKey.Empty() && !wanted.Signed() && wanted.AuthMethod == basicMethod
}

func tokenRequest(ctx context.Context, base *url.URL, wanted tenant.TokenRequest, form url.Values) (*http.Request, error) {
	body := io.Reader(strings.NewReader(form.Encode()))
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, base.JoinPath("oauth", "token").String(), body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if sentAsBasic(wanted) {
		request.SetBasicAuth(url.QueryEscape(wanted.ClientID), url.QueryEscape(wanted.Secret.Reveal()))
	}
	return request, nil
}

// tokenResponse is the response of the token endpoint (TK001).
type tokenResponse struct {
	AccessToken string `json:"access_token"`
	Scope       string `json:"scope"`
	ExpiresIn   int64  `json:"expires_in"` // seconds
	TokenType   string `json:"token_type"`
}

// newToken reads the claims of a token without verifying it; for an encrypted token, the members of the response.
func newToken(response tokenResponse, proofs *tokens.Proofs) (tenant.Token, error) {
	token := tenant.Token{Value: secret.New(response.AccessToken), Type: response.TokenType}
	if tokens.Encrypted(response.AccessToken) {
		token.Encrypted, token.Scopes = true, tokens.Scopes(response.Scope)
		token.Lifetime = time.Duration(response.ExpiresIn) * time.Second
		return token, nil
	}
	claims, err := tokens.Read(response.AccessToken)
	if err != nil {
		return tenant.Token{}, err
	}
	token.Issuer, token.Audience, token.Organization = claims.Issuer, claims.Audience, claims.Organization
	token.Algorithm, token.KeyID = claims.Algorithm, claims.KeyID
	token.Scopes, token.Lifetime = tokens.Scopes(claims.Scope), claims.Lifetime()
	token.BoundToProof = proofs.Bind(claims)
	return token, nil
}

// proofRejected reports whether the tenant rejected the proof of a token request (RFC 9449, 5).
func proofRejected(err error) bool {
	var denied *tenant.Denied
	return errors.As(err, &denied) && (denied.Code == "invalid_dpop_proof" || denied.Code == "use_dpop_nonce")
}

// mayNeedProof reports whether a denied request can succeed with a proof. The words and the code for a missing one are not
// documented (PP001). Rejected credentials are the exception.
func mayNeedProof(err error) bool {
	var denied *tenant.Denied
	return errors.As(err, &denied) && denied.Code != "" && denied.Status != http.StatusUnauthorized
}
