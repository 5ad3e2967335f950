package transport

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/timesheets/terraform-provider-timesheets/internal/management/ratelimit"
	"github.com/timesheets/terraform-provider-timesheets/internal/tenant"
)

const (
	maxMessage = 1000 // characters of a message of Auth0
	maxExcerpt = 200  // characters of a body that is not Auth0's
	maxHeader  = 80   // characters of a header that is not Auth0's
)

// checkResponse returns the error of a response that is not a success, or is not Auth0's. Of a success it returns the
// body without credentials.
func checkResponse(r *http.Request, response *http.Response, body []byte, hide *redactor) ([]byte, error) {
	about := targetOf(r)
	if response.StatusCode >= http.StatusMultipleChoices {
		return nil, statusError(r, about, response, body, hide)
	}
	if err := checkStatus(r, response.StatusCode); err != nil {
		return nil, foreign(r, response, body, hide, err, true)
	}
	if r.Method == http.MethodDelete {
		return nil, nil
	}
	document, err := decode(body)
	if err != nil {
		return nil, foreign(r, response, body, hide, err, false)
	}
	stripped := stripCredentials(document, callOf(r.Context()).KeepSecret)
	replaced, err := about.checkContent(r, document)
	if err != nil {
		return nil, foreign(r, response, body, hide, err, true)
	}
	if !stripped && !replaced {
		return body, nil
	}
	kept, err := json.Marshal(document)
	clear(body)
	if err != nil {
		return nil, foreign(r, response, nil, hide, err, true)
	}
	return kept, nil
}

// statusError turns a response with a status from 300 on into the error of package tenant.
func statusError(r *http.Request, about target, response *http.Response, body []byte, hide *redactor) *failure {
	said, auth0 := about.refusalOf(r, response.StatusCode, body)
	failed := &failure{status: response.StatusCode, header: response.Header}
	reply := replyOf(r, response, said, hide)
	switch status := response.StatusCode; {
	case status < http.StatusBadRequest:
		return foreign(r, response, body, hide, redirect(r, response), true)
	case !auth0:
		failed = foreign(r, response, body, hide, nil, false)
	case status == http.StatusTooManyRequests:
		failed.err = &tenant.Throttled{Reply: reply, After: ratelimit.Wait(response.Header)}
	case status >= http.StatusInternalServerError:
		failed.err = &tenant.Unavailable{Reply: reply, Unsettled: changes(r)}
	default:
		failed.err = rejected(r, about, status, reply)
	}
	if response.StatusCode == http.StatusTooManyRequests {
		failed.final = !isAuthenticated(r) && ratelimit.Wait(response.Header) > ratelimit.MaxBlock
	}
	return failed
}

// redirect returns the error of a redirect, with the host it points to.
func redirect(r *http.Request, response *http.Response) error {
	location, err := response.Location()
	if err != nil || location.Host == "" {
		return fmt.Errorf("%s redirects, and no redirect is followed", r.URL.Host)
	}
	return fmt.Errorf("%s redirects to %s, and no redirect is followed: the provider's token would go along", r.URL.Host, location.Host)
}

// rejected returns the error of a response with which Auth0 reports that it did nothing.
func rejected(r *http.Request, about target, status int, reply tenant.Reply) error {
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

// replyOf returns what Auth0 reports in a response.
func replyOf(r *http.Request, response *http.Response, said refusal, hide *redactor) tenant.Reply {
	if said.Message == "" {
		said.ErrorCode = cmp.Or(said.ErrorCode, said.Error)
	}
	return tenant.Reply{
		Operation: callOf(r.Context()).Operation,
		Status:    response.StatusCode,
		RequestID: requestID(response.Header),
		Code:      hide.text(said.ErrorCode, maxExcerpt),
		Message:   hide.text(cmp.Or(said.Message, said.Description), maxMessage),
	}
}

// requestID returns Auth0's ID of a request, or the ID of the network in front of Auth0.
func requestID(header http.Header) string {
	return cmp.Or(header.Get("X-Auth0-Requestid"), header.Get("X-Request-Id"), header.Get("Cf-Ray"))
}

// foreign returns the error of a response that is not recognizably Auth0's, or not about the requested object. A write may
// still have happened, unless a rate limit rejected it. Reason is nil if status and body are sufficient; final means that
// another attempt cannot help.
func foreign(r *http.Request, response *http.Response, body []byte, hide *redactor, reason error, final bool) *failure {
	cause := &tenant.ForeignResponse{
		Method:      r.Method,
		Object:      targetOf(r).id != "",
		Status:      response.StatusCode,
		ContentType: hide.text(response.Header.Get("Content-Type"), maxHeader),
		Server:      hide.text(response.Header.Get("Server"), maxHeader),
		Excerpt:     hide.text(withoutCredentials(body), maxExcerpt),
		Reason:      reason,
	}
	return &failure{
		status: response.StatusCode,
		header: response.Header,
		final:  final,
		err: &tenant.Unavailable{
			Reply:     replyOf(r, response, refusal{}, hide),
			Cause:     cause,
			Unsettled: changes(r) && response.StatusCode != http.StatusTooManyRequests,
		},
	}
}

var (
	onProperty    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`on property ([\w.\[\]-]+)`) })
	notAllowed    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`Additional properties not allowed: ([\w.\[\]-]+)`) })
	expectedScope = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`expected any of: ([^\s,]+)`) })
)

// fieldIn returns the property that a validation message is about; empty if it names none.
func fieldIn(message string) string {
	for _, form := range []*regexp.Regexp{onProperty(), notAllowed()} {
		if found := form.FindStringSubmatch(message); found != nil {
			return strings.Trim(found[1], ".")
		}
	}
	return ""
}

// scopeIn returns the first of the scopes that would have sufficed; empty if the message names none.
func scopeIn(message string) string {
	found := expectedScope().FindStringSubmatch(message)
	if found == nil {
		return ""
	}
	return strings.Trim(found[1], `.'"`)
}
