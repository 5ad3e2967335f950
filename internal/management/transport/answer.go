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
	messageLimit  = 1000 // characters of Auth0's words that are passed on
	excerptLimit  = 200  // characters of a body that is not Auth0's
	longestHeader = 80   // characters of a header that is not Auth0's
)

// checkResponse returns the error of a response that is not a success, or is not Auth0's. Of a success it returns the
// body without credentials.
func checkResponse(r *http.Request, answer *http.Response, body []byte, hide *redactor) ([]byte, error) {
	about := targetOf(r)
	if answer.StatusCode >= http.StatusMultipleChoices {
		return nil, statusError(r, about, answer, body, hide)
	}
	if err := checkStatus(r, answer.StatusCode); err != nil {
		return nil, foreign(r, answer, body, hide, err, true)
	}
	if r.Method == http.MethodDelete {
		return nil, nil
	}
	document, err := decode(body)
	if err != nil {
		return nil, foreign(r, answer, body, hide, err, false)
	}
	stripped := strip(document, callOf(r.Context()).KeepSecret)
	replaced, err := about.checkContent(r, document)
	if err != nil {
		return nil, foreign(r, answer, body, hide, err, true)
	}
	if !stripped && !replaced {
		return body, nil
	}
	kept, err := json.Marshal(document)
	clear(body)
	if err != nil {
		return nil, foreign(r, answer, nil, hide, err, true)
	}
	return kept, nil
}

// statusError turns a response with a status from 300 on into the error of package tenant.
func statusError(r *http.Request, about target, answer *http.Response, body []byte, hide *redactor) *failure {
	said, auth0 := about.refusalOf(r, answer.StatusCode, body)
	failed := &failure{status: answer.StatusCode, header: answer.Header}
	reply := replyOf(r, answer, said, hide)
	switch status := answer.StatusCode; {
	case status < http.StatusBadRequest:
		return foreign(r, answer, body, hide, redirect(r, answer), true)
	case !auth0:
		failed = foreign(r, answer, body, hide, nil, false)
	case status == http.StatusTooManyRequests:
		failed.err = &tenant.Throttled{Reply: reply, After: parseHints(answer.Header, time.Now()).wait}
	case status >= http.StatusInternalServerError:
		failed.err = &tenant.Unavailable{Reply: reply, Unsettled: changes(r)}
	default:
		failed.err = refused(r, about, status, reply)
	}
	if answer.StatusCode == http.StatusTooManyRequests {
		failed.final = !isAuthenticated(r) && parseHints(answer.Header, time.Now()).wait > longestGate
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

// refused is the error of a response with which Auth0 says that it did nothing.
func refused(r *http.Request, about target, status int, reply tenant.Reply) error {
	switch status {
	case http.StatusUnauthorized:
		if isAuthenticated(r) {
			return &tenant.Unauthenticated{Reply: reply}
		}
		return &tenant.Denied{Reply: reply}
	case http.StatusForbidden:
		return &tenant.Denied{Reply: reply, Scope: scopeIn(reply.Message)}
	case http.StatusBadRequest:
		if about.public {
			return &tenant.Denied{Reply: reply}
		}
		return &tenant.Invalid{Reply: reply, Field: fieldIn(reply.Message)}
	case http.StatusNotFound:
		return &tenant.NotFound{Reply: reply}
	case http.StatusConflict:
		return &tenant.Conflict{Reply: reply}
	}
	return &tenant.Unavailable{Reply: reply}
}

// isAuthenticated reports whether a request carries the provider's own token.
func isAuthenticated(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Authorization"), bearer)
}

// replyOf is what Auth0 says in a response.
func replyOf(r *http.Request, answer *http.Response, said refusal, hide *redactor) tenant.Reply {
	if said.Message == "" {
		said.ErrorCode = cmp.Or(said.ErrorCode, said.Error)
	}
	return tenant.Reply{
		Operation: callOf(r.Context()).Operation,
		Status:    answer.StatusCode,
		RequestID: requestID(answer.Header),
		Code:      hide.text(said.ErrorCode, excerptLimit),
		Message:   hide.text(cmp.Or(said.Message, said.Description), messageLimit),
	}
}

// foreign is the error of a response that is not recognizably Auth0's, or not about the requested object. A write may
// have happened all the same, unless a rate limit turned it away. Reason is nil where status and body say it all; final
// is set where another attempt cannot help.
func foreign(r *http.Request, answer *http.Response, body []byte, hide *redactor, reason error, final bool) *failure {
	response := &tenant.ForeignResponse{
		Method:      r.Method,
		Object:      targetOf(r).id != "",
		Status:      answer.StatusCode,
		ContentType: hide.text(answer.Header.Get("Content-Type"), longestHeader),
		Server:      hide.text(answer.Header.Get("Server"), longestHeader),
		Excerpt:     hide.text(withoutCredentials(body), excerptLimit),
		Reason:      reason,
	}
	return &failure{
		status: answer.StatusCode,
		header: answer.Header,
		final:  final,
		err: &tenant.Unavailable{
			Reply:     replyOf(r, answer, refusal{}, hide),
			Cause:     response,
			Unsettled: changes(r) && answer.StatusCode != http.StatusTooManyRequests,
		},
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
