package tenant

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Reply is what the tenant answered when it did not do what it was asked. Every error of this package carries one; it
// holds no secret.
type Reply struct {
	Operation string // what was asked, such as "create API"
	Status    int    // HTTP status; 0 when there was no answer
	Code      string // Auth0's errorCode; empty where it gave none
	Message   string // Auth0's own words
	RequestID string // Auth0's id of the request, for its support; may be empty
}

// Response returns the reply itself of any error that embeds it.
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

// NotFound says that no such object is in the tenant.
type NotFound struct {
	Reply
	Noun string
	Key  string
}

func (e *NotFound) Error() string { return e.describe(fmt.Sprintf("no %s %q", e.Noun, e.Key)) }

// Conflict is the error of a create for a key that an existing object has.
type Conflict struct {
	Reply
	Noun string
	Key  string
}

func (e *Conflict) Error() string { return e.describe(fmt.Sprintf("%s %q exists", e.Noun, e.Key)) }

// Invalid says that the tenant refuses a value. Field is Auth0's path of it, such as "scopes[3].value"; empty where
// Auth0 named none.
type Invalid struct {
	Reply
	Field string
}

func (e *Invalid) Error() string { return e.describe("refused " + e.Field) }

// Denied says that whoever asked may not. Scope is the Management API scope that is missing; empty where the reason is
// another, such as the limits of the tenant's plan.
type Denied struct {
	Reply
	Scope string
}

func (e *Denied) Error() string { return e.describe("denied") }

// Throttled says that the tenant's rate limit did not allow the request within the time there was.
type Throttled struct {
	Reply
	After time.Duration // what the tenant asked to wait; 0 where it did not say
}

func (e *Throttled) Error() string { return e.describe("rate limit reached") }

// Ambiguous says that several objects answer to one key, or, with Lost, that the answer of a create was lost and the
// objects found may be its work or somebody else's.
type Ambiguous struct {
	Reply
	Noun  string
	Key   string
	Found []Found
	Lost  bool
}

// Found is an object that may be the one that was meant.
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

// Unauthenticated says that the tenant refuses the provider's own credentials. Repeat is set on all but the first of
// such errors: a cause shared by many is told in full once, and no further request is sent for it.
type Unauthenticated struct {
	Reply
	Cause     error // may be nil
	PreIssued bool  // the rejected token was pre-issued, not requested
	Assertion bool  // the credential is a client assertion that something else signed
	Repeat    bool
}

func (e *Unauthenticated) Error() string { return e.describe("the provider's credentials are refused") }

func (e *Unauthenticated) Unwrap() error { return e.Cause }

// NotConfigured says that the provider's configuration is not known yet, so that nothing is sent. Cause says what is
// missing.
type NotConfigured struct {
	Reply
	Cause error
}

func (e *NotConfigured) Error() string { return e.describe(e.Cause.Error()) }

func (e *NotConfigured) Unwrap() error { return e.Cause }

// Unavailable says that no usable answer came: the network, a server error, a time limit, or a response that is not
// Auth0's, whose Cause is a *[ForeignResponse]. Unsettled is set when the request was a write that the tenant may have
// carried out all the same; Undone when a read afterwards showed that it did not. Repeat is set on all but the first of
// several errors that have one cause, where no request was sent for the others.
type Unavailable struct {
	Reply
	Cause     error // may be nil
	Unsettled bool
	Undone    bool
	Repeat    bool
}

func (e *Unavailable) Error() string {
	if e.Cause != nil {
		return e.describe("no answer: " + e.Cause.Error())
	}
	return e.describe("no usable answer")
}

func (e *Unavailable) Unwrap() error { return e.Cause }

// ForeignResponse says that a response is not recognizably Auth0's, or not about the requested object: something between
// the provider and Auth0 responded. It removes nothing and confirms nothing. The texts are bounded and contain no
// credentials.
type ForeignResponse struct {
	Method      string
	Object      bool // the request was about one object that exists, not a list or a create
	Status      int
	ContentType string // empty where the response has none
	Server      string // the header; empty where the response has none
	Excerpt     string // the beginning of the body; empty where it is empty
	Reason      error  // what is wrong with a success or a redirect; nil for a status that reports an error
}

func (e *ForeignResponse) Error() string {
	text := "the response is not from Auth0"
	if e.Reason != nil {
		text += ": " + e.Reason.Error()
	}
	return fmt.Sprintf("%s (status %d; %s; Server: %s): %s", text, e.Status, cmp.Or(e.ContentType, "no content type"), cmp.Or(e.Server, "none"), cmp.Or(e.Excerpt, "empty body"))
}

// Differs says that a write was accepted, but the tenant answers with other values than were sent. The object that
// comes with the error is what the tenant has.
type Differs struct {
	Reply
	Fields []string // Auth0's names of what differs
	Wider  []string // those of Fields by which a created object gives more access than planned, though they were sent again
	Cause  error    // why they could not be sent again; nil if they were
}

func (e *Differs) Error() string {
	return e.describe(fmt.Sprintf("the tenant kept other values of %s", strings.Join(e.Fields, ", ")))
}

// Appeared says that an API has scopes that its owner has never seen: somebody added them since the plan.
type Appeared struct {
	Reply
	Identifier string
	Scopes     []string // sorted
}

func (e *Appeared) Error() string {
	return e.describe(fmt.Sprintf("scopes appeared on %q: %s", e.Identifier, strings.Join(e.Scopes, ", ")))
}

// Unverified says that the tenant accepted a write, and that the read which verifies it failed. Only another writer can have
// undone the write since. It does not unwrap to Cause, which is about the read.
type Unverified struct {
	Reply
	Cause error
}

func (e *Unverified) Error() string { return e.describe("not verified: " + e.Cause.Error()) }

// Contested says that other writers undid a change of scopes again and again.
type Contested struct {
	Reply
	Identifier string
	Scopes     []string // sorted; what did not stay
}

func (e *Contested) Error() string {
	return e.describe(fmt.Sprintf("another writer changes the scopes of %q: %s", e.Identifier, strings.Join(e.Scopes, ", ")))
}
