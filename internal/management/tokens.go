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
	form, err := s.form(wanted)
	if err != nil {
		return tenant.Token{}, err
	}
	call := transport.Call{
		Operation: operationToken, Secrets: []secret.Value{wanted.Secret}, Repeatable: wanted.PrivateKey.Empty(), // an assertion is good once
	}
	request, err := tokenRequest(transport.Read(ctx, call), s.base, wanted, form)
	if err != nil {
		return tenant.Token{}, transport.Outcome(call.Operation, false, err)
	}
	answer, err := s.way.Do(request)
	if err != nil {
		return tenant.Token{}, transport.Outcome(call.Operation, false, err)
	}
	defer func() { _ = answer.Body.Close() }()
	var said issued
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		return tenant.Token{}, transport.Outcome(call.Operation, false, err)
	}
	token, err := newToken(said)
	return token, transport.Outcome(call.Operation, false, err)
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
}

// newToken reads what a token says of itself, without verifying it; of an encrypted one, what was said along with it.
func newToken(said issued) (tenant.Token, error) {
	text := said.AccessToken
	if encrypted(text) {
		return tenant.Token{
			Value: secret.New(text), Encrypted: true, Scopes: scopesOf(said.Scope), Lifetime: time.Duration(said.ExpiresIn) * time.Second,
		}, nil
	}
	signed, err := jwt.ParseSigned(text, signatures())
	if err != nil {
		return tenant.Token{}, errNotJWT // the cause might show the token
	}
	var claims jwt.Claims
	var more struct {
		Scope string `json:"scope"`
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
