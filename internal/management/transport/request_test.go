package transport

import (
	"net/url"
	"testing"
)

func TestPathTemplate(t *testing.T) {
	for address, want := range map[string]string{
		"https://x/api/v2/resource-servers":                              "/api/v2/resource-servers",
		"https://x/api/v2/resource-servers/https:%2F%2Fapi.example%2Fv1": "/api/v2/resource-servers/{id}",
		"https://x/api/v2/clients/abc/credentials/def":                   "/api/v2/clients/{id}/credentials/{id}",
		"https://x/oauth/token":                                          "/oauth/token",
	} {
		parsed, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := pathTemplate(parsed); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
