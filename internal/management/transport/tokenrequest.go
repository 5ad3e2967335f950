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

var errNoToken = errors.New("the answer holds no access token")

// tokenRequest returns a function that requests the provider's own token. Each attempt has a new form, because a signed
// assertion can be used once.
func tokenRequest(public Doer, base *url.URL, form func() (url.Values, error)) func(context.Context) (grant, error) {
	return func(ctx context.Context) (grant, error) {
		request, err := newTokenRequest(ctx, base, form)
		if err != nil {
			return grant{}, &failure{final: true, err: &tenant.Unauthenticated{Reply: tenant.Reply{Operation: tokenOperation}, Cause: err}}
		}
		response, err := public.Do(request)
		var denied *tenant.Denied
		if errors.As(err, &denied) {
			return grant{}, &failure{final: true, err: &tenant.Unauthenticated{Reply: denied.Reply, Cause: clockSkew(err, time.Now())}}
		}
		if err != nil {
			return grant{}, err
		}
		defer func() { _ = response.Body.Close() }()
		return parseGrant(response)
	}
}

func newTokenRequest(ctx context.Context, base *url.URL, form func() (url.Values, error)) (*http.Request, error) {
	body := func() (io.ReadCloser, error) {
		values, err := form()
		if err != nil {
			return nil, err
		}
		return io.NopCloser(strings.NewReader(values.Encode())), nil
	}
	if _, err := body(); err != nil { // report an invalid key as such
		return nil, err
	}
	ctx = Read(ctx, Call{Operation: tokenOperation, Repeatable: true})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, base.JoinPath(tokenPath).String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	request.GetBody = body
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return request, nil
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
