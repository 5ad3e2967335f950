package provider

import (
	"encoding/base64"
	"net/url"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

func token(claims string) string {
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2ln"
}

// TestSelf expects the provider's own client without a request, so that guards also work with a pre-issued access token.
func TestSelf(t *testing.T) {
	base := &url.URL{Scheme: "https", Host: "example.auth0.com"}
	for name, c := range map[string]struct {
		config             management.Config
		clientID, audience string
	}{
		"client":                   {management.Config{ClientID: "c1"}, "c1", "https://example.auth0.com/api/v2/"},
		"custom domain":            {management.Config{ClientID: "c1", Audience: "https://t.auth0.com/api/v2/"}, "c1", "https://t.auth0.com/api/v2/"},
		"token of a client":        {management.Config{APIToken: secret.New(token(`{"azp":"c2","sub":"c2@clients"}`))}, "c2", "https://example.auth0.com/api/v2/"},
		"token of the new dialect": {management.Config{APIToken: secret.New(token(`{"client_id":"c3","sub":"c3@clients"}`))}, "c3", "https://example.auth0.com/api/v2/"},
		"token with a subject":     {management.Config{APIToken: secret.New(token(`{"sub":"c4@clients"}`))}, "c4", "https://example.auth0.com/api/v2/"},
		"token and client ID":      {management.Config{ClientID: "c1", APIToken: secret.New(token(`{"azp":"c2"}`))}, "c2", "https://example.auth0.com/api/v2/"},
		"token of a custom domain": {
			management.Config{APIToken: secret.New(token(`{"azp":"c2","aud":"https://t.auth0.com/api/v2/"}`))}, "c2", "https://t.auth0.com/api/v2/",
		},
		"token with several audiences": {
			management.Config{Audience: "https://u.auth0.com/api/v2/", APIToken: secret.New(token(`{"aud":["https://t.auth0.com/userinfo","https://t.auth0.com/api/v2/"]}`))},
			"", "https://t.auth0.com/api/v2/",
		},
		"token for another API": {management.Config{APIToken: secret.New(token(`{"azp":"c2","aud":"https://api.example"}`))}, "c2", "https://example.auth0.com/api/v2/"},
		"opaque token":          {management.Config{APIToken: secret.New("opaque")}, "", "https://example.auth0.com/api/v2/"},
		"undecodable token":     {management.Config{APIToken: secret.New("a.!.c")}, "", "https://example.auth0.com/api/v2/"},
		"token without JSON":    {management.Config{APIToken: secret.New(token("no"))}, "", "https://example.auth0.com/api/v2/"},
	} {
		t.Run(name, func(t *testing.T) {
			c.config.BaseURL = base
			if got := selfOf(c.config); got.ClientID != c.clientID || got.Audience != c.audience {
				t.Errorf("self: %+v, want %q at %q", got, c.clientID, c.audience)
			}
		})
	}
}

func TestUserAgent(t *testing.T) {
	for want, extra := range map[string]string{
		"terraform-provider-timesheets/1.2.3 Terraform/1.11.4":       "",
		"terraform-provider-timesheets/1.2.3 Terraform/1.11.4 ci/42": " ci/42 ",
	} {
		environment := func(name string) (string, bool) { return extra, name == "TF_APPEND_USER_AGENT" && extra != "" }
		if got := userAgent("1.2.3", "1.11.4", environment); got != want {
			t.Errorf("user agent %q, want %q", got, want)
		}
	}
}
