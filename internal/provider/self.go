package provider

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/server"
	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/tokens"
)

// selfOf returns what the credentials reveal about the provider's own client, without a request.
func selfOf(config management.Config) server.Self {
	own := server.Self{ClientID: config.ClientID, Audience: strings.TrimSpace(config.Audience)}
	if !config.APIToken.Empty() {
		token := claimsOf(config.APIToken.Reveal())
		own.ClientID, own.Audience = token.client(), cmp.Or(token.managementAPI(), own.Audience)
	} else if key, err := tokens.ParsePrivateKey(config.PrivateKey); err == nil {
		own.KeyID = tokens.Thumbprint(&key.PublicKey)
	}
	if config.BaseURL != nil {
		own.Audience = cmp.Or(own.Audience, config.BaseURL.String()+"/api/v2/")
	}
	if config.BaseURL != nil && config.Unready == nil {
		own.Domain = config.BaseURL.Host
	}
	return own
}

// claims contains the claims of a token about its client and its APIs. They are not verified, because they only prevent
// that the provider locks itself out, or confuses two tenants.
type claims struct {
	AuthorizedParty string `json:"azp"`
	ClientID        string `json:"client_id"`
	Subject         string `json:"sub"`
	Audience        any    `json:"aud"` // a string, or a list of strings
}

// claimsOf returns the claims of a token. If it is not a JWT, they are empty.
func claimsOf(token string) (decoded claims) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims{}
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &decoded) != nil {
		return claims{}
	}
	return decoded
}

// client returns the client ID that the token was issued to.
func (c claims) client() string {
	return cmp.Or(c.AuthorizedParty, c.ClientID, strings.TrimSuffix(c.Subject, "@clients"))
}

// managementAPI returns the identifier of the Management API in the token's audience, or "".
func (c claims) managementAPI() string {
	audiences, _ := c.Audience.([]any)
	for _, audience := range append(audiences, c.Audience) {
		if identifier, ok := audience.(string); ok && strings.HasSuffix(identifier, "/api/v2/") {
			return identifier
		}
	}
	return ""
}

// userAgent returns the name and version of the provider, the version of Terraform, and the text of TF_APPEND_USER_AGENT.
func userAgent(version, terraform string, environment Environment) string {
	agent := fmt.Sprintf("terraform-provider-timesheets/%s Terraform/%s", version, terraform)
	if extra, ok := environment("TF_APPEND_USER_AGENT"); ok && strings.TrimSpace(extra) != "" {
		agent += " " + strings.TrimSpace(extra)
	}
	return agent
}
