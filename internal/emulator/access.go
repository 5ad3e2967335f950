package emulator

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// access describes what the caller of a management token can do.
type access struct {
	caller string
	scopes []string
}

func (a access) any(scopes ...string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(a.scopes, s) })
}

type managementClaims struct {
	jwt.Claims
	AuthorizedParty string `json:"azp"`
	ClientID        string `json:"client_id"`
	Scope           string `json:"scope"`
}

// authorize reads the bearer token and requires one of the scopes (GE006). GE014 has the text of each error.
func (c *call) authorize(scopes []string) error {
	header := c.request.Header.Get("Authorization")
	if header == "" {
		return unauthorized("Missing authentication")
	}
	kind, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(kind, "Bearer") || token == "" || strings.Contains(token, " ") {
		return badRequest("Bearer", "Bad HTTP authentication header format")
	}
	claims, err := c.server.verify(token)
	if err != nil {
		return err
	}
	c.token = access{caller: claims.AuthorizedParty, scopes: strings.Fields(claims.Scope)}
	if c.token.caller == "" {
		c.token.caller = claims.ClientID
	}
	c.entry.Caller = c.token.caller
	if !c.token.any(scopes...) {
		return insufficientScope(scopes)
	}
	return nil
}

// verify checks the signature, the audience and the times of a management token.
func (s *Server) verify(token string) (managementClaims, error) {
	var claims managementClaims
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256, jose.RS512, jose.PS256})
	if err != nil || len(parsed.Headers) != 1 {
		return claims, unauthorized("Invalid token")
	}
	key, known := s.keys.byID(parsed.Headers[0].KeyID)
	if !known || parsed.Claims(key.private.Public(), &claims) != nil {
		return claims, unauthorized("Invalid signature received for JSON Web Token validation")
	}
	expected := jwt.Expected{Issuer: s.Issuer(), AnyAudience: jwt.Audience{s.ManagementAudience()}, Time: s.now()}
	switch err := claims.ValidateWithLeeway(expected, 0); {
	case errors.Is(err, jwt.ErrExpired):
		text := "Expired token received for JSON Web Token validation"
		p := unauthorized(text)
		p.extra = store.Object{{Name: "attributes", Value: store.Object{{Name: "error", Value: text}}}}
		return claims, p
	case errors.Is(err, jwt.ErrInvalidAudience):
		return claims, unauthorized("Bad audience: " + strings.Join(claims.Audience, ","))
	case err != nil:
		return claims, unauthorized("Invalid token")
	}
	return claims, nil
}

const dashboardTokenLifetime = 24 * time.Hour

// DashboardCaller is the caller in the journal of requests with a token from Server.Token.
const DashboardCaller = "dashboard"

// Token issues a management token with exactly these scopes, or with all scopes if none is given. The journal names its
// caller DashboardCaller. Tests use it to change the tenant outside Terraform.
func (s *Server) Token(scopes ...string) string {
	if len(scopes) == 0 {
		scopes = managementScopes()
	}
	key := s.keys.current()
	token, err := signJWT("RS256", "JWT", store.Object{
		{Name: "iss", Value: s.Issuer()},
		{Name: "sub", Value: DashboardCaller + "@clients"},
		{Name: "aud", Value: s.ManagementAudience()},
		{Name: "iat", Value: s.now().Unix()},
		{Name: "exp", Value: s.now().Add(dashboardTokenLifetime).Unix()},
		{Name: "azp", Value: DashboardCaller},
		{Name: "scope", Value: strings.Join(scopes, " ")},
		{Name: "gty", Value: "client-credentials"},
	}, key, "")
	if err != nil { // impossible with a generated key; the tenant rejects the empty token
		return http.StatusText(http.StatusInternalServerError)
	}
	return token
}
