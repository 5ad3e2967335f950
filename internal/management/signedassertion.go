package management

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tokens"
)

// signedAssertion is a client assertion that something else signs, such as a key management service. Auth0 accepts each one
// once.
type signedAssertion struct {
	value     secret.Value
	file      string // read for each token request; used if there is no value
	clientID  string
	audiences []string // one of them must be its only audience
}

// newSignedAssertion returns the assertion of a client for the tenant at base. Audience is the identifier of the Management
// API, which contains the tenant's own domain if base is a custom domain; it can be empty.
func newSignedAssertion(value secret.Value, file, clientID string, base *url.URL, audience string) *signedAssertion {
	a := &signedAssertion{value: value, file: file, clientID: clientID}
	issuers := []string{base.JoinPath("/").String()}
	if own, found := strings.CutSuffix(audience, "api/v2/"); found {
		issuers = append(issuers, own)
	}
	for _, issuer := range issuers {
		a.audiences = append(a.audiences, issuer, issuer+"oauth/token")
	}
	return a
}

// form returns a token request that carries the assertion, if it can be valid now.
func (a *signedAssertion) form(form url.Values) func() (url.Values, error) {
	return func() (url.Values, error) {
		field, text, err := a.read()
		if err != nil {
			return nil, err
		}
		if problem := tokens.AssertionProblem(text, a.clientID, a.audiences, time.Now()); problem != "" {
			return nil, invalid(field, problem)
		}
		return withSigned(form, text), nil
	}
}

// read returns the assertion and the argument that it comes from.
func (a *signedAssertion) read() (field, text string, err error) {
	field, value := fieldAssertion, a.value
	if a.value.Empty() {
		field = fieldAssertionFile
		content, err := os.ReadFile(a.file)
		if err != nil {
			return field, "", invalid(field, fmt.Sprintf("the file cannot be read: %s", err))
		}
		value = secret.New(string(content))
	}
	value, err = trimmed(field, value)
	return field, value.Reveal(), err
}
