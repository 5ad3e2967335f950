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

// self is what the credentials tell of the provider's own client, without asking anybody.
func self(config management.Config) server.Self {
	own := server.Self{ClientID: config.ClientID, Audience: strings.TrimSpace(config.Audience)}
	if !config.APIToken.Empty() {
		said := claimsOf(config.APIToken.Reveal())
		own.ClientID, own.Audience = said.client(), cmp.Or(said.managementAPI(), own.Audience)
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

// claims are what a token says of its client and its APIs. Nothing is verified: they only keep the provider from locking
// itself out, and from taking one tenant for another.
type claims struct {
	AuthorizedParty string `json:"azp"`
	ClientID        string `json:"client_id"`
	Subject         string `json:"sub"`
	Audience        any    `json:"aud"` // text, or a list of texts
}

// claimsOf reads the claims of a token; none where it is not a JWT.
func claimsOf(token string) (said claims) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims{}
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &said) != nil {
		return claims{}
	}
	return said
}

// client is the client that the token was issued to.
func (c claims) client() string {
	return cmp.Or(c.AuthorizedParty, c.ClientID, strings.TrimSuffix(c.Subject, "@clients"))
}

// managementAPI is the identifier of the Management API that the token is for.
func (c claims) managementAPI() string {
	audiences, _ := c.Audience.([]any)
	for _, audience := range append(audiences, c.Audience) {
		if identifier, ok := audience.(string); ok && strings.HasSuffix(identifier, "/api/v2/") {
			return identifier
		}
	}
	return ""
}

// userAgent names the provider, its version and Terraform's, and whatever TF_APPEND_USER_AGENT adds.
func userAgent(version, terraform string, environment Environment) string {
	agent := fmt.Sprintf("terraform-provider-timesheets/%s Terraform/%s", version, terraform)
	if extra, ok := environment("TF_APPEND_USER_AGENT"); ok && strings.TrimSpace(extra) != "" {
		agent += " " + strings.TrimSpace(extra)
	}
	return agent
}
