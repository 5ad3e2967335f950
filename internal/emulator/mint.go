package emulator

import (
	"net/http"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/emulator/store"
)

// mint signs the token, encrypts it if the API requires that, and writes the response (TK001, TK011, TK017).
func (c *call) mint(wanted tokenProperties) (reply, error) {
	s := c.server
	body, err := store.ParseObject(wanted.api.Body)
	if err != nil {
		return reply{}, err
	}
	id, err := s.ids.tokenID()
	if err != nil {
		return reply{}, err
	}
	lifetime, _ := body.Integer("token_lifetime")
	typ := "JWT"
	if strings.HasPrefix(body.Text("token_dialect"), "rfc9068") {
		typ = "at+jwt"
	}
	claims := s.claims(wanted, id, body, lifetime)
	signed, err := signJWT(body.Text("signing_alg"), typ, claims, s.keys.current(), wanted.api.Secret)
	if err == nil {
		signed, err = encryptJWT(signed, body.Child("token_encryption"), wanted.api.Encryption)
	}
	if err != nil {
		return reply{}, err
	}
	answer := store.Object{{Name: "access_token", Value: signed}}
	if len(wanted.scopes) > 0 {
		answer.Set("scope", strings.Join(wanted.scopes, " "))
	}
	answer.Set("expires_in", lifetime)
	answer.Set("token_type", "Bearer")
	if wanted.thumbprint != "" { // PP005
		answer.Set("token_type", "DPoP")
	}
	return reply{status: http.StatusOK, value: answer, plain: true}, nil
}

// claims returns the claims of a client credentials token, in the dialect of the API (TK011, TK012), with its organization
// (OR013) and its proof key (PP005).
func (s *Server) claims(wanted tokenProperties, tokenID string, api store.Object, lifetime int64) store.Object {
	dialect, now, scopes := api.Text("token_dialect"), s.now().Unix(), wanted.scopes
	claims := store.Object{
		{Name: "iss", Value: s.Issuer()},
		{Name: "sub", Value: wanted.clientID + "@clients"},
		{Name: "aud", Value: api.Text("identifier")},
		{Name: "iat", Value: now},
		{Name: "exp", Value: now + lifetime},
	}
	rfc9068 := strings.HasPrefix(dialect, "rfc9068")
	if !rfc9068 {
		claims.Set("azp", wanted.clientID)
	}
	if len(scopes) > 0 {
		claims.Set("scope", strings.Join(scopes, " "))
	}
	if rfc9068 {
		claims.Set("jti", tokenID)
		claims.Set("client_id", wanted.clientID)
	} else {
		claims.Set("gty", "client-credentials")
	}
	if strings.HasSuffix(dialect, "_authz") && api.Flag("enforce_policies") {
		claims.Set("permissions", append([]string{}, scopes...))
	}
	if o := wanted.organization; o != nil {
		claims.Set("org_id", o.ID)
		if s.options.Switches.OrganizationNames {
			claims.Set("org_name", o.Name)
		}
	}
	if wanted.thumbprint != "" {
		claims.Set("cnf", store.Object{{Name: "jkt", Value: wanted.thumbprint}})
	}
	return claims
}
