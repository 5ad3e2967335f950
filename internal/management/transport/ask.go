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

// askOperation is what a token request is called in errors.
const askOperation = "ask for the provider's access token"

var errNoToken = errors.New("the answer holds no access token")

// tokenRequest makes the function that asks the tenant for the provider's own token. The form is made anew for each
// attempt, because a signed assertion is good for one only.
func tokenRequest(way Doer, base *url.URL, form func() (url.Values, error)) func(context.Context) (grant, error) {
	return func(ctx context.Context) (grant, error) {
		request, err := newTokenRequest(ctx, base, form)
		if err != nil {
			return grant{}, &failure{final: true, err: &tenant.Unauthenticated{Reply: tenant.Reply{Operation: askOperation}, Cause: err}}
		}
		answer, err := way.Do(request)
		var denied *tenant.Denied
		if errors.As(err, &denied) {
			return grant{}, &failure{final: true, err: &tenant.Unauthenticated{Reply: denied.Reply, Cause: skew(err, time.Now())}}
		}
		if err != nil {
			return grant{}, err
		}
		defer func() { _ = answer.Body.Close() }()
		return readGrant(answer)
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
	if _, err := body(); err != nil { // so that what is wrong with a key is told as such
		return nil, err
	}
	ctx = Read(ctx, Call{Operation: askOperation, Repeatable: true})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, base.JoinPath(tokenPath).String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	request.GetBody = body
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return request, nil
}

// tolerated is by how much clocks may differ before the tenant refuses an assertion for it.
const tolerated = 10 * time.Second

// skew is what there is to say about this machine's clock after a refusal; nil when it agrees with the tenant's.
func skew(err error, now time.Time) error {
	failed, ok := asFailure(err)
	if !ok {
		return nil
	}
	theirs, err := http.ParseTime(failed.header.Get("Date"))
	if err != nil || now.Sub(theirs).Abs() <= tolerated {
		return nil
	}
	if ahead := now.Sub(theirs).Round(time.Second); ahead > 0 {
		return fmt.Errorf("this machine's clock is %s ahead of the tenant's", ahead)
	}
	return fmt.Errorf("this machine's clock is %s behind the tenant's", theirs.Sub(now).Round(time.Second))
}

func readGrant(answer *http.Response) (grant, error) {
	var said struct {
		AccessToken string  `json:"access_token"`
		Scope       any     `json:"scope"`      // text, where it is told (TK001)
		ExpiresIn   float64 `json:"expires_in"` // seconds
	}
	err := json.NewDecoder(answer.Body).Decode(&said)
	if err == nil && said.AccessToken == "" {
		err = errNoToken
	}
	if err != nil {
		reply := tenant.Reply{Operation: askOperation, Status: answer.StatusCode, RequestID: requestID(answer.Header)}
		return grant{}, &failure{final: true, err: &tenant.Unavailable{Reply: reply, Cause: err}}
	}
	scope, _ := said.Scope.(string)
	return grant{value: secret.New(said.AccessToken), scopes: strings.Fields(scope), life: lifetime(said.ExpiresIn)}, nil
}

// longestLife is the life of a token beyond which a tenant is not believed. Auth0 gives 30 days at most.
const longestLife = 30 * 24 * time.Hour

// lifetime is a life told in seconds, none where that is nonsense.
func lifetime(seconds float64) time.Duration {
	return time.Duration(min(max(seconds, 0), longestLife.Seconds()) * float64(time.Second))
}
