package transport

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	messageLimit = 1000 // characters of Auth0's words that are passed on
	excerptLimit = 120  // characters of a body that is not Auth0's
)

// complaint is the body of a refusal: of the Management API, or of the token endpoint.
type complaint struct {
	Error       string `json:"error"`
	Message     string `json:"message"`
	ErrorCode   string `json:"errorCode"`
	Description string `json:"error_description"`
}

// verdict turns an answer from 300 on into the error that says so.
func verdict(r *http.Request, answer *http.Response, body []byte, hide *redactor) *failure {
	reply, auth0s := replyOf(r, answer, body, hide)
	failed := &failure{status: answer.StatusCode, header: answer.Header}
	switch status := answer.StatusCode; {
	case status == http.StatusTooManyRequests:
		after := parseHints(answer.Header, time.Now()).wait
		failed.err = &tenant.Throttled{Reply: reply, After: after}
		failed.final = !privately(r) && after > longestGate
	case status < http.StatusBadRequest:
		reply.Message = "" // the page of a redirect says nothing
		failed.err = &tenant.Unavailable{Reply: reply, Cause: redirect(r, answer)}
		failed.final = true
	case status >= http.StatusInternalServerError:
		failed.err = &tenant.Unavailable{Reply: reply, Unsettled: changes(r)}
	default:
		failed.err = refusal(r, status, reply, auth0s)
	}
	return failed
}

// redirect is the error of an answer that points elsewhere: it says to which host, if to any.
func redirect(r *http.Request, answer *http.Response) error {
	location, err := answer.Location()
	if err != nil || location.Host == "" {
		return fmt.Errorf("%s redirects, and no redirect is followed", r.URL.Host)
	}
	return fmt.Errorf("%s redirects to %s, and no redirect is followed: the provider's token would go along", r.URL.Host, location.Host)
}

// refusal is the error of an answer with which the tenant says that it did nothing. That something is not there, or is
// there already, is believed only when Auth0 itself says so: a proxy's 404 page must not pass for a deleted object.
func refusal(r *http.Request, status int, reply tenant.Reply, auth0s bool) error {
	private := privately(r)
	switch {
	case status == http.StatusUnauthorized && private:
		return &tenant.Unauthenticated{Reply: reply}
	case status == http.StatusUnauthorized, status == http.StatusBadRequest && !private:
		return &tenant.Denied{Reply: reply}
	case status == http.StatusForbidden:
		return &tenant.Denied{Reply: reply, Scope: scopeIn(reply.Message)}
	case status == http.StatusBadRequest:
		return &tenant.Invalid{Reply: reply, Field: fieldIn(reply.Message)}
	case status == http.StatusNotFound && private && auth0s:
		return &tenant.NotFound{Reply: reply}
	case status == http.StatusConflict && auth0s:
		return &tenant.Conflict{Reply: reply}
	}
	return &tenant.Unavailable{Reply: reply}
}

// privately reports whether a request carries the provider's own token.
func privately(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Authorization"), bearer)
}

// replyOf is what an answer says, and whether it is Auth0 that says it.
func replyOf(r *http.Request, answer *http.Response, body []byte, hide *redactor) (reply tenant.Reply, auth0s bool) {
	reply = tenant.Reply{
		Operation: callOf(r.Context()).Operation,
		Status:    answer.StatusCode,
		RequestID: requestID(answer.Header),
	}
	var said complaint
	if json.Unmarshal(body, &said) != nil || said == (complaint{}) {
		reply.Message = excerpt(answer, body, hide)
		return reply, false
	}
	if said.Message == "" {
		said.ErrorCode = cmp.Or(said.ErrorCode, said.Error)
	}
	reply.Code = hide.text(said.ErrorCode, excerptLimit)
	reply.Message = hide.text(cmp.Or(said.Message, said.Description, said.Error), messageLimit)
	return reply, true
}

// excerpt describes a body that is not Auth0's: a page of a proxy, for instance.
func excerpt(answer *http.Response, body []byte, hide *redactor) string {
	kind := cmp.Or(answer.Header.Get("Content-Type"), "no content type")
	text := hide.text(string(body), excerptLimit)
	if text == "" {
		return hide.text(fmt.Sprintf("empty answer (%s)", kind), messageLimit)
	}
	return hide.text(fmt.Sprintf("answer that is not Auth0's (%s): %s", kind, text), messageLimit)
}

// unreadable is the error of an answer that says success and cannot be read.
func unreadable(r *http.Request, answer *http.Response, body []byte, hide *redactor, cause error, final bool) *failure {
	reply, _ := replyOf(r, answer, nil, hide)
	reply.Message = ""
	if body != nil {
		reply.Message = excerpt(answer, body, hide)
	}
	return &failure{
		status: answer.StatusCode,
		header: answer.Header,
		final:  final,
		err:    &tenant.Unavailable{Reply: reply, Cause: cause, Unsettled: changes(r)},
	}
}

var (
	onProperty    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`on property ([\w.\[\]-]+)`) })
	notAllowed    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`Additional properties not allowed: ([\w.\[\]-]+)`) })
	expectedScope = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`expected any of: ([^\s,]+)`) })
)

// fieldIn finds the property that a validation message is about; empty where it names none.
func fieldIn(message string) string {
	for _, form := range []*regexp.Regexp{onProperty(), notAllowed()} {
		if found := form.FindStringSubmatch(message); found != nil {
			return strings.Trim(found[1], ".")
		}
	}
	return ""
}

// scopeIn finds the first of the scopes that would have sufficed; empty where the message names none.
func scopeIn(message string) string {
	found := expectedScope().FindStringSubmatch(message)
	if found == nil {
		return ""
	}
	return strings.Trim(found[1], `.'"`)
}

// requestID is Auth0's id of a request, or that of the network in front of it.
func requestID(header http.Header) string {
	return cmp.Or(header.Get("X-Auth0-Requestid"), header.Get("X-Request-Id"), header.Get("Cf-Ray"))
}
