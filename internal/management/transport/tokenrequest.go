package transport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	// tokenOperation describes a token request in errors.
	tokenOperation = "ask for the provider's access token"

	// maxClockSkew is the difference of clocks above which the tenant can reject an assertion.
	maxClockSkew = 10 * time.Second

	// maxLifetime is the longest plausible lifetime of a token. Auth0 permits 30 days.
	maxLifetime = 30 * 24 * time.Hour
)

var (
	errNoToken  = errors.New("the answer holds no access token")
	errFormUsed = errors.New("this provider process has sent the client assertion before, and Auth0 accepts it once")
)

// tokenRequester requests the provider's own token. token.refresh calls it for one request at a time.
type tokenRequester struct {
	public Doer
	base   *url.URL
	form   func() (url.Values, error)
	once   bool   // the tenant accepts a form once
	sent   string // with once: the form that the tenant may have received
}

func (t *tokenRequester) request(ctx context.Context) (grant, error) {
	request, encoded, err := t.newRequest(ctx)
	if err == nil && t.once && encoded == t.sent {
		err = errFormUsed
	}
	if err != nil {
		return grant{}, t.rejected(tenant.Reply{Operation: tokenOperation}, err)
	}
	response, err := t.public.Do(request)
	if failed, ok := asFailure(err); !ok || !failed.unsent {
		t.sent = encoded
	}
	var denied *tenant.Denied
	if errors.As(err, &denied) {
		return grant{}, t.rejected(denied.Reply, clockSkew(err, time.Now()))
	}
	if err != nil {
		return grant{}, err
	}
	defer func() { _ = response.Body.Close() }()
	return parseGrant(response)
}

// rejected returns the error of credentials that the tenant does not accept, or that cannot be sent.
func (t *tokenRequester) rejected(reply tenant.Reply, cause error) error {
	return &failure{final: true, err: &tenant.Unauthenticated{Reply: reply, Cause: cause, Assertion: t.once}}
}

// newRequest returns a token request and its form. Each attempt has a new form, because a signed assertion can be used once,
// unless there is only one.
func (t *tokenRequester) newRequest(ctx context.Context) (request *http.Request, encoded string, err error) {
	values, err := t.form() // reports an invalid key as such
	if err != nil {
		return nil, "", err
	}
	encoded = values.Encode()
	ctx = Read(ctx, Call{Operation: tokenOperation, Repeatable: !t.once, Secrets: []secret.Value{secret.New(values.Get("client_assertion"))}})
	request, err = http.NewRequestWithContext(ctx, http.MethodPost, t.base.JoinPath(tokenPath).String(), http.NoBody)
	if err != nil {
		return nil, "", err
	}
	request.GetBody = func() (io.ReadCloser, error) {
		if t.once {
			return io.NopCloser(strings.NewReader(encoded)), nil
		}
		values, err := t.form()
		if err != nil {
			return nil, err
		}
		return io.NopCloser(strings.NewReader(values.Encode())), nil
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return request, encoded, nil
}

// clockSkew returns how much this machine's clock differs from the tenant's after a rejected request; nil if it does not.
func clockSkew(err error, now time.Time) error {
	failed, ok := asFailure(err)
	if !ok {
		return nil
	}
	theirs, err := http.ParseTime(failed.header.Get("Date"))
	if err != nil || now.Sub(theirs).Abs() <= maxClockSkew {
		return nil
	}
	if ahead := now.Sub(theirs).Round(time.Second); ahead > 0 {
		return fmt.Errorf("this machine's clock is %s ahead of the tenant's", ahead)
	}
	return fmt.Errorf("this machine's clock is %s behind the tenant's", theirs.Sub(now).Round(time.Second))
}

func parseGrant(response *http.Response) (grant, error) {
	var body struct {
		AccessToken string  `json:"access_token"`
		Scope       any     `json:"scope"`      // a string, if present (TK001)
		ExpiresIn   float64 `json:"expires_in"` // seconds
	}
	err := json.NewDecoder(response.Body).Decode(&body)
	if err == nil && body.AccessToken == "" {
		err = errNoToken
	}
	if err != nil {
		reply := tenant.Reply{Operation: tokenOperation, Status: response.StatusCode, RequestID: requestID(response.Header)}
		return grant{}, &failure{final: true, err: &tenant.Unavailable{Reply: reply, Cause: err}}
	}
	scope, _ := body.Scope.(string)
	seconds := min(max(body.ExpiresIn, 0), maxLifetime.Seconds())
	return grant{
		value:    secret.New(body.AccessToken),
		scopes:   strings.Fields(scope),
		lifetime: time.Duration(seconds * float64(time.Second)),
	}, nil
}
