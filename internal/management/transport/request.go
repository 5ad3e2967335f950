package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/secret"
)

const (
	managementPath = "/api/v2/"     // base path of the Management API
	tokenPath      = "/oauth/token" // path of the token endpoint
)

// Call describes a request beyond what the request itself contains.
type Call struct {
	Operation  string         // for errors and the log, such as "create API"
	Secrets    []secret.Value // credentials in the request, which no error may show
	ID         string         // of the requested object, if the path contains it in another form
	KeepSecret bool           // keep client_secret in the response; all other credentials are removed
	Repeatable bool           // a POST that can safely be sent twice
	Once       bool           // a PATCH or DELETE that must not be repeated if it may have arrived
}

type (
	callKey    struct{}
	waitingKey struct{}
)

// Read returns the context of a request that changes nothing.
func Read(ctx context.Context, call Call) context.Context {
	return context.WithValue(ctx, callKey{}, call)
}

// Write returns the context of a request that changes something. Before it is sent, waiting ends with ctx. Once sent, it
// is completed even if ctx is canceled, so that its result is known.
func Write(ctx context.Context, call Call) context.Context {
	return withWaitContext(Read(context.WithoutCancel(ctx), call), ctx)
}

func callOf(ctx context.Context) Call {
	call, _ := ctx.Value(callKey{}).(Call)
	return call
}

// waitContext returns the context that bounds waits and retries, not a request already sent.
func waitContext(ctx context.Context) context.Context {
	if waiting, ok := ctx.Value(waitingKey{}).(context.Context); ok {
		return waiting
	}
	return ctx
}

func withWaitContext(ctx, waiting context.Context) context.Context {
	return context.WithValue(ctx, waitingKey{}, waiting)
}

// Pause waits, unless ctx ends first. It fails at once if the wait would outlast the deadline of ctx.
func Pause(ctx context.Context, wait time.Duration) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
		return context.DeadlineExceeded
	}
	if wait <= 0 {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// errTimeout ends an operation that takes longer than the provider's request_timeout.
var errTimeout = errors.New("the request timeout of the provider has passed")

// timeout limits the duration of an operation, including waits and retries.
type timeout struct {
	next  Doer
	limit time.Duration
}

func (t *timeout) Do(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeoutCause(r.Context(), t.limit, errTimeout)
	defer cancel()
	waiting, stop := context.WithTimeoutCause(waitContext(r.Context()), t.limit, errTimeout)
	defer stop()
	return t.next.Do(r.WithContext(withWaitContext(ctx, waiting)))
}

// changes reports whether a request can change something in the tenant.
func changes(r *http.Request) bool {
	return r.Method != http.MethodGet && !callOf(r.Context()).Repeatable
}

// isRepeatable reports whether a request can safely be sent twice.
func isRepeatable(r *http.Request) bool {
	call := callOf(r.Context())
	return call.Repeatable || r.Method != http.MethodPost && !call.Once
}

// isAuthenticated reports whether a request carries the provider's own token.
func isAuthenticated(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Authorization"), bearer)
}

// copyRequest copies a request with a new body. GetBody may return a body of another length for each attempt, so the
// body is read here.
func copyRequest(r *http.Request) (*http.Request, error) {
	again := r.Clone(r.Context())
	if r.GetBody == nil {
		return again, nil
	}
	body, err := r.GetBody()
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	again.Body = io.NopCloser(bytes.NewReader(content))
	again.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	again.ContentLength = int64(len(content))
	return again, nil
}

// pathTemplate returns a request's path without IDs, for the log: an ID can be a name that the log must not contain.
func pathTemplate(address *url.URL) string {
	rest, managed := strings.CutPrefix(address.EscapedPath(), managementPath)
	if !managed {
		return address.Path
	}
	parts := strings.Split(rest, "/")
	for i := 1; i < len(parts); i += 2 {
		parts[i] = "{id}"
	}
	return managementPath + strings.Join(parts, "/")
}
