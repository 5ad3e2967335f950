package transport

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

// FuzzTokenAnswer holds that whatever the token endpoint answers, there is a token that lives for a sensible time, or an
// error that does not show what was answered.
func FuzzTokenAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"access_token":"canary","expires_in":86400}`, `{"access_token":"canary","expires_in":1e300}`, `{"access_token":"","expires_in":-1}`,
		`{"access_token":["canary"]}`, `{"access_token":"canary","expires_in":"86400"}`, `null`, `<html>canary`, ``, `{"access_token":"canary"} trailing`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		answer := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
		got, err := parseGrant(answer)
		switch {
		case err != nil && strings.Contains(err.Error(), "canary"):
			t.Errorf("the error shows the answer: %v", err)
		case err == nil && (got.value.Empty() || got.lifetime < 0 || got.lifetime > maxLifetime):
			t.Errorf("%+v", got)
		}
	})
}

// FuzzRedactor holds that no credential stands in a text afterwards, in whichever form it was there, and that the text
// keeps to its limit.
func FuzzRedactor(f *testing.F) {
	f.Add("own-secret/+\"", "before ", " after")
	f.Add("own secret", "\x00", "own\x01 secret")
	f.Add("ownsecret", "own\x00secret", strings.Repeat("x", 200))
	f.Fuzz(func(t *testing.T, credential, before, after string) {
		const hidden = "(hidden)"
		if len(credential) < minCredential || strings.Contains(hidden, credential) || strings.ContainsAny(credential, "()…") {
			t.Skip("what replaces it may hold it, alone or with what stands beside")
		}
		hide := newRedactor([]secret.Value{secret.New(credential)})
		for _, form := range forms(credential) {
			text := hide.text(before+form+after, maxExcerpt)
			if strings.Contains(text, credential) || len([]rune(text)) > maxExcerpt+1 {
				t.Errorf("%q", text)
			}
		}
	})
}
