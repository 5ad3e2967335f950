package management_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/management"
	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

// giver answers every request with the same access token.
type giver string

func (g giver) RoundTrip(*http.Request) (*http.Response, error) {
	body, err := json.Marshal(map[string]string{"access_token": string(g)})
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(body)))}, nil
}

// FuzzToken holds that a token from outside is either read as what it is, or refused with an error that does not show it.
func FuzzToken(f *testing.F) {
	const header, claims = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ", "eyJpc3MiOiJhIiwiYXVkIjoiYiIsInNjb3BlIjoiYiBhIiwiaWF0IjoxLCJleHAiOjJ9"
	for _, seed := range []string{header + "." + claims + ".c2ln", header + ".e30.", "..", "canary.canary.canary", header + ".W10.c2ln", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		opened, err := management.New(management.Config{
			BaseURL: &url.URL{Scheme: "https", Host: "tenant.example"}, APIToken: secret.New("ready"), Transport: giver(text),
		})
		if err != nil {
			t.Fatal(err)
		}
		token, err := opened.Tokens.Request(t.Context(), tenant.TokenRequest{ClientID: "job", Secret: secret.New("job-secret"), Audience: "a"})
		switch {
		case err != nil && len(text) > 8 && strings.Contains(err.Error(), text):
			t.Errorf("the error shows the token: %v", err)
		case err == nil && (token.Algorithm == "" || strings.EqualFold(token.Algorithm, "none") || token.Value.Empty()):
			t.Errorf("%+v", token)
		}
	})
}
