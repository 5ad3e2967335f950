package provider

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/timesheets/terraform-provider-timesheets/internal/framework/configure"
	"github.com/timesheets/terraform-provider-timesheets/internal/framework/publickey"
	"github.com/timesheets/terraform-provider-timesheets/internal/management"
)

// self is what the credentials tell of the provider's own client, without asking anybody.
func self(config management.Config) configure.Self {
	own := configure.Self{ClientID: config.ClientID, Audience: config.Audience}
	if config.BaseURL != nil {
		own.Audience = cmp.Or(own.Audience, config.BaseURL.String()+"/api/v2/")
	}
	if config.BaseURL != nil && config.Unready == nil {
		own.Domain = config.BaseURL.Host
	}
	if !config.APIToken.Empty() {
		own.ClientID = bearer(config.APIToken.Reveal())
	} else if key, err := management.ParsePrivateKey(config.PrivateKey); err == nil {
		own.KeyID = publickey.Thumbprint(&key.PublicKey)
	}
	return own
}

// bearer is the client that a token was issued to; empty where the token does not tell. Nothing is verified: the answer
// only keeps the provider from taking away what it stands on.
func bearer(token string) string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return ""
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return ""
	}
	var claims struct {
		AuthorizedParty string `json:"azp"`
		ClientID        string `json:"client_id"`
		Subject         string `json:"sub"`
	}
	if json.Unmarshal(payload, &claims) != nil {
		return ""
	}
	for _, candidate := range []string{claims.AuthorizedParty, claims.ClientID, strings.TrimSuffix(claims.Subject, "@clients")} {
		if candidate != "" {
			return candidate
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
