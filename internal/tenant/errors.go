package tenant

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Reply describes the response to a request whose result is an error of this package. All errors but [ForeignResponse] contain one.
// It contains no secret.
type Reply struct {
	Operation string // such as "create API"
	Status    int    // HTTP status; 0 without a response
	Code      string // Auth0's errorCode; may be empty
	Message   string // Auth0's own words
	RequestID string // Auth0's ID of the request, for its support; may be empty
}

// Response returns the reply of an error that embeds it.
func (r Reply) Response() Reply { return r }

func (r Reply) describe(summary string) string {
	parts := []string{summary}
	if r.Operation != "" {
		parts[0] = r.Operation + ": " + summary
	}
	if r.Message != "" {
		parts = append(parts, r.Message)
	}
	if r.Status != 0 {
		parts = append(parts, fmt.Sprintf("status %d %s", r.Status, r.Code))
	}
	return strings.TrimSpace(strings.Join(parts, ": "))
}

// NotFound reports that the tenant has no such object.
type NotFound struct {
	Reply
	Noun string
	Key  string
}

func (e *NotFound) Error() string { return e.describe(fmt.Sprintf("no %s %q", e.Noun, e.Key)) }

// Conflict reports that an object with the key of a create exists.
type Conflict struct {
	Reply
	Noun string
	Key  string
}

func (e *Conflict) Error() string { return e.describe(fmt.Sprintf("%s %q exists", e.Noun, e.Key)) }

// Invalid reports that the tenant rejected a value. Field is Auth0's path of the value, such as "scopes[3].value", or empty if the
// response contains none.
type Invalid struct {
	Reply
	Field string
}

func (e *Invalid) Error() string { return e.describe("rejected " + e.Field) }

// Denied reports a missing permission. Scope is the missing Management API scope, or empty if there is another reason, such as the
// limits of the subscription plan.
type Denied struct {
	Reply
	Scope string
}

func (e *Denied) Error() string { return e.describe("denied") }

// Throttled reports that the rate limit of the tenant did not permit the request within its time limit.
type Throttled struct {
	Reply
	After time.Duration // how long the tenant requires to wait; 0 if unknown
}

func (e *Throttled) Error() string { return e.describe("rate limit reached") }

// Ambiguous reports that several objects have one key or, with Lost, that the response to a create was lost and that the objects found
// may have been created by it or by another writer.
type Ambiguous struct {
	Reply
	Noun  string
	Key   string
	Found []Found
	Lost  bool
}

// Found is an object that may be the requested one.
type Found struct {
	ID   string
	Name string
}

func (e *Ambiguous) Error() string {
	ids := make([]string, 0, len(e.Found))
	for _, found := range e.Found {
		ids = append(ids, found.ID)
	}
	return e.describe(fmt.Sprintf("%d of %s %q: %s", len(ids), e.Noun, e.Key, strings.Join(ids, ", ")))
}

// Unauthenticated reports that the tenant rejected the credentials of the provider. Repeat is set on all such errors except the
// first: no further request is sent, and the message is shorter.
type Unauthenticated struct {
	Reply
	Cause     error // may be nil
	PreIssued bool  // the rejected token was pre-issued, not requested
	Assertion bool  // the credential is a client assertion that something else signed
	Repeat    bool
}

func (e *Unauthenticated) Error() string {
	return e.describe("the provider's credentials are rejected")
}

func (e *Unauthenticated) Unwrap() error { return e.Cause }

// NotConfigured reports that the configuration of the provider is not known yet, so that no request is sent. Cause describes what is
// missing.
type NotConfigured struct {
	Reply
	Cause error
}

func (e *NotConfigured) Error() string { return e.describe(e.Cause.Error()) }

func (e *NotConfigured) Unwrap() error { return e.Cause }

// Unavailable reports that there was no usable response, because of the network, a server error, a time limit, or a response that is
// not from Auth0 (then Cause is a *[ForeignResponse]). Unsettled is set if the request was a write that may have taken effect, Undone
// if a read afterwards showed that it did not. Repeat is set on all errors of a shared cause except the first, for which no request
// was sent.
type Unavailable struct {
	Reply
	Cause     error // may be nil
	Unsettled bool
	Undone    bool
	Repeat    bool
}

func (e *Unavailable) Error() string {
	if e.Cause != nil {
		return e.describe("no response: " + e.Cause.Error())
	}
	return e.describe("no usable response")
}

func (e *Unavailable) Unwrap() error { return e.Cause }

// Unsettled reports whether err is that of a write that may have taken effect.
func Unsettled(err error) bool {
	var lost *Unavailable
	return errors.As(err, &lost) && lost.Unsettled
}

// ForeignResponse reports that a response is not recognizably from Auth0, or not about the requested object, because something between
// the provider and Auth0 responded. It confirms nothing and removes nothing from the state. Its texts are bounded and contain no
// credentials.
type ForeignResponse struct {
	Method      string
	Object      bool // the request was about one object that exists, not a list or a create
	Status      int
	ContentType string // empty if the response has none
	Server      string // the header; empty if the response has none
	Excerpt     string // the beginning of the body
	Reason      error  // what is wrong with a success or a redirect; nil for a status that reports an error
}

func (e *ForeignResponse) Error() string {
	text := "the response is not from Auth0"
	if e.Reason != nil {
		text += ": " + e.Reason.Error()
	}
	return fmt.Sprintf("%s (status %d; %s; Server: %s): %s", text, e.Status, cmp.Or(e.ContentType, "no content type"), cmp.Or(e.Server, "none"), cmp.Or(e.Excerpt, "empty body"))
}

func (e *ForeignResponse) Unwrap() error { return e.Reason }

// Differs reports that a write was accepted, and that the response contains other values than the request. The object that is
// returned with the error has the values of the tenant.
type Differs struct {
	Reply
	Fields []string // Auth0's names of the fields that differ
	Wider  []string // those of Fields with which a created object gives more access than planned, also after the corrective request
	Cause  error    // why the corrective request failed; nil if it succeeded
}

func (e *Differs) Error() string {
	return e.describe(fmt.Sprintf("the tenant kept other values of %s", strings.Join(e.Fields, ", ")))
}

// ScopesChanged reports that other scopes of an API than those that the plan changes were changed since the plan. All lists are sorted.
type ScopesChanged struct {
	Reply
	Identifier string
	Added      []string
	Altered    []string // removed, or with another description
}

func (e *ScopesChanged) Error() string {
	return e.describe(fmt.Sprintf("scopes of %q were added: %q, or altered: %q", e.Identifier, e.Added, e.Altered))
}

// Unverified is the error of a write that the tenant accepted, and whose verifying read failed. Only another writer can have
// undone the write since. It does not unwrap to Cause, which is about the read.
type Unverified struct {
	Reply
	Cause error
}

func (e *Unverified) Error() string { return e.describe("not verified: " + e.Cause.Error()) }

// Contested reports that other writers reverted a change of scopes repeatedly.
type Contested struct {
	Reply
	Identifier string
	Scopes     []string // sorted; those that were reverted
}

func (e *Contested) Error() string {
	return e.describe(fmt.Sprintf("another writer changes the scopes of %q: %s", e.Identifier, strings.Join(e.Scopes, ", ")))
}
